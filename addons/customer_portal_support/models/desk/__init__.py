"""What staff have: numbers, the form, the weekly e-mail, and tickets of papers."""

# First: documents inherit it.
from . import portal_ticketed_mixin  # isort: split

from . import (
    account_move_desk,
    portal_ticket_backlog,
    portal_ticket_glance,
    portal_ticket_numbers,
    portal_ticket_report,
    portal_ticket_team_letter,
    portal_ticket_team_numbers,
    res_partner_desk,
    sale_order_desk,
)
