from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import UserError, ValidationError
from odoo.tools import mute_logger

from ..common import PortalCommon


class TestRemittance(PortalCommon):
    def _assert_settled(self, remittance):
        """Check the invariants of a posted remittance, to the cent."""
        self.assertEqual(remittance.move_id.state, "posted")
        self.assertEqual(remittance.sudo()._find_violations(), [])
        for line in remittance.line_ids.filtered("amount_applied"):
            items = remittance.move_id.line_ids.filtered(
                lambda item, line=line: item.remittance_line_id == line
            )
            self.assertEqual(items.partner_id, line.move_id.commercial_partner_id)

    def test_pays_chosen_amounts_with_part_of_a_credit(self):
        first = self._create_posted_invoice(100.10)
        second = self._create_posted_invoice(200.20)
        third = self._create_posted_invoice(50.05, partner=self.branch)
        credit = self._create_credit_note(30.00)
        remittance = self._open_remittance(
            {first: 100.10, second: 33.33, third: 50.05, credit: 12.34}
        )
        self.assertEqual(remittance.amount_cash, 171.14)
        transaction = self._pay(remittance)
        self._assert_settled(remittance)
        self.assertEqual(remittance.state, "settled")
        self.assertEqual(transaction.payment_id.amount, 171.14)
        self.assertEqual(
            [move.amount_residual for move in (first, second, third, credit)],
            [0.0, 166.87, 0.0, 17.66],
        )

    def test_keeps_foreign_currency_exact_when_rates_change(self):
        self.eur.rate_ids.unlink()
        for days, rate in ((90, 0.90), (10, 0.87), (0, 0.93)):
            self.env["res.currency.rate"].create(
                {
                    "currency_id": self.eur.id,
                    "company_id": self.company.id,
                    "name": self.today - timedelta(days=days),
                    "rate": rate,
                }
            )
        old = self._create_posted_invoice(
            333.33, currency=self.eur, date=self.today - timedelta(days=80)
        )
        new = self._create_posted_invoice(
            777.77, currency=self.eur, date=self.today - timedelta(days=5)
        )
        remittance = self._open_remittance({old: 333.33, new: 500.55})
        self._pay(remittance)
        self._assert_settled(remittance)
        self.assertEqual([old.amount_residual, new.amount_residual], [0.0, 277.22])
        self.assertEqual(
            self.company.currency_id.round(
                sum(remittance.move_id.line_ids.mapped("balance"))
            ),
            0.0,
        )

    def test_pays_the_oldest_instalment_first(self):
        term = self.env["account.payment.term"].create(
            {
                "name": "30 now, 70 later",
                "line_ids": [
                    Command.create(
                        {"value": "percent", "value_amount": 30, "nb_days": 0}
                    ),
                    Command.create(
                        {"value": "percent", "value_amount": 70, "nb_days": 90}
                    ),
                ],
            }
        )
        invoice = self._create_posted_invoice(1000.0, term=term, date=self.today)
        self._pay(self._open_remittance({invoice: 450.0}))
        items = invoice.line_ids.filtered(
            lambda item: item.display_type == "payment_term"
        ).sorted("date_maturity")
        self.assertEqual(items.mapped("amount_residual"), [0.0, 550.0])

    def test_settles_with_credits_alone(self):
        invoice = self._create_posted_invoice(25.0)
        credit = self._create_credit_note(40.0)
        remittance = self._open_remittance({invoice: 25.0, credit: 25.0})
        self.assertEqual(remittance.amount_cash, 0.0)
        remittance._apply_credits()
        self._assert_settled(remittance)
        self.assertEqual([invoice.amount_residual, credit.amount_residual], [0, 15])
        self.assertFalse(remittance.transaction_ids)

    def test_keeps_on_account_what_was_paid_meanwhile(self):
        first = self._create_posted_invoice(70.0)
        second = self._create_posted_invoice(80.0)
        remittance = self._open_remittance({first: 70.0, second: 40.0})
        transaction = self._create_attempt(remittance)
        self._register_payment(first)
        transaction._set_done()
        transaction._post_process()
        self._assert_settled(remittance)
        self.assertEqual(second.amount_residual, 40.0)
        self.assertEqual(remittance.amount_on_account, 70.0)
        self.assertEqual(remittance.state, "exception")
        self.assertEqual(
            transaction.payment_id.activity_ids.summary,
            f"Check remittance {remittance.name}",
        )

    def test_applies_less_when_the_credit_is_gone(self):
        invoice = self._create_posted_invoice(100.0)
        other = self._create_posted_invoice(40.0)
        credit = self._create_credit_note(40.0)
        remittance = self._open_remittance({invoice: 100.0, credit: 40.0})
        transaction = self._create_attempt(remittance)
        (other._get_open_items() + credit._get_open_items()).reconcile()
        transaction._set_done()
        transaction._post_process()
        self._assert_settled(remittance)
        self.assertEqual(invoice.amount_residual, 40.0)
        self.assertEqual(remittance.state, "exception")

    def test_refuses_amounts_that_are_not_open(self):
        invoice = self._create_posted_invoice(10.0)
        credit = self._create_credit_note(5.0)
        draft = self.env["account.move"].create(
            {"move_type": "out_invoice", "partner_id": self.customer.id}
        )
        euro = self._create_posted_invoice(10.0, currency=self.eur)
        cases = {
            "zero": {invoice: 0.0},
            "negative": {invoice: -1.0},
            "too much": {invoice: 10.01},
            "credit alone": {credit: 5.0},
            "more credit than invoices": {invoice: 4.0, credit: 5.0},
            "too much credit": {invoice: 10.0, credit: 5.01},
            "draft": {draft: 1.0},
            "two currencies": {invoice: 1.0, euro: 1.0},
            "nothing": {},
        }
        for name, amounts in cases.items():
            with self.subTest(name), self.assertRaises(UserError):
                self._open_remittance(amounts)
        self.assertFalse(self.env["portal.remittance"].search([]))

    def test_newer_choice_replaces_one_that_nobody_pays(self):
        invoice = self._create_posted_invoice(10.0)
        first = self._open_remittance({invoice: 10.0})
        second = self._open_remittance({invoice: 4.0})
        self.assertEqual([first.state, second.state], ["cancelled", "open"])
        with self.assertRaises(UserError):
            self._create_attempt(first)

    def test_second_payment_is_refused_while_one_is_under_way(self):
        invoice = self._create_posted_invoice(10.0)
        remittance = self._open_remittance({invoice: 10.0})
        attempt = self._create_attempt(remittance)
        for state in ("draft", "pending", "done"):
            attempt.state = state
            with self.subTest(state):
                with self.assertRaises(UserError):
                    self._open_remittance({invoice: 10.0})
                with self.assertRaises(UserError):
                    self._create_attempt(remittance, reference=f"again-{state}")
                with self.assertRaises(UserError):
                    self._begin_payment(
                        reference=f"stock-{state}",
                        amount=10.0,
                        currency_id=self.usd.id,
                        invoice_ids=[Command.set(invoice.ids)],
                    )

    def test_silent_attempt_blocks_for_a_while_only(self):
        invoice = self._create_posted_invoice(10.0)
        attempt = self._create_attempt(self._open_remittance({invoice: 10.0}))
        attempt.flush_recordset()
        self.env.cr.execute(
            "UPDATE payment_transaction SET create_date = %s WHERE id = %s",
            [fields.Datetime.now() - timedelta(minutes=16), attempt.id],
        )
        attempt.invalidate_recordset()
        newer = self._open_remittance({invoice: 10.0})
        self._pay(newer)
        self.assertEqual(invoice.amount_residual, 0.0)
        # The provider of the first attempt took the money after all.
        attempt._set_done()
        attempt._post_process()
        self.assertEqual(attempt.payment_id.amount, 10.0)
        self.assertEqual(attempt.portal_remittance_id.state, "exception")
        self.assertEqual(attempt.portal_remittance_id.amount_on_account, 10.0)

    def test_books_money_that_comes_after_a_cancellation(self):
        invoice = self._create_posted_invoice(10.0)
        attempt = self._create_attempt(self._open_remittance({invoice: 10.0}))
        attempt._set_canceled()
        attempt._set_done()
        attempt._post_process()
        self.assertEqual(invoice.amount_residual, 0.0)
        self.assertEqual(attempt.state, "done")

    def test_failed_attempt_leaves_it_to_pay(self):
        invoice = self._create_posted_invoice(10.0)
        remittance = self._open_remittance({invoice: 10.0})
        attempt = self._create_attempt(remittance)
        attempt._set_pending()
        self.assertEqual(remittance.state, "processing")
        attempt._set_error("declined")
        self.assertEqual(remittance.state, "open")
        self._pay(remittance)
        self.assertEqual(invoice.amount_residual, 0.0)

    def test_posting_twice_books_once(self):
        invoice = self._create_posted_invoice(10.0)
        remittance = self._open_remittance({invoice: 10.0})
        transaction = self._pay(remittance)
        payment = transaction.payment_id
        transaction._post_process()
        self.assertEqual(transaction._create_payment(), payment)
        self.assertEqual(
            self.env["account.payment"].search_count(
                [("payment_transaction_id", "=", transaction.id)]
            ),
            1,
        )

    def test_amount_of_an_attempt_is_the_remittance_s(self):
        invoice = self._create_posted_invoice(10.0)
        remittance = self._open_remittance({invoice: 10.0})
        for amount in (0.01, 10.01, float("nan")):
            with self.subTest(amount), self.assertRaises(ValidationError):
                self._create_transaction(
                    "direct",
                    reference=f"attempt {amount}",
                    amount=amount,
                    currency_id=self.usd.id,
                    **remittance._prepare_transaction_values(),
                )

    def test_captured_part_pays_the_documents(self):
        self.provider.support_manual_capture = "partial"
        first = self._create_posted_invoice(10.0, days_overdue=9)
        second = self._create_posted_invoice(20.0)
        remittance = self._open_remittance({first: 10.0, second: 20.0})
        attempt = self._create_attempt(remittance)
        attempt._set_authorized()
        capture = attempt._create_child_transaction(25.0)
        capture._set_done()
        capture._post_process()
        self._assert_settled_lines(remittance, {first: 10.0, second: 15.0})

    def _assert_settled_lines(self, remittance, applied):
        self.assertEqual(
            {line.move_id: line.amount_applied for line in remittance.line_ids}, applied
        )
        for document, amount in applied.items():
            self.assertEqual(document.amount_total - document.amount_residual, amount)

    def test_one_provider_payment_pays_one_transaction(self):
        first = self._create_posted_invoice(10.0)
        second = self._create_posted_invoice(10.0)
        one = self._create_attempt(self._open_remittance({first: 10.0}))
        two = self._create_attempt(self._open_remittance({second: 10.0}))
        one.provider_reference = two.provider_reference = "charge-1"
        one._set_done()
        two._set_done()
        self.assertEqual([one.state, two.state], ["done", "error"])
        self.assertFalse(two.provider_reference)
        self.assertEqual(second.amount_residual, 10.0)
        # Of one that is done, the own reference stays: refunds go there.
        three = self._create_attempt(self._open_remittance({second: 10.0}))
        three.provider_reference = "charge-3"
        three._set_done()
        three.provider_reference = "charge-1"
        with mute_logger("odoo.addons.payment.models.payment_transaction"):
            three._set_done()
        self.assertEqual(three.state, "done")
        self.assertEqual(three.provider_reference, "charge-3")

    def test_core_payment_is_bounded_by_what_is_open(self):
        invoice = self._create_posted_invoice(99.0)
        credit = self._create_credit_note(9.0)
        for name, document, amount in (
            ("negative", invoice, -50.0),
            ("zero", invoice, 0.0),
            ("too much", invoice, 99.01),
            ("not a number", invoice, float("nan")),
            ("infinite", invoice, float("inf")),
            ("credit note", credit, 9.0),
        ):
            with self.subTest(name), self.assertRaises(ValidationError):
                self._begin_payment(
                    reference=name,
                    amount=amount,
                    currency_id=self.usd.id,
                    invoice_ids=[Command.set(document.ids)],
                )
        part = self._begin_payment(
            reference="part",
            amount=33.0,
            currency_id=self.usd.id,
            invoice_ids=[Command.set(invoice.ids)],
        )
        part._set_done()
        part._post_process()
        self.assertEqual(invoice.amount_residual, 66.0)

    def test_core_order_payment_is_bounded_by_the_order(self):
        order = self._create_order(state="sent")
        for amount in (-1.0, 0.0, order.amount_total + 0.01):
            with self.subTest(amount), self.assertRaises(ValidationError):
                self._begin_payment(
                    reference=f"order {amount}",
                    amount=amount,
                    currency_id=order.currency_id.id,
                    sale_order_ids=[Command.set(order.ids)],
                )
