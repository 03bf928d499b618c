from odoo import api, fields, models
from odoo.tools import SQL


class PortalPaymentClaim(models.Model):
    """One payment at a provider pays one transaction.

    The reference that a provider gives is claimed by the first transaction that
    reports it, so that one card payment cannot settle two invoices.
    """

    _name = "portal.payment.claim"
    _description = "Claim on a provider's payment"

    provider_id = fields.Many2one("payment.provider", required=True)
    provider_reference = fields.Char(required=True)
    transaction_id = fields.Many2one(
        "payment.transaction", required=True, ondelete="cascade", index=True
    )

    _provider_reference_unique = models.UniqueIndex("(provider_id, provider_reference)")

    @api.model
    def _claim(self, transaction):
        """Return whether the provider's payment belongs to this transaction.

        A claim committed by another request after this one began raises a
        serialization failure, upon which Odoo runs this request again.
        """
        values = {
            "provider": transaction.provider_id.id,
            "reference": transaction.provider_reference,
            "transaction": transaction.id,
        }
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO portal_payment_claim
                            (provider_id, provider_reference, transaction_id)
                     VALUES (%(provider)s, %(reference)s, %(transaction)s)
                ON CONFLICT (provider_id, provider_reference) DO NOTHING
                """,
                **values,
            ),
            log_exceptions=False,
        )
        [(owner_id,)] = self.env.execute_query(
            SQL(
                """
                SELECT transaction_id FROM portal_payment_claim
                 WHERE provider_id = %(provider)s
                   AND provider_reference = %(reference)s
                """,
                **values,
            )
        )
        return owner_id == transaction.id
