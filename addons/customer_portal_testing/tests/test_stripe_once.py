"""Nothing is paid twice at Stripe; each test names the weakness that it closes."""

from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.tests import JsonRpcException
from odoo.tools import mute_logger

from odoo.addons.customer_portal_stripe.models import payment_provider

from ..stripe_standin import DROP, DROP_AFTER, ERROR_AFTER
from .stripe_case import StripeCase

AUTHENTICATED = "4000002760003184"


class TestStripeOnce(StripeCase):
    def setUp(self):
        super().setUp()
        self.patch(payment_provider, "PAUSE", 0)

    def _verify(self, transaction):
        """Let the scheduled action ask what became of a lost answer."""
        transaction.last_state_change = "2020-01-01 00:00:00"
        self._run("payment.transaction", "_verify_lost")

    def _make_older(self, transaction, **age):
        """Let a transaction have begun some time ago."""
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE payment_transaction SET create_date = %s WHERE id = %s",
            [fields.Datetime.now() - timedelta(**age), transaction.id],
        )
        self.env.invalidate_all()

    # ------------------------------------------------------------
    # What goes well
    # ------------------------------------------------------------

    def test_card_is_paid_and_booked(self):
        remittance = self._choose(self.invoice, self.branch_invoice)
        transaction = self._pay_by_card(remittance)
        self.assertEqual(transaction.state, "done")
        self._book()
        self.assertEqual(remittance.state, "settled")
        self.assertEqual(self.invoice.amount_residual, 0.0)
        self.assertEqual(self._get_charged(), [15000])

    def test_saved_card_is_charged_and_booked(self):
        remittance = self._choose(self.invoice)
        transaction = self._charge(remittance, self._save_card())
        self.assertEqual((transaction.state, transaction.outcome_unknown), ("done", 0))
        self._book()
        self.assertEqual(remittance.state, "settled")
        self.assertEqual(self._get_charged(), [10000])

    def test_declined_saved_card_frees_its_documents_at_once(self):
        remittance = self._choose(self.invoice)
        declined = self._charge(remittance, self._save_card("4000000000000341"))
        self.assertEqual(declined.state, "error")
        self.assertIn("Your card was declined.", declined.state_message)
        self.assertEqual(self._pay_by_card(remittance).state, "done")
        self.assertEqual(self._get_charged(), [10000])

    # ------------------------------------------------------------
    # W1, W6: a lost answer
    # ------------------------------------------------------------

    def test_w1_lost_answer_is_asked_again_with_the_same_key(self):
        token = self._save_card()
        remittance = self._choose(self.invoice)
        self.standin.faults.add(DROP_AFTER, "payment_intents$", times=2)
        transaction = self._charge(remittance, token)
        self.assertEqual((transaction.state, transaction.outcome_unknown), ("done", 0))
        self.assertEqual(self._get_charged(), [10000])

    def test_w1_answer_that_stays_lost_is_verified_and_nothing_charged_twice(self):
        # Of a 500 Stripe keeps the answer: asked again with the key, it says 500 again.
        for kind in (DROP_AFTER, ERROR_AFTER):
            with self.subTest(kind):
                invoice = self._create_posted_invoice(80.0)
                token = self._save_card()
                remittance = self._choose(invoice)
                charged = len(self._get_charged())
                self.standin.faults.add(kind, "payment_intents$", times=None)
                transaction = self._charge(remittance, token)
                self.standin.faults.clear()
                self.assertEqual(transaction.state, "pending")
                self.assertTrue(transaction.outcome_unknown)
                self.assertIn("under way", self._begin_refused(remittance))
                self._verify(transaction)
                self.assertEqual(transaction.state, "done")
                self.assertFalse(transaction.outcome_unknown)
                self._book()
                self.assertEqual(invoice.amount_residual, 0.0)
                self.assertEqual(len(self._get_charged()), charged + 1)

    def test_w1_request_that_never_arrived_is_made_with_its_key(self):
        token = self._save_card()
        remittance = self._choose(self.invoice)
        self.standin.faults.add(DROP, "payment_intents$", times=None)
        transaction = self._charge(remittance, token)
        self.standin.faults.clear()
        self.assertTrue(transaction.outcome_unknown)
        for _twice in range(2):
            self._verify(transaction)
        self.assertEqual(transaction.state, "done")
        self.assertEqual(self._get_charged(), [10000])
        keys = {
            key
            for method, path, key, _status in self.standin.requests
            if (method, path) == ("POST", "/v1/payment_intents")
        }
        self.assertEqual(len(keys), 1)

    def test_w1_after_a_day_nothing_is_charged_that_was_not(self):
        token = self._save_card()
        remittance = self._choose(self.invoice)
        self.standin.faults.add(DROP, "payment_intents$", times=None)
        transaction = self._charge(remittance, token)
        self.standin.faults.clear()
        self._make_older(transaction, days=2)
        self._verify(transaction)
        self.assertEqual(transaction.state, "error")
        self.assertEqual(self._get_charged(), [])
        self.assertEqual(self._pay_by_card(remittance).state, "done")

    def test_w1_after_a_day_what_was_charged_is_found(self):
        token = self._save_card()
        remittance = self._choose(self.invoice)
        self.standin.faults.add(DROP_AFTER, "payment_intents$", times=None)
        transaction = self._charge(remittance, token)
        self.standin.faults.clear()
        self.standin.advance(days=2)
        self._make_older(transaction, days=2)
        self._verify(transaction)
        self.assertEqual(transaction.state, "done")
        self.assertEqual(self._get_charged(), [10000])

    def test_w1_decline_whose_answer_was_lost_is_found(self):
        token = self._save_card("4000000000000341")
        remittance = self._choose(self.invoice)
        self.standin.faults.add(DROP_AFTER, "payment_intents$", times=None)
        transaction = self._charge(remittance, token)
        self.standin.faults.clear()
        self.assertTrue(transaction.outcome_unknown)
        self._verify(transaction)
        self.assertEqual(transaction.state, "error")
        self.assertEqual(self._get_charged(), [])

    def test_w1_stripe_that_cannot_be_asked_is_asked_again_later(self):
        token = self._save_card()
        remittance = self._choose(self.invoice)
        self.standin.faults.add(DROP_AFTER, "payment_intents$", times=None)
        transaction = self._charge(remittance, token)
        self.standin.faults.add(DROP, "", method="GET", times=None)
        with mute_logger("odoo.addons.payment.models.payment_provider"):
            self._verify(transaction)
        self.assertTrue(transaction.outcome_unknown)
        self.standin.faults.clear()
        self._verify(transaction)
        self.assertEqual(transaction.state, "done")

    def test_w6_charge_that_broke_off_after_stripe_answered_is_verified(self):
        token = self._save_card()
        remittance = self._choose(self.invoice)
        transactions = type(self.env["payment.transaction"])

        def break_off(*_arguments):
            raise RuntimeError("the process ends here")

        with patch.object(transactions, "_process", break_off):
            transaction = self._charge(remittance, token)
        self.assertTrue(transaction.outcome_unknown)
        self.assertEqual(self._get_charged(), [10000])
        self._verify(transaction)
        self.assertEqual(transaction.state, "done")
        self._book()
        self.assertEqual(self.invoice.amount_residual, 0.0)
        self.assertEqual(self._get_charged(), [10000])

    def test_w1_refund_whose_answer_was_lost_is_given_once(self):
        for kind in (DROP_AFTER, ERROR_AFTER, DROP):
            with self.subTest(kind):
                invoice = self._create_posted_invoice(80.0)
                transaction = self._pay_by_card(self._choose(invoice))
                self._book()
                before = len(self.standin.find("refund"))
                self.standin.faults.add(kind, "refunds$", times=None)
                with mute_logger("odoo.addons.payment.models.payment_provider"):
                    refund = transaction._refund(amount_to_refund=30.0)
                self.standin.faults.clear()
                self.assertEqual((refund.state, refund.outcome_unknown), ("pending", 1))
                for _twice in range(2):
                    self._verify(refund)
                self.assertEqual((refund.state, refund.outcome_unknown), ("done", 0))
                self._book()
                self.assertEqual(invoice.amount_residual, 30.0)
                self.assertEqual(len(self.standin.find("refund")), before + 1)

    def test_w1_capture_whose_answer_was_lost_is_made_once(self):
        self.provider.payment_method_ids = self.card
        self.provider.capture_manually = True
        for kind in (DROP_AFTER, DROP):
            with self.subTest(kind):
                invoice = self._create_posted_invoice(80.0)
                transaction = self._pay_by_card(self._choose(invoice))
                self.assertEqual(transaction.state, "authorized")
                before = len(self._get_charged())
                self.standin.faults.add(kind, "/capture$", times=None)
                with mute_logger("odoo.addons.payment.models.payment_provider"):
                    capture = transaction._capture()
                self.standin.faults.clear()
                self.assertEqual(capture.state, "pending")
                self._verify(capture)
                self.assertEqual(capture.state, "done")
                self.assertEqual(len(self._get_charged()), before + 1)

    def test_what_was_asked_is_kept_only_while_it_may_be_asked_again(self):
        token = self._save_card()
        remittance = self._choose(self.invoice)
        self.standin.faults.add(DROP, "payment_intents$", times=None)
        transaction = self._charge(remittance, token)
        self.standin.faults.clear()
        self.assertEqual(transaction.stripe_payload["amount"], 10000)
        self._verify(transaction)
        self.assertFalse(transaction.stripe_payload)

    def test_lost_answer_to_a_form_needs_no_verification(self):
        remittance = self._choose(self.invoice)
        self.standin.faults.add(DROP_AFTER, "payment_intents$", times=None)
        transaction = self._find(self._begin(remittance))
        self.standin.faults.clear()
        self.assertEqual((transaction.state, transaction.outcome_unknown), ("error", 0))
        self.assertEqual(self._pay_by_card(remittance).state, "done")
        self.assertEqual(self._get_charged(), [10000])

    # ------------------------------------------------------------
    # W2, W13: two tabs, and forms that are left
    # ------------------------------------------------------------

    def test_w2_second_tab_ends_the_first(self):
        remittance = self._choose(self.invoice)
        first, second = self._begin(remittance), self._begin(remittance)
        self.assertIn("canceled", self._confirm(first)["error"]["message"])
        self.assertEqual(self._confirm(second)["status"], "succeeded")
        for values in (first, second):
            self._come_back(values)
        self.assertEqual(self._find(first).state, "cancel")
        self.assertEqual(self._find(second).state, "done")
        self._book()
        self.assertEqual(self.invoice.amount_residual, 0.0)
        self.assertEqual(self._get_charged(), [10000])

    def test_w2_first_tab_that_has_paid_ends_the_second(self):
        remittance = self._choose(self.invoice)
        first = self._begin(remittance)
        self._confirm(first)  # and nobody has told us
        self.assertIn("under way or done", self._begin_refused(remittance))
        self._send_all()
        self.assertEqual(self._find(first).state, "done")
        self.assertEqual(self._get_charged(), [10000])

    def test_w2_new_choice_of_the_same_documents_ends_the_form_of_the_old_one(self):
        first = self._begin(self._choose(self.invoice))
        remittance = self._choose(self.invoice, self.branch_invoice)
        self.assertIn("canceled", self._confirm(first)["error"]["message"])
        self.assertEqual(self._pay_by_card(remittance).state, "done")
        self.assertEqual(self._get_charged(), [15000])

    def test_w2_form_of_a_colleague_is_ended_when_its_time_is_over(self):
        other = self._create_portal_user("other", self.customer)
        first = self._begin(self._choose(self.invoice))
        self._sign_in(other)
        answer = self._open({self.invoice: "100"})
        self.assertEqual(answer.status_code, 422)
        self.assertIn("was started", answer.text)
        self._make_older(self._find(first), minutes=16)
        remittance = self._choose(self.invoice)
        self.assertIn("canceled", self._confirm(first)["error"]["message"])
        self.assertEqual(self._pay_by_card(remittance).state, "done")
        self.assertEqual(self._get_charged(), [10000])

    def test_w2_nothing_is_begun_where_stripe_cannot_cancel_the_first(self):
        remittance = self._choose(self.invoice)
        first = self._begin(remittance)
        self.standin.faults.add(DROP, "/cancel$", times=None)
        self.assertIn("in a minute", self._begin_refused(remittance))
        self.standin.faults.clear()
        self.assertEqual(self._confirm(first)["status"], "succeeded")
        self.assertEqual(self._get_charged(), [10000])

    def test_w13_owner_who_was_asked_and_left_can_pay_at_once(self):
        remittance = self._choose(self.invoice)
        left = self._begin(remittance)
        self.assertEqual(
            self._confirm(left, AUTHENTICATED)["status"], "requires_action"
        )
        self.assertEqual(self._pay_by_card(remittance).state, "done")
        self.assertEqual(self._find(left).state, "cancel")
        self.assertEqual(self._get_charged(), [10000])

    def test_w13_what_nobody_finishes_is_cancelled_after_hours(self):
        left = self._begin(self._choose(self.invoice))
        self._confirm(left, AUTHENTICATED)
        paid = self._begin(self._choose(self.branch_invoice))
        self._confirm(paid)
        self._run("payment.transaction", "_end_abandoned")
        self.assertEqual(self._find(left).state, "draft")
        for values in (left, paid):
            self._make_older(self._find(values), hours=5)
        self._run("payment.transaction", "_end_abandoned")
        self.assertEqual(self._find(left).state, "cancel")
        self.assertEqual(self._find(paid).state, "done")
        [intent] = self.standin.find("payment_intent", status="canceled")
        self.assertEqual(intent["description"], left["reference"])

    # ------------------------------------------------------------
    # W3: whose intent it is
    # ------------------------------------------------------------

    def _pay_first(self):
        """Pay the branch's invoice; return (its values, those of a second form)."""
        first = self._begin(self._choose(self.branch_invoice))
        self._confirm(first)
        self._come_back(first)
        self.assertEqual(self._find(first).state, "done")
        other = self._create_posted_invoice(50.0)
        return first, self._begin(self._choose(other))

    def test_w3_intent_of_another_payment_pays_nothing(self):
        first, second = self._pay_first()
        stolen = first["client_secret"].partition("_secret_")[0]
        self._come_back(second, stolen)
        transaction = self._find(second)
        own = second["client_secret"].partition("_secret_")[0]
        self.assertEqual(transaction.state, "error")  # its own one is not paid
        self.assertEqual(transaction.provider_reference, own)
        self.assertEqual(self._get_charged(), [5000])

    def test_w3_intent_of_another_payment_changes_nothing_of_what_is_done(self):
        first, second = self._pay_first()
        own = self._find(first).provider_reference
        foreign = second["client_secret"].partition("_secret_")[0]
        self._come_back(first, foreign)
        self.assertEqual(self._find(first).provider_reference, own)
        self.assertEqual(self._find(first).state, "done")

    def test_w3_intent_of_another_payment_does_not_end_one_under_way(self):
        _first, second = self._pay_first()
        pending = self._find(second)
        pending._set_pending()
        other = self._create_posted_invoice(50.0)
        foreign = self._begin(self._choose(other))
        intent = foreign["client_secret"].partition("_secret_")[0]
        with mute_logger("odoo.addons.customer_portal_stripe.models"):
            pending._process_stripe_intent(
                self.provider._get_stripe_gateway().get_intent(intent)
            )
        self.assertEqual(pending.state, "pending")

    # ------------------------------------------------------------
    # W5, W14
    # ------------------------------------------------------------

    def test_w5_amount_of_the_browser_is_refused_before_stripe_is_asked(self):
        params = self._prepare_payment_params(amount=5000.0, access_token=None)
        params["access_token"] = self.invoice._portal_ensure_token()
        with self.assertRaises(JsonRpcException), mute_logger("odoo.http"):
            self.make_jsonrpc_request(f"/invoice/transaction/{self.invoice.id}", params)
        self.assertEqual(self.standin.find("payment_intent"), [])

    def test_w14_customer_is_one_at_stripe_whoever_pays(self):
        other = self._create_portal_user("other", self.customer)
        self._begin(self._choose(self.invoice))
        self._begin(self._choose(self.branch_invoice))
        self._sign_in(other)
        self._begin(self._choose(self._create_posted_invoice(20.0)))
        [customer] = self.standin.find("customer")
        self.assertEqual(customer["name"], "Northwind")
        self.assertEqual(customer["metadata"]["odoo_customer"], str(self.customer.id))
        intents = self.standin.find("payment_intent")
        self.assertEqual({one["customer"] for one in intents}, {customer["id"]})

    def test_w14_customer_that_was_deleted_at_stripe_is_made_anew(self):
        customers = self.env["portal.stripe.customer"].sudo()
        first = customers._get_reference(self.provider, self.buyer.partner_id)
        self.provider._get_stripe_gateway()._client.customers.delete(first)
        customers.search([]).checked_on = "2020-01-01 00:00:00"
        self.standin.advance(days=1)
        second = customers._get_reference(self.provider, self.buyer.partner_id)
        self.assertNotEqual(first, second)
        self.assertEqual(customers.search([]).reference, second)

    def test_w14_customer_of_a_request_that_was_undone_is_found_again(self):
        customers = self.env["portal.stripe.customer"].sudo()
        first = customers._get_reference(self.provider, self.buyer.partner_id)
        customers.search([]).unlink()
        second = customers._get_reference(self.provider, self.buyer.partner_id)
        self.assertEqual(first, second)
