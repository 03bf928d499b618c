from odoo.addons.payment.tests.http_common import PaymentHttpCommon

from ..common import PortalHttpCommon


class PayCase(PortalHttpCommon, PaymentHttpCommon):
    """Somebody who pays for the head office, with something to pay."""

    def setUp(self):
        super().setUp()
        self.invoice = self._create_posted_invoice(100.0, days_overdue=10)
        self.branch_invoice = self._create_posted_invoice(50.0, partner=self.branch)
        self.foreign = self._create_posted_invoice(70.0, partner=self.other_customer)
        self._sign_in(self.buyer)

    def _open(self, amounts, key="", **fields):
        """POST {document: typed amount}, with a reason for paying less."""
        form = {}
        reason = self.env.ref("customer_portal.short_payment_price")
        for document, amount in amounts.items():
            form[f"document_{document.id}"] = "on"
            form[f"amount_{document.id}"] = amount
            form[f"reason_{document.id}"] = reason.id
        return self._post("/my/pay", request_key=key, **form, **fields)

    def _get_remittances(self):
        return self.env["portal.remittance"].search([])
