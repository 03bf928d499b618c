"""The day of an entry is the company's; the person's day says what is overdue."""

from datetime import date, timedelta

from odoo.tests import freeze_time

from ..transfer_case import TransferMixin
from .pay_case import PayCase

VILNIUS, KIRITIMATI = "Europe/Vilnius", "Pacific/Kiritimati"
# (zone of the company, zone of the person, moment in UTC, day of the books, day of the
# person). The papers are of before.
DAYS = [
    (VILNIUS, VILNIUS, "2036-03-10 12:00", "2036-03-10", "2036-03-10"),
    (VILNIUS, KIRITIMATI, "2036-03-10 12:00", "2036-03-10", "2036-03-11"),
    (VILNIUS, "Pacific/Honolulu", "2036-03-10 05:00", "2036-03-10", "2036-03-09"),
    (KIRITIMATI, VILNIUS, "2036-03-10 12:00", "2036-03-11", "2036-03-10"),
    ("America/Lima", "Asia/Tokyo", "2036-03-10 03:00", "2036-03-09", "2036-03-10"),
    (VILNIUS, False, "2036-03-10 23:30", "2036-03-11", "2036-03-10"),
    (False, KIRITIMATI, "2036-03-10 12:00", "2036-03-10", "2036-03-11"),
    ("Asia/Kathmandu", "Asia/Kolkata", "2036-12-31 18:20", "2037-01-01", "2036-12-31"),
]


class TestDays(TransferMixin, PayCase):
    def _play(self):
        """Yield each case, with the clock and the zones of it."""
        self.company.resource_calendar_id.tz = "UTC"
        for company, person, moment, books, own in DAYS:
            with (
                self.subTest(company=company, person=person, moment=moment),
                self.env.cr.savepoint() as savepoint,
                freeze_time(moment),
            ):
                self.company.partner_id.tz = company
                self.buyer.tz = person
                self._sign_in(self.buyer)
                yield date.fromisoformat(books), date.fromisoformat(own)
                savepoint.rollback()
                self.env.invalidate_all()

    def test_day_of_the_books(self):
        for books, _own in self._play():
            self.assertEqual(self.company._get_accounting_day(), books)

    def test_payment_has_the_day_of_the_books(self):
        for books, _own in self._play():
            self._open({self.invoice: "100.00"})
            remittance = self._get_remittances()
            transaction = self._create_attempt(remittance)
            transaction._set_done()
            payer = self.buyer.with_context(tz=self.buyer.tz).env
            transaction.with_env(payer(su=True))._post_process()
            payment = remittance.payment_id
            self.assertEqual(payment.date, books)
            self.assertEqual(payment.move_id.date, books)
            self.assertEqual(
                set(payment.move_id.line_ids.mapped("date_maturity")), {books}
            )
            self._check_agreement("-100.00")

    def _check_agreement(self, movement):
        """Check that statement and balance agree and tell the entry."""
        overview = self._get_figures(self._get("/my"), "balance")
        statement = self._get("/my/statement")
        self.assertEqual(self._get_figures(statement, "dated_later"), [])
        self.assertEqual(self._get_figures(statement, "balance"), overview)
        activity = self._get("/my/statement?view=activity")
        self.assertIn(movement, self._get_figures(activity, "movement"))
        self.assertEqual(self._get_figures(activity, "closing"), overview)

    def test_applied_credits_have_it_too(self):
        for books, _own in self._play():
            credit = self._create_credit_note(150.0, date=books - timedelta(days=9))
            self._open({self.invoice: "100.00", credit: "100.00"})
            remittance = self._get_remittances()
            self._post(f"/my/pay/{remittance.id}/apply")
            remittance.invalidate_recordset()
            self.assertEqual(remittance.state, "settled")
            self.assertEqual(remittance.move_id.date, books)

    def test_announced_on_it(self):
        for books, own in self._play():
            self._open({self.invoice: "100.00"})
            remittance = self._get_remittances()
            page = self._get(f"/my/pay/{remittance.id}")
            told = "Payments carry the date of" in page.text
            self.assertEqual(told, books != own)
            self._post(f"/my/pay/{remittance.id}/announce", send_on=str(own))
            remittance.invalidate_recordset()
            self.assertEqual(remittance.state, "announced")
            self.assertEqual(remittance.announced_on, books)

    def test_overdue_is_by_the_persons_day(self):
        for books, own in self._play():
            invoice = self._create_posted_invoice(11.0)
            invoice.line_ids.date_maturity = books
            row = invoice.with_context(tz=self.buyer.tz)._prepare_portal_rows()[0]
            self.assertEqual(row["overdue"], 11.0 if books < own else 0.0)
            listed = self._get("/my/invoices?filterby=overdue")
            self.assertEqual(invoice.name in listed.text, books < own)
