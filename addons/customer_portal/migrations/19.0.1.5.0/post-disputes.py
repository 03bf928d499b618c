"""Of the reasons that were there before, the seller's own open no dispute by itself."""

DISPUTES = (
    "short_payment_price",
    "short_payment_quantity",
    "short_payment_damaged",
    "short_payment_not_delivered",
    "short_payment_other",
)


def migrate(cr, _version):
    """Let only those open a dispute that came with the addon and say so."""
    cr.execute(
        """
        UPDATE portal_short_payment_reason
           SET is_dispute = EXISTS (
               SELECT FROM ir_model_data
                WHERE module = 'customer_portal'
                  AND model = 'portal.short.payment.reason'
                  AND name IN %s
                  AND res_id = portal_short_payment_reason.id)
        """,
        [DISPUTES],
    )
