"""What the leak test of the core reads and calls here: tickets and their messages."""

PERMISSIONS = ("see_tickets", "open_tickets")
GUARDED = ("portal.ticket",)
KINDS = {"ticket": []}


def add_papers(case, partner, _person, key, **who):
    """Create a ticket of a customer, with a word of the customer on it."""
    canary = f"CANARY-TICKET-{key}"
    team = case.env["portal.ticket.team"].search(
        [("company_id", "=", case.company.id)], limit=1
    ) or case.env["portal.ticket.team"].create(
        {"name": "Desk", "company_id": case.company.id}
    )
    ticket = case.env["portal.ticket"].create(
        {"subject": canary, "partner_id": partner.id, "team_id": team.id}
    )
    case._add("ticket", ticket, canary, "see_tickets", **who)
