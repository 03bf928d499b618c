"""What Stripe tells is believed when it is signed, kept once, and never missed."""

import json
from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tools import mute_logger

from odoo.addons.customer_portal_stripe.models import portal_stripe_event
from odoo.addons.customer_portal_stripe.tools import gateway

from ..stripe_standin import DROP, sign
from .stripe_case import SECRET, StripeCase


class TestStripeMessages(StripeCase):
    def setUp(self):
        super().setUp()
        self.patch(portal_stripe_event, "PAUSE", timedelta(seconds=-60))
        self.patch(gateway, "RETRIES", 0)

    def _get_events(self, **wanted):
        domain = [(name, "=", value) for name, value in wanted.items()]
        return self.env["portal.stripe.event"].sudo().search(domain)

    def _pay_unseen(self, *invoices):
        """Pay by card, and do not come back; return what the browser got."""
        values = self._begin(self._choose(*(invoices or [self.invoice])))
        self._confirm(values)
        return values

    # ------------------------------------------------------------
    # W4, W15: who says it
    # ------------------------------------------------------------

    def test_w4_message_is_refused_that_stripe_has_not_signed(self):
        values = self._pay_unseen()
        [event] = self._take_events("payment_intent.succeeded")
        body = json.dumps(event).encode()
        now = self.standin.account.clock.now()
        for name, signature in {
            "no header": "",
            "no signature": f"t={now}",
            "no time": sign(body, [SECRET], now).partition(",")[2],
            "another secret": sign(body, ["whsec_other"], now),
            "an empty secret": sign(body, [""], now),
            "another body": sign(body + b" ", [SECRET], now),
            "an old one": sign(body, [SECRET], now - 3600),
            "nonsense": "é=1,=,,v1=\N{SNOWMAN}".encode().decode("latin-1"),
        }.items():
            with self.subTest(name):
                self.assertEqual(self._send(event, signature=signature), 403)
        self._handle()
        self.assertFalse(self._get_events())
        self.assertEqual(self._find(values).state, "draft")

    def test_w4_without_a_secret_nobody_is_believed(self):
        self.provider.stripe_webhook_secret = False
        values = self._pay_unseen()
        for event in self._take_events():
            self.assertEqual(self._send(event, secrets=[""]), 403)
            self.assertEqual(self._send(event, signature=""), 403)
        self._handle()
        self.assertEqual(self._find(values).state, "draft")

    def test_w4_odd_body_is_refused(self):
        for body in (b"{", b"[]", b"null", b'{"type": 1}', b"\xff\xfe"):
            with self.subTest(body):
                self.assertEqual(self._send(body, secrets=["whsec_other"]), 403)
                self.assertIn(self._send(body), (400, 403))
        self.assertFalse(self._get_events())

    def test_w15_message_is_believed_while_the_secret_is_changed(self):
        for secrets in (["whsec_new", SECRET], [SECRET, "whsec_new"]):
            with self.subTest(secrets):
                invoice = self._create_posted_invoice(30.0)
                values = self._pay_unseen(invoice)
                [event] = self._take_events("payment_intent.succeeded")
                self.assertEqual(self._send(event, secrets=secrets), 200)
                self._handle()
                self.assertEqual(self._find(values).state, "done")

    # ------------------------------------------------------------
    # Kept, answered, handled
    # ------------------------------------------------------------

    def test_message_is_answered_without_asking_stripe(self):
        values = self._pay_unseen()
        [event] = self._take_events("payment_intent.succeeded")
        asked = len(self.standin.requests)
        self.assertEqual(self._send(event), 200)
        self.assertEqual(len(self.standin.requests), asked)
        self.assertEqual(self._find(values).state, "draft")
        self.assertEqual(self._get_events().state, "waiting")
        self._handle()
        self.assertEqual(self._find(values).state, "done")
        self.assertEqual(self._get_events().state, "done")

    def test_message_that_comes_often_counts_once(self):
        self._pay_unseen()
        [event] = self._take_events("payment_intent.succeeded")
        for _time in range(3):
            self.assertEqual(self._send(event), 200)
            self._handle()
        self.assertEqual(len(self._get_events()), 1)
        self._book()
        payments = self.env["account.payment"].search(
            [("payment_transaction_id.provider_id", "=", self.provider.id)]
        )
        self.assertEqual(payments.mapped("amount"), [100.0])

    def test_return_before_after_or_without_the_message_books_once(self):
        for order in ("return message", "message return", "message", "return"):
            with self.subTest(order):
                invoice = self._create_posted_invoice(40.0)
                values = self._pay_unseen(invoice)
                for what in order.split():
                    if what == "return":
                        self._come_back(values)
                    else:
                        self._send_all()
                self.endpoint.held.clear()
                self._book()
                transaction = self._find(values)
                self.assertEqual(transaction.state, "done")
                self.assertEqual(transaction.payment_id.amount, 40.0)
                self.assertEqual(invoice.amount_residual, 0.0)

    def test_late_news_of_a_failure_does_not_undo_a_success(self):
        values = self._begin(self._choose(self.invoice))
        self.assertIn("error", self._confirm(values, "4000000000000002"))
        self._confirm(values)
        failed = self._take_events("payment_intent.payment_failed")
        self._come_back(values)
        for event in failed:
            self.assertEqual(self._send(event), 200)
        self._handle()
        self.assertEqual(self._find(values).state, "done")

    def test_declined_card_frees_its_documents_for_everybody(self):
        other = self._create_portal_user("other", self.customer)
        values = self._begin(self._choose(self.invoice))
        self._confirm(values, "4000000000000002")
        self._send_all()
        self.assertEqual(self._find(values).state, "error")
        self._sign_in(other)
        self.assertEqual(self._pay_by_card(self._choose(self.invoice)).state, "done")

    # ------------------------------------------------------------
    # What does not arrive
    # ------------------------------------------------------------

    def _read(self):
        self._run("portal.stripe.event", "_read_lists")

    def test_what_was_lost_is_read_from_the_list_once(self):
        values = [
            self._pay_unseen(self._create_posted_invoice(amount))
            for amount in (11.0, 12.0, 13.0)
        ]
        self._confirm(self._begin(self._choose(self.invoice)), "4000000000000002")
        self._take_events()
        self._read()
        self.assertEqual([self._find(one).state for one in values], ["done"] * 3)
        count = len(self._get_events())
        self.assertEqual(set(self._get_events().mapped("source")), {"list"})
        self._read()
        self.assertEqual(len(self._get_events()), count)
        late = self._pay_unseen(self._create_posted_invoice(14.0))
        self._read()
        self.assertEqual(self._find(late).state, "done")

    def test_list_is_read_to_its_end(self):
        self._read()
        first = self._pay_unseen(self._create_posted_invoice(11.0))
        self._read()
        invoices = [self._create_posted_invoice(20.0 + number) for number in range(3)]
        values = [self._pay_unseen(invoice) for invoice in invoices]
        with self._pages_of(1):
            self._read()
        self.assertEqual(self._find(first).state, "done")
        self.assertEqual([self._find(one).state for one in values], ["done"] * 3)

    @staticmethod
    def _pages_of(size):
        return patch.object(gateway, "PAGE", size)

    def test_list_that_forgot_the_last_event_is_read_anew(self):
        self._pay_unseen()
        self._read()
        self.standin.advance(days=40)
        values = self._pay_unseen(self.branch_invoice)
        self._read()
        self.assertEqual(self._find(values).state, "done")

    def test_stripe_that_cannot_be_asked_is_asked_again(self):
        values = self._pay_unseen()
        self.standin.faults.add(DROP, "", method="GET", times=None)
        [event] = self._take_events("payment_intent.succeeded")
        self._send(event)
        for _time in range(12):
            self._handle()
        self.assertEqual(self._get_events().state, "waiting")
        with mute_logger("odoo.addons.customer_portal_stripe.models"):
            self._read()
        self.standin.faults.clear()
        self._handle()
        self.assertEqual(self._find(values).state, "done")

    # ------------------------------------------------------------
    # What is not ours
    # ------------------------------------------------------------

    def test_charge_without_a_transaction_is_shown_if_it_is_ours(self):
        client = self.provider._get_stripe_gateway()._client
        database = self.env["ir.config_parameter"].get_param("database.uuid")
        for metadata in ({}, {"odoo_database": "other"}, {"odoo_database": database}):
            client.payment_intents.create(
                {
                    "amount": 500,
                    "currency": "usd",
                    "confirm": True,
                    "payment_method": "pm_card_visa",
                    "metadata": metadata,
                }
            )
        self._send_all()
        events = self._get_events(kind="payment_intent.succeeded").sorted("id")
        # Its transaction may not be committed yet.
        self.assertEqual(events.mapped("state"), ["ignored", "ignored", "waiting"])
        for _time in range(3):
            self._handle()
        self.assertEqual(events.mapped("state"), ["ignored", "ignored", "unmatched"])
        self.assertIn("no transaction for it", str(events[2].activity_ids.note))

    def test_staff_of_accounting_read_what_stripe_said_of_their_companies(self):
        self._pay_unseen()
        self._send_all()
        event = self._get_events()[:1]
        accountant = self.env.user
        self.assertTrue(event.with_user(accountant).kind)
        with self.assertRaises(AccessError):
            event.with_user(self.buyer).read(["kind"])

    # ------------------------------------------------------------
    # Later
    # ------------------------------------------------------------

    def test_refund_in_stripe_s_dashboard_is_booked_once(self):
        remittance = self._choose(self.invoice)
        transaction = self._pay_by_card(remittance)
        self._book()
        self.standin.refund(transaction.provider_reference, 4000)
        self._send_all()
        self._read()
        self._book()
        [refund] = transaction.child_transaction_ids
        self.assertEqual((refund.state, refund.amount), ("done", -40.0))
        self.assertEqual(self.invoice.amount_residual, 40.0)

    def test_refund_from_odoo_is_booked_once(self):
        remittance = self._choose(self.invoice)
        transaction = self._pay_by_card(remittance)
        self._book()
        transaction.sudo()._refund(amount_to_refund=25.0)
        self._send_all()
        self._read()
        self._book()
        [refund] = transaction.child_transaction_ids
        self.assertEqual((refund.state, refund.amount), ("done", -25.0))
        self.assertEqual(self.invoice.amount_residual, 25.0)
        self.assertEqual(len(self.standin.find("refund")), 1)

    def test_debit_that_fails_after_days_opens_its_documents(self):
        eur = self._create_posted_invoice(60.0, currency=self.eur)
        method = self.env.ref("payment.payment_method_sepa_direct_debit")
        method.active = True
        self.provider.payment_method_ids += method
        self.payment_method_id = method.id
        remittance = self._choose(eur)
        values = self._begin(remittance)
        secret = values["client_secret"]
        client = self.provider._get_stripe_gateway()._client
        debit = client.payment_methods.create(
            {"type": "sepa_debit", "sepa_debit": {"iban": "DE62370400440532013001"}}
        )
        client.payment_intents.confirm(
            secret.partition("_secret_")[0], {"payment_method": debit.id}
        )
        self._send_all()
        self.assertEqual(self._find(values).state, "pending")
        self.assertEqual(remittance.state, "processing")
        self.standin.advance(days=5)
        self._send_all()
        self.assertEqual(self._find(values).state, "error")
        self.assertEqual(remittance.state, "open")
        self.assertEqual(eur.amount_residual, 60.0)

    def test_what_was_handled_is_deleted_after_months(self):
        self._pay_unseen()
        self._send_all()
        events = self._get_events()
        events.happened_on = fields.Datetime.now() - timedelta(days=61)
        unmatched = events.copy({"reference": "evt_x", "state": "unmatched"})
        self.env["portal.stripe.event"].sudo()._delete_old()
        self.assertEqual(self._get_events(), unmatched)
