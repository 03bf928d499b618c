from odoo import models


class PortalRemittance(models.Model):
    _inherit = "portal.remittance"

    def _note_refund(self, amount):
        """Store that money was given back; negative when it came back after all."""
        for remittance in self:
            received = (
                remittance._get_net_applied()
                + remittance.amount_on_account
                + remittance.amount_refunded
            )
            remittance.amount_refunded += amount
            remittance._read_applied(received)
            if amount < 0:
                remittance._judge()
                continue
            remittance._tell_refund(amount)
            is_settled = not remittance.currency_id.is_zero(
                remittance._get_net_applied() + remittance.amount_on_account
            )
            if not is_settled or (
                remittance.state == "exception"
                and not remittance._get_unallocated_items()
            ):
                remittance._close("refunded")

    def _tell_refund(self, amount):
        text = self.currency_id.format(amount)
        self._tell_payers(
            "payment_taken_back",
            lambda env, name, _total: env._(
                "%(amount)s of payment %(name)s were refunded.", amount=text, name=name
            ),
        )
