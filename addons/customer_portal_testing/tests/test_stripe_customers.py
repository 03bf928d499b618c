"""A customer that somebody deletes at Stripe is noticed at once."""

from odoo.tools import mute_logger

from .stripe_case import StripeCase

GONE = "does not exist any more"


class TestStripeCustomers(StripeCase):
    def _delete(self, reference):
        """Delete a customer in Stripe's dashboard."""
        self.provider._get_stripe_gateway()._client.customers.delete(reference)

    def _get_customers(self):
        return self.env["portal.stripe.customer"].sudo().search([])

    def test_message_of_it_archives_what_was_saved(self):
        token = self._save_card()
        other = self._create_token(provider_ref="cus_other", stripe_payment_method="x")
        self._delete(token.provider_ref)
        self._send_all("customer.deleted")
        self.assertFalse(token.active)
        self.assertTrue(other.active)
        self.assertFalse(self._get_customers())
        transaction = self._pay_by_card(self._choose(self.invoice))
        self.assertEqual(transaction.state, "done")
        self.assertNotEqual(self._get_customers().reference, token.provider_ref)

    def test_message_of_a_customer_that_is_there_changes_nothing(self):
        token = self._save_card()
        [event] = self._take_events("customer.created")
        event["type"] = "customer.deleted"
        self._send(event)
        self._handle()
        self.assertTrue(token.active)
        self.assertTrue(self._get_customers())

    def test_form_is_paid_with_a_new_customer_without_any_message(self):
        self._pay_by_card(self._choose(self.branch_invoice))
        gone = self._get_customers().reference
        self._delete(gone)
        remittance = self._choose(self.invoice)
        with mute_logger("odoo.addons.payment.models.payment_provider"):
            transaction = self._pay_by_card(remittance)
        self.assertEqual(transaction.state, "done")
        self.assertNotEqual(self._get_customers().reference, gone)
        self.assertEqual(self._get_charged(), [10000, 5000])

    def test_charge_of_what_was_saved_says_that_it_is_gone(self):
        token = self._save_card()
        self._delete(token.provider_ref)
        remittance = self._choose(self.invoice)
        transaction = self._charge(remittance, token)
        self.assertEqual(transaction.state, "error")
        self.assertIn(GONE, transaction.state_message)
        self.assertFalse(token.active)
        self.assertFalse(self._get_charged())
        # At once, with a new customer.
        again = self._pay_by_card(remittance)
        self.assertEqual(again.state, "done")

    def test_card_that_was_detached_at_stripe_is_archived_too(self):
        token = self._save_card()
        client = self.provider._get_stripe_gateway()._client
        self._take_events()
        self.standin.account.store.find(token.stripe_payment_method)["object"] = "gone"
        with mute_logger("odoo.addons.payment.models.payment_provider"):
            transaction = self._charge(self._choose(self.invoice), token)
        self.assertIn(GONE, transaction.state_message)
        self.assertFalse(token.active)
        self.assertTrue(client.customers.retrieve(token.provider_ref).id)
        self.assertEqual(self._get_customers().reference, token.provider_ref)
