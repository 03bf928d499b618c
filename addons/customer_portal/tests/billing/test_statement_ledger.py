"""The statement against the ledger, on random accounts.

PORTAL_RANDOM_CASES sets how many accounts are tried; the seed of one that fails is in
the message, and PORTAL_RANDOM_SEED tries it again.
"""

import os
import random
from datetime import timedelta

from odoo import Command
from odoo.tests import tagged

from ...const import AGEING_BUCKETS
from ..common import PortalCommon

CASES = int(os.environ.get("PORTAL_RANDOM_CASES", "20"))
SEED = int(os.environ.get("PORTAL_RANDOM_SEED", "0")) or random.randrange(1, 10**6)
STEPS = 2  # of a case; the account of one case goes on in the next one


@tagged("post_install", "-at_install")
class TestStatementLedger(PortalCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context=dict(cls.env.context, tracking_disable=True))
        cls.term = cls.env["account.payment.term"].create(
            {
                "name": "30 % now, 70 % in 60 days",
                "line_ids": [
                    Command.create(
                        {"value": "percent", "value_amount": 30, "nb_days": 0}
                    ),
                    Command.create(
                        {"value": "percent", "value_amount": 70, "nb_days": 60}
                    ),
                ],
            }
        )
        cls.env["res.currency.rate"].create(
            {
                "name": cls.today - timedelta(days=40),
                "currency_id": cls.eur.id,
                "company_id": cls.company.id,
                "rate": 0.6,
            }
        )
        cls.both = cls.customer | cls.branch

    # ------------------------------------------------------------
    # What happens
    # ------------------------------------------------------------

    def _invoice(self, chance):
        return self._create_posted_invoice(
            chance.randrange(100, 100000) / 100,
            partner=chance.choice(self.both),
            currency=chance.choice([self.usd, self.eur]),
            date=self.today - timedelta(days=chance.randrange(0, 150)),
            days_overdue=chance.choice([-20, 0, 1, 30, 31, 60, 61, 90, 91]),
            term=chance.choice([None, self.term]),
            move_type=chance.choice(["out_invoice"] * 3 + ["out_refund"]),
        )

    def _payment(self, chance):
        payment = self.env["account.payment"].create(
            {
                "payment_type": chance.choice(["inbound"] * 4 + ["outbound"]),
                "partner_type": "customer",
                "partner_id": chance.choice(self.both).id,
                "amount": chance.randrange(100, 60000) / 100,
                "currency_id": chance.choice([self.usd, self.eur]).id,
                "journal_id": self.bank.id,
                "date": self.today - timedelta(days=chance.randrange(0, 100)),
            }
        )
        payment.action_post()

    def _reconcile(self, chance):
        """Pair two open lines: also of two currencies, or of two customers."""
        lines = self._get_lines().filtered(lambda line: not line.reconciled)
        owed = lines.filtered(lambda line: line.amount_residual > 0)
        paid = lines.filtered(lambda line: line.amount_residual < 0)
        if owed and paid:
            (chance.choice(owed) | chance.choice(paid)).reconcile()

    def _undo(self, chance):
        lines = self._get_lines()
        parts = lines.matched_credit_ids.filtered(lambda part: part.exchange_move_id)
        parts = parts or lines.matched_credit_ids
        if parts:
            chance.choice(parts).unlink()

    def _get_lines(self, customers=None):
        return self.env["account.move.line"].search(
            [
                ("account_type", "=", "asset_receivable"),
                ("parent_state", "=", "posted"),
                ("company_id", "=", self.company.id),
                (
                    "partner_id.commercial_partner_id",
                    "in",
                    (customers or self.both).ids,
                ),
            ]
        )

    # ------------------------------------------------------------
    # What must hold
    # ------------------------------------------------------------

    def _get_expected(self, customers, day):
        """Return {currency: {line: open at the end of the day}}, counted forwards."""
        expected = {}
        for line in self._get_lines(customers):
            if line.date > day:
                continue
            left = line.amount_currency
            for part in line.matched_credit_ids:
                left -= part.debit_amount_currency if part.max_date <= day else 0.0
            for part in line.matched_debit_ids:
                left += part.credit_amount_currency if part.max_date <= day else 0.0
            left = line.currency_id.round(left)
            expected.setdefault(line.currency_id, {})[line.id] = left
        return expected

    def _check(self, customers, first, day):
        self._check_asked_at_once(customers, first, day)
        expected = self._get_expected(customers, day)
        outstanding = {
            section["currency"]: section
            for section in customers._get_statement_outstanding(day)
        }
        items = customers._get_statement_items(day)
        activity = {
            section["currency"]: section
            for section in customers._get_statement_activity(first, day)
        }
        movements = customers._get_statement_movements(first, day)
        for currency, lines in expected.items():
            closing = currency.round(sum(lines.values()))
            section = activity[currency]
            self.assertTrue(section["is_proven"], section)
            self._assert_same(currency, section["closing"], closing)
            self._assert_same(
                currency,
                section["opening"] + section["charges"] + section["payments"],
                closing,
            )
            self._check_rows(section, movements.get(section["key"], []))
            found = {
                item["line_id"]: float(item["open"])
                for item in items.get(section["key"], [])
            }
            self.assertEqual(
                found, {line: left for line, left in lines.items() if left}
            )
            self._assert_same(currency, sum(found.values()), closing)
            shown = outstanding.get(currency)
            if not shown:  # nothing ever stood open on the day, nor in the ledger
                self.assertFalse(found)
                continue
            self.assertTrue(shown["is_proven"], shown)
            self._assert_same(currency, shown["balance"], closing)
            parts = shown["credit"] + sum(shown[name] for name in AGEING_BUCKETS)
            self._assert_same(currency, parts, closing)

    def _check_asked_at_once(self, customers, first, day):
        """Compare what pages ask with sections and rows that are asked one by one."""
        for size in (None, 2):
            self.assertEqual(
                customers._get_activity_and_rows(first, day, size),
                (
                    customers._get_statement_activity(first, day),
                    customers._get_statement_movements(first, day, size=size),
                ),
            )
            for bucket in (None, "not_due"):
                options = {"size": size, "page": 1, "section": None, "bucket": bucket}
                self.assertEqual(
                    customers._get_outstanding_and_rows(day, **options),
                    (
                        customers._get_statement_outstanding(day),
                        customers._get_statement_items(day, **options),
                    ),
                )

    def _check_rows(self, section, rows):
        currency = section["currency"]
        self.assertEqual(len(rows), section["count"])
        balance = section["opening"]
        for row in rows:
            balance += float(row["amount"])
            self._assert_same(
                currency, section["opening"] + float(row["running"]), balance
            )
        self._assert_same(currency, balance, section["closing"])

    def _check_today(self, customers):
        """Compare what is open today with what every other page says."""
        summaries = customers._get_receivable_summary()
        sections = {
            section["key"]: section
            for section in customers._get_statement_outstanding(self.today)
        }
        for summary in summaries:
            section = sections[summary["company"].id, summary["currency"].id]
            for name in ("balance", "credit", "overdue", *AGEING_BUCKETS):
                self._assert_same(summary["currency"], section[name], summary[name])

    def _check_marks(self):
        """Compare the marks of reconciliations between accounts with their items."""
        for part in self._get_lines().matched_credit_ids:
            debit, credit = part.debit_move_id, part.credit_move_id
            is_between = (
                debit.partner_id != credit.partner_id
                or debit.currency_id != credit.currency_id
            )
            expected = (debit | credit).partner_id if is_between else debit.partner_id
            marked = part.between_debit_partner_id | part.between_credit_partner_id
            self.assertEqual(marked, expected if is_between else marked.browse())

    def _assert_same(self, currency, left, right):
        self.assertEqual(currency.compare_amounts(left, right), 0, (left, right))

    def test_random_accounts(self):
        chance = random.Random(SEED)
        steps = [self._invoice] * 2 + [self._payment, self._reconcile] * 2
        for case in range(CASES):
            for step in chance.choices([*steps, self._undo], k=STEPS):
                step(chance)
            self._reconcile(chance)
            day = self.today - timedelta(days=chance.randrange(-5, 120))
            first = day - timedelta(days=chance.randrange(0, 60))
            with self.subTest(case=case, seed=SEED, day=day, first=first):
                for customers in (self.both, self.customer, self.branch):
                    self._check(customers, first, day)
                    self._check_today(customers)
                self._check_marks()

    def test_marks_of_what_was_there_before(self):
        """An installation marks at once what Odoo marks one by one."""
        chance = random.Random(SEED)
        for step in [self._invoice, self._payment] * 10 + [self._reconcile] * 20:
            step(chance)
        parts = self.env["account.partial.reconcile"]
        parts.flush_model()
        marks = "between_debit_partner_id", "between_credit_partner_id"
        self.env.cr.execute(
            "UPDATE account_partial_reconcile SET between_debit_partner_id = NULL,"
            " between_credit_partner_id = NULL"
        )
        parts._fill_between_partners()
        parts.invalidate_model(marks)
        self.assertTrue(parts.search([(marks[0], "!=", False)]))
        self._check_marks()

    def test_mark_follows_the_customer(self):
        invoice = self._create_posted_invoice(100.0)
        payment = self._create_posted_invoice(100.0, move_type="out_refund")
        lines = self._get_lines()
        lines.reconcile()
        [part] = lines.matched_credit_ids
        self.assertFalse(part.between_debit_partner_id)
        (lines & payment.line_ids).partner_id = self.branch
        self.assertEqual(part.between_debit_partner_id, self.customer)
        self.assertEqual(part.between_credit_partner_id, self.branch)
        [section] = self.branch._get_statement_outstanding(self.today)
        self.assertEqual((section["balance"], section["transferred"]), (0.0, 100.0))
        self.assertTrue(section["is_proven"])
        self.assertEqual(invoice.amount_residual, 0.0)

    def _get_proofs(self, customers):
        """Return whether the statement of today, and of a month, are proven."""
        first = self.today - timedelta(days=30)
        return [
            section["is_proven"]
            for section in [
                *customers._get_statement_outstanding(self.today),
                *customers._get_statement_activity(first, self.today),
            ]
        ]

    def test_wrong_residual_is_not_proven(self):
        invoice = self._create_posted_invoice(100.0, date=self.today)
        self.assertEqual(self._get_proofs(self.customer), [True, True])
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE account_move_line SET amount_residual_currency = 90"
            " WHERE move_id = %s AND amount_residual_currency = 100",
            [invoice.id],
        )
        self.assertEqual(self._get_proofs(self.customer), [False, False])

    def test_unmarked_transfer_is_not_proven(self):
        self._create_posted_invoice(100.0, date=self.today)
        self._create_posted_invoice(
            100.0, partner=self.branch, move_type="out_refund", date=self.today
        )
        self._get_lines().reconcile()
        self.assertEqual(self._get_proofs(self.customer), [True, True])
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE account_partial_reconcile SET between_debit_partner_id = NULL"
        )
        self.assertEqual(self._get_proofs(self.customer), [False, False])

    def test_pages_are_parts_of_the_whole(self):
        for number in range(7):
            self._create_posted_invoice(10.0 + number, days_overdue=number)
        self._create_posted_invoice(5.0, currency=self.eur)
        first, last = self.today - timedelta(days=400), self.today
        key = (self.company.id, self.usd.id)
        whole = self.customer._get_statement_movements(first, last)
        pages = [
            self.customer._get_statement_movements(
                first, last, size=3, page=page, section=key
            )
            for page in (1, 2, 3, 4)
        ]
        self.assertEqual([len(page.get(key, [])) for page in pages], [3, 3, 1, 0])
        self.assertEqual(
            [row for page in pages for row in page.get(key, [])], whole[key]
        )
        # The other section stays on its first page.
        self.assertEqual(len(pages[1][self.company.id, self.eur.id]), 1)

    def test_item_paid_later_is_open_on_the_day(self):
        invoice = self._create_posted_invoice(100.0, days_overdue=30)
        payment = self.env["account.payment"].create(
            {
                "payment_type": "inbound",
                "partner_type": "customer",
                "partner_id": self.customer.id,
                "amount": 40.0,
                "journal_id": self.bank.id,
                "date": self.today - timedelta(days=5),
            }
        )
        payment.action_post()
        lines = payment.move_id.line_ids | invoice.line_ids
        lines.filtered(lambda line: line.account_type == "asset_receivable").reconcile()
        day = self.today - timedelta(days=6)
        [before] = self.customer._get_statement_outstanding(day)
        [on_the_day] = self.customer._get_statement_outstanding(day + timedelta(days=1))
        self.assertEqual((before["balance"], before["overdue_1_30"]), (100.0, 100.0))
        self.assertEqual(
            (on_the_day["balance"], on_the_day["overdue_1_30"]), (60.0, 60.0)
        )
        [now] = self.customer._get_statement_outstanding(self.today)
        self.assertEqual((now["overdue_1_30"], now["overdue_31_60"]), (60.0, 0.0))

    def test_dated_later_is_said_apart(self):
        self._create_posted_invoice(
            50.0, date=self.today + timedelta(days=3), days_overdue=-30
        )
        self._create_posted_invoice(20.0)
        [section] = self.customer._get_statement_outstanding(self.today)
        [summary] = self.customer._get_receivable_summary()
        self.assertEqual((section["balance"], section["later"]), (20.0, 50.0))
        self.assertEqual(summary["balance"], 70.0)
