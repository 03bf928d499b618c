"""A seller that reminds and takes promises, and days that pass."""

from datetime import datetime, time, timedelta

from odoo.tests import freeze_time

from .common import PortalCommon
from .reminder_case import MONDAY, ReminderMixin


class PromiseMixin(ReminderMixin):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.promises = cls.env["portal.promise"].sudo()
        cls.company.portal_promises = True

    @staticmethod
    def _on(days, hour=9):
        """Return a context in which it is so many days after Monday."""
        day = MONDAY + timedelta(days=days)
        return freeze_time(datetime.combine(day, time(hour)))

    def _promise(self, invoices, days=4, amount=None, *, on=0, **options):
        """Return a promise of the buyer for so many days after Monday."""
        options = {"user": self.buyer, **options}
        with self._on(on):
            return self.promises._make(
                self.customer,
                invoices.sudo(),
                MONDAY + timedelta(days=days),
                amount,
                **options,
            )

    def _pay_by_bank(self, invoice, amount, day, booked=None):
        """Book money of a day, on the same day or so many days after Monday."""
        with self._on(day if booked is None else booked):
            payment = (
                self.env["account.payment.register"]
                .with_context(active_model="account.move", active_ids=invoice.ids)
                .create(
                    {
                        "amount": amount,
                        "payment_date": MONDAY + timedelta(days=day),
                        "journal_id": self.bank.id,
                    }
                )
                ._create_payments()
            )
            self.env.flush_all()
        return payment

    def _look(self, days):
        """Run the scheduled action on a day after Monday."""
        with self._on(days), self._as_scheduled():
            self.env.ref("customer_portal.cron_promises").method_direct_trigger()
        self.env.invalidate_all()


class PromiseCase(PromiseMixin, PortalCommon):
    pass
