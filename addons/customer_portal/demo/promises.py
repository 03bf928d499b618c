"""Promises to pay of a customer: one that is open, one kept and one broken."""

from datetime import datetime, time, timedelta

from odoo import Command, api, models


class PortalDemo(models.AbstractModel):
    _inherit = "portal.demo"

    @api.model
    def _load_promises(self):
        """Let the payer of Alder Works promise what is overdue."""
        self.env.ref("base.main_company").portal_promises = True
        payer = self._ref("user_alder_payable")
        invoice = self._ref("invoice_alder_overdue_1_30")
        day = invoice.company_id._get_accounting_day() + timedelta(days=5)
        self.env["portal.promise"]._make(
            invoice.commercial_partner_id, invoice, day, user=payer
        )
        kept = self._promise_before("alder_32", 26, 19)
        broken = self._promise_before("alder_overdue_61_90", 20, 12)
        (kept | broken)._settle()

    def _promise_before(self, key, made, promised):
        """Return a promise of all of an invoice, made and due so many days ago."""
        invoice = self._ref(f"invoice_{key}")
        today = invoice.company_id._get_accounting_day()
        made_day = today - timedelta(days=made)
        day = today - timedelta(days=promised)
        return self.env["portal.promise"].create(
            {
                "partner_id": invoice.commercial_partner_id.id,
                "company_id": invoice.company_id.id,
                "currency_id": invoice.currency_id.id,
                "amount": invoice.amount_total,
                "day": day,
                "last_day": day,
                "since": made_day,
                "made_on": datetime.combine(made_day, time(10)),
                "user_id": self._ref("user_alder_payable").id,
                "line_ids": [
                    Command.create(
                        {
                            "move_id": invoice.id,
                            "amount": invoice.amount_total,
                            "open_before": invoice.amount_total,
                            "is_open": True,
                        }
                    )
                ],
            }
        )
