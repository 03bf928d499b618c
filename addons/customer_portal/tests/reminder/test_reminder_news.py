"""Who gets reminders hears by mail of what is due by them alone."""

from datetime import timedelta

from ..common import PortalCommon
from ..news_case import NewsMixin
from ..reminder_case import ReminderMixin


class TestReminderNews(NewsMixin, ReminderMixin, PortalCommon):
    """The buyer gets the reminders, the colleague does not; both see invoices."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.portal_reminders_since = cls.today - timedelta(days=90)
        cls._give_role(cls.colleague, "member", cls.customer)
        cls.env["portal.contact.function"].create(
            {
                "partner_id": cls.customer.id,
                "function": "reminders",
                "contact_id": cls.buyer.partner_id.id,
            }
        )

    def _owe_since(self, days):
        """Return an invoice that was due some days ago, and was told of long ago."""
        invoice = self._create_posted_invoice(
            100.0, days_overdue=days, date=self.today - timedelta(days=60)
        )
        self._get_news().unlink()
        return invoice

    def _tell(self):
        """Return (people with a notice, addresses that are mailed) of a new day."""
        notices = self._tell_day()
        mails = self._send_told()
        return notices.user_id, {mail.email_to for mail in mails if mail.email_to}

    def test_who_gets_the_reminder_has_the_notice_and_no_mail(self):
        self._owe_since(1)
        people, mailed = self._tell()
        self.assertEqual(people, self.buyer | self.colleague)
        self.assertEqual(mailed, {self.colleague.email_formatted})

    def test_the_address_of_the_customer_counts_whoever_reads_it(self):
        self.env["portal.contact.function"].search([]).unlink()
        self.customer.email = self.colleague.email.upper()
        self._owe_since(1)
        _people, mailed = self._tell()
        self.assertEqual(mailed, {self.buyer.email_formatted})

    def test_without_a_level_before_the_due_date_all_are_mailed(self):
        self.before.unlink()
        self._owe_since(-3)
        _people, mailed = self._tell()
        self.assertEqual(len(mailed), 2)

    def test_with_a_level_before_the_due_date_it_is_the_mail(self):
        self._owe_since(-3)
        people, mailed = self._tell()
        self.assertEqual(people, self.buyer | self.colleague)
        self.assertEqual(mailed, {self.colleague.email_formatted})

    def test_where_reminders_are_off_all_are_mailed(self):
        self.company.portal_reminders = False
        self._owe_since(1)
        _people, mailed = self._tell()
        self.assertEqual(len(mailed), 2)

    def test_of_what_staff_left_out_nobody_is_told(self):
        self._owe_since(1).no_followup = True
        self.assertFalse(self._tell()[0])
        self._owe_since(1)
        self.customer.with_company(self.company).portal_no_reminders = True
        self.assertFalse(self._tell()[0])

    def test_a_new_invoice_is_mailed_to_all(self):
        self._create_posted_invoice(100.0, days_overdue=-30, date=self.today)
        self.assertEqual(len(self._tell_news().user_id), 2)
        self.assertEqual(len(self._send_told()), 2)

    def test_many_invoices_cost_as_few_queries_as_few(self):
        def count(invoices):
            moves = self.env["account.move"].sudo().browse(invoices.ids)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            moves._get_mailed_people("invoice_overdue")
            moves._filtered_news("invoice_overdue")
            return self.env.cr.sql_log_count - before

        few = self._owe_since(1) | self._owe_since(2)
        count(few)  # what is remembered
        alone = count(few)
        many = few
        for days in range(3, 15):
            many |= self._owe_since(days)
        self.assertEqual(count(many), alone)
