"""The report of accounting, with numbers worked out by hand."""

from datetime import date

from freezegun import freeze_time

from odoo.exceptions import AccessError

from ..reversal_case import ReversalCommon


class TestReceivableReport(ReversalCommon):
    def _fill_ledger(self):
        """Make the example: 300.00, 200.00 and a credit of 50.00, two payments."""
        first = self._create_dated(300.0, "2026-06-10", "2026-07-10")
        second = self._create_dated(200.0, "2026-07-20", "2026-08-19")
        self._create_dated(50.0, "2026-08-01", "2026-08-01", move_type="out_refund")
        self._register_payment(first, amount=100.0, payment_date="2026-08-05")
        self._pay(self._open_remittance({first: 120.0}))
        return first, second

    def _create_dated(self, amount, day, due, **values):
        overdue = (self.today - date.fromisoformat(due)).days
        return self._create_posted_invoice(
            amount, date=date.fromisoformat(day), days_overdue=overdue, **values
        )

    def test_ages_what_is_open(self):
        with freeze_time("2026-08-15"):
            self._fill_ledger()
            rows = (
                self.env["portal.receivable.report"]
                .with_user(self.accountant)
                .search([("company_id", "=", self.company.id)])
            )
            self.assertEqual(
                sorted(
                    (row.bucket, row.amount, row.amount_overdue, row.days_late)
                    for row in rows
                ),
                [
                    ("0_not_due", 200.0, 0.0, 0),
                    ("2_60", 80.0, 80.0, 36),
                    ("5_credit", -50.0, 0.0, 14),
                ],
            )
            self.assertEqual(rows.partner_id, self.customer)

    def test_figures_of_the_months(self):
        with freeze_time("2026-08-15"):
            self._fill_ledger()
            rows = (
                self.env["portal.receivable.month"]
                .with_user(self.accountant)
                .search([("company_id", "=", self.company.id)], limit=3)
            )
            self.assertEqual(
                [
                    (
                        str(row.month),
                        row.balance,
                        row.invoiced,
                        round(row.dso, 1),
                        row.paid,
                        row.paid_portal,
                        row.paid_by_hand,
                        round(row.share_online, 1),
                    )
                    for row in rows
                ],
                [
                    # 230 / 450 of the 76 days since 1 June; 120 of 220 online
                    ("2026-08-01", 230.0, -50.0, 38.8, 220.0, 120.0, 100.0, 54.5),
                    # 500 / 500 of 92 days
                    ("2026-07-01", 500.0, 200.0, 92.0, 0.0, 0.0, 0.0, 0.0),
                    # 300 / 300 of 91 days
                    ("2026-06-01", 300.0, 300.0, 91.0, 0.0, 0.0, 0.0, 0.0),
                ],
            )

    def test_is_for_accounting_and_its_companies(self):
        for model in ("portal.receivable.report", "portal.receivable.month"):
            with self.subTest(model):
                with self.assertRaises(AccessError):
                    self.env[model].with_user(self.buyer).search([])
                rows = self.env[model].with_user(self.accountant).search([])
                self.assertLessEqual(rows.company_id, self.company)
