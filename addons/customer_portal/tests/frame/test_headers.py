import re
from base64 import b64encode
from hashlib import sha256

from lxml import etree

from odoo.addons.payment import utils as payment_utils

from ...models.frame.ir_http import PAGE_POLICY, PRIVATE_HEADERS
from ..common import PortalHttpCommon


class TestHeaders(PortalHttpCommon):
    def test_private_pages_are_not_kept_nor_framed(self):
        invoice = self._create_posted_invoice(10.0)
        remittance = self._open_remittance({invoice: 10.0})
        self._pay(remittance)
        paths = (
            "/my",
            "/my/invoices",
            "/my/orders",
            f"/my/invoices/{invoice.id}",
            f"/my/pay/{remittance.id}/receipt",
            "/my/account",
            "/my/pay/99999999",
        )
        self._sign_in(self.buyer)
        for path in paths:
            with self.subTest(path):
                headers = dict(self._get(path).headers)
                policy = headers["Content-Security-Policy"].partition("; script-src")
                headers["Content-Security-Policy"] = policy[0]
                expected = dict(PRIVATE_HEADERS)
                if headers["Content-Type"].startswith("text/html"):
                    expected["Content-Security-Policy"] = PAGE_POLICY
                self.assertEqual(
                    {name: headers.get(name) for name in expected}, expected
                )

    def test_pages_of_a_payment_are_private_too(self):
        transaction = self._create_transaction(
            "direct", partner_id=self.buyer.partner_id.id, amount=10.0
        )
        token = payment_utils.generate_access_token(
            transaction.partner_id.id,
            transaction.amount,
            transaction.currency_id.id,
            env=self.env,
        )
        link = payment_utils.generate_access_token(
            self.buyer.partner_id.id, 10.0, self.usd.id, env=self.env
        )
        for person in (None, self.buyer):
            self._sign_in(person)
            for path in (
                "/payment/pay?amount=10.0"
                f"&partner_id={self.buyer.partner_id.id}&currency_id={self.usd.id}"
                f"&access_token={link}",
                "/payment/status",
                f"/payment/confirmation?tx_id={transaction.id}&access_token={token}",
            ):
                with self.subTest(path[:20], person=person):
                    answer = self._get(path)
                    self.assertEqual(answer.status_code, 200)
                    expected = {
                        **PRIVATE_HEADERS,
                        "Content-Security-Policy": PAGE_POLICY,
                    }
                    found = {name: answer.headers.get(name) for name in expected}
                    self.assertEqual(found, expected)
        self.assertNotIn("Permissions-Policy", self._get("/web/login").headers)

    def test_pages_run_no_script_but_those_they_name(self):
        invoice = self._create_posted_invoice(10.0)
        remittance = self._open_remittance({invoice: 10.0})
        self._sign_in(self.buyer)
        nonces = set()
        for path in ("/my", "/my/invoices", f"/my/invoices/{invoice.id}", "/my/pay"):
            with self.subTest(path):
                page = self._get(path)
                policy = page.headers["Content-Security-Policy"]
                [nonce] = re.findall(r"'nonce-([\w-]+)'", policy)
                nonces.add(nonce)
                self.assertIn("script-src 'self' ", policy)
                self.assertNotIn("unsafe-inline", policy)
                self.assertNotIn("unsafe-eval", policy)
                scripts = re.findall(r"<script([^>]*)>", page.text)
                inline = [tag for tag in scripts if "src=" not in tag]
                self.assertEqual(len(inline), 2)
                for tag in inline:
                    self.assertIn(f'nonce="{nonce}"', tag)
                for code in re.findall(r"<[^>]* on\w+=\"([^\"]*)\"", page.text):
                    digest = b64encode(sha256(code.encode()).digest()).decode()
                    self.assertIn(f"'sha256-{digest}'", policy)
        self.assertEqual(len(nonces), 4)
        # A provider brings scripts of its own.
        page = self._get(f"/my/pay/{remittance.id}")
        self.assertEqual(page.headers["Content-Security-Policy"], PAGE_POLICY)

    def test_scripts_of_the_seller_are_let_in(self):
        parameters = self.env["ir.config_parameter"]
        parameters.set_param(
            "customer_portal.script_sources", "https://a.example\n'sha256-abc='"
        )
        self._sign_in(self.buyer)
        policy = self._get("/my").headers["Content-Security-Policy"]
        self.assertTrue(policy.endswith(" https://a.example 'sha256-abc='"), policy)

    def test_pages_load_the_bundle_that_they_need(self):
        """Pages of ours a small one, the page with Odoo's form of a payment Odoo's."""
        invoice = self._create_posted_invoice(10.0)
        remittance = self._open_remittance({invoice: 10.0})
        self._sign_in(self.buyer)
        for path, bundle, other in (
            ("/my/invoices", "customer_portal.assets_light", "web.assets_frontend"),
            (
                f"/my/pay/{remittance.id}",
                "web.assets_frontend",
                "customer_portal.assets_light",
            ),
        ):
            with self.subTest(path):
                page = self._get(path).text
                styles = re.findall(
                    r'href="/web/assets/[^"]*/([\w.]+)\.min\.css"', page
                )
                self.assertIn(bundle, styles)
                self.assertNotIn(other, styles)

    def test_pages_of_a_website_have_titles_of_their_own(self):
        """Theirs ends with the website's name; pages of ours name the seller."""
        company = self.company
        expression = self._get_title_expression()
        layout = f"<t t-name='x'><title t-esc=\"{expression}\"/></t>"
        for website, is_portal, title, additional, expected in (
            (True, False, "Shop | My Website", "Shop", "Shop | My Website"),
            (True, False, "A title for search", "", "A title for search"),
            (True, True, "Orders | My Website", "Orders", f"Orders | {company.name}"),
            (True, True, "Invoices", "", f"Invoices | {company.name}"),
            (False, True, "Invoices", "", f"Invoices | {company.name}"),
            (False, False, "", "Log in", f"Log in | {company.name}"),
            (False, False, "", "", company.name),
        ):
            with self.subTest(title, is_portal=is_portal, website=website):
                found = self.env["ir.qweb"]._render(
                    etree.fromstring(layout),
                    {
                        "res_company": company,
                        "website": website,
                        "is_portal": is_portal,
                        "title": title,
                        "additional_title": additional,
                    },
                )
                self.assertEqual(etree.fromstring(str(found)).text, expected)

    def _get_title_expression(self):
        layout = self.env["ir.ui.view"]._get_template_view("portal.frontend_layout")
        [title] = etree.fromstring(layout.get_combined_arch()).iterfind(".//title")
        return title.get("t-esc")
