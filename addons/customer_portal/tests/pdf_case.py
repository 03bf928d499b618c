"""Papers as PDF, and what stands in them."""

import io

from pypdf import PdfReader

from odoo import Command
from odoo.tools import format_amount

from .common import PortalCommon

INVOICE = "account.account_invoices"


class PdfCommon(PortalCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.reports = cls.env["ir.actions.report"]
        cls.customer = cls.env["res.partner"].create(
            {
                "name": "Northwind",
                "is_company": True,
                "email": "office@northwind.example",
            }
        )

    @classmethod
    def _create_invoice_of(cls, lines, **values):
        """Create a posted invoice of (description, price) pairs, without taxes."""
        invoice = cls.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": cls.customer.id,
                "invoice_date": "2026-11-02",
                "invoice_line_ids": [
                    Command.create(
                        {"name": name, "price_unit": price, "tax_ids": False}
                    )
                    for name, price in lines
                ],
                **values,
            }
        )
        invoice.action_post()
        return invoice

    def _draw(self, report_ref, records):
        return self.reports._render_qweb_pdf(report_ref, records.ids)[0]

    def _read_pages(self, pdf):
        """Return the text of each page; spaces that keep words together are spaces."""
        pages = PdfReader(io.BytesIO(pdf)).pages
        return [
            page.extract_text().replace("\N{NO-BREAK SPACE}", " ") for page in pages
        ]

    def _read(self, pdf):
        return "\n".join(self._read_pages(pdf))

    def _format(self, amount, currency):
        text = format_amount(self.env, abs(amount), currency)
        text = f"-{text}" if amount < 0 else text
        return text.replace("\N{NO-BREAK SPACE}", " ").replace("\ufeff", "")

    def _create_remittance(self, amounts, settled_on=False):
        """Create a remittance that applied what was asked for, if settled."""
        return (
            self.env["portal.remittance"]
            .sudo()
            .create(
                {
                    "name": "REM/0001",
                    "partner_id": self.customer.id,
                    "payer_id": self.customer.id,
                    "company_id": self.company_data["company"].id,
                    "currency_id": self.company_data["currency"].id,
                    "settled_on": settled_on,
                    "line_ids": [
                        Command.create(
                            {
                                "move_id": document.id,
                                "kind": "credit"
                                if "refund" in document.move_type
                                else "invoice",
                                "amount_requested": amount,
                                "amount_applied": amount if settled_on else 0,
                            }
                        )
                        for document, amount in amounts.items()
                    ],
                }
            )
        )
