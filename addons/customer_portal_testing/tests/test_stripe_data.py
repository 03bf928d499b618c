"""What is kept of a person, and what it costs to keep former attempts."""

import io
import json
import zipfile

from .stripe_case import StripeCase

ATTEMPTS = 20


class TestStripeData(StripeCase):
    def _export(self, user):
        export = self.env["portal.data.export"].with_user(user)._ask(user)
        self._run("portal.data.export", "_prepare_exports")
        self.assertEqual(export.sudo().state, "ready")
        archive = zipfile.ZipFile(io.BytesIO(export.sudo()._get_attachment().raw))
        return json.loads(archive.read("data.json"))

    def test_person_takes_along_the_own_disputed_payments(self):
        other = self._create_portal_user("other", self.customer)
        transaction = self._pay_by_card(self._choose(self.invoice))
        self._send_all()
        self._book()
        self.standin.open_dispute(transaction.provider_reference)
        self._send_all()
        data = self._export(self.buyer)
        [row] = data["disputes_at_stripe"]
        self.assertEqual(row["payment"], transaction.reference)
        self.assertEqual((row["amount"], row["status"]), (100.0, "needs_response"))
        # What Stripe knows is the company, and not the person who pays for it.
        self.assertEqual(data["customers_at_stripe"], [])
        self.assertEqual(self._export(other)["disputes_at_stripe"], [])

    def test_who_is_a_customer_alone_takes_along_the_name_at_stripe(self):
        customers = self.env["portal.stripe.customer"].sudo()
        person = self._create_portal_user("alone", self.env["res.partner"])
        reference = customers._get_reference(self.provider, person.partner_id)
        data = self._export(person)
        self.assertEqual(data["customers_at_stripe"], [{"customer": reference}])

    def _count(self, remittance):
        """Return the queries of pressing the button of the form."""
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        self._begin(remittance)
        return self.env.cr.sql_log_count - before

    def test_former_attempts_cost_nothing(self):
        remittance = self._choose(self.invoice)
        for _warm in range(2):
            self._begin(remittance)
        few = self._count(remittance)
        for _attempt in range(ATTEMPTS):
            self._begin(remittance)
        self.assertEqual(self._count(remittance), few)
        [last] = self.standin.find("payment_intent", status="requires_payment_method")
        self.assertEqual(last["amount"], 10000)
