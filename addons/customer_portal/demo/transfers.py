"""The seller's bank account, and a bank transfer that a customer announced."""

from datetime import timedelta

from odoo import api, models


class PortalDemo(models.AbstractModel):
    _inherit = "portal.demo"

    @api.model
    def _load_transfers(self):
        """Announce that the payer of Alder Works sends euros in two days."""
        payer = self._ref("user_alder_payable")
        invoice = self._ref("invoice_alder_not_due_euro")
        remittance = self.env["portal.remittance"]._open(
            invoice.commercial_partner_id,
            payer.partner_id,
            {invoice: invoice.amount_residual},
        )
        today = remittance.create_date.date()
        # sudo: contacts change nothing themselves, as on the page
        remittance.with_user(payer).sudo()._announce(today + timedelta(days=2))
