"""What the demo company and its customers share: price lists, contracts, drawings."""

import io
from datetime import timedelta

from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from odoo import api, fields, models
from odoo.fields import Command

from .documents import SILENT


class PortalDemo(models.AbstractModel):
    _inherit = "portal.demo"

    @api.model
    def _load_shared_documents(self):
        """Share documents of each kind, ask for one, and receive one."""
        demo = self.with_company(self.env.ref("base.main_company")).with_context(
            **SILENT, demo_today=fields.Date.context_today(self)
        )
        alder = demo._ref("alder_works")
        tag = demo.env["res.partner.category"].create({"name": "Industry"})
        alder.category_id |= tag
        prices = demo._share("price_list", "Price list", "all", ends_in=220)
        prices._add_version(
            "price-list-2.pdf",
            demo._draw("Price list", "With the new fixings"),
            "New fixings; work gloves cost less.",
        )
        demo._share("price_list", "Price list of last year", "all", ends_in=-40)
        demo._share(
            "certificate",
            "ISO 9001 certificate",
            "tags",
            ends_in=400,
            category_ids=[Command.set(tag.ids)],
        )
        demo._share(
            "contract",
            "Framework contract",
            "customer",
            ends_in=18,
            partner_id=alder.id,
            include_branches=True,
            description="Prices and delivery terms for Alder Works and its branches.",
        )
        demo._share(
            "manual",
            "Manual of the cordless drill",
            "product",
            product_tmpl_ids=[
                Command.set(demo._ref("product_cordless_drill").product_tmpl_id.ids)
            ],
        )
        demo._ask(alder, "tax_exemption", "Tax exemption certificate", days=6)
        demo._ask(
            demo._ref("birch_supply"), "contract", "Signed framework contract", days=-2
        )
        buyer = demo._ref("user_alder_buyer")
        drawing = demo._draw("Bracket, special size", "Drawing 4711, revision B")
        # sudo: as the portal does for people of customers
        demo.with_user(buyer).env["portal.document"].sudo()._receive(
            alder,
            {
                "name": "Bracket, special size",
                "kind_id": demo._ref("kind_drawing").id,
            },
            "bracket-4711-b.pdf",
            drawing,
            "Please quote 200 pieces.",
        )

    def _share(self, kind, name, audience, ends_in=None, **values):
        """Return a document of the seller with its first version."""
        day = self._day(-ends_in) if ends_in else False
        document = self.env["portal.document"].create(
            {
                "name": name,
                "kind_id": self._ref(f"kind_{kind}").id,
                "audience": audience,
                "valid_until": day,
                "user_id": self._ref("user_sales").id,
                **values,
            }
        )
        file_name = f"{name.lower().replace(' ', '-')}.pdf"
        document._add_version(file_name, self._draw(name, "Harbour Supply"))
        return document

    def _ask(self, customer, kind, name, days):
        self.env["portal.document.request"].create(
            {
                "name": name,
                "kind_id": self._ref(f"kind_{kind}").id,
                "partner_id": customer.id,
                "due_date": self._day(0) + timedelta(days=days),
                "user_id": self._ref("user_sales").id,
                "description": "We need it for our books. A scan is enough.",
            }
        )

    @staticmethod
    def _draw(title, text):
        """Return a PDF of one page."""
        stream = io.BytesIO()
        canvas = Canvas(stream, pagesize=A4)
        canvas.setTitle(title)
        canvas.setFont("Helvetica-Bold", 22)
        canvas.drawString(72, 740, title)
        canvas.setFont("Helvetica", 12)
        canvas.drawString(72, 710, text)
        canvas.save()
        return stream.getvalue()
