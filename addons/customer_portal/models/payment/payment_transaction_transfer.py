from odoo import models


class PaymentTransaction(models.Model):
    """Odoo's own wire transfer is a transfer that was announced."""

    _inherit = "payment.transaction"

    def _update_remittance_state(self):
        """Extend: a wire transfer holds its documents; no money is on its way yet.

        One of a remittance that was cancelled meanwhile holds nothing.
        """
        wires = self.filtered(
            lambda tx: (
                tx.portal_remittance_id
                and tx.provider_code == "custom"
                and tx.state == "pending"
            )
        )
        for remittance in wires.portal_remittance_id:
            remittance._lock_account()
            if remittance.state == "open":
                remittance._hold_for_transfer()
        return super(PaymentTransaction, self - wires)._update_remittance_state()
