"""Payouts are one line of the bank's statement, with the payments and fees in it."""

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user

from .stripe_case import StripeCase


class TestStripePayouts(StripeCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.accountant = new_test_user(
            cls.env,
            login="accountant",
            groups="account.group_account_invoice",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )
        cls.fees = cls.company_data["default_account_expense"].copy()
        cls.provider.stripe_fee_account_id = cls.fees
        cls.journal = cls.provider.journal_id
        cls.outstanding = cls.provider._get_stripe_outstanding_account()

    def _pay_and_book(self, *invoices):
        remittance = self._choose(*invoices)
        transaction = self._pay_by_card(remittance)
        self._send_all()
        self._book()
        self.assertEqual(remittance.state, "settled")
        return transaction

    def _pay_out(self, currency="usd"):
        """Let Stripe pay out, and the money arrive; return the payout of ours."""
        self.standin.advance(days=2)
        shown = self.standin.pay_out(currency)
        self.standin.advance(days=1)
        self._send_all()
        payouts = self.env["portal.stripe.payout"].sudo()
        return payouts.search([("reference", "=", shown["id"])])

    def _press(self, payout):
        payout.with_user(self.accountant).action_book()
        self.env.flush_all()
        self.env.invalidate_all()

    def _get_balance(self, account):
        items = self.env["account.move.line"].search(
            [("account_id", "=", account.id), ("parent_state", "=", "posted")]
        )
        return round(sum(items.mapped("balance")), 2)

    def _get_lines(self):
        return self.env["account.bank.statement.line"].search(
            [("journal_id", "=", self.journal.id)]
        )

    def _get_activities(self, payout):
        return " ".join(str(one.note) for one in payout.activity_ids)

    def test_payout_is_one_line_of_the_statement_with_its_fees(self):
        first = self._pay_and_book(self.invoice)
        second = self._pay_and_book(self.branch_invoice)
        self.standin.refund(second.provider_reference, 2000)
        self._send_all()
        self._book()
        payout = self._pay_out()
        self.assertEqual(payout.state, "proposed")
        self.assertEqual((payout.gross, payout.refunds), (150.0, -20.0))
        # 2.9 % and 0.30 of each
        self.assertEqual((payout.fees, payout.amount), (-4.95, 125.05))
        self.assertFalse(payout.unknown_count)
        self.assertIn(first.payment_id, payout.line_ids.payment_id)
        before = self._get_balance(self.outstanding)
        self._press(payout)
        line = payout.statement_line_id
        self.assertEqual((line.amount, line.is_reconciled), (125.05, True))
        self.assertEqual(self._get_balance(self.fees), 4.95)
        self.assertEqual(self._get_balance(self.outstanding), before - 130.0)
        for paid in (first, second):
            self.assertTrue(paid.payment_id.is_matched)
        self.assertEqual(payout.state, "booked")
        self.assertEqual(first.payment_id.state, "paid")

    def test_payout_is_booked_once(self):
        self._pay_and_book(self.invoice)
        payout = self._pay_out()
        self._press(payout)
        with self.assertRaisesRegex(UserError, "not to be booked"):
            self._press(payout)
        self.env["portal.stripe.payout"].sudo()._follow(self.provider, payout.reference)
        self._run("portal.stripe.event", "_read_lists")
        self.assertEqual(payout.state, "booked")
        self.assertEqual(len(payout.line_ids), 1)
        self.assertEqual(len(self._get_lines()), 1)
        self.assertEqual(self._get_balance(self.fees), 3.2)

    def test_line_that_the_bank_has_told_of_is_taken(self):
        self._pay_and_book(self.invoice)
        payout = self._pay_out()
        told = self.env["account.bank.statement.line"].create(
            {
                "journal_id": self.journal.id,
                "date": payout.arrives_on,
                "amount": payout.amount,
                "payment_ref": "STRIPE TRANSFER 4711",
            }
        )
        self._press(payout)
        self.assertEqual(payout.statement_line_id, told)
        self.assertEqual(self._get_lines(), told)
        self.assertTrue(told.is_reconciled)

    def test_payout_whose_sum_does_not_agree_proposes_nothing(self):
        self._pay_and_book(self.invoice)
        self.standin.advance(days=2)
        shown = self.standin.pay_out("usd")
        shown["amount"] += 100
        self.standin.advance(days=1)
        self._send_all()
        payout = self.env["portal.stripe.payout"].sudo().search([])
        self.assertEqual(payout.state, "unclear")
        self.assertIn("ask Stripe", self._get_activities(payout))
        with self.assertRaisesRegex(UserError, "not to be booked"):
            self._press(payout)
        self.assertFalse(self._get_lines())

    def test_what_is_not_ours_is_shown_and_left_on_suspense(self):
        self._pay_and_book(self.invoice)
        client = self.provider._get_stripe_gateway()._client
        client.payment_intents.create(
            {
                "amount": 5000,
                "currency": "usd",
                "confirm": True,
                "description": "Something of the shop",
                "payment_method": "pm_card_visa",
            }
        )
        payout = self._pay_out()
        self.assertEqual(payout.unknown_count, 1)
        [unknown] = payout.line_ids.filtered("is_unknown")
        self.assertEqual((unknown.name, unknown.net), ("Something of the shop", 48.25))
        self._press(payout)
        line = payout.statement_line_id
        _bank, suspense, _other = line._seek_for_lines()
        self.assertEqual(suspense.balance, -48.25)
        self.assertFalse(line.is_reconciled)
        self.assertEqual(self._get_balance(self.fees), 3.2)

    def test_dispute_in_a_payout_is_paired_when_it_is_lost(self):
        transaction = self._pay_and_book(self.invoice)
        self._pay_and_book(self._create_posted_invoice(500.0))
        dispute = self.standin.open_dispute(transaction.provider_reference)
        payout = self._pay_out()
        self.assertEqual(payout.disputes, -100.0)
        self._press(payout)
        self.assertTrue(payout.statement_line_id.is_reconciled)
        self.assertEqual(self._get_balance(self.outstanding), 115.0 - 15.0)
        self.standin.close_dispute(dispute["id"], "lost")
        self._send_all()
        self.assertEqual(self._get_balance(self.outstanding), 0.0)
        waiting = self.env["account.move.line"].search(
            [
                ("account_id", "=", self.outstanding.id),
                ("reconciled", "=", False),
                ("parent_state", "=", "posted"),
            ]
        )
        self.assertFalse(waiting)
        # 3.20 and 14.80 of the payments, 15.00 of the dispute: once
        self.assertEqual(self._get_balance(self.fees), 33.0)

    def test_won_dispute_comes_back_with_a_later_payout(self):
        transaction = self._pay_and_book(self.invoice)
        self._pay_and_book(self._create_posted_invoice(500.0))
        dispute = self.standin.open_dispute(transaction.provider_reference)
        self._press(self._pay_out())
        self.standin.close_dispute(dispute["id"], "won")
        self._send_all()
        later = self._pay_out()
        self.assertEqual((later.amount, later.disputes), (100.0, 100.0))
        self._press(later)
        self.assertEqual(self._get_balance(self.outstanding), 0.0)

    def test_payment_in_another_currency_than_the_payout(self):
        self.env["res.currency.rate"].create(
            {"currency_id": self.eur.id, "rate": 0.5, "company_id": self.company.id}
        )
        transaction = self._pay_and_book(
            self._create_posted_invoice(60.0, currency=self.eur)
        )
        [charge] = self.standin.find("charge")
        [row] = self.standin.find("balance_transaction", source=charge["id"])
        # Stripe has changed it at another rate than we have.
        row.update(amount=12500, fee=500, net=12000, currency="usd", exchange_rate=2.08)
        payout = self._pay_out()
        self.assertEqual((payout.gross, payout.amount), (125.0, 120.0))
        self._press(payout)
        self.assertTrue(payout.statement_line_id.is_reconciled)
        items = transaction.payment_id.move_id.line_ids.filtered(
            lambda item: item.account_id == self.outstanding
        )
        self.assertEqual(items.mapped("reconciled"), [True])
        self.assertEqual(self._get_balance(self.outstanding), 0.0)
        self.assertEqual(self._get_balance(self.fees), 5.0)

    def test_what_cannot_be_booked_says_why(self):
        transaction = self._pay_and_book(self.invoice)
        payout = self._pay_out()
        self.provider.stripe_fee_account_id = False
        with self.assertRaisesRegex(UserError, "account for Stripe's fees"):
            self._press(payout)
        self.provider.stripe_fee_account_id = self.fees
        line = self.env["account.bank.statement.line"].create(
            {"journal_id": self.journal.id, "amount": 100.0, "payment_ref": "by hand"}
        )
        [item] = transaction.payment_id.move_id.line_ids.filtered(
            lambda one: one.account_id == self.outstanding
        )
        _bank, suspense, _other = line._seek_for_lines()
        suspense.with_context(skip_readonly_check=True).account_id = item.account_id
        (suspense + item).reconcile()
        with self.assertRaisesRegex(UserError, "already paired"):
            self._press(payout)
        self.assertEqual(payout.state, "proposed")
        self.assertEqual(self._get_lines(), line)

    def test_payment_that_is_not_booked_yet_is_no_unknown_one(self):
        transaction = self._pay_by_card(self._choose(self.invoice))
        payout = self._pay_out()
        self.assertFalse(payout.unknown_count)
        with self.assertRaisesRegex(UserError, "is not booked yet"):
            self._press(payout)
        self._book()
        self._run("portal.stripe.event", "_read_lists")
        self.assertEqual(payout.line_ids.payment_id, transaction.payment_id)
        self._press(payout)
        self.assertTrue(payout.statement_line_id.is_reconciled)

    def test_payout_in_another_currency_than_the_journal_is_left_to_staff(self):
        self._pay_and_book(self._create_posted_invoice(60.0, currency=self.eur))
        payout = self._pay_out("eur")
        with self.assertRaisesRegex(UserError, "is kept in USD"):
            self._press(payout)

    def test_payout_that_comes_back_is_told(self):
        self._pay_and_book(self.invoice)
        payout = self._pay_out()
        self._press(payout)
        self.standin.fail_payout(payout.reference)
        self._send_all()
        self.assertEqual(payout.state, "failed")
        self.assertIn("given it back", self._get_activities(payout))

    def test_parts_of_one_authorisation_are_different_payments(self):
        self.provider.payment_method_ids = self.card
        self.provider.capture_manually = True
        self.provider.stripe_multicapture = self.standin.account.multicapture = True
        remittance = self._choose(self.invoice, self.branch_invoice)
        transaction = self._pay_by_card(remittance)
        transaction._capture(100.0)
        transaction._capture(50.0)
        self._send_all()
        self._book()
        payout = self._pay_out()
        self.assertEqual(len(payout.line_ids.payment_id), 2)
        self._press(payout)
        self.assertEqual(self._get_balance(self.outstanding), 0.0)

    def test_payments_of_another_provider_are_not_taken(self):
        transaction = self._pay_and_book(self.invoice)
        payout = self._pay_out()
        other = self.provider.copy(
            {
                "state": "test",
                "name": "Stripe of another account",
                "stripe_publishable_key": "pk_test_2",
                "stripe_secret_key": "sk_test_2",
                "stripe_webhook_secret": "whsec_other",
            }
        )
        payouts = self.env["portal.stripe.payout"].sudo()
        second = payouts._follow(other, payout.reference)
        self.assertNotEqual(second, payout)
        self.assertEqual((second.state, second.unknown_count), ("proposed", 1))
        self.assertFalse(second.line_ids.payment_id)
        self._press(payout)
        self.assertTrue(transaction.payment_id.is_matched)

    def test_who_does_no_accounting_books_nothing(self):
        self._pay_and_book(self.invoice)
        payout = self._pay_out()
        with self.assertRaises(AccessError):
            payout.with_user(self.buyer).action_book()
        company = self.env["res.company"].create({"name": "Another"})
        stranger = new_test_user(
            self.env,
            login="accountant_elsewhere",
            groups="account.group_account_invoice",
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
        )
        with self.assertRaises(AccessError):
            payout.with_user(stranger).action_book()
        self.assertFalse(self._get_lines())
