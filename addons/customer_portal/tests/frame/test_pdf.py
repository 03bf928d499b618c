"""PDFs: what stands in them, and that core reaches our engine on each of its ways."""

import io
from base64 import b64encode
from types import SimpleNamespace
from unittest.mock import patch

from PIL import Image
from pypdf import PdfReader

from odoo import Command
from odoo.tests import HttpCase, new_test_user, tagged

from ...report import document as kit
from ...report import receipt
from ...report.fonts import get_typeface
from ...report.invoice import draw as draw_invoice
from ...report.order import draw as draw_order
from ...report.plain_text import plain_text
from ..pdf_case import INVOICE, PdfCommon

CORE = "odoo.addons.base.models.ir_actions_report.IrActionsReport"
ALPHABETS = (
    "Žalgirio Šviesa ir Ąžuolai, UAB: ėjęs į ūkį",
    "Příliš žluťoučký kůň úpěl ďábelské ódy",
    "Αθηναϊκή Εταιρεία Ψωμιού",
)


@tagged("post_install", "-at_install")
class TestPdf(PdfCommon):
    def test_prints_the_alphabets_of_its_countries(self):
        for name in ALPHABETS:
            with self.subTest(name):
                self.customer.name = name
                invoice = self._create_invoice_of([(f"{name} ≥ 5 € → 2", 10)])
                pdf = self._draw(INVOICE, invoice)
                text = self._read(pdf).replace("\n", " ")
                self.assertEqual(text.count(name), 2)
                self.assertIn(f"{name} ≥ 5 € → 2", text)

    def test_embeds_every_font(self):
        pdf = self._draw(INVOICE, self._create_invoice_of([("Cable → blue", 10)]))
        resources = PdfReader(io.BytesIO(pdf)).pages[0]["/Resources"]
        fonts = [font.get_object() for font in resources["/Font"].values()]
        self.assertEqual(
            {font["/BaseFont"].partition("+")[2] for font in fonts},
            {"NotoSans-Regular", "NotoSans-Bold", "DejaVuSans"},
        )
        for font in fonts:
            self.assertIn("/FontFile2", font["/FontDescriptor"])

    def test_repeats_the_header_and_numbers_the_pages(self):
        names = [f"Article {number:03}" for number in range(200)]
        invoice = self._create_invoice_of([(name, 1) for name in names])
        pages = self._read_pages(self._draw(INVOICE, invoice))
        self.assertGreater(len(pages), 3)
        for number, page in enumerate(pages, start=1):
            self.assertIn(f"Page {number} / {len(pages)}", page)
            # The totals may stand alone on the last page.
            self.assertEqual("Unit Price" in page, "Article" in page)
        text = "\n".join(pages)
        self.assertEqual([text.count(name) for name in names], [1] * 200)

    def test_prints_what_was_paid_and_what_is_due(self):
        invoice = self._create_invoice_of([("Cable", 1234.5)])
        self._register_payment(invoice, amount=1000.0, payment_date="2026-11-10")
        self.assertEqual(invoice.amount_residual, 234.5)
        total, due, paid = (
            self._format(amount, invoice.currency_id)
            for amount in (1234.5, 234.5, 1000)
        )
        with_payments = self._read(self._draw(INVOICE, invoice))
        self.assertIn(f"Total\n{total}", with_payments)
        self.assertIn(paid, with_payments)
        self.assertIn(f"Amount Due\n{due}", with_payments)
        without = self._read(self._draw("account.report_invoice", invoice))
        self.assertIn(f"Total\n{total}", without)
        self.assertNotIn("Amount Due", without)

    def test_long_invoice_says_on_page_one_what_is_due_and_how_to_pay(self):
        bank = self.env["res.partner.bank"].create(
            {
                "acc_number": "DE89 3704 0044 0532 0130 00",
                "partner_id": self.company.partner_id.id,
            }
        )
        lines = [(f"Article {number:03}", 1) for number in range(60)]
        invoice = self._create_invoice_of(lines, partner_bank_id=bank.id)
        words = (
            "How to pay",
            f"Total\n{self._format(60, invoice.currency_id)}",
            bank.acc_number,
            invoice.payment_reference,
        )
        first, *others = self._read_pages(self._draw(INVOICE, invoice))
        self.assertTrue(others)
        for word in words:
            self.assertIn(word, first.replace("Total\nDue Date\n", "Total\n"))
        short = self._create_invoice_of(lines[:3], partner_bank_id=bank.id)
        [page] = self._read_pages(self._draw(INVOICE, short))
        self.assertEqual(page.count("How to pay"), 1)
        self.assertLess(page.index("Article 002"), page.index("How to pay"))

    def test_nobody_is_asked_to_pay_what_is_settled_or_a_credit(self):
        invoice = self._create_invoice_of([("Cable", 10)])
        self.assertIn("How to pay", self._read(self._draw(INVOICE, invoice)))
        credit = self._reverse_invoice(invoice, post=True)
        for document in (invoice, credit):
            text = self._read(self._draw(INVOICE, document))
            self.assertNotIn("How to pay", text)

    def test_names_whom_it_is_for_and_the_sellers_numbers(self):
        self.company.write(
            {
                "vat": "US12-3456789",
                "phone": "+1 207-555-0140",
                "email": "office@seller.example",
                "company_registry": "4711-REG",
                "report_footer": False,
            }
        )
        yard = self.env["res.partner"].create(
            {"name": "Yard", "type": "delivery", "parent_id": self.customer.id}
        )
        invoice = self._create_invoice_of([("Cable", 10)], partner_shipping_id=yard.id)
        order = self._create_order_of_products(1)
        remittance = self._create_remittance({invoice: 10})
        numbers = ("US12-3456789", "+1 207-555-0140", "office@seller.example")
        for pdf, words in (
            (self._draw(INVOICE, invoice), ("Bill to", "Ship to", "4711-REG")),
            (self._draw("sale.report_saleorder", order), ("Customer", "4711-REG")),
            (receipt.draw(remittance), ("Customer", "4711-REG")),
        ):
            text = self._read(pdf)
            for word in numbers + words:
                with self.subTest(word):
                    self.assertIn(word, text)

    def test_names_taxes_discounts_and_their_columns_only_if_any(self):
        plain = self._read(
            self._draw(INVOICE, self._create_invoice_of([("Cable", 10)]))
        )
        self.assertNotIn("Disc.%", plain)
        self.assertNotIn("Taxes", plain)
        tax = self.percent_tax(21, invoice_label="VAT 21%")
        line = {"name": "Cable", "price_unit": 10, "discount": 12.5, "tax_ids": tax.ids}
        invoice = self._create_invoice_of([], invoice_line_ids=[Command.create(line)])
        text = self._read(self._draw(INVOICE, invoice))
        for word in ("Disc.%", "12.50", "Taxes", "VAT 21%"):
            self.assertIn(word, text)
        self.assertIn(self._format(invoice.amount_tax, invoice.currency_id), text)

    def test_prints_markup_as_it_is(self):
        name = '<b>bold</b> <img src="http://127.0.0.1:9/x.png"/> & Co &amp; </para>'
        self.customer.name = name
        invoice = self._create_invoice_of([(name, 10)], ref="<i>4711</i>")
        text = self._read(self._draw(INVOICE, invoice)).replace("\n", " ")
        self.assertEqual(text.count(name), 2)
        self.assertIn("<i>4711</i>", text)

    def test_splits_a_row_taller_than_a_page(self):
        words = [f"word{number:04}" for number in range(300)]
        invoice = self._create_invoice_of(
            [("Cable", 10), ("\n".join(words), 77.77), ("W" * 900, 5)]
        )
        pages = self._read_pages(self._draw(INVOICE, invoice))
        self.assertGreater(len(pages), 3)
        text = "\n".join(pages)
        self.assertEqual([text.count(word) for word in words], [1] * 300)
        self.assertEqual(text.count("W"), 900)

    def test_lets_no_figure_wrap(self):
        invoice = self._create_invoice_of([("Cable", 98765432109.87)])
        text = self._read(self._draw(INVOICE, invoice))
        self.assertIn(self._format(98765432109.87, invoice.currency_id), text)

    def test_prints_without_a_readable_logo(self):
        partner = self.company_data["company"].partner_id
        invoice = self._create_invoice_of([("Cable", 10)])
        stream = io.BytesIO()
        Image.new("RGBA", (64, 32), "red").save(stream, "PNG")
        partner.image_1920 = b64encode(stream.getvalue())
        self.assertEqual(self._count_images(invoice), 1)
        logo = self.env["ir.attachment"].search(
            [
                ("res_model", "=", "res.partner"),
                ("res_id", "=", partner.id),
                ("res_field", "=", "image_512"),
            ]
        )
        for raw in (b"", b"not a picture", b"<svg/>"):
            with self.subTest(raw):
                logo.raw = raw
                self.env.invalidate_all()
                self.assertEqual(self._count_images(invoice), 0)

    def _count_images(self, invoice):
        page = PdfReader(io.BytesIO(self._draw(INVOICE, invoice))).pages[0]
        return len(page.images)

    def test_names_drafts_pro_formas_and_credit_notes(self):
        invoice = self._create_invoice_of([("Cable", 10)])
        credit = self._reverse_invoice(invoice)
        proforma = self.reports.with_context(proforma_invoice=True)
        self.assertIn(
            f"Invoice {invoice.name}", self._read(self._draw(INVOICE, invoice))
        )
        self.assertIn("Draft Credit Note", self._read(self._draw(INVOICE, credit)))
        self.assertIn(
            f"Proforma Invoice {invoice.name}",
            self._read(proforma._render_qweb_pdf(INVOICE, invoice.ids)[0]),
        )

    def test_prints_each_of_several_invoices(self):
        invoices = self._create_invoice_of([("Cable", 1)])
        invoices += self._create_invoice_of([("Lamp", 2)])
        pages = self._read_pages(self._draw(INVOICE, invoices))
        self.assertEqual(len(pages), 2)
        for page, invoice in zip(pages, invoices, strict=True):
            self.assertIn(f"Invoice {invoice.name}", page)

    def test_serves_a_stored_legal_pdf_as_it_is(self):
        invoice = self._create_invoice_of([("Cable", 10)])
        invoice.invoice_pdf_report_file = b64encode(b"%PDF-1.4 as it was sent")
        with patch.object(kit.Document, "render", side_effect=AssertionError):
            for report_ref in (INVOICE, "account.report_invoice"):
                self.assertEqual(
                    self._draw(report_ref, invoice), b"%PDF-1.4 as it was sent"
                )
        other = self._create_invoice_of([("Lamp", 10)])
        streams, _kind = self.reports._pre_render_qweb_pdf(
            INVOICE, (other + invoice).ids
        )
        self.assertEqual(list(streams), [other.id, invoice.id])
        self.assertEqual(
            streams[invoice.id]["stream"].getvalue(), b"%PDF-1.4 as it was sent"
        )
        self.assertIn(other.name, self._read(streams[other.id]["stream"].getvalue()))

    def test_stores_and_reuses_attachments_as_core_does(self):
        report = self.env.ref(INVOICE)
        report.write({"attachment": "'kept.pdf'", "attachment_use": True})
        invoice = self._create_invoice_of([("Cable", 10)])
        drawn = self._draw(INVOICE, invoice)
        stored = report.retrieve_attachment(invoice)
        self.assertEqual(stored.raw, drawn)
        with patch.object(kit.Document, "render", side_effect=AssertionError):
            self.assertEqual(self._draw(INVOICE, invoice), drawn)

    def test_leaves_layouts_of_a_country_to_core(self):
        invoice = self._create_invoice_of([("Cable", 10)])
        self.assertTrue(self.reports._is_portal_pdf(INVOICE, invoice.ids))
        with patch.object(
            type(invoice), "_get_name_invoice_report", return_value="l10n_xx.layout"
        ):
            self.assertFalse(self.reports._is_portal_pdf(INVOICE, invoice.ids))

    def test_layout_of_the_seller_holds(self):
        """DIN 5008 and others are core's to print; what cannot be printed is said."""
        invoice = self._create_invoice_of([("Cable", 10)])
        base = self.env.ref("web.external_layout_bold")
        other = base.copy({"key": "l10n_din5008.external_layout_din5008"})
        order = self._create_order_of_products(1)
        for layout, state, ours, said in (
            (base, "ok", True, False),
            (base, "install", True, False),
            (other, "ok", False, "in your document layout"),
            (other, "install", True, "needs wkhtmltopdf"),
        ):
            self.company.external_report_layout_id = layout
            with (
                self.subTest(layout.key, state=state),
                patch(f"{CORE}.get_wkhtmltopdf_state", return_value=state),
            ):
                self.assertIs(self.reports._is_portal_pdf(INVOICE, invoice.ids), ours)
                self.assertIs(
                    self.reports._is_portal_pdf("sale.report_saleorder", order.ids),
                    ours,
                )
                settings = self.env["res.config.settings"].new(
                    {"company_id": self.company.id}
                )
                notice = settings.portal_layout_notice
                self.assertIn(said, notice) if said else self.assertFalse(notice)

    def test_code_of_the_link_leads_to_the_page_that_pays(self):
        invoice = self._create_posted_invoice(10.0)
        words = "Scan this code to pay online"
        self.assertNotIn(words, self._read(self._draw(INVOICE, invoice)))
        self.company.link_qr_code = True
        invoice.invalidate_recordset(["display_link_qr_code"])
        codes = []
        draw = kit.Document.qr_code

        def watch(document, value):
            codes.append(value)
            return draw(document, value)

        with patch.object(kit.Document, "qr_code", watch):
            text = self._read(self._draw(INVOICE, invoice)).replace("\n", " ")
            self.assertIn(words, text)
            parameters = self.env["ir.config_parameter"]
            parameters.set_param("customer_portal.pay_link", "no")
            self._draw(INVOICE, invoice)
            self._register_payment(invoice)
            self._draw(INVOICE, invoice)
        link, page = codes
        token = link.rpartition("/pay/")[2]
        self.assertEqual(self.env["portal.pay.link"]._read(token).move, invoice)
        self.assertTrue(page.endswith(f"/my/invoices/{invoice.id}"))

    def test_lets_wkhtmltopdf_draw_where_it_is_wanted_and_safe(self):
        invoice = self._create_invoice_of([("Cable", 10)])
        cases = [
            # engine, state, method and path of the request, whether we draw
            ("reportlab", "ok", "GET", "/my", True),
            ("wkhtmltopdf", "install", "GET", "/my", True),
            ("wkhtmltopdf", "broken", "GET", "/my", True),
            ("wkhtmltopdf", "ok", "GET", "/my", False),
            ("wkhtmltopdf", "ok", "HEAD", "/my", False),
            ("wkhtmltopdf", "ok", None, None, False),
            ("wkhtmltopdf", "ok", "POST", "/my/orders/1/accept", True),
            ("wkhtmltopdf", "ok", "POST", "/report/download", False),
        ]
        for engine, state, method, path, ours in cases:
            with (
                self.subTest(engine=engine, state=state, method=method, path=path),
                self._choose_engine(engine, state),
                self._serve(method, path),
            ):
                self.assertIs(self.reports._is_portal_pdf(INVOICE, invoice.ids), ours)

    def test_hands_over_to_wkhtmltopdf(self):
        invoice = self._create_invoice_of([("Cable", 10)])
        reports = self.reports.with_context(force_report_rendering=True)
        with (
            self._choose_engine("wkhtmltopdf", "ok"),
            patch(f"{CORE}._run_wkhtmltopdf", return_value=b"%PDF-core"),
        ):
            pdf = reports._render_qweb_pdf(INVOICE, invoice.ids)[0]
        self.assertEqual(pdf, b"%PDF-core")

    def _choose_engine(self, engine, state):
        self.env["ir.config_parameter"].set_param("customer_portal.pdf_engine", engine)
        return patch(f"{CORE}.get_wkhtmltopdf_state", return_value=state)

    def _serve(self, method, path):
        httprequest = SimpleNamespace(method=method, path=path)
        request = method and SimpleNamespace(httprequest=httprequest)
        return patch(
            "odoo.addons.customer_portal.models.billing.ir_actions_report.request",
            request,
        )

    def test_reads_as_much_for_many_lines_as_for_few(self):
        # Of the drawing alone: what core embeds in an order reads line by line.
        for draw, create in (
            (draw_invoice, self._create_invoice_of_products),
            (draw_order, self._create_order_of_products),
        ):
            with self.subTest(draw.__module__):
                few, many = create(4), create(40)
                # Warm up what is read once: rules, groups, languages.
                self._count_queries(draw, few)
                self.assertEqual(
                    self._count_queries(draw, few), self._count_queries(draw, many)
                )

    def _create_products(self, count):
        names = [{"name": f"Article {number}"} for number in range(count)]
        return self.env["product.product"].create(names)

    def _create_invoice_of_products(self, count):
        lines = [
            Command.create({"product_id": product.id, "price_unit": 3})
            for product in self._create_products(count)
        ]
        return self._create_invoice_of([], invoice_line_ids=lines)

    def _create_order_of_products(self, count):
        lines = [
            Command.create({"product_id": product.id})
            for product in self._create_products(count)
        ]
        return self.env["sale.order"].create(
            {"partner_id": self.customer.id, "order_line": lines}
        )

    def _count_queries(self, draw, record):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        draw(record)
        return self.env.cr.sql_log_count - before

    def test_receipt_adds_up_to_the_money(self):
        invoices = self._create_invoice_of([("Cable", 80)])
        invoices += self._create_invoice_of([("Lamp", 50)])
        credit = self._reverse_invoice(invoices[1], post=True)
        remittance = self._create_remittance(
            {invoices[0]: 80, invoices[1]: 40, credit: 30}, settled_on="2026-11-20"
        )
        remittance.line_ids[1].amount_applied = 35
        remittance.amount_on_account = 5
        text = self._read(receipt.draw(remittance))
        for document in invoices + credit:
            self.assertIn(document.name, text)
        currency = remittance.currency_id
        for label, amount in (
            ("Invoices", 115),
            ("Credits used", -30),
            ("Kept on account", 5),
            ("Amount received", 90),
        ):
            self.assertIn(f"{label}\n{self._format(amount, currency)}", text)
        self.assertNotIn("not proof of payment", text)

    def test_receipt_of_money_that_has_not_arrived_is_none(self):
        invoice = self._create_invoice_of([("Cable", 80)])
        remittance = self._create_remittance({invoice: 80})
        text = self._read(receipt.draw(remittance))
        self.assertIn("not proof of payment", text)
        self.assertIn("Amount to pay", text)
        self.assertNotIn("Amount received", text)

    def test_reads_html_fields_as_lines(self):
        cases = {
            "<p>One <b>two</b><br/>three</p><p>four</p>": "One two\nthree\nfour",
            "<ul><li>a</li>\n<li>b</li></ul>": "• a\n• b",
            "a<div>b</div>c &lt;i&gt;": "a\nb\nc <i>",
            "<p><br></p>": "",
            False: "",
        }
        for html, text in cases.items():
            with self.subTest(html):
                self.assertEqual(plain_text(html), text)

    def test_mirrors_the_page_of_a_language_written_from_the_right(self):
        typeface = get_typeface("rtl")
        invoice = self._create_invoice_of([("Cable", 10)])
        self.assertLess(*self._find(invoice, "Description", "Amount"))
        with patch.object(kit, "get_typeface", return_value=typeface):
            self.assertGreater(*self._find(invoice, "Description", "Amount"))

    def _find(self, invoice, *words):
        """Return how far from the left edge each word stands."""
        places = {}

        def visit(text, _matrix, place, *_font):
            places[text.strip()] = place[4]

        page = PdfReader(io.BytesIO(self._draw(INVOICE, invoice))).pages[0]
        page.extract_text(visitor_text=visit)
        return [places[word] for word in words]

    def test_darkens_colours_that_nobody_could_read(self):
        self.assertEqual(kit._get_ink("#0b7285").hexval(), "0x0b7285")
        self.assertNotEqual(kit._get_ink("#ffff00").hexval(), "0xffff00")
        self.assertEqual(kit._get_ink("red; x"), kit.INK)


