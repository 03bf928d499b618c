"""A payment that came out other than chosen, for the desk of accounting."""

from odoo import Command, api, fields, models


class PortalDemo(models.AbstractModel):
    _inherit = "portal.demo"

    @api.model
    def _load_desk(self):
        """Let a customer pay two invoices, one of which was paid meanwhile."""
        demo = self.with_company(self.env.ref("base.main_company")).with_context(
            mail_notrack=True,
            tracking_disable=True,
            demo_today=fields.Date.context_today(self),
        )
        first = demo._create_desk_invoice(240.0)
        second = demo._create_desk_invoice(310.5)
        remittance = demo.env["portal.remittance"]._open(
            demo._ref("cedar_retail"),
            demo._ref("cedar_admin"),
            {first: 240.0, second: 310.5},
        )
        demo._pay(first, 1)
        journal = demo.env["account.journal"].search(
            [("type", "=", "bank"), ("company_id", "=", demo.env.company.id)], limit=1
        )
        line = journal._get_available_payment_method_lines("inbound")[:1]
        remittance._receive(550.5, line)
        demo._name_records({"remittance_cedar_twice": remittance})

    def _create_desk_invoice(self, amount):
        invoice = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self._ref("cedar_retail").id,
                "invoice_date": self._day(6),
                "invoice_date_due": self._day(1),
                "invoice_payment_term_id": False,
                "invoice_line_ids": [
                    Command.create(
                        {
                            "name": "Shelf brackets",
                            "price_unit": amount,
                            "tax_ids": [Command.clear()],
                        }
                    )
                ],
            }
        )
        invoice.action_post()
        return invoice
