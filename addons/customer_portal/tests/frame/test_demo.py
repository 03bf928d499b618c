"""The demo company: absent without demo data, and true on any day."""

from datetime import date
from unittest import SkipTest
from unittest.mock import patch

from odoo.tests import TransactionCase, tagged
from odoo.tools.convert import convert_file

from ...demo import plan

MASTERS = ("company", "staff", "products", "price_lists", "customers")
# The awkward day: no such day in the year before, nor the year after.
LEAP_DAY = date(2024, 2, 29)
# Older orders are paid; leaving them out makes the test quick.
RECENT = [row for row in plan.ORDERS if row.age <= 160]


def _is_demo(env):
    return env.ref("base.module_customer_portal").demo


@tagged("post_install", "-at_install")
class TestDemoUsers(TransactionCase):
    def test_come_with_demo_data_only(self):
        users = self.env["res.users"].with_context(active_test=False)
        self.assertEqual(
            bool(users.search_count([("login", "=like", "%.example")], limit=1)),
            _is_demo(self.env),
        )


@tagged("post_install", "-at_install")
class TestDemoDocuments(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if _is_demo(cls.env):
            raise SkipTest("the demo company is there already")
        company = cls.env.ref("base.main_company")
        if not company.chart_template:
            cls.env["account.chart.template"].try_loading(
                "generic_coa", company=company, install_demo=False
            )
        for name in MASTERS:
            convert_file(
                cls.env,
                "customer_portal",
                f"demo/{name}.xml",
                {},
                "init",
                noupdate=True,
            )
        keys = {row.key for row in RECENT}
        credit_notes = [row for row in plan.CREDIT_NOTES if row.order in keys]
        with (
            patch.object(plan, "ORDERS", RECENT),
            patch.object(plan, "CREDIT_NOTES", credit_notes),
        ):
            cls.env["portal.demo"]._load(LEAP_DAY)
        # Without the people of customers, who get statements.
        demo = cls.env["portal.demo"].with_context(demo_today=LEAP_DAY)
        demo._date_credit_limits()
        cls.alder = cls.env.ref("customer_portal.alder_works")

    def _ageing(self, customer):
        """Return ``{bucket: amount}`` of what is owed, in company currency."""
        lines = self.env["account.move.line"].search(
            [
                ("partner_id", "=", customer.id),
                ("parent_state", "=", "posted"),
                ("account_type", "=", "asset_receivable"),
                ("amount_residual", ">", 0),
            ]
        )
        ageing = dict.fromkeys(["not due", "1-30", "31-60", "61-90", "90+"], 0)
        for line in lines:
            days = (LEAP_DAY - line.date_maturity).days
            if days <= 0:
                bucket = "not due"
            elif days > 90:
                bucket = "90+"
            else:
                bucket = ("1-30", "31-60", "61-90")[(days - 1) // 30]
            ageing[bucket] += line.amount_residual
        return ageing

    def _invoice(self, key):
        return self.env.ref(f"customer_portal.invoice_{key}")

    def test_owes_something_in_each_bucket(self):
        ageing = self._ageing(self.alder)
        self.assertEqual(
            [bucket for bucket, amount in ageing.items() if amount <= 0], [], ageing
        )

    def test_has_orders_in_each_state(self):
        orders = self.env["sale.order"].search(
            [("partner_id", "child_of", self.alder.id)]
        )
        self.assertEqual(
            set(orders.mapped("state")), {"draft", "sent", "sale", "cancel"}
        )

    def test_orders_keep_their_dates(self):
        order = self.env.ref("customer_portal.order_alder_overdue_61_90")
        self.assertEqual(order.state, "sale")
        self.assertEqual((LEAP_DAY - order.date_order.date()).days, 107)

    def test_instalments_are_overdue_and_to_come(self):
        terms = self._invoice("alder_instalments").line_ids.filtered(
            lambda line: line.display_type == "payment_term"
        )
        self.assertEqual(
            sorted((line.date_maturity - LEAP_DAY).days for line in terms), [-20, 10]
        )

    def test_invoices_are_open_in_part_or_whole(self):
        states = {
            key: self._invoice(key).payment_state
            for key in ("alder_28", "alder_partly_paid", "alder_overdue_euro")
        }
        self.assertEqual(
            states,
            {
                "alder_28": "paid",
                "alder_partly_paid": "partial",
                "alder_overdue_euro": "not_paid",
            },
        )

    def test_credit_waits_to_be_used(self):
        credit_note = self.env.ref("customer_portal.credit_note_alder_28")
        payment = self.env.ref("customer_portal.payment_unallocated")
        self.assertEqual(credit_note.amount_residual, credit_note.amount_total)
        self.assertFalse(payment.is_reconciled)

    def test_credit_limit_leaves_something_available(self):
        alder = self.alder.with_company(self.env.ref("base.main_company"))
        used = alder.credit + alder.credit_to_invoice
        self.assertTrue(0 < used < alder.credit_limit, used)

    def test_limit_was_raised_before_this_month(self):
        changes = self.env["portal.credit.limit.change"].search(
            [("partner_id", "=", self.alder.id)], order="date"
        )
        self.assertEqual(
            [(change.old_limit, change.new_limit) for change in changes],
            [(0, 40000), (40000, 60000)],
        )

    def test_sends_no_mail(self):
        self.assertFalse(
            self.env["mail.mail"].search_count(
                [("model", "in", ["sale.order", "account.move", "account.payment"])]
            )
        )

    def test_reminders_were_sent_and_wait_and_nobody_was_mailed(self):
        mails = self.env["mail.mail"]
        before = mails.search_count([])
        self.env["portal.demo"]._load_reminders(LEAP_DAY)
        reminders = self.env["portal.reminder"].search([])
        self.assertEqual(set(reminders.mapped("state")), {"sent", "waiting", "held"})
        self.assertEqual(mails.search_count([]), before)
        sent = reminders.filtered(lambda one: one.state == "sent")
        self.assertTrue(all(sent.mapped("body")))
        self.assertLess(max(sent.mapped("sent_day")), LEAP_DAY)
        self.assertEqual(len(sent.schedule_id), 2)
        for one in sent:
            is_before = one.level_id.days < 0
            self.assertEqual(not one.amount_overdue, is_before, one.subject)
