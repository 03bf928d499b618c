"""The pages of tickets whose queries the core counts."""

from odoo.tools import SQL

PAGES = {
    "/my/tickets": 7,
    "/my/tickets?filterby=all&limit=100": 7,
    "/my/tickets?filterby=all&search=bolt": 8,
    # What each type was answered in, and the policies where that is not known.
    "/my/tickets/new": 15,
}


def set_up(case):
    """Create ten tickets, one of which waits for the customer."""
    team = case.env["portal.ticket.team"].create(
        {"name": "Desk", "company_id": case.company.id}
    )
    tickets = case.env["portal.ticket"].create(
        [
            {
                "subject": f"Bolt {number}",
                "partner_id": case.buyer.partner_id.id,
                "team_id": team.id,
                "channel": "portal",
            }
            for number in range(10)
        ]
    )
    tickets[:5]._move_to("in_progress")


def multiply(case, times):
    """Copy them."""
    case._copy_rows(
        "portal_ticket",
        {"number": SQL("original.number || '-' || copy.number")},
        SQL("TRUE"),
        times,
    )
