"""What the leak test of the core reads and calls here: tickets and their messages."""

PERMISSIONS = ("see_tickets", "open_tickets")
GUARDED = ("portal.ticket",)
KINDS = {"ticket": []}
ADDRESSES = {
    "/my/tickets/<int:ticket_id>": [
        "/my/tickets/{ticket}",
        "/my/tickets/{ticket}?messages=all",
    ],
    "/my/tickets/<int:ticket_id>/files/<int:file_id>": [
        "/my/tickets/1/files/{attachment}",
        "/my/tickets/{ticket}/files/77777777",
    ],
    "/my/tickets/rating/<string:token>": ["/my/tickets/rating/x"],
    **{
        f"/my/tickets/<int:ticket_id>/{action}": [f"/my/tickets/{{ticket}}/{action}"]
        for action in (
            "cancel",
            "escalate",
            "message",
            "rating",
            "reopen",
            "share",
            "solve",
            "unshare",
        )
    },
    "/my/tickets/new/<int:request_type>": [
        "/my/tickets/new?order={order}",
        "/my/tickets/new?invoice={invoice}&all=1",
        "/my/tickets/new/1",
        "/my/tickets/new/1?order={order}",
        "/my/tickets/new/2?invoice={invoice}",
        "/my/tickets/new/2?order={order}",
    ],
    "/my/tickets/new/message/<int:message_id>": ["/my/tickets/new/message/{message}"],
}
LISTS = (
    "/my/tickets?filterby=all&limit=100",
    "/my/tickets?filterby=all&search=CANARY",
    "/my/tickets?search=CANARY&people=mine",
    "/my/tickets/new/suggestions?q=CANARY",
    "/my/tickets/new/suggestions?q=What+became+of+CANARI",
)
TICKET = {"thread_model": "portal.ticket", "thread_id": "{ticket}"}
CALLS = {
    "/mail/chatter_fetch": [TICKET],
    "/portal/chatter_init": [TICKET],
    "/mail/thread/messages": [TICKET],
    "/mail/data": [
        {
            "fetch_params": [
                [
                    "mail.thread",
                    {**TICKET, "request_list": ["attachments", "followers"]},
                ]
            ]
        }
    ],
}


def add_papers(case, partner, _person, key, **who):
    """Create a ticket of a customer: words of both sides, a note, and files."""
    canary = f"CANARY-TICKET-{key}"
    team = case.env["portal.ticket.team"].search(
        [("company_id", "=", case.company.id)], limit=1
    ) or case.env["portal.ticket.team"].create(
        {"name": "Desk", "company_id": case.company.id}
    )
    ticket = case.env["portal.ticket"].create(
        {
            "subject": canary,
            "description": f"<p>{canary} asks</p>",
            "partner_id": partner.id,
            "team_id": team.id,
            "email_cc": f"CANARY-CC-{key}@elsewhere.example",
        }
    )
    case._add("ticket", ticket, canary, "see_tickets", **who)
    case._add_message(ticket, key, "see_tickets", **who)
    # What staff put beside it, and who was in copy, are for staff.
    file = case.env["ir.attachment"].create(
        {
            "name": f"CANARY-FILE-OF-STAFF-{key}.txt",
            "raw": b"x",
            "res_model": ticket._name,
            "res_id": ticket.id,
        }
    )
    case._add("attachment", file, file.name, None, **who)
    note = ticket.message_post(
        body="Careful.",
        attachments=[(f"CANARY-FILE-OF-NOTE-{key}.txt", b"x")],
        subtype_xmlid="mail.mt_note",
    ).attachment_ids
    case._add("attachment", note, note.name, None, **who)
    case._add("ticket of staff", ticket, ticket.email_cc, None, **who)
