"""Odoo's own ways to pay, held to the rules; each test names what it protects."""

from datetime import timedelta
from unittest.mock import patch

import requests
from freezegun import freeze_time
from urllib3.exceptions import MaxRetryError, NewConnectionError

from odoo import Command
from odoo.exceptions import UserError, ValidationError
from odoo.tools import mute_logger

from ..common import PortalCommon


class TestGuards(PortalCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._get_product()

    def _begin(self, documents, amount, reference="stock", **values):
        """Return a transaction as Odoo's page of an invoice or order begins it."""
        name = f"{documents._name.split('.')[1]}_ids".replace("move", "invoice")
        name = "sale_order_ids" if documents._name == "sale.order" else name
        return self._begin_payment(
            **{
                "flow": "direct",
                "reference": reference,
                "amount": amount,
                "currency_id": documents.currency_id[:1].id,
                "partner_id": self.buyer.partner_id.id,
                name: [Command.set(documents.ids)],
                **values,
            }
        )

    def _succeed(self, transaction):
        transaction._set_done()
        transaction._post_process()
        return transaction.payment_id

    # ------------------------------------------------------------
    # One planner books everything
    # ------------------------------------------------------------

    def test_w7_less_money_pays_the_oldest_invoice_first(self):
        later = self._create_posted_invoice(50.0, days_overdue=1)
        oldest = self._create_posted_invoice(100.0, days_overdue=20)
        payment = self._succeed(self._begin(later | oldest, 110.0))
        remittance = payment.remittance_id
        self.assertEqual(remittance.source, "invoice")
        self.assertEqual(
            {line.move_id: line.amount_applied for line in remittance.line_ids},
            {oldest: 100.0, later: 10.0},
        )
        self.assertEqual([oldest.amount_residual, later.amount_residual], [0.0, 40.0])

    def test_w9_invoices_with_several_receivable_accounts_are_all_paid(self):
        account = self.company_data["default_account_receivable"]
        other = account.copy({"code": "NEWREC"})
        first = self._create_posted_invoice(10.0)
        self.customer.property_account_receivable_id = other
        second = self._create_posted_invoice(20.0)
        self.assertNotEqual(
            first._get_open_items().account_id, second._get_open_items().account_id
        )
        self._succeed(self._begin(first | second, 30.0))
        self.assertEqual([first.amount_residual, second.amount_residual], [0.0, 0.0])

    def test_w10_discount_of_odoo_s_page_leaves_nothing_open(self):
        term = self.env["account.payment.term"].create(
            {
                "name": "2 percent in 10 days",
                "early_discount": True,
                "discount_percentage": 2,
                "discount_days": 10,
                "line_ids": [
                    Command.create(
                        {"value": "percent", "value_amount": 100, "nb_days": 30}
                    )
                ],
            }
        )
        invoice = self._create_posted_invoice(100.0, date=self.today, term=term)
        payment = self._succeed(self._begin(invoice, 98.0))
        self.assertEqual(invoice.amount_residual, 0.0)
        self.assertEqual(payment.remittance_id.amount_discount, 2.0)
        # Less than the whole: a partial payment earns no discount.
        other = self._create_posted_invoice(100.0, date=self.today, term=term)
        self._succeed(self._begin(other, 60.0, "part"))
        self.assertEqual(other.amount_residual, 40.0)

    def test_w8_credit_used_meanwhile_leaves_the_money_to_the_invoice(self):
        invoice = self._create_posted_invoice(100.0)
        credit = self._create_credit_note(70.0)
        attempt = self._begin(invoice, 50.0)
        (invoice._get_open_items() | credit._get_open_items()).reconcile()
        payment = self._succeed(attempt)
        self.assertEqual(invoice.amount_residual, 0.0)
        self.assertEqual(payment.remittance_id.amount_on_account, 20.0)
        self.assertEqual(payment.remittance_id.state, "exception")

    # ------------------------------------------------------------
    # Bounds
    # ------------------------------------------------------------

    def test_w5_order_is_not_paid_again_past_its_invoice(self):
        order = self._create_order(quantity=2.0, price=50.0)
        invoice = order._create_invoices()
        invoice.action_post()
        self._succeed(self._begin(invoice, 100.0))
        for amount in (0.01, 100.0):
            with self.subTest(amount), self.assertRaises(ValidationError):
                self._begin(order, amount, f"order {amount}")

    def test_w5_payment_of_an_order_pays_its_open_invoices(self):
        order = self._create_order(quantity=2.0, price=50.0)
        invoice = order._create_invoices()
        invoice.action_post()
        attempt = self._begin(order, 100.0)
        with self.assertRaises(UserError):
            self._begin(invoice, 100.0, "invoice too")
        self._succeed(attempt)
        self.assertEqual(invoice.amount_residual, 0.0)
        with self.assertRaises(ValidationError):
            self._begin(invoice, 100.0, "invoice again")

    def test_w5_order_paid_beyond_its_invoice_keeps_the_rest_for_the_next(self):
        order = self._create_order(quantity=2.0, price=50.0)
        order.order_line.product_id.invoice_policy = "delivery"
        order.order_line.qty_delivered = 1
        first = order._create_invoices()
        first.action_post()
        payment = self._succeed(self._begin(order, 100.0))
        self.assertEqual(first.amount_residual, 0.0)
        self.assertEqual(payment.remittance_id.state, "settled")
        self.assertEqual(payment.remittance_id.amount_on_account, 50.0)
        order.order_line.qty_delivered = 2
        second = order._create_invoices()
        second.action_post()
        self.assertEqual(second.amount_residual, 0.0)

    def test_w2_order_that_is_paid_elsewhere_is_paid_once(self):
        """By a colleague; or by the same person, where the provider has answered."""
        for state, payer in (
            ("draft", self.colleague),
            ("pending", self.buyer),
            ("authorized", self.buyer),
            ("done", self.buyer),
        ):
            order = self._create_order(state="sent")
            self.provider.support_manual_capture = "full_only"
            self._begin(order, order.amount_total, f"first {state}").state = state
            with self.subTest(state), self.assertRaises(UserError):
                self._begin(
                    order,
                    order.amount_total,
                    f"second {state}",
                    partner_id=payer.partner_id.id,
                )

    def test_attempt_that_came_to_nothing_frees_the_order(self):
        for state in ("draft", "cancel", "error"):
            order = self._create_order(state="sent")
            self._begin(order, order.amount_total, f"first {state}").state = state
            with self.subTest(state):
                payment = self._succeed(
                    self._begin(order, order.amount_total, f"second {state}")
                )
                order.invalidate_recordset()
                self.assertEqual(payment.amount, order.amount_total)
                self.assertEqual(order.amount_paid, order.amount_total)

    def test_charge_without_an_answer_keeps_the_order(self):
        order = self._create_order(state="sent")
        self._begin(order, order.amount_total).outcome_unknown = True
        with self.assertRaises(UserError):
            self._begin(order, order.amount_total, "second")

    def test_order_is_paid_in_parts(self):
        order = self._create_order(quantity=1.0, price=100.0, state="sent")
        first = self._begin(order, 40.0, "first")
        first._set_pending()
        with self.assertRaises(UserError):
            self._begin(order, 60.01, "too much")
        second = self._begin(order, 60.0, "second")
        for part in (first, second):
            self._succeed(part)
        order.invalidate_recordset()
        self.assertEqual(order.amount_paid, 100.0)
        self.assertEqual(order.state, "sale")
        with self.assertRaises(ValidationError):
            self._begin(order, 0.01, "nothing left")

    def test_order_is_paid_in_parts_by_two_people_at_once(self):
        order = self._create_order(quantity=1.0, price=100.0, state="sent")
        self._begin(order, 50.0, "first")
        with self.assertRaises(UserError):
            self._begin(order, 51.0, "more", partner_id=self.colleague.partner_id.id)
        second = self._begin(
            order, 50.0, "second", partner_id=self.colleague.partner_id.id
        )
        self._succeed(second)
        order.invalidate_recordset()
        self.assertEqual(order.amount_paid, 50.0)

    def test_cancelled_and_expired_orders_are_not_paid(self):
        cancelled, expired = (self._create_order(state="sent") for _twice in range(2))
        cancelled._action_cancel()
        expired.validity_date = self.today - timedelta(days=1)
        for order in (cancelled, expired):
            with (
                self.subTest(order.state),
                self.assertRaisesRegex(ValidationError, "can no longer be paid"),
            ):
                self._begin(order, order.amount_total, order.name)

    def test_order_does_not_pay_its_invoice_in_another_currency(self):
        order = self._create_order(quantity=1.0, price=50.0)
        invoice = order._create_invoices()
        invoice.currency_id = self.eur
        invoice.action_post()
        with self.assertRaises(ValidationError):
            self._begin(order, 50.0)
        self.assertTrue(invoice._is_open_document())

    def test_nothing_is_saved_in_the_name_of_a_document(self):
        invoice = self._create_posted_invoice(10.0)
        with self.assertRaises(ValidationError):
            self._begin(invoice, 0.0, operation="validation")

    def test_captured_money_that_is_not_booked_is_in_the_way(self):
        self.provider.support_manual_capture = "partial"
        invoice = self._create_posted_invoice(100.0)
        attempt = self._begin(invoice, 100.0)
        attempt._set_authorized()
        capture = attempt._create_child_transaction(100.0)
        capture._set_done()
        self.assertEqual(attempt.state, "done")
        with self.assertRaises(UserError):
            self._begin(invoice, 100.0, "before it is booked")
        capture._post_process()
        self.assertEqual(invoice.amount_residual, 0.0)
        self.assertEqual(capture.payment_id.amount, 100.0)
        self.assertFalse(attempt.payment_id)

    def test_money_sent_back_before_it_is_booked_is_booked(self):
        invoice = self._create_posted_invoice(100.0)
        attempt = self._begin(invoice, 100.0)
        attempt._set_done()
        attempt._create_child_transaction(40.0, is_refund=True)._set_done()
        with self.assertRaises(UserError):
            self._begin(invoice, 100.0, "before it is booked")
        attempt.last_state_change -= timedelta(hours=1)
        cron = type(self.env["ir.cron"])
        with patch.object(cron, "_commit_progress", lambda *_args, **_kwargs: 1.0):
            self.env["portal.remittance"].sudo()._book_received()
        self.assertEqual(attempt.payment_id.amount, 100.0)

    def test_cancelled_and_draft_invoices_are_not_paid(self):
        cancelled = self._create_posted_invoice(10.0)
        cancelled.button_draft()
        cancelled.button_cancel()
        draft = self._create_posted_invoice(10.0)
        draft.button_draft()
        for invoice in (cancelled, draft):
            with self.subTest(invoice.state), self.assertRaises(ValidationError):
                self._begin(invoice, 10.0, invoice.state)

    def test_switched_off_and_foreign_ways_to_pay_are_refused(self):
        invoice = self._create_posted_invoice(10.0)
        partner = self.buyer.partner_id
        archived = self._create_token(partner_id=partner.id)
        archived.active = False
        disabled = self.provider.copy({"state": "disabled"})
        company = self.env["res.company"].create({"name": "Another seller"})
        foreign = self.provider.copy({"company_id": company.id, "state": "test"})
        for name, values in {
            "archived card": {"token_id": archived.id, "flow": "token"},
            "switched off": {"provider_id": disabled.id},
            "another company": {"provider_id": foreign.id},
        }.items():
            with (
                self.subTest(name),
                self.assertRaisesRegex(ValidationError, "Choose how to pay"),
            ):
                self._begin(invoice, 10.0, name, **values)
        self.assertFalse(invoice.transaction_ids)

    def test_staff_s_payment_by_saved_card_is_booked_when_it_comes_late(self):
        """Core cancels a payment whose card is not charged at once."""
        invoice = self._create_posted_invoice(10.0)
        token = self._create_token(partner_id=self.customer.id)
        wizard = (
            self.env["account.payment.register"]
            .with_context(active_model="account.move", active_ids=invoice.ids)
            .create({})
        )
        line = wizard.journal_id.inbound_payment_method_line_ids.filtered(
            lambda one: one.payment_provider_id == self.provider
        )[:1]
        wizard.payment_method_line_id = line
        wizard.payment_token_id = token
        wizard._create_payments()
        attempt = invoice.transaction_ids
        payment = attempt.payment_id
        self.assertEqual((payment.state, attempt.state), ("canceled", "draft"))
        self.assertFalse(attempt.portal_remittance_id)
        with self.assertRaises(UserError):
            self._begin(invoice, 10.0, "meanwhile")
        self._succeed(attempt)
        self.assertEqual(payment.move_id.state, "posted")
        self.assertEqual(invoice.amount_residual, 0.0)

    # ------------------------------------------------------------
    # The world changes between beginning and money
    # ------------------------------------------------------------

    def test_money_for_a_changed_invoice_is_kept(self):
        def cancel(invoice):
            invoice.button_draft()
            invoice.button_cancel()

        def credit_partly(invoice):
            credit = self._create_credit_note(30.0)
            (invoice._get_open_items() | credit._get_open_items()).reconcile()

        for name, change, applied in (
            ("paid", self._register_payment, 0.0),
            ("cancelled", cancel, 0.0),
            ("reset to draft", lambda invoice: invoice.button_draft(), 0.0),
            ("partly credited", credit_partly, 70.0),
        ):
            with self.subTest(name):
                invoice = self._create_posted_invoice(100.0)
                attempt = self._begin(invoice, 100.0, name)
                change(invoice)
                payment = self._succeed(attempt)
                remittance = payment.remittance_id
                self.assertEqual(payment.amount, 100.0)
                self.assertEqual(payment.move_id.state, "posted")
                self.assertEqual(remittance.line_ids.amount_applied, applied)
                self.assertEqual(remittance.amount_on_account, 100.0 - applied)
                self.assertEqual(remittance.state, "exception")

    def test_money_for_a_re_dated_invoice_pays_it(self):
        invoice = self._create_posted_invoice(100.0)
        attempt = self._begin(invoice, 100.0)
        invoice.button_draft()
        invoice.invoice_date = self.today
        invoice.action_post()
        self._succeed(attempt)
        self.assertEqual(invoice.amount_residual, 0.0)

    def test_invoice_of_a_payment_is_not_deleted(self):
        invoice = self._create_posted_invoice(100.0)
        remittance = self._open_remittance({invoice: 100.0})
        invoice.button_draft()
        with self.assertRaisesRegex(UserError, "Cancel it instead"):
            invoice.unlink()
        remittance._cancel()
        invoice.unlink()
        self.assertFalse(invoice.exists())

    # ------------------------------------------------------------
    # What the provider says
    # ------------------------------------------------------------

    def test_webhooks_twice_and_out_of_order_book_once(self):
        invoice = self._create_posted_invoice(10.0)
        attempt = self._begin(invoice, 10.0)
        attempt._set_done()
        with mute_logger("odoo.addons.payment.models.payment_transaction"):
            attempt._set_error("an old failure")
            attempt._set_pending()
            attempt._set_canceled()
        attempt._set_done()
        payment = self._succeed(attempt)
        attempt._post_process()
        self.assertEqual(attempt.state, "done")
        self.assertEqual(
            self.env["account.payment"].search(
                [("payment_transaction_id", "=", attempt.id)]
            ),
            payment,
        )
        self.assertEqual(invoice.amount_residual, 0.0)

    def test_post_processing_of_an_old_snapshot_books_nothing_twice(self):
        """The page that polls was faster than the scheduled action."""
        order = self._create_order(state="sent")
        attempt = self._begin(order, order.amount_total)
        payment = self._succeed(attempt)
        with patch.object(type(attempt), "_check_amount_and_confirm_order") as confirm:
            self.env["payment.transaction"]._cron_post_process()
            attempt._post_process()
        self.assertFalse(confirm.called)
        self.assertEqual(attempt.payment_id, payment)

    def test_debit_that_fails_after_days_opens_the_invoice(self):
        invoice = self._create_posted_invoice(10.0)
        attempt = self._begin(invoice, 10.0)
        attempt._set_pending()
        attempt._post_process()
        remittance = attempt.portal_remittance_id
        self.assertEqual(remittance.state, "processing")
        with self.assertRaises(UserError):
            self._begin(invoice, 10.0, "meanwhile")
        attempt._set_error("The debit bounced.")
        self.assertEqual(remittance.state, "open")
        self._succeed(self._begin(invoice, 10.0, "afterwards"))
        self.assertEqual(invoice.amount_residual, 0.0)

    def test_success_after_cancel_is_booked(self):
        invoice = self._create_posted_invoice(10.0)
        attempt = self._begin(invoice, 10.0)
        attempt._set_canceled()
        attempt._post_process()
        self._succeed(attempt)
        self.assertEqual(invoice.amount_residual, 0.0)

    def test_w3_reference_of_another_transaction_pays_nothing(self):
        first = self._create_posted_invoice(10.0)
        second = self._create_posted_invoice(10.0)
        one, two = self._begin(first, 10.0), self._begin(second, 10.0, "other")
        one.provider_reference = two.provider_reference = "charge-1"
        self._succeed(one)
        two._set_done()
        two._post_process()
        self.assertEqual(two.state, "error")
        self.assertEqual(second.amount_residual, 10.0)

    def test_wrong_amount_or_currency_pays_nothing(self):
        for data in (
            {"amount": 9.99, "currency_code": "USD"},
            {"amount": 10.0, "currency_code": "EUR"},
        ):
            with self.subTest(data):
                invoice = self._create_posted_invoice(10.0)
                attempt = self._begin(invoice, 10.0, str(data))
                with (
                    patch.object(
                        type(attempt), "_extract_amount_data", lambda *_args, d=data: d
                    ),
                    mute_logger("odoo.addons.payment.models.payment_transaction"),
                ):
                    attempt._validate_amount({})
                self.assertEqual(attempt.state, "error")
                self.assertEqual(invoice.amount_residual, 10.0)

    # ------------------------------------------------------------
    # W1: no answer
    # ------------------------------------------------------------

    def _charge(self, transaction, outcome):
        """Charge a saved card at a provider that answers like this."""

        def send(tx):
            tx._send_api_request("POST", "/charges", json={})

        with (
            patch.object(type(transaction), "_send_payment_request", send),
            patch.object(
                type(self.provider),
                "_build_request_url",
                lambda *_args, **_kwargs: "http://provider.example/charges",
            ),
            patch.object(
                type(self.provider),
                "_build_request_headers",
                lambda *_args, **_kwargs: {},
            ),
            patch(
                "odoo.addons.payment.models.payment_provider.requests.request"
            ) as ask,
        ):
            if isinstance(outcome, Exception):
                ask.side_effect = outcome
            else:
                answer = requests.Response()
                answer.status_code = outcome
                answer._content = b"{}"
                ask.return_value = answer
            with (
                patch.object(
                    type(self.provider), "_parse_response_error", lambda *_args: "no"
                ),
                mute_logger("odoo.addons.payment.models.payment_provider"),
            ):
                transaction._charge_with_token()

    def test_w1_lost_answer_is_no_failure(self):
        not_reached = requests.ConnectionError(
            MaxRetryError(None, "/", NewConnectionError(None, "refused"))
        )
        for name, outcome, state in (
            ("timeout", requests.ReadTimeout(), "pending"),
            ("connection lost", requests.ConnectionError("reset"), "pending"),
            ("server error", 502, "pending"),
            ("declined", 402, "error"),
            ("not reached", not_reached, "error"),
            ("no connection", requests.ConnectTimeout(), "error"),
        ):
            with self.subTest(name):
                invoice = self._create_posted_invoice(10.0)
                token = self._create_token(partner_id=self.buyer.partner_id.id)
                attempt = self._begin(
                    invoice, 10.0, name, token_id=token.id, flow="token"
                )
                self._charge(attempt, outcome)
                self.assertEqual(attempt.state, state)
                self.assertEqual(attempt.outcome_unknown, state == "pending")
                if state == "error":
                    continue
                with self.assertRaises(UserError):
                    self._begin(invoice, 10.0, f"{name} again")

    def _lose_answer(self, amount=10.0):
        invoice = self._create_posted_invoice(amount)
        token = self._create_token(partner_id=self.buyer.partner_id.id)
        attempt = self._begin(
            invoice, amount, f"lost {invoice.id}", token_id=token.id, flow="token"
        )
        self._charge(attempt, requests.ReadTimeout())
        return invoice, attempt

    def test_w1_late_answer_ends_the_doubt(self):
        invoice, attempt = self._lose_answer()
        self._succeed(attempt)
        self.assertFalse(attempt.outcome_unknown)
        self.assertEqual(invoice.amount_residual, 0.0)
        invoice, attempt = self._lose_answer()
        attempt._set_error("declined after all")
        self.assertEqual(attempt.state, "error")
        self.assertFalse(attempt.outcome_unknown)

    def test_w6_charge_during_which_the_server_died_is_shown_to_staff(self):
        invoice = self._create_posted_invoice(10.0)
        token = self._create_token(partner_id=self.buyer.partner_id.id)
        attempt = self._begin(invoice, 10.0, token_id=token.id, flow="token")
        attempt.outcome_unknown = True  # as it was written down before the charge
        for minutes, state in ((9, "draft"), (20, "pending")):
            with freeze_time(attempt.create_date + timedelta(minutes=minutes)):
                with self.assertRaises(UserError):
                    self._begin(invoice, 10.0, f"after {minutes} minutes")
                self.env["payment.transaction"].sudo()._find_lost_charges()
            self.assertEqual(attempt.state, state)
        attempt.action_was_not_paid()
        self._succeed(self._begin(invoice, 10.0, "again"))
        self.assertEqual(invoice.amount_residual, 0.0)

    def test_w1_staff_say_what_became_of_it(self):
        invoice, attempt = self._lose_answer()
        attempt.action_was_not_paid()
        self.assertEqual(attempt.state, "error")
        self._succeed(self._begin(invoice, 10.0, "again"))
        invoice, attempt = self._lose_answer()
        attempt.action_was_paid()
        self.assertEqual(invoice.amount_residual, 0.0)
        with self.assertRaisesRegex(UserError, "already known"):
            attempt.action_was_not_paid()