@tagged("post_install", "-at_install")
class TestPdfPages(PdfCommon, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.buyer = new_test_user(cls.env, "pdf_buyer", groups="base.group_portal")
        cls.buyer.partner_id.parent_id = cls.customer
        cls.invoice = cls._create_invoice_of([("Cable", 10)])
        cls.order = cls.env["sale.order"].create(
            {
                "partner_id": cls.customer.id,
                "require_signature": True,
                "require_payment": False,
                "state": "sent",
                "order_line": [
                    Command.create({"product_id": cls.product_a.id, "name": "Lamp «Ž»"})
                ],
            }
        )

    def _assert_pdf(self, response, *words):
        self.assertEqual(response.status_code, 200)
        self.assertEqual(response.headers["Content-Type"], "application/pdf")
        text = self._read(response.content)
        for word in words:
            self.assertIn(word, text)

    def test_downloads_an_invoice_in_the_portal(self):
        self.authenticate("pdf_buyer", "pdf_buyer")
        url = f"/my/invoices/{self.invoice.id}?report_type=pdf&download=true"
        response = self.url_open(url)
        self._assert_pdf(response, f"Invoice {self.invoice.name}", "Cable")
        self.assertNotIn("Proforma", self._read(response.content))
        self.assertIn("attachment", response.headers["Content-Disposition"])

    def test_shows_the_stored_pdf_in_the_portal(self):
        self.invoice.invoice_pdf_report_file = b64encode(b"%PDF-1.4 as it was sent")
        self.authenticate("pdf_buyer", "pdf_buyer")
        for query, shown in (
            ("report_type=pdf", "inline"),
            ("report_type=pdf&download=true", "attachment"),
        ):
            response = self.url_open(f"/my/invoices/{self.invoice.id}?{query}")
            self.assertEqual(response.content, b"%PDF-1.4 as it was sent")
            self.assertIn(shown, response.headers["Content-Disposition"])

    def test_posted_invoice_is_never_called_a_pro_forma(self):
        """Whoever looks gets the legal PDF, made once; with a link and as HTML too."""
        token = self.invoice._portal_ensure_token()
        path = f"/my/invoices/{self.invoice.id}"
        response = self.url_open(f"{path}?report_type=pdf&access_token={token}")
        self._assert_pdf(response, f"Invoice {self.invoice.name}")
        self.assertNotIn("roforma", self._read(response.content))
        self.assertTrue(response.headers["Content-Disposition"].startswith("inline"))
        stored = self.invoice.invoice_pdf_report_id
        self.assertEqual(response.content, stored.raw)
        self.authenticate("pdf_buyer", "pdf_buyer")
        again = self.url_open(f"{path}?report_type=pdf")
        self.assertEqual(again.content, stored.raw)
        other = self._create_invoice_of([("Lamp", 10)])
        page = self.url_open(
            f"/my/invoices/{other.id}?report_type=html"
            f"&access_token={other._portal_ensure_token()}"
        )
        self.assertEqual(page.status_code, 200)
        self.assertNotIn("roforma", page.text)

    def test_shows_a_quotation_in_the_portal(self):
        self.authenticate("pdf_buyer", "pdf_buyer")
        response = self.url_open(f"/my/orders/{self.order.id}?report_type=pdf")
        self._assert_pdf(response, f"Quote {self.order.name}", "Lamp «Ž»")

    def test_signs_a_quotation(self):
        stream = io.BytesIO()
        Image.new("RGBA", (40, 20), "blue").save(stream, "PNG")
        self.authenticate("pdf_buyer", "pdf_buyer")
        result = self.make_jsonrpc_request(
            f"/my/orders/{self.order.id}/accept",
            {
                "access_token": self.order._portal_ensure_token(),
                "name": "Rūta Šimkutė",
                "signature": b64encode(stream.getvalue()).decode(),
            },
        )
        self.assertTrue(result["force_refresh"])
        self.assertEqual(self.order.state, "sale")
        message = self.order.message_ids.filtered("attachment_ids")[:1]
        text = self._read(message.attachment_ids.raw)
        self.assertIn(f"Order {self.order.name}", text)
        self.assertIn("Rūta Šimkutė", text)

    def test_prints_in_the_back_office(self):
        self.env.ref("base.user_admin").company_ids |= self.company_data["company"]
        self.authenticate("admin", "admin")
        report = "account.report_invoice_with_payments"
        response = self.url_open(f"/report/pdf/{report}/{self.invoice.id}")
        self._assert_pdf(response, f"Invoice {self.invoice.name}", "Cable")

    def test_sends_an_invoice_with_its_pdf(self):
        self.invoice._generate_and_send(sending_methods=["email"])
        pdf = self.invoice.invoice_pdf_report_id
        self.assertEqual(pdf.mimetype, "application/pdf")
        self.assertIn(f"Invoice {self.invoice.name}", self._read(pdf.raw))

    def test_sends_a_quotation_with_its_pdf(self):
        template = self.env.ref("sale.email_template_edi_sale")
        mail = self.env["mail.mail"].browse(template.send_mail(self.order.id))
        self.assertIn(
            f"Quote {self.order.name}", self._read(mail.attachment_ids[:1].raw)
        )
