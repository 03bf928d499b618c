"""What accounting does to payments: reset, cancel, reverse, refund, and the desk."""

from odoo import Command
from odoo.exceptions import AccessError, UserError

from ..reversal_case import ReversalCommon


class TestReversal(ReversalCommon):
    def test_reset_opens_everything_and_confirming_books_it_again(self):
        remittance = self._settle()
        payment = remittance.payment_id
        partner = self._create_portal_user("partner", self.customer)
        told = [("event_id.code", "=", "payment_taken_back")]
        payment.action_draft()
        self._assert_open(100.0, 60.0, 30.0)
        self.assertEqual(remittance.state, "reversed")
        notices = self.env["portal.notice"].search(told)
        # Who paid, and who else pays for the customer; not the branch's people.
        self.assertEqual(notices.user_id, self.buyer | partner)
        self.assertIn(f"Payment {remittance.name}", notices[0].title)
        payment.action_post()
        self._assert_open(0.0, 10.0, 0.0)
        self.assertEqual(remittance.state, "settled")
        self.assertEqual(remittance.amount_credit, 30.0)
        self._assert_invariant(remittance)

    def test_confirming_again_applies_what_is_still_open(self):
        remittance = self._settle()
        remittance.payment_id.action_draft()
        self._register_payment(self.first)
        remittance.payment_id.action_post()
        self._assert_open(0.0, 10.0, 0.0)
        self.assertEqual(remittance.state, "exception")
        self.assertEqual(remittance.amount_on_account, 100.0)
        self._assert_invariant(remittance)

    def test_cancelled_payment_opens_everything_and_can_come_back(self):
        remittance = self._settle()
        payment = remittance.payment_id
        payment.action_cancel()
        self._assert_open(100.0, 60.0, 30.0)
        self.assertEqual(remittance.state, "reversed")
        self._pay(self._open_remittance({self.second: 60.0}))
        payment.action_draft()
        payment.action_post()
        self._assert_open(0.0, 0.0, 0.0)
        self.assertEqual(remittance.amount_on_account, 50.0)

    def test_payment_whose_entry_was_deleted_is_planned_anew(self):
        remittance = self._settle()
        payment = remittance.payment_id
        payment.action_draft()
        payment.action_cancel()
        self.assertFalse(payment.move_id)
        payment.action_draft()
        payment.action_post()
        self._assert_open(0.0, 10.0, 0.0)
        self.assertEqual(remittance.state, "settled")

    def test_reversed_entry_opens_everything(self):
        remittance = self._settle()
        reversal = remittance.move_id._reverse_moves(cancel=True)
        self._assert_open(100.0, 60.0, 30.0)
        self.assertEqual(remittance.state, "reversed")
        self.assertFalse(remittance.exception_note)
        # The debit did not bounce after all.
        reversal.button_draft()
        reversal.line_ids.remove_move_reconcile()
        self._assert_open(0.0, 10.0, 0.0)
        self.assertEqual(remittance.state, "settled")
        self._assert_invariant(remittance)

    def test_customer_pays_again_after_a_reversal(self):
        remittance = self._settle()
        remittance.move_id._reverse_moves(cancel=True)
        again = self._open_remittance({self.first: 100.0})
        self._pay(again)
        self._assert_open(0.0, 60.0, 30.0)

    def test_unpairing_by_hand_shows_on_the_desk_until_it_is_paired_again(self):
        remittance = self._settle()
        item = remittance._get_own_items(
            remittance.line_ids.filtered(lambda line: line.move_id == self.first)
        )
        item.with_user(self.accountant).remove_move_reconcile()
        self.assertEqual(remittance.state, "exception")
        self.assertEqual(remittance.amount_on_account, 100.0)
        self._assert_invariant(remittance)
        self.first.with_user(self.accountant).js_assign_outstanding_line(item.id)
        self.assertEqual(remittance.state, "settled")
        self._assert_open(0.0, 10.0, 0.0)

    def test_edit_that_breaks_a_split_payment_is_refused(self):
        remittance = self._settle()
        payment = remittance.payment_id.with_user(self.accountant)
        payment.action_draft()
        for values in (
            {"amount": 1.0},
            {"partner_id": self.other_customer.id},
            {"currency_id": self.eur.id},
            {"date": "2020-01-01"},
            {"journal_id": self.company_data["default_journal_cash"].id},
        ):
            with (
                self.subTest(values),
                self.assertRaisesRegex(UserError, "cannot be edited"),
                self.env.cr.savepoint(),
            ):
                payment.write(values)
        with self.assertRaisesRegex(UserError, "cannot be edited"):
            payment.move_id.write({"line_ids": [Command.clear()]})
        payment.write({"memo": "a note", "amount": payment.amount})
        payment.action_post()
        self._assert_open(0.0, 10.0, 0.0)

    def test_money_of_a_provider_is_not_deleted(self):
        payment = self._settle().payment_id
        payment.action_draft()
        with self.assertRaisesRegex(UserError, "instead of deleting"):
            payment.unlink()

    # ------------------------------------------------------------
    # Refund
    # ------------------------------------------------------------

    def _refund(self, payment, amounts=None, on_account=None, way="hand"):
        """Refund with the wizard, as accounting does it."""
        wizard = (
            self.env["portal.refund.wizard"]
            .with_user(self.accountant)
            .with_context(default_payment_id=payment.id)
            .create({})
        )
        wizard.way = way
        if on_account is not None:
            wizard.on_account = on_account
        for line in wizard.line_ids:
            line.amount = (amounts or {}).get(line.move_id, 0.0)
        wizard.action_refund()
        return wizard

    def _get_refund(self, payment):
        return self.env["account.payment"].search(
            [("refunded_payment_id", "=", payment.id)], order="id desc", limit=1
        )

    def test_refund_opens_exactly_what_was_chosen(self):
        remittance = self._settle()
        payment = remittance.payment_id
        self._refund(payment, {self.second: 20.0, self.first: 5.5})
        self._assert_open(5.5, 30.0, 0.0)
        refund = self._get_refund(payment)
        self.assertEqual((refund.amount, refund.payment_type), (25.5, "outbound"))
        items = refund.move_id.line_ids.filtered(
            lambda item: item.account_type == "asset_receivable"
        )
        self.assertEqual(items.mapped("reconciled"), [True, True])
        self.assertEqual(remittance.amount_refunded, 25.5)
        self.assertEqual(remittance.state, "settled")
        self._assert_invariant(remittance)
        # The refund is taken back: the money is there again, and pays nothing yet.
        refund.action_draft()
        self.assertEqual(remittance.amount_refunded, 0.0)
        self.assertEqual(remittance.state, "exception")
        self._assert_invariant(remittance)
        refund.action_post()
        self._assert_open(5.5, 30.0, 0.0)
        self.assertEqual(remittance.amount_refunded, 25.5)
        self._assert_invariant(remittance)

    def test_refund_takes_what_is_on_account_first(self):
        invoice = self._create_posted_invoice(100.0)
        remittance = self._open_remittance({invoice: 100.0})
        attempt = self._create_attempt(remittance)
        credit = self._create_credit_note(40.0)
        (invoice._get_open_items() | credit._get_open_items()).reconcile()
        attempt._set_done()
        attempt._post_process()
        self.assertEqual(remittance.amount_unallocated, 40.0)
        with self.assertRaisesRegex(UserError, "before you reopen documents"):
            self._refund(remittance.payment_id, {invoice: 10.0}, on_account=0.0)
        self._refund(remittance.payment_id)
        self.assertEqual(invoice.amount_residual, 0.0)
        self.assertEqual(remittance.amount_unallocated, 0.0)
        self.assertEqual(
            (remittance.state, remittance.outcome), ("settled", "refunded")
        )
        self.assertFalse(remittance.payment_id.activity_ids)
        self._assert_invariant(remittance)

    def test_refund_of_more_than_was_received_is_refused(self):
        remittance = self._settle()
        payment = remittance.payment_id
        for amounts in ({self.first: 100.01}, {self.second: -1.0}, {}):
            with self.subTest(amounts), self.assertRaises(UserError):
                self._refund(payment, amounts)
        self._refund(payment, {self.first: 100.0})
        with self.assertRaises(UserError):
            self._refund(payment, {self.first: 1.0})
        self.assertEqual(remittance.amount_refunded, 100.0)

    def test_w11_refund_of_a_provider_opens_what_was_chosen(self):
        self.provider.support_refund = "partial"
        self.payment_method.support_refund = "partial"
        remittance = self._settle()
        payment = remittance.payment_id
        self._refund(payment, {self.first: 25.0}, way="provider")
        refund = payment.payment_transaction_id.child_transaction_ids
        self.assertEqual(refund.amount, -25.0)
        self._assert_open(0.0, 10.0, 0.0)
        with self.assertRaisesRegex(UserError, "under way"):
            self._refund(payment, {self.first: 25.0}, way="provider")
        refund._set_done()
        # Sent back, and not booked yet: it cannot be sent back once more.
        with self.assertRaisesRegex(UserError, "under way"):
            self._refund(payment, {self.first: 25.0}, way="provider")
        refund._post_process()
        refund._post_process()
        self._assert_open(25.0, 10.0, 0.0)
        self.assertEqual(self._get_refund(payment), refund.payment_id)
        self.assertEqual(remittance.amount_refunded, 25.0)
        self._assert_invariant(remittance)

    def test_w11_refund_begun_elsewhere_opens_what_is_due_last(self):
        remittance = self._settle()
        child = remittance.transaction_ids._create_child_transaction(
            70.0, is_refund=True
        )
        child._set_done()
        child._post_process()
        self._assert_open(20.0, 60.0, 0.0)
        self._assert_invariant(remittance)

    def test_refund_of_a_payment_booked_by_hand(self):
        invoice = self._create_posted_invoice(100.0)
        self._register_payment(invoice)
        payment = self.env["account.payment"].search(
            [("partner_id", "=", self.customer.id)], limit=1
        )
        self._refund(payment, {invoice: 33.0})
        self.assertEqual(invoice.amount_residual, 33.0)
        item = payment.move_id.line_ids.filtered(
            lambda line: line.account_type == "asset_receivable"
        )
        self.assertTrue(item.reconciled)

    # ------------------------------------------------------------
    # Desk
    # ------------------------------------------------------------

    def _make_exception(self):
        """Return a remittance with 70.00 on account, as accounting."""
        invoice = self._create_posted_invoice(70.0)
        remittance = self._open_remittance({invoice: 70.0})
        attempt = self._create_attempt(remittance)
        self._register_payment(invoice)
        attempt._set_done()
        attempt._post_process()
        return remittance.with_user(self.accountant)

    def test_desk_allocates_to_the_oldest_open_invoices(self):
        remittance = self._make_exception()
        self.assertTrue(remittance.exception_on)
        self.assertEqual(remittance.user_id, self.env.user)
        with self.assertRaisesRegex(UserError, "no open invoice"):
            remittance.action_allocate()
        later = self._create_posted_invoice(50.0, days_overdue=1)
        oldest = self._create_posted_invoice(50.0, days_overdue=9)
        remittance.action_allocate()
        self.assertEqual([oldest.amount_residual, later.amount_residual], [0.0, 30.0])
        self.assertEqual(
            (remittance.state, remittance.outcome, remittance.outcome_by_id),
            ("settled", "allocated", self.accountant),
        )
        self.assertEqual(remittance.amount_unallocated, 0.0)
        with self.assertRaisesRegex(UserError, "no longer needs checking"):
            remittance.action_done()

    def test_desk_keeps_on_account(self):
        remittance = self._make_exception()
        remittance.action_keep_on_account()
        self.assertEqual((remittance.state, remittance.outcome), ("settled", "kept"))
        self.assertEqual(remittance.amount_unallocated, 70.0)
        self.assertFalse(remittance.payment_id.activity_ids)

    def test_only_accounting_decides_and_nobody_edits(self):
        remittance = self._make_exception()
        remittance.user_id = self.accountant
        with self.assertRaises(AccessError):
            remittance.amount_cash = 1.0
        for method in (
            "action_allocate",
            "action_assign_to_me",
            "action_done",
            "action_keep_on_account",
            "action_refund",
        ):
            with self.subTest(method), self.assertRaises(AccessError):
                getattr(remittance.with_user(self.buyer), method)()
        attempt = remittance.sudo().transaction_ids.with_user(self.buyer)
        for method in ("action_was_paid", "action_was_not_paid"):
            with self.subTest(method), self.assertRaises(AccessError):
                getattr(attempt, method)()
        self.assertEqual(remittance.state, "exception")
        for model in (
            "portal.capture.wizard",
            "portal.capture.wizard.line",
            "portal.refund.wizard",
            "portal.refund.wizard.line",
        ):
            self.assertFalse(self.env[model].with_user(self.buyer).has_access("create"))
