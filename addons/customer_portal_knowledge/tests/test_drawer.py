"""Help where one is: what a page offers, to whom, and how it is read in place."""

from odoo import Command
from odoo.tests import tagged

from odoo.addons.customer_portal.tests.document_papers import DocumentMixin

from ..hooks import PAGES, STARTER
from ..models.portal_help_article_place import find_steps
from .help_case import HelpCase


@tagged("post_install", "-at_install")
class TestHelpDrawer(DocumentMixin, HelpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.pump = cls.env["product.template"].create({"name": "Pump"})
        line = Command.create({"product_id": cls.pump.product_variant_id.id})
        cls.order = cls._create_order(order_line=[line])
        cls.about = cls._create_article(
            "Explains orders", cls.paying, page_paths=" /my/orders/*\n /my/orders "
        )
        cls.change = cls._create_article(
            "Explains changes", cls.paying, page_paths="/my/orders/*/change"
        )
        cls.care = cls._create_article(
            "Care of pumps", cls.paying, product_tmpl_ids=cls.pump.ids
        )
        cls.secret = cls._create_article(
            "CANARY-STAFF",
            cls.paying,
            audience="staff",
            page_paths="/my/orders/*",
            product_tmpl_ids=cls.pump.ids,
        )
        cls.env["portal.help.article"].search(
            [("import_key", "=like", "starter:%")]
        ).page_paths = False

    def _read_titles(self, path, person=None):
        self._sign_in(person or self.buyer)
        answer = self._get(f"/my/help?of={path}&part=1")
        self.assertEqual(answer.status_code, 200)
        self.assertNotIn("CANARY", answer.text)
        page = self._read_page(answer)
        return [
            link.text_content() for link in page.xpath("//a[contains(@data-part, '/')]")
        ]

    def test_steps_go_from_the_narrowest_to_the_widest(self):
        self.assertEqual(
            find_steps("/my/orders/7/change"),
            ["/my/orders/*/change", "/my/orders/*", "/my/orders"],
        )
        self.assertEqual(find_steps("/my"), ["/my"])

    def test_page_offers_what_explains_it_and_its_products(self):
        order = f"/my/orders/{self.order.id}"
        self.assertEqual(self._read_titles(order), ["Explains orders", "Care of pumps"])
        self.assertEqual(
            self._read_titles(f"{order}/change"),
            ["Explains changes", "Explains orders", "Care of pumps"],
        )
        self.assertEqual(self._read_titles("/my/orders"), ["Explains orders"])

    def test_products_of_an_invoice_are_offered(self):
        self.order.order_line.qty_delivered = 1
        invoice = self.order._create_invoices()
        invoice.action_post()
        self.assertEqual(
            self._read_titles(f"/my/invoices/{invoice.id}"), ["Care of pumps"]
        )

    def test_paper_of_another_customer_tells_nothing_of_its_products(self):
        titles = self._read_titles(f"/my/orders/{self.order.id}", self.stranger)
        self.assertEqual(titles, ["Explains orders"])

    def test_manuals_stand_beside_their_product_for_their_own_audience(self):
        about = {"product_tmpl_ids": self.pump.ids}
        everybody = self._create_document("Data sheet", **about)
        one = {"audience": "customer", "partner_id": self.other_customer.id}
        self._create_document("CANARY-MANUAL", **one, **about)
        article = self.care._get_url()
        self._sign_in(self.buyer)
        for path in (article, f"/my/help?of=/my/orders/{self.order.id}&part=1"):
            page = self._get(path).text
            self.assertIn(f'href="/my/documents/{everybody.id}"', page)
            self.assertNotIn("CANARY", page)
        self._sign_in(self.stranger)
        self.assertIn("CANARY-MANUAL", self._get(article).text)
        self._sign_in(None)
        page = self._get(article).text
        self.assertNotIn("CANARY", page)
        self.assertNotIn("Data sheet", page)

    def test_article_is_read_in_place_by_who_sees_it(self):
        self._sign_in(self.buyer)
        answer = self._get(f"/my/help?of=/my&part=1&article={self.care.slug}")
        self.assertIn("Text of Care of pumps.", answer.text)
        self.assertNotIn("<html", answer.text)
        for slug in (self.secret.slug, "none", "%00", "a" * 3000):
            answer = self._get(f"/my/help?of=/my&part=1&article={slug}")
            self.assertEqual(answer.status_code, 404, slug[:50])
            self.assertNotIn("CANARY", answer.text)

    def test_every_page_leads_to_its_help(self):
        self._sign_in(self.buyer)
        order = f"/my/orders/{self.order.id}"
        places = {
            "/my": "/my",
            "/my/orders": "/my/orders",
            order: order,
            "/help": "/my",
        }
        for path, place in places.items():
            with self.subTest(path):
                page = self._read_page(self._get(path))
                [link] = page.xpath("//a[contains(@class, 'cp_help_button')]/@href")
                self.assertEqual(link, f"/my/help?of={place.replace('/', '%2F')}")
                self.assertEqual(self._get(link).status_code, 200)

    def test_what_is_no_page_of_the_portal_is_the_start(self):
        self._sign_in(self.buyer)
        for of in ("https://evil.example", "//evil.example/my", "/web", "/myth", "%0a"):
            with self.subTest(of):
                answer = self._get(f"/my/help?of={of}")
                self.assertEqual(answer.status_code, 200)
                self.assertNotIn("evil", answer.text)
                self.assertIn('href="/my"', answer.text)

    def test_each_article_of_the_starter_set_explains_a_page(self):
        files = {path.name for path in STARTER.glob("*.md")}
        self.assertEqual(files, set(PAGES))

    def test_page_for_signing_in_leads_to_help(self):
        help_page = self._create_article(
            "First steps", self.paying, page_paths="/web/login"
        )
        self._sign_in(None)
        self.assertIn(help_page._get_url(), self._get("/web/login").text)
        help_page.audience = "signed_in"
        self.assertNotIn(help_page._get_url(), self._get("/web/login").text)
