from odoo import models
from odoo.fields import Domain

from ...const import PAYABLE_TYPES
from ...tools.archive import DataSection, keys

INVOICES = Domain("move_type", "in", PAYABLE_TYPES)


class ResUsers(models.Model):
    _inherit = "res.users"

    def _get_portal_data_sections(self, own):
        """Extend: the invoices that the person sees."""
        return [
            *super()._get_portal_data_sections(own),
            DataSection(
                "invoices",
                "account.move",
                INVOICES,
                {
                    "number": "name",
                    "reference": "ref",
                    "customer": "partner_id",
                    "kind": "move_type",
                    "date": "invoice_date",
                    "due": "invoice_date_due",
                    "status": "payment_state",
                    **keys("amount_untaxed", "amount_tax", "amount_total"),
                    "currency": "currency_id.name",
                    "open": "amount_residual",
                },
            ),
            DataSection(
                "invoice_lines",
                "account.move.line",
                Domain("display_type", "=", "product"),
                {
                    "invoice": "move_id.name",
                    "text": "name",
                    **keys("quantity", "price_unit", "price_total"),
                },
            ),
        ]

    def _get_portal_data_papers(self):
        """Extend: those of invoices. Other files of an invoice may be for staff."""
        invoices = self.env["account.move"].search(INVOICES)
        # sudo: contacts may not read files as such; these are of what they read
        attachments = self.env["ir.attachment"].sudo()
        return super()._get_portal_data_papers() | attachments.search(
            Domain("res_model", "=", "account.move")
            & Domain("res_field", "=", "invoice_pdf_report_file")
            & Domain("res_id", "in", invoices.ids)
        )
