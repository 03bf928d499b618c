"""The page of one order or quote: what it shows to whom, and what one does on it."""

import io
import re
from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time
from lxml import html
from pypdf import PdfReader

from odoo import Command, fields
from odoo.tools import SQL

from ..common import PortalHttpCommon
from ..role_case import RolesMixin

MOST_QUERIES = {"sale": 11, "sent": 7}


class TestOrderPage(RolesMixin, PortalHttpCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order = cls._create_order(client_order_ref="PO-77")
        cls.quote = cls._create_order(
            state="sent",
            require_signature=True,
            require_payment=False,
            validity_date=cls.today + timedelta(days=5),
        )

    def setUp(self):
        super().setUp()
        self._sign_in(self.buyer)

    def _open(self, order, query=""):
        page = self._get(f"/my/orders/{order.id}{query}")
        self.assertEqual(page.status_code, 200)
        return page

    def _get_token_query(self, order):
        return f"?access_token={order._portal_ensure_token()}"

    def _flush_tracking(self):
        self.env.flush_all()
        self.cr.precommit.run()

    # ------------------------------------------------------------
    # Page
    # ------------------------------------------------------------

    def test_order_in_our_words(self):
        page = self._open(self.order)
        self.assertEqual(self._get_figures(page, "order_total"), ["100.00"])
        self.assertEqual(self._get_figures(page, "line_amount"), ["100.00"])
        for text in ("PO-77", "Bolt M8", "assets_light", 'name="order_progress"'):
            with self.subTest(text):
                self.assertIn(text, page.text)
        for text in ("Sales Order", "Quotation", "Connect with your software"):
            with self.subTest(text):
                self.assertNotIn(text, page.text)

    def test_reference_can_be_corrected_by_who_may_change_orders(self):
        link = f'href="/my/orders/{self.order.id}/change#reference"'
        self.assertIn(link, self._open(self.order).text)
        self.assertIn("Correct reference", self._open(self.order).text)
        self.order.client_order_ref = False
        self.assertIn("Add reference", self._open(self.order).text)
        query = self._get_token_query(self.order)
        self._sign_in(None)
        self.assertNotIn(link, self._open(self.order, query).text)

    def test_sections_notes_and_taxes_as_on_paper(self):
        tax = self.env["account.tax"].create(
            {"name": "VAT 10%", "amount": 10.0, "company_id": self.company.id}
        )
        self.quote.order_line = [
            Command.create({"display_type": "line_section", "name": "Tools"}),
            Command.create(
                {
                    "product_id": self._get_product().id,
                    "name": "Saw",
                    "product_uom_qty": 2,
                    "price_unit": 5.0,
                    "discount": 10.0,
                    "tax_ids": [Command.set(tax.ids)],
                }
            ),
            Command.create({"display_type": "line_note", "name": "As agreed"}),
        ]
        page = self._open(self.quote)
        self.assertEqual(self._get_figures(page, "line_amount"), ["100.00", "9.00"])
        self.assertEqual(self._get_figures(page, "section_amount"), ["9.00"])
        self.assertEqual(self._get_figures(page, "lines_total"), ["109.90"])
        self.assertEqual(self._get_figures(page, "tax_total"), ["109.00", "0.90"])
        self.assertIn("As agreed", page.text)

    def test_section_without_its_prices_or_lines(self):
        section = {"display_type": "line_section", "name": "Kit"}
        part = {
            "product_id": self._get_product().id,
            "name": "Hidden part",
            "product_uom_qty": 1,
            "price_unit": 5.0,
            "tax_ids": [Command.clear()],
        }
        self.quote.order_line = [
            Command.create({**section, "collapse_composition": True}),
            Command.create(part),
        ]
        page = self._open(self.quote)
        self.assertNotIn("Hidden part", page.text)
        self.assertEqual(self._get_figures(page, "line_amount"), ["100.00", "5.00"])
        self.quote.order_line[-2].write(
            {"collapse_composition": False, "collapse_prices": True}
        )
        page = self._open(self.quote)
        self.assertIn("Hidden part", page.text)
        self.assertEqual(self._get_figures(page, "line_amount"), ["100.00"])

    def test_visitor_with_the_link_sees_the_order_and_nothing_of_people(self):
        self.env["portal.order.change"].sudo().search([]).unlink()
        query = self._get_token_query(self.order)
        self._sign_in(None)
        page = self._open(self.order, query)
        self.assertEqual(self._get_figures(page, "order_total"), ["100.00"])
        for text in ("/reorder", "/change", 'href="/my/orders"', "role does not"):
            with self.subTest(text):
                self.assertNotIn(text, page.text)
        missing = self._get(f"/my/orders/{self.order.id}?access_token=x")
        self.assertNotIn("PO-77", missing.text)

    def test_visitor_signs_in_first_where_people_decide(self):
        link = f'href="/web/login?redirect=/my/orders/{self.quote.id}"'
        query = self._get_token_query(self.quote)
        self._sign_in(None)
        page = self._open(self.quote, query)
        self.assertIn(link, page.text)
        self.assertNotIn(self.buyer.name, page.text)
        self.quote.validity_date = self.today - timedelta(days=1)
        self.assertNotIn(link, self._open(self.quote, query).text)
        self._sign_in(self.buyer)
        self.assertNotIn(link, self._open(self.quote).text)

    def test_odoo_s_page_by_the_setting(self):
        self.assertNotIn("quote_content", self._open(self.order).text)
        self.company.portal_order_page = "odoo"
        page = self._open(self.order)
        for text in ("quote_content", 'name="order_progress"', "PO-77"):
            with self.subTest(text):
                self.assertIn(text, page.text)

    def test_staff_see_the_page_with_the_way_back(self):
        self._sign_in(self.env.user)
        page = self._open(self.order)
        self.assertIn("Open in Odoo", page.text)

    # ------------------------------------------------------------
    # Quotes
    # ------------------------------------------------------------

    def test_quote_says_how_long_it_holds(self):
        page = self._open(self.quote)
        self.assertIn("5 more days", re.sub(r"<[^>]+>", "", page.text))
        self.assertIn("js_accept_json", page.text)
        self.assertNotIn("assets_light", page.text)
        self.quote.validity_date = self.today - timedelta(days=1)
        page = self._open(self.quote)
        self.assertIn("This quote expired on", page.text)
        self.assertNotIn("js_accept_json", page.text)
        self.assertNotIn('id="decline"', page.text)

    def test_quote_is_declined_with_a_reason(self):
        self._open(self.quote)
        answer = self._post(
            f"/my/orders/{self.quote.id}/decline", decline_message="Too late"
        )
        self.assertEqual(answer.status_code, 303)
        self.assertEqual(self.quote.state, "cancel")
        self.assertTrue(
            self.quote.message_ids.filtered(lambda one: "Too late" in one.body)
        )

    def test_a_cancelled_document_is_called_what_it_was(self):
        order = self._create_order(state="sent")
        # Odoo follows what changes after the transaction in which it was made.
        self._flush_tracking()
        tracked = {"tracking_disable": False, "mail_notrack": False}
        order.with_context(**tracked).action_confirm()
        self._flush_tracking()
        for document, word in ((self.quote, "quote"), (order, "order")):
            with self.subTest(word):
                document._action_cancel()
                page = self._open(document)
                heading = html.fromstring(page.content).xpath("string(//h1)").split()
                self.assertEqual(heading[:2], [word.capitalize(), document.name])
                self.assertIn(f"This {word} is cancelled.", page.text)
                paper = self._get(f"/my/orders/{document.id}?report_type=pdf").content
                text = PdfReader(io.BytesIO(paper)).pages[0].extract_text()
                self.assertIn(f"{word.capitalize()} {document.name}", text)

    def test_menu_marks_quotes_on_a_quote(self):
        for document, place in ((self.quote, "/my/quotes"), (self.order, "/my/orders")):
            for answer in (
                self._get(f"/my/orders/{document.id}"),
                self._post(f"/my/orders/{document.id}/message", body=" "),
            ):
                marked = html.fromstring(answer.content).xpath(
                    "//*[@id='cp_menu']//a[@aria-current]/@href"
                )
                self.assertEqual(marked, [place])

    def test_colleagues_who_may_sign_are_named(self):
        self._give_role(self.buyer, "viewer")
        signer = self._create_portal_user("signer", self.customer)
        self._give_role(signer, "administrator")
        page = self._open(self.quote)
        self.assertIn("role does not include accepting quotes", page.text)
        self.assertIn(signer.name, page.text)
        self.assertNotIn("js_accept_json", page.text)
        query = self._get_token_query(self.quote)
        self._sign_in(None)
        self.assertNotIn(signer.name, self._open(self.quote, query).text)

    def test_optional_products_are_chosen_by_odoo_s_script(self):
        self.quote.order_line = [
            Command.create(
                {"display_type": "line_section", "name": "Options", "is_optional": True}
            ),
            Command.create(
                {
                    "product_id": self._get_product().id,
                    "product_uom_qty": 0,
                    "price_unit": 5.0,
                }
            ),
        ]
        option = self.quote.order_line[-1]
        page = self._open(self.quote)
        self.assertIn("js_update_line_json", page.text)
        self.assertIn(f'data-line-id="{option.id}"', page.text)
        self._give_role(self.buyer, "viewer")
        self.assertNotIn("js_update_line_json", self._open(self.quote).text)

    # ------------------------------------------------------------
    # Messages
    # ------------------------------------------------------------

    def test_message_is_sent_once(self):
        path = f"/my/orders/{self.order.id}/message"
        form = {"body": "When does it come?", "request_key": "a" * 32}
        for _time in range(2):
            answer = self._post(path, **form)
            self.assertEqual(answer.status_code, 303)
        [message] = self.order._get_portal_messages()
        self.assertEqual(message.author_id, self.buyer.partner_id)
        self.assertIn("When does it come?", self._open(self.order).text)
        empty = self._post(path, body="  ", request_key="b" * 32)
        self.assertEqual(empty.status_code, 422)
        self.assertIn("Write something first.", empty.text)

    def test_file_of_a_message_is_only_for_who_sees_the_order(self):
        message = self.order.message_post(
            body="Here",
            attachments=[("a.txt", b"abc")],
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
        path = f"/my/orders/{self.order.id}/files/{message.attachment_ids.id}"
        self.assertEqual(self._get(path).content, b"abc")
        other = f"/my/orders/{self.quote.id}/files/{message.attachment_ids.id}"
        self.assertEqual(self._get(other).status_code, 404)
        self._sign_in(self.stranger)
        self.assertEqual(self._get(path).status_code, 404)

    # ------------------------------------------------------------
    # What is promised
    # ------------------------------------------------------------

    def test_promises(self):
        """A table of cases: what the page says of when the rest comes."""
        made = fields.Datetime.to_datetime("2027-03-01 22:30:00")
        for name, values, zone, promised in (
            ("nothing is known", {}, "UTC", None),
            ("the moment of ordering", {"lead": 0.0}, "UTC", None),
            ("a lead time", {"lead": 4.0}, "UTC", "03/05/2027"),
            ("a lead time, further east", {"lead": 4.0}, "Asia/Tokyo", "03/06/2027"),
            (
                "a promised date comes first",
                {"lead": 4.0, "promised": "2027-04-20 10:00:00"},
                "UTC",
                "04/20/2027",
            ),
        ):
            with self.subTest(name), freeze_time(made):
                order = self._create_order(
                    commitment_date=values.get("promised"), state="draft"
                )
                order.order_line.customer_lead = values.get("lead", 0.0)
                order.action_confirm()
                user = self.buyer
                user.tz = zone
                seen = order.with_context(tz=zone)
                [row] = seen._get_portal_progress()
                day = row["promised"] and fields.Datetime.context_timestamp(
                    seen, row["promised"]
                ).strftime("%m/%d/%Y")
                self.assertEqual(day, promised)
                self.assertFalse(row["is_late"])

    def test_what_is_no_product_does_not_wait(self):
        product = self.env["product.product"].create
        service = product(
            {"name": "Setup", "type": "service", "invoice_policy": "order"}
        )
        self.order.order_line = [
            Command.create({"product_id": service.id, "price_unit": 5.0}),
            Command.create({"product_id": self._get_product().id, "price_unit": -5.0}),
        ]
        names = [row["name"] for row in self.order._get_portal_progress()]
        self.assertEqual(names, [self.order.order_line[0]._get_portal_name()])

    # ------------------------------------------------------------
    # Cost
    # ------------------------------------------------------------

    def test_cost_does_not_grow_with_the_lines(self):
        lines = [
            Command.create({"product_id": self._get_product().id, "price_unit": 1.0})
            for _number in range(40)
        ]
        for state in ("sale", "sent"):
            short = self._create_order(state=state, require_signature=True)
            long = self._create_order(state=state, require_signature=True)
            long.order_line = lines
            if state == "sale":
                (short | long)._create_invoices().action_post()
            counts = [self._count(order) for order in (short, long)]
            with self.subTest(state, counts=counts):
                self.assertLessEqual(counts[1], counts[0])
                self.assertLessEqual(max(counts), MOST_QUERIES[state])

    def _count(self, order):
        """Return the queries of a warm request, which writes nothing."""
        order._portal_ensure_token()
        self._open(order)
        self.env.flush_all()
        self.env.invalidate_all()
        statements = []
        execute = type(self.env.cr).execute

        def record(cursor, query, *args, **kwargs):
            text = query.code if isinstance(query, SQL) else str(query)
            statements.append(" ".join(text.split()))
            return execute(cursor, query, *args, **kwargs)

        before = self.env.cr.sql_log_count
        with patch.object(type(self.env.cr), "execute", record):
            self._open(order)
        writes = ("INSERT", "UPDATE", "DELETE")
        self.assertTrue(statements)
        self.assertFalse([text for text in statements if text.startswith(writes)])
        return self.env.cr.sql_log_count - before
