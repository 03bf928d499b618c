"""Every page says the same of what is under way, and of what is left to pay."""

from datetime import timedelta
from unittest.mock import patch

from lxml import html

from odoo import Command

from ..role_case import RolesMixin
from ..transfer_case import TransferMixin
from .pay_case import PayCase


class TestUnderWayFigures(TransferMixin, RolesMixin, PayCase):
    """100.00 are overdue, and the only thing that is."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Who works for two companies has the page of all of them.
        for customer in (cls.customer, cls.other_customer):
            cls._give_role(cls.buyer, "administrator", customer)

    # ------------------------------------------------------------
    # How far a payment is
    # ------------------------------------------------------------

    def _begin(self, amount):
        return self._create_attempt(self._open_remittance({self.invoice: amount}))

    def _choose(self, amount):
        self._open_remittance({self.invoice: amount})

    def _be_pending(self, amount):
        self._begin(amount)._set_pending()

    def _be_unbooked(self, amount):
        self._begin(amount)._set_done()

    def _lose_answer(self, amount):
        attempt = self._begin(amount)
        attempt.outcome_unknown = True
        attempt._set_error("No answer")

    def _announce(self, amount):
        self._open_remittance({self.invoice: amount})._announce()

    def _fail(self, amount):
        self._begin(amount)._set_error("No")

    def _leave(self, amount):
        attempt = self._begin(amount)
        self.env.cr.execute(
            "UPDATE payment_transaction SET create_date = %s WHERE id = %s",
            [attempt.create_date - timedelta(minutes=16), attempt.id],
        )
        attempt.invalidate_recordset(["create_date"])

    def _charge_by_staff(self, amount):
        with patch.object(
            type(self.env["payment.transaction"]),
            "_name_paid_invoices",
            lambda *_args: None,
        ):
            self._create_transaction(
                "token",
                amount=amount,
                invoice_ids=[Command.set(self.invoice.ids)],
            )._set_pending()

    # situation, amount, what is under way then
    CASES = (
        (_choose, 100, 0),
        (_begin, 100, 100),
        (_begin, 40, 40),
        (_leave, 40, 0),
        (_be_pending, 100, 100),
        (_be_pending, 40, 40),
        (_lose_answer, 40, 40),
        (_be_unbooked, 40, 40),
        (_announce, 100, 100),
        (_announce, 40, 40),
        (_fail, 40, 0),
        # What it pays of the invoice cannot be known.
        (_charge_by_staff, 40, 100),
    )

    # ------------------------------------------------------------
    # What each page says
    # ------------------------------------------------------------

    def _read_page(self, path):
        return html.fromstring(self._get(path).content)

    @staticmethod
    def _add(element, *names):
        """Return the sum of these figures; a page leaves out those that are nothing."""
        return sum(
            float(figure.get("value"))
            for name in names
            for figure in element.iterfind(f".//data[@data-figure='{name}']")
        )

    def _read_overview(self):
        page = self._read_page("/my")
        offers = page.find(".//a[@href='/my/pay?select=overdue']") is not None
        left = self._add(page, "waiting_overdue")
        self.assertEqual(offers, left > 0)
        return self._add(page, "under_way"), left

    def _read_companies(self):
        page = self._read_page("/my/companies")
        [row] = page.iterfind(f".//tr[@data-company='{self.customer.id}']")
        return self._add(row, "under_way"), self._add(row, "overdue_to_pay")

    def _read_list(self):
        page = self._read_page("/my/invoices?filterby=all")
        [row] = page.iterfind(f".//tr[@data-document='{self.invoice.id}']")
        ticks = row.findall(".//input[@data-residual]")
        return None, sum(float(tick.get("data-residual")) for tick in ticks)

    def _read_pay_page(self, query="?select=overdue"):
        page = self._read_page(f"/my/pay{query}")
        rows = page.findall(".//tr[@data-document]")
        chosen = [row for row in rows if row.find(".//input[@checked]") is not None]
        fields = [row.find(".//input[@inputmode='decimal']") for row in chosen]
        return None, sum(float(field.get("value")) for field in fields)

    def _read_invoice(self):
        """Follow the button of its page, if there is one."""
        page = self._read_page(f"/my/invoices/{self.invoice.id}")
        query = f"?documents={self.invoice.id}"
        if page.find(f".//a[@href='/my/pay{query}']") is None:
            return self._add(page, "under_way"), 0.0
        return self._add(page, "under_way"), self._read_pay_page(query)[1]

    def test_all_pages_say_the_same(self):
        pages = (
            self._read_overview,
            self._read_companies,
            self._read_list,
            self._read_pay_page,
            self._read_invoice,
        )
        for situation, amount, held in self.CASES:
            with self.env.cr.savepoint() as savepoint:
                situation(self, float(amount))
                for read in pages:
                    with self.subTest(situation.__name__, amount=amount, page=read):
                        under_way, left = read()
                        self.assertEqual(left, 100 - held, "left to pay")
                        if under_way is not None:
                            self.assertEqual(under_way, held, "under way")
                savepoint.rollback()
            self.env.invalidate_all(flush=False)
