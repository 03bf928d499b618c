"""What was authorised is captured or freed, with the documents that were chosen."""

from datetime import timedelta
from unittest.mock import patch

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import JsonRpcException, new_test_user
from odoo.tools import mute_logger

from ..stripe_standin import DROP, DROP_AFTER
from .stripe_case import StripeCase

SETTLING = (
    "odoo.addons.customer_portal_stripe.models.payment_transaction_nightly.SETTLING"
)
LOST = (
    "odoo.addons.payment.models.payment_provider",
    "odoo.addons.customer_portal.models.payment.payment_transaction_outcome",
)


class TestStripeCapture(StripeCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.accountant = new_test_user(
            cls.env,
            login="accountant",
            password="accountant-secret",
            groups="account.group_account_invoice",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )

    def setUp(self):
        super().setUp()
        self.provider.payment_method_ids = self.card
        self.provider.capture_manually = True
        self.third = self._create_posted_invoice(150.0)
        self.invoices = (self.invoice, self.branch_invoice, self.third)

    def _authorize(self, *, in_parts=True):
        """Authorise 300.00 for three invoices; return (remittance, transaction)."""
        self.provider.stripe_multicapture = in_parts
        self.standin.account.multicapture = in_parts
        remittance = self._choose(*self.invoices)
        transaction = self._pay_by_card(remittance)
        self.assertEqual(transaction.state, "authorized")
        self._send_all()
        return remittance, transaction

    def _open_wizard(self, transaction, amounts, **values):
        """Return the dialog as accounting has filled it in."""
        action = transaction.with_user(self.accountant).action_capture()
        self.assertEqual(action["res_model"], "portal.capture.wizard")
        wizard = (
            self.env["portal.capture.wizard"]
            .with_user(self.accountant)
            .with_context(**action["context"])
            .create(values)
        )
        for line in wizard.line_ids:
            line.amount = amounts.get(line.move_id, 0.0)
        return wizard

    def _press(self, wizard):
        """Press the button of the dialog, as a browser does."""
        self.env.flush_all()
        self._sign_in(self.accountant)
        with mute_logger(*LOST):
            self.make_jsonrpc_request(
                "/web/dataset/call_button",
                {
                    "model": wizard._name,
                    "method": "action_capture",
                    "args": [wizard.ids],
                    "kwargs": {},
                },
            )
        self.env.invalidate_all()
        return wizard.capture_id

    def _capture(self, transaction, amounts, **values):
        return self._press(self._open_wizard(transaction, amounts, **values)).sudo()

    def _settle(self):
        self._send_all()
        self._book()

    def _get_captured(self):
        return [
            charge["amount_captured"]
            for charge in self.standin.find("charge", status="succeeded")
        ]

    def _get_open(self):
        return tuple(invoice.amount_residual for invoice in self.invoices)

    def _get_payments(self):
        found = self.env["account.payment"].search(
            [("payment_method_line_id.payment_provider_id", "=", self.provider.id)]
        )
        return sorted(found.mapped("amount"))

    def test_whole_that_is_captured_settles_it(self):
        remittance, transaction = self._authorize()
        self.assertEqual(transaction._capture().state, "done")
        self._settle()
        self.assertEqual(self._get_captured(), [30000])
        self.assertEqual(self._get_open(), (0.0, 0.0, 0.0))
        self.assertEqual(remittance.state, "settled")

    def test_void_frees_the_documents(self):
        remittance, transaction = self._authorize()
        transaction._void()
        self._settle()
        self.assertEqual(self._get_captured(), [0])
        self.assertEqual(self._get_open(), (100.0, 50.0, 150.0))
        self.assertEqual(remittance.state, "open")

    def test_two_parts_pay_what_was_chosen_and_the_rest_is_freed(self):
        remittance, transaction = self._authorize()
        first = self._capture(transaction, {self.third: 150.0})
        self._settle()
        self.assertEqual(self._get_open(), (100.0, 50.0, 0.0))
        self.assertEqual((first.state, transaction.state), ("done", "authorized"))
        self.assertEqual(first.portal_remittance_id.state, "settled")
        # What is authorised still is held.
        self.assertEqual(remittance.state, "processing")
        self.assertEqual(remittance.amount_cash, 150.0)
        second = self._capture(transaction, {self.invoice: 60.0})
        self._settle()
        self.assertEqual(self._get_open(), (40.0, 50.0, 0.0))
        self.assertEqual(second.portal_remittance_id.state, "settled")
        self.assertEqual(self._get_captured(), [21000])
        transaction.with_user(self.accountant).action_void()
        self._settle()
        self.assertEqual(transaction.state, "done")
        self.assertEqual(self._get_captured(), [21000])
        self.assertEqual(self._get_payments(), [60.0, 150.0])
        self.assertEqual(remittance.state, "open")
        self.assertEqual(
            {line.move_id: line.amount_requested for line in remittance.line_ids},
            {self.invoice: 40.0, self.branch_invoice: 50.0},
        )
        self._sign_in(self.buyer)
        paid = self._choose(self.branch_invoice)
        self.assertEqual(paid.amount_cash, 50.0)

    def test_last_part_ends_it(self):
        remittance, transaction = self._authorize()
        self._capture(transaction, {self.invoice: 100.0})
        self._settle()
        rest = {self.branch_invoice: 50.0, self.third: 150.0}
        self._capture(transaction, rest)
        self._settle()
        self.assertEqual(self._get_open(), (0.0, 0.0, 0.0))
        self.assertEqual((transaction.state, remittance.state), ("done", "settled"))
        self.assertEqual(self._get_captured(), [30000])
        self.assertEqual(self._get_payments(), [100.0, 200.0])

    def test_without_several_captures_the_rest_is_released_with_the_first(self):
        remittance, transaction = self._authorize(in_parts=False)
        self._capture(transaction, {self.branch_invoice: 50.0})
        self._settle()
        self.assertEqual(self._get_open(), (100.0, 0.0, 150.0))
        self.assertEqual(self._get_captured(), [5000])
        self.assertEqual((transaction.state, remittance.state), ("done", "open"))
        with self.assertRaisesRegex(UserError, "not authorised any more"):
            transaction._begin_capture({remittance.line_ids[0]: 10.0})

    def test_credit_goes_along_only_where_the_money_is_not_enough(self):
        credit = self._create_credit_note(30.0)
        answer = self._open(
            {one: str(abs(one.amount_residual)) for one in (*self.invoices, credit)}
        )
        self.assertEqual(answer.status_code, 303)
        remittance = self._get_remittances()[:1]
        self.provider.stripe_multicapture = self.standin.account.multicapture = True
        transaction = self._pay_by_card(remittance)
        self.assertEqual(transaction.amount, 270.0)
        self._capture(transaction, {self.third: 150.0, self.invoice: 100.0})
        self._settle()
        self.assertEqual(credit.amount_residual, 30.0)
        self._capture(transaction, {self.branch_invoice: 50.0})
        self._settle()
        self.assertEqual((*self._get_open(), credit.amount_residual), (0.0,) * 4)
        self.assertEqual(self._get_captured(), [27000])
        self.assertEqual(transaction.state, "done")

    def test_second_click_captures_nothing(self):
        _remittance, transaction = self._authorize()
        wizard = self._open_wizard(transaction, {self.invoice: 40.0})
        capture = self._press(wizard)
        self.assertEqual(self._press(wizard), capture)
        # A second tab with the same dialog: what is left of it, and no more.
        other = self._open_wizard(transaction, {self.invoice: 60.0})
        self._press(other)
        late = self._open_wizard(transaction, {self.third: 10.0})
        late.line_ids.filtered(lambda line: line.amount).amount = 150.01
        with self.assertRaises(JsonRpcException), mute_logger("odoo.http"):
            self._press(late)
        self._settle()
        self.assertEqual(self._get_captured(), [10000])
        self.assertEqual(self._get_open(), (0.0, 50.0, 150.0))

    def test_lost_answer_captures_once(self):
        for fault in (DROP_AFTER, DROP):
            with self.subTest(fault):
                remittance, transaction = self._authorize()
                before = sum(self._get_captured())
                self.standin.faults.add(fault, "capture$", times=3)
                capture = self._capture(transaction, {self.invoice: 20.0})
                self.assertEqual(capture.state, "pending")
                with self.assertRaisesRegex(UserError, "under way"):
                    transaction._begin_capture({remittance.line_ids[0]: 10.0})
                capture.last_state_change = "2020-01-01"
                self._run("payment.transaction", "_verify_lost")
                self.assertEqual(capture.state, "done")
                self._settle()
                self.assertEqual(sum(self._get_captured()), before + 2000)
                self.assertEqual(capture.payment_id.amount, 20.0)
                self.assertEqual(capture.portal_remittance_id.state, "settled")
                transaction._void()
                self._settle()
                self._sign_in(self.buyer)

    def test_message_before_the_answer_captures_once(self):
        _remittance, transaction = self._authorize()
        self.standin.faults.add(DROP_AFTER, "capture$", times=3)
        capture = self._capture(transaction, {self.branch_invoice: 50.0})
        self._settle()
        self._settle()
        self.assertEqual(capture.state, "done")
        self.assertEqual(self._get_payments(), [50.0])
        self.assertEqual(self._get_open(), (100.0, 0.0, 150.0))

    def test_refused_capture_gives_the_documents_back(self):
        remittance, transaction = self._authorize()
        self.standin.account.multicapture = False
        charge = self.standin.find("charge")[0]
        details = charge["payment_method_details"]["card"]
        details["multicapture"]["status"] = "unavailable"
        capture = self._capture(transaction, {self.branch_invoice: 20.0})
        self.assertEqual(capture.state, "error")
        self.assertEqual(capture.portal_remittance_id.state, "cancelled")
        self.assertEqual(remittance.amount_cash, 300.0)
        self.assertEqual(
            sorted(remittance.line_ids.mapped("amount_requested")), [50.0, 100.0, 150.0]
        )
        self.assertEqual(self._get_captured(), [0])

    def test_capture_in_the_dashboard_is_booked_once(self):
        remittance, transaction = self._authorize(in_parts=False)
        client = self.provider._get_stripe_gateway()._client
        client.payment_intents.capture(
            transaction.provider_reference, {"amount_to_capture": 12000}
        )
        events = self._take_events()
        for event in [*events, *events]:
            self._send(event)
            self._handle()
        self._book()
        self.assertEqual(self._get_payments(), [120.0])
        self.assertEqual(sum(self._get_open()), 180.0)
        self.assertEqual(transaction.state, "done")
        self.assertEqual(remittance.payment_id.amount, 120.0)

    def test_capture_that_nobody_told_of_is_found_at_night(self):
        remittance, transaction = self._authorize(in_parts=False)
        client = self.provider._get_stripe_gateway()._client
        client.payment_intents.capture(
            transaction.provider_reference, {"amount_to_capture": 12000}
        )
        self._take_events()
        with patch(SETTLING, timedelta(days=-1)):
            self._run("payment.transaction", "_compare_at_night")
        self._handle()
        self._book()
        self.assertEqual(remittance.payment_id.amount, 120.0)
        self.assertEqual(transaction.state, "done")

    def test_refund_takes_from_a_part_once(self):
        _remittance, transaction = self._authorize()
        self._capture(transaction, {self.third: 150.0})
        self._settle()
        self._capture(transaction, {self.invoice: 100.0}, releases_rest=True)
        self._settle()
        self.standin.refund(transaction.provider_reference, 3000)
        for event in self._take_events() * 2:
            self._send(event)
            self._handle()
        self._book()
        payments = self.env["account.payment"]
        refunds = payments.search([("payment_type", "=", "outbound")])
        self.assertEqual(refunds.mapped("amount"), [30.0])
        self.assertEqual(self._get_open(), (0.0, 50.0, 30.0))

    def test_who_does_no_accounting_captures_nothing(self):
        _remittance, transaction = self._authorize()
        wizard = self._open_wizard(transaction, {self.invoice: 40.0})
        self._sign_in(self.buyer)
        self.env.flush_all()
        with self.assertRaises(JsonRpcException), mute_logger("odoo.http"):
            self.make_jsonrpc_request(
                "/web/dataset/call_button",
                {
                    "model": wizard._name,
                    "method": "action_capture",
                    "args": [wizard.ids],
                    "kwargs": {},
                },
            )
        self.assertEqual(self._get_captured(), [0])
