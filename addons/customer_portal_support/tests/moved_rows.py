"""Tickets stay with the customer of their day."""


def add_moved_papers(case, contact):
    """Return a ticket of a contact."""
    team = case.env["portal.ticket.team"].create(
        {"name": "Desk", "company_id": case.company.id}
    )
    ticket = case.env["portal.ticket"].create(
        {"subject": "Bolts", "partner_id": contact.id, "team_id": team.id}
    )
    return {"ticket": ticket}
