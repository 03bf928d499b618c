"""What was authorised is captured or freed, with the documents that were chosen."""

from .stripe_case import StripeCase


class TestStripeCapture(StripeCase):
    def setUp(self):
        super().setUp()
        self.provider.payment_method_ids = self.card
        self.provider.capture_manually = True

    def _authorize(self):
        """Authorise both invoices; return (the remittance, the transaction)."""
        remittance = self._choose(self.invoice, self.branch_invoice)
        transaction = self._pay_by_card(remittance)
        self.assertEqual(transaction.state, "authorized")
        return remittance, transaction

    def _get_captured(self):
        return [
            charge["amount_captured"]
            for charge in self.standin.find("charge", status="succeeded")
        ]

    def _get_open(self):
        return self.invoice.amount_residual, self.branch_invoice.amount_residual

    def test_whole_that_is_captured_settles_it(self):
        remittance, transaction = self._authorize()
        self.assertEqual(transaction._capture().state, "done")
        self._send_all()
        self._book()
        self.assertEqual(self._get_captured(), [15000])
        self.assertEqual(self._get_open(), (0.0, 0.0))
        self.assertEqual(remittance.state, "settled")

    def test_void_frees_the_documents(self):
        remittance, transaction = self._authorize()
        transaction._void()
        self._send_all()
        self._book()
        self.assertEqual(self._get_captured(), [0])
        self.assertEqual(self._get_open(), (100.0, 50.0))
        self.assertEqual(remittance.state, "open")
