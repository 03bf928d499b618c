"""The events that were there before get the heading that they have on the page."""

SUBJECTS = {
    "document": (
        "document_added",
        "document_expiring",
        "document_requested",
        "document_sent",
    ),
    "order": (
        "order_handed_over",
        "order_changed",
        "order_change_answered",
    ),
    "company": (
        "company_change_asked",
        "company_change_answered",
        "address_changed",
    ),
    "billing": (
        "transfer_received",
        "transfer_expiring",
        "payment_booked",
        "payment_taken_back",
    ),
}


def migrate(cr, _version):
    """Set it where nobody has set another one."""
    for subject, codes in SUBJECTS.items():
        cr.execute(
            """
            UPDATE portal_notification_event SET subject = %s
             WHERE subject = 'other' AND code IN %s
            """,
            [subject, codes],
        )
