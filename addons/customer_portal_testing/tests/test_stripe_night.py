"""What no message told of is found at night, and what is not booked is told of."""

from contextlib import ExitStack
from datetime import timedelta
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tools import mute_logger

from .stripe_case import StripeCase

NIGHTLY = "odoo.addons.customer_portal_stripe.models.payment_transaction_nightly"


class TestStripeNight(StripeCase):
    def setUp(self):
        super().setUp()
        self.accountant = self.env["res.users"].create(
            {
                "name": "Accountant",
                "login": "stripe_accountant",
                "group_ids": self.env.ref("account.group_account_invoice").ids,
            }
        )
        self.provider.stripe_user_id = self.accountant

    def _pass_a_night(self):
        """Let what happened be old enough, and compare."""
        with ExitStack() as stack:
            for name in ("SETTLING", "UNBOOKED"):
                stack.enter_context(patch(f"{NIGHTLY}.{name}", timedelta(days=-1)))
            self._run("payment.transaction", "_compare_at_night")

    def _handle_often(self):
        """Handle what waits until it is not tried any more."""
        for _time in range(5):
            self.env.cr.execute("UPDATE portal_stripe_event SET write_date = NULL")
            self.env.invalidate_all()
            self._handle()

    def _get_events(self):
        return self.env["portal.stripe.event"].sudo().search([])

    def _charge_at_stripe(self, **metadata):
        client = self.provider._get_stripe_gateway()._client
        return client.payment_intents.create(
            {
                "amount": 4200,
                "currency": "usd",
                "confirm": True,
                "description": "REM/lost",
                "metadata": metadata,
                "payment_method": "pm_card_visa",
            }
        )

    def test_payment_that_nobody_told_of_is_found(self):
        remittance = self._choose(self.invoice)
        values = self._begin(remittance)
        self._confirm(values)
        self._take_events()  # and none arrives
        for _night in range(2):
            self._pass_a_night()
            self._handle()
        self.assertEqual(self._find(values).state, "done")
        self._book()
        self.assertEqual(remittance.state, "settled")
        self.assertEqual(self._get_events().mapped("source"), ["night"])

    def test_money_without_a_transaction_is_told_of_once(self):
        database = self.env["portal.stripe.customer"]._get_database()
        intent = self._charge_at_stripe(odoo_database=database)
        for _night in range(3):
            self._pass_a_night()
            self._handle_often()
        [event] = self._get_events()
        self.assertEqual(event.state, "unmatched")
        [activity] = event.activity_ids
        self.assertEqual(activity.user_id, self.accountant)
        self.assertIn(intent.id, str(activity.note))

    def test_money_of_another_system_is_none_of_ours(self):
        self._charge_at_stripe(odoo_database="another")
        self._charge_at_stripe()
        self._pass_a_night()
        self.assertFalse(self._get_events())

    def test_money_of_another_amount_is_told_of(self):
        values = self._begin(self._choose(self.invoice))
        intent_id = values["client_secret"].partition("_secret_")[0]
        client = self.provider._get_stripe_gateway()._client
        client.payment_intents.update(intent_id, {"amount": 5000})
        self._confirm(values)
        with mute_logger("odoo.addons.payment.models.payment_transaction"):
            for _night in range(2):
                self._pass_a_night()
                self._handle_often()
        self.assertEqual(self._find(values).state, "error")
        [event] = self._get_events()
        self.assertEqual((event.state, len(event.activity_ids)), ("unmatched", 1))

    def test_payment_that_is_not_booked_is_told_of_and_booked_later(self):
        remittance = self._choose(self.invoice)
        transaction = self._pay_by_card(remittance)

        def refuse(_transaction):
            raise UserError("The period is closed.")

        transactions = type(self.env["payment.transaction"])
        with patch.object(transactions, "_post_process", refuse):
            for _night in range(2):
                self._pass_a_night()
        [activity] = self.invoice.activity_ids.filtered(
            lambda one: transaction.reference in one.summary
        )
        self.assertEqual(activity.user_id, self.accountant)
        self.assertIn("The period is closed.", str(activity.note))
        self._pass_a_night()
        self.assertTrue(transaction.payment_id)
        self.assertEqual(remittance.state, "settled")

    def test_nothing_is_told_of_what_is_in_order(self):
        self._pay_by_card(self._choose(self.invoice))
        self._take_events()
        self._book()
        before = self.env["mail.activity"].search_count([])
        self._pass_a_night()
        self.assertEqual(self.env["mail.activity"].search_count([]), before)
        self.assertFalse(self._get_events())
