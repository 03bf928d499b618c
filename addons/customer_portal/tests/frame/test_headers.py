import re

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
                headers = self._get(path).headers
                expected = dict(PRIVATE_HEADERS)
                if headers["Content-Type"].startswith("text/html"):
                    expected["Content-Security-Policy"] = PAGE_POLICY
                self.assertEqual(
                    {name: headers.get(name) for name in expected}, expected
                )

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
