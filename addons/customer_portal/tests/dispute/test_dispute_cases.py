"""The invariants of payments, with parts of the invoices disputed."""

from ..dispute_case import DisputeMixin
from ..payment import test_remittance_cases as cases


class TestDisputeCases(DisputeMixin, cases.TestRemittanceCases):
    """The random choices of payments again; of most invoices a part is disputed."""

    def _draw_choice(self):
        """Extend: choose no more than what is not disputed."""
        amounts, _reasons = super()._draw_choice()
        self.disputed, reasons = {}, {}
        for invoice, amount in amounts.items():
            held = 0.0
            units = round(invoice.amount_residual * 10**self.places)
            if units > 1 and self.source.random() < 0.7:
                held = self.disputed[invoice] = self._draw_amount(1, units - 1)
                self._dispute(invoice, amount=held)
            amounts[invoice] = min(amount, self._left(invoice))
            if invoice._is_short_payment(amounts[invoice], held):
                reasons[invoice] = (self.reason, "")
        return amounts, reasons

    def _run_case(self):
        result = super()._run_case()
        for line, residual in self.before.items():
            invoice, currency = line.move_id, line.currency_id
            disputed = self.disputed.get(invoice, 0.0)
            taken = line.amount_requested + disputed
            if line.kind == "invoice":
                self.assertLessEqual(currency.compare_amounts(taken, residual), 0)
                # What is held, and what is left, are what is open.
                holds = invoice._pick_holds(invoice._get_holds())
                held = holds.take(invoice.amount_residual)
                left = self._left(invoice)
                self.assertGreaterEqual(left, 0)
                self.assertFalse(
                    currency.compare_amounts(held + left, invoice.amount_residual)
                )
            if disputed and line.amount_applied == line.amount_requested:
                self.assertGreaterEqual(held, min(disputed, invoice.amount_residual))
        return result

    def _check_all_was_drawn(self):
        """Override: there are fewer discounts, which are for who pays all at once."""
        self.assertLessEqual({"short payment", "settled", "exception"}, self.seen)
