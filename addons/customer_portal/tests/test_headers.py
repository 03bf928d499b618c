from ..models.ir_http import PAGE_POLICY, PRIVATE_HEADERS
from .common import PortalHttpCommon


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
