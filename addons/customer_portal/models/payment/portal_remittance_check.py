from odoo import models


class PortalRemittance(models.Model):
    """What always holds of a remittance that is booked (docs/billing.md)."""

    _inherit = "portal.remittance"

    def _find_violations(self):
        """Return the invariants that these booked remittances break, as sentences.

        In sudo. Money that came again for a paid remittance counts with it.
        """
        violations = []
        for remittance in self.filtered("move_id"):
            found = [
                *remittance._find_wrong_sums(),
                *remittance._find_wrong_items(),
                *remittance._find_wrong_links(),
            ]
            violations += [f"{remittance.name}: {text}" for text in found]
        return violations

    def _get_received(self):
        """Return what was received for this remittance, in the smallest unit.

        Money that came again by bank stands on the bank's statement.
        """
        payments = self.payment_id | self.transaction_ids.payment_id
        items = self.statement_line_ids.move_id.line_ids
        payments |= items.matched_debit_ids.debit_move_id.payment_id
        # One sum of the statement may be the money of others too.
        others = self.search(
            [("payment_id", "in", payments.ids), ("id", "!=", self.id)]
        )
        payments -= others.payment_id
        return sum(self._to_units(payment.amount) for payment in payments)

    def _find_wrong_sums(self):
        units = self._to_units
        applied = {"invoice": 0, "credit": 0}
        discount = 0
        for line in self.line_ids:
            applied[line.kind] += units(line.amount_applied)
            discount += units(line.discount_applied)
            if not 0 <= line.amount_applied <= line.amount_requested:
                yield f"{line.move_id.name} got more than was chosen"
        funds = self._get_received() + applied["credit"] + discount
        kept = units(self.amount_on_account) + units(self.amount_refunded)
        if funds != applied["invoice"] + kept:
            yield "cash + credits + discounts is not applied + on account + refunded"
        if (units(self.amount_credit), units(self.amount_discount)) != (
            applied["credit"],
            discount,
        ):
            yield "the totals are not those of the lines"

    def _find_wrong_items(self):
        items = self.move_id.line_ids
        receivable = items.filtered(
            lambda item: item.account_id.account_type == "asset_receivable"
        )
        cash = sum(self._to_units(payment.amount) for payment in self.payment_id)
        net = sum(self._to_units(item.amount_currency) for item in receivable)
        if net != -cash - self._to_units(self.amount_discount):
            yield "the receivable items are not the cash and the discounts"
        if sum(self._to_company_units(item.balance) for item in items):
            yield "the entry is not balanced"
        own = items.grouped("remittance_line_id")
        for line in self.line_ids:
            line_items = own.get(line, items.browse())
            if not all(line_items.mapped("reconciled")):
                yield f"{line.move_id.name} is not reconciled"
            booked = sum(self._to_units(item.amount_currency) for item in line_items)
            if abs(booked) != self._to_units(line.amount_applied):
                yield f"{line.move_id.name} is booked with another amount"

    def _find_wrong_links(self):
        transactions = self.transaction_ids
        if transactions.currency_id - self.currency_id or (
            self.move_id.line_ids.currency_id - self.currency_id
        ):
            yield "there are two currencies"
        if any(
            self._to_units(transaction.amount) != self._to_units(self.amount_cash)
            for transaction in transactions
            if transaction.state == "done"
        ):
            yield "the transaction is not what was to be paid"
        if any(
            transaction.state == "done"
            and not transaction.payment_id
            and not transaction.child_transaction_ids
            for transaction in transactions
        ):
            yield "money was received and not booked"
