"""What people are told of payments."""

from datetime import timedelta

from ..common import PortalCommon
from ..news_case import NewsMixin
from ..transfer_case import TransferMixin


class TestPaymentNews(TransferMixin, NewsMixin, PortalCommon):
    def setUp(self):
        super().setUp()
        self._give_role(self.stranger, "member", self.customer)
        self.invoice = self._create_posted_invoice(100.0, days_overdue=-30)
        self._get_news().unlink()

    def _pay(self, state="done"):
        remittance = self._open_remittance({self.invoice: 100.0})
        attempt = self._create_attempt(remittance)
        getattr(attempt, f"_set_{state}")()
        attempt._post_process()
        return remittance, attempt

    def test_payment_is_told_to_colleagues_of_who_paid(self):
        remittance, _attempt = self._pay()
        [notice] = self._tell_news()
        self.assertEqual(notice.user_id, self.stranger)
        self.assertEqual(notice.title, "We received your payment of $\xa0100.00.")
        self.assertEqual(notice.detail, f"Its reference is {remittance.name}.")
        self.assertEqual(notice.url, f"/my/pay/{remittance.id}")

    def test_payment_that_staff_register_is_told_to_all(self):
        wizard = self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=self.invoice.ids
        )
        payment = wizard.create({})._create_payments()
        notices = self._tell_news()
        self.assertEqual(notices.user_id, self.buyer | self.stranger)
        self.assertEqual(set(notices.mapped("url")), {f"/my/payments/{payment.id}"})

    def test_old_payments_and_those_to_customers_are_not_told(self):
        wizard = self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=self.invoice.ids
        )
        date = self.today - timedelta(days=31)
        wizard.create({"payment_date": date})._create_payments()
        self.env["account.payment"].create(
            {
                "amount": 5.0,
                "payment_type": "outbound",
                "partner_type": "customer",
                "partner_id": self.customer.id,
            }
        ).action_post()
        self.assertFalse(self._get_news())

    def test_payment_that_is_taken_back_soon_is_not_told(self):
        remittance, _attempt = self._pay()
        remittance.payment_id.action_draft()
        notices = self._tell_news()
        self.assertNotIn("payment_received", notices.mapped("event_id.code"))

    def test_failure_of_what_was_under_way_is_told_to_who_pays(self):
        member = self._give_role(self.stranger, "member", self.customer)
        member.role_id = self._create_role({"see_invoices": "company"})
        remittance, attempt = self._pay("pending")
        attempt._set_error("Refused")
        [notice] = self._tell_news(minutes=0)
        self.assertEqual(notice.user_id, self.buyer)
        self.assertEqual(
            notice.title, f"The payment {remittance.name} of $\xa0100.00 failed."
        )
        self.assertEqual(notice.url, f"/my/pay/{remittance.id}")

    def test_failure_at_once_is_said_on_the_page(self):
        remittance = self._open_remittance({self.invoice: 100.0})
        self._create_attempt(remittance)._set_error("Refused")
        self.assertFalse(self._get_news())

    def test_failure_after_which_it_was_paid_is_not_told(self):
        remittance, attempt = self._pay("pending")
        attempt._set_error("Refused")
        again = self._create_attempt(remittance)
        again._set_done()
        again._post_process()
        self.assertNotIn("payment_failed", self._tell_news().mapped("event_id.code"))

    def test_transfer_that_is_withdrawn_is_no_failure(self):
        remittance = self._announce({self.invoice: 100.0})
        remittance._release_transfer()
        self.assertFalse(self._get_news("payment_failed"))
