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
        self._name_bank_account(invoice)
        remittance = self.env["portal.remittance"]._open(
            invoice.commercial_partner_id,
            payer.partner_id,
            {invoice: invoice.amount_residual},
        )
        today = remittance.create_date.date()
        # sudo: contacts change nothing themselves, as on the page
        remittance.with_user(payer).sudo()._announce(today + timedelta(days=2))

    def _name_bank_account(self, invoice):
        """Give the account that invoices print a number that banks know.

        It is the one that German banks print in examples.
        """
        accounts = self.env["res.partner.bank"]
        account = invoice.partner_bank_id or accounts.create(
            {"acc_number": "-", "partner_id": invoice.company_id.partner_id.id}
        )
        account.allow_out_payment = False  # only then its number can be changed
        account.write(
            {
                "acc_number": "DE89 3704 0044 0532 0130 00",
                "bank_id": self._ref("bank_harbour").id,
            }
        )
        account.allow_out_payment = True
