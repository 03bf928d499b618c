from . import (
    help_drawer,
    help_embed,
    help_feedback,
    help_file,
    help_page,
    home,
    order_terms,
)
