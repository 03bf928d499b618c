from . import (
    help_drawer,
    help_embed,
    help_feedback,
    help_file,
    help_page,
    help_search,
    home,
    order_terms,
)
