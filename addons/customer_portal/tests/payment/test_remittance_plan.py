"""What a payment books: discounts, accounts, money on account, many documents."""

from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo import Command, fields
from odoo.exceptions import UserError
from odoo.tools import mute_logger

from ...models.payment import payment_transaction
from ...models.payment import portal_remittance_background as background
from ..common import PortalCommon


class TestRemittancePlan(PortalCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.taxes = cls.env["account.tax"].create(
            [
                {"name": f"{rate} %", "amount": rate, "amount_type": "percent"}
                for rate in (7.0, 19.0)
            ]
        )
        cls.terms = {
            computation: cls.env["account.payment.term"].create(
                {
                    "name": f"2 percent, {computation}",
                    "early_discount": True,
                    "discount_percentage": 2,
                    "discount_days": 10,
                    "early_pay_discount_computation": computation,
                    "line_ids": [
                        Command.create(
                            {"value": "percent", "value_amount": 100, "nb_days": 30}
                        )
                    ],
                }
            )
            for computation in ("included", "excluded", "mixed")
        }

    def _create_discounted(self, computation="included", days_ago=0, currency=None):
        """Return an invoice of 100 and 200 at two tax rates, with 2 % discount."""
        invoice = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.customer.id,
                "currency_id": (currency or self.usd).id,
                "invoice_date": self.today - timedelta(days=days_ago),
                "invoice_payment_term_id": self.terms[computation].id,
                "invoice_line_ids": [
                    Command.create(
                        {
                            "name": "Bolts",
                            "price_unit": price,
                            "tax_ids": [Command.set(tax.ids)],
                        }
                    )
                    for price, tax in zip((100.0, 200.0), self.taxes, strict=True)
                ],
            }
        )
        invoice.action_post()
        return invoice

    def _receive_on_account(self, amount, currency=None):
        payment = self.env["account.payment"].create(
            {
                "payment_type": "inbound",
                "partner_type": "customer",
                "partner_id": self.customer.id,
                "currency_id": (currency or self.usd).id,
                "amount": amount,
                "journal_id": self.bank.id,
            }
        )
        payment.action_post()
        return payment.move_id

    def _settle(self, attempt):
        attempt._set_done()
        attempt._post_process()

    # ------------------------------------------------------------
    # Discounts
    # ------------------------------------------------------------

    def test_batch_gets_the_discount_of_each_invoice(self):
        invoices = [self._create_discounted(computation) for computation in self.terms]
        discounts = [invoice._get_open_discount() for invoice in invoices]
        # 2 % of 345.00 with tax, 2 % of 300.00 without.
        self.assertEqual(discounts, [6.90, 6.0, 6.0])
        plain = self._create_posted_invoice(50.0)
        amounts = {invoice: invoice.amount_residual for invoice in invoices}
        due = sum(amounts.values())
        remittance = self._open_remittance({**amounts, plain: 50.0})
        self.assertEqual(remittance.amount_discount, 18.90)
        self.assertEqual(remittance.amount_cash, self.usd.round(due + 50 - 18.90))
        self._pay(remittance)
        self.assertEqual(remittance.state, "settled")
        self.assertEqual(remittance._find_violations(), [])
        for invoice in (*invoices, plain):
            self.assertIn(invoice.payment_state, ("paid", "in_payment"))
        # "Included" gives back the tax of each rate: 2 % of 7.00 and of 38.00.
        refunds = self.taxes.refund_repartition_line_ids
        taxes = remittance.move_id.line_ids.filtered(
            lambda item: item.tax_repartition_line_id in refunds
        )
        self.assertEqual(sorted(taxes.mapped("balance")), [0.14, 0.76])

    def test_discounted_amount_alone_settles_the_invoice(self):
        invoice = self._create_discounted()
        cost = self.usd.round(invoice.amount_residual - 6.90)
        for amount, cash, discount in (
            (cost, cost, 6.90),
            (cost + 3, cost, 6.90),
            (cost - 0.01, cost - 0.01, 0.0),
        ):
            remittance = self._open_remittance({invoice: amount})
            with self.subTest(amount):
                self.assertEqual(remittance.amount_cash, self.usd.round(cash))
                self.assertEqual(remittance.amount_discount, discount)
        full = (
            self.env["portal.remittance"]
            .sudo()
            ._open(
                self.customer,
                self.buyer.partner_id,
                {invoice: invoice.amount_residual},
                discounts=False,
            )
        )
        self.assertEqual(full.amount_cash, invoice.amount_residual)

    def test_discount_of_the_day_on_which_the_money_was_sent(self):
        invoice = self._create_discounted(days_ago=10)
        remittance = self._open_remittance({invoice: invoice.amount_residual})
        self.assertEqual(remittance.amount_discount, 6.90)
        attempt = self._create_attempt(remittance)
        # The provider answers three days later: it was sent in time.
        with patch.object(
            fields.Date, "context_today", lambda *_a, **_k: self.today + timedelta(3)
        ):
            self._settle(attempt)
        self.assertEqual(remittance.state, "settled")
        self.assertEqual(invoice.amount_residual, 0.0)

    def test_ended_discount_is_not_begun_to_be_paid(self):
        invoice = self._create_discounted(days_ago=10)
        remittance = self._open_remittance({invoice: invoice.amount_residual})
        with (
            patch.object(
                fields.Date,
                "context_today",
                lambda *_a, **_k: self.today + timedelta(1),
            ),
            self.assertRaisesRegex(UserError, "discount"),
        ):
            self._create_attempt(remittance)
        self.assertFalse(remittance.transaction_ids)

    def test_lost_discount_leaves_the_rest_open(self):
        other = self._create_posted_invoice(100.0, days_overdue=-60)
        invoice = self._create_discounted()
        remittance = self._open_remittance(
            {invoice: invoice.amount_residual, other: 100.0}
        )
        attempt = self._create_attempt(remittance)
        # A credit of 1.00 is applied meanwhile: the invoice is not whole any more.
        credit = self._create_credit_note(1.0)
        (invoice._get_open_items() + credit._get_open_items()).reconcile()
        self._settle(attempt)
        self.assertEqual(remittance._find_violations(), [])
        self.assertEqual(remittance.state, "exception")
        self.assertIn("discount", remittance.exception_note)
        self.assertEqual([invoice.amount_residual, other.amount_residual], [5.90, 0.0])

    def test_discount_of_a_foreign_invoice_balances(self):
        self.env["res.currency.rate"].create(
            {
                "currency_id": self.eur.id,
                "company_id": self.company.id,
                "name": self.today,
                "rate": 0.8,
            }
        )
        invoice = self._create_discounted(days_ago=5, currency=self.eur)
        self._pay(self._open_remittance({invoice: invoice.amount_residual}))
        remittance = self.env["portal.remittance"].search([])
        self.assertEqual(remittance.sudo()._find_violations(), [])
        self.assertEqual(remittance.state, "settled")
        self.assertFalse(any(invoice.line_ids.mapped("amount_residual")))

    # ------------------------------------------------------------
    # Credits and money on account
    # ------------------------------------------------------------

    def test_money_on_account_pays_invoices(self):
        invoice = self._create_posted_invoice(100.0)
        money = self._receive_on_account(30.0)
        remittance = self._open_remittance({invoice: 100.0, money: 12.5})
        self.assertEqual(remittance.amount_cash, 87.5)
        self._pay(remittance)
        self.assertEqual(remittance._find_violations(), [])
        self.assertEqual(invoice.amount_residual, 0.0)
        left = money._get_open_items().mapped("amount_residual_currency")
        self.assertEqual(left, [-17.5])

    def test_money_of_another_customer_is_not_used(self):
        invoice = self._create_posted_invoice(100.0)
        money = self._receive_on_account(30.0)
        foreign = self._create_posted_invoice(100.0, partner=self.other_customer)
        for customer, amounts in (
            (self.other_customer, {foreign: 100.0, money: 10.0}),
            (self.branch, {invoice: 100.0, money: 10.0}),
        ):
            with self.subTest(customer.name), self.assertRaises(UserError):
                self.env["portal.remittance"].sudo()._open(
                    customer, self.stranger.partner_id, amounts
                )
        euros = self._receive_on_account(30.0, currency=self.eur)
        with self.assertRaises(UserError):
            self._open_remittance({invoice: 100.0, euros: 10.0})

    def test_credits_alone_wait_for_a_payment_of_the_same_invoice(self):
        invoice = self._create_posted_invoice(25.0)
        money = self._receive_on_account(40.0)
        attempt = self._create_attempt(self._open_remittance({invoice: 25.0}))
        with freeze_time(attempt.create_date + timedelta(hours=1)):
            remittance = self._open_remittance({invoice: 25.0, money: 25.0})
        attempt._set_done()
        with self.assertRaises(UserError):
            remittance._apply_credits()
        attempt._post_process()
        self.assertEqual(invoice.amount_residual, 0.0)
        self.assertEqual(attempt.payment_id.amount, 25.0)

    def test_money_of_a_branch_is_used_by_who_pays_for_it_only(self):
        account = self.company_data["default_account_receivable"]
        entry = self.env["account.move"].create(
            {
                "move_type": "entry",
                "line_ids": [
                    Command.create(
                        {
                            "account_id": account.id,
                            "partner_id": partner.id,
                            "date_maturity": self.today - timedelta(days=days),
                            "balance": balance,
                        }
                    )
                    for partner, days, balance in (
                        (self.branch, 9, -30.0),
                        (self.customer, 1, -20.0),
                        (self.other_customer, 0, 50.0),
                    )
                ],
            }
        )
        entry.action_post()
        invoice = self._create_posted_invoice(25.0)
        for money_of, partner in (
            (self.customer, self.customer),
            (None, self.branch),  # whoever pays for the branches too
        ):
            remittances = self.env["portal.remittance"].sudo()
            remittance = remittances._open(
                self.customer,
                self.buyer.partner_id,
                {invoice: 25.0, entry: 20.0},
                money_of=money_of,
            )
            line = remittance.line_ids.filtered(lambda line: line.kind == "credit")
            self.assertEqual(line.partner_id, partner)

    def test_credits_alone_refuse_what_changed(self):
        invoice = self._create_posted_invoice(25.0)
        money = self._receive_on_account(40.0)
        remittance = self._open_remittance({invoice: 25.0, money: 25.0})
        other = self._create_posted_invoice(30.0)
        (other._get_open_items() + money._get_open_items()).reconcile()
        with self.assertRaises(UserError):
            remittance._apply_credits()
        self.assertEqual([remittance.state, invoice.amount_residual], ["open", 25.0])

    def test_pays_on_account_with_and_without_documents(self):
        invoice = self._create_posted_invoice(25.0)
        remittances = self.env["portal.remittance"].sudo()
        for amounts, cash in (({}, 10.0), ({invoice: 25.0}, 35.0)):
            remittance = remittances._open(
                self.customer, self.buyer.partner_id, amounts, on_account=10.0
            )
            self.assertEqual(remittance.amount_cash, cash)
            self._pay(remittance)
            with self.subTest(cash):
                self.assertEqual(remittance._find_violations(), [])
                self.assertEqual(remittance.state, "settled")
                self.assertEqual(remittance.amount_on_account, 10.0)
        for amount in (-1.0, float("nan"), float("inf"), 0.0):
            with self.subTest(amount), self.assertRaises(UserError):
                remittances._open(
                    self.customer, self.buyer.partner_id, {}, on_account=amount
                )

    def test_invoices_come_before_the_advance(self):
        invoice = self._create_posted_invoice(100.0)
        credit = self._create_credit_note(40.0)
        remittance = (
            self.env["portal.remittance"]
            .sudo()
            ._open(
                self.customer,
                self.buyer.partner_id,
                {invoice: 100.0, credit: 40.0},
                on_account=30.0,
            )
        )
        attempt = self._create_attempt(remittance)
        other = self._create_posted_invoice(40.0)
        (other._get_open_items() + credit._get_open_items()).reconcile()
        self._settle(attempt)
        self.assertEqual(remittance._find_violations(), [])
        self.assertEqual(
            [invoice.amount_residual, remittance.amount_on_account], [10, 0]
        )
        self.assertEqual(remittance.state, "exception")

    def test_each_document_on_its_own_account(self):
        other = self.company_data["default_account_receivable"].copy()
        first = self._create_posted_invoice(10.0)
        self.branch.property_account_receivable_id = other
        second = self._create_posted_invoice(20.0, partner=self.branch)
        self.assertEqual(second._get_open_items().account_id, other)
        remittance = self._open_remittance({first: 10.0, second: 20.0})
        self._pay(remittance)
        self.assertEqual(remittance._find_violations(), [])
        self.assertEqual([first.amount_residual, second.amount_residual], [0, 0])

    def test_rounding_never_turns_an_item_round(self):
        self.env["res.currency.rate"].create(
            {
                "currency_id": self.eur.id,
                "company_id": self.company.id,
                "name": self.today,
                "rate": 2.5,
            }
        )
        invoices = [
            self._create_posted_invoice(0.01, currency=self.eur) for _number in range(7)
        ]
        remittance = self._open_remittance(dict.fromkeys(invoices, 0.01))
        self._pay(remittance)
        self.assertEqual(remittance._find_violations(), [])
        self.assertEqual(remittance.state, "settled")

    # ------------------------------------------------------------
    # Short payments
    # ------------------------------------------------------------

    def _open_with_reasons(self, amounts, reasons):
        return (
            self.env["portal.remittance"]
            .sudo()
            ._open(self.customer, self.buyer.partner_id, amounts, reasons=reasons)
        )

    def test_short_payment_says_why(self):
        invoice = self._create_posted_invoice(100.0)
        price = self.env.ref("customer_portal.short_payment_price")
        other = self.env.ref("customer_portal.short_payment_other")
        for reasons in ({}, {invoice: (None, "")}, {invoice: (other, "")}):
            with self.assertRaises(UserError):
                self._open_with_reasons({invoice: 60.0}, reasons)
        line = self._open_with_reasons({invoice: 60.0}, {invoice: (price, "")}).line_ids
        self.assertEqual(line.reason_id, price)
        line = self._open_with_reasons(
            {invoice: 60.0}, {invoice: (other, "Two boxes broke")}
        ).line_ids
        self.assertEqual(line.reason_note, "Two boxes broke")
        whole = self._open_with_reasons({invoice: 100.0}, {invoice: (price, "")})
        self.assertFalse(whole.line_ids.reason_id)

    def test_seller_sets_the_smallest_part(self):
        invoice = self._create_posted_invoice(100.0)
        reasons = {invoice: (self.env.ref("customer_portal.short_payment_price"), "")}
        for name, value, refused, taken in (
            ("portal_short_payment_amount", 30.0, 29.99, 30.0),
            ("portal_short_payment_percent", 40.0, 39.99, 40.0),
        ):
            self.company[name] = value
            with self.subTest(name):
                with self.assertRaisesRegex(UserError, "at least"):
                    self._open_with_reasons({invoice: refused}, reasons)
                self._open_with_reasons({invoice: taken}, reasons)

    # ------------------------------------------------------------
    # Many documents
    # ------------------------------------------------------------

    def _book(self):
        """Run the scheduled action, without its commits."""
        cron = type(self.env["ir.cron"])
        with patch.object(cron, "_commit_progress", lambda *_args, **_kwargs: 1.0):
            self.env["portal.remittance"].sudo()._book_received()

    def _open_many(self):
        invoices = [self._create_posted_invoice(10.0) for _number in range(3)]
        return self._open_remittance(dict.fromkeys(invoices, 10.0))

    def test_many_documents_are_booked_in_the_background(self):
        self.patch(background, "MOST_AT_ONCE", 2)
        remittance = self._open_many()
        attempt = self._create_attempt(remittance)
        self._settle(attempt)
        self.assertEqual(remittance.state, "booking")
        self.assertFalse(attempt.payment_id)
        with self.assertRaises(UserError):
            self._open_remittance({remittance.line_ids.move_id[0]: 10.0})
        self._book()
        self.assertEqual(remittance.state, "settled")
        self.assertEqual(remittance.payment_id.amount, 30.0)
        self.assertEqual(remittance._find_violations(), [])
        self.assertEqual(
            self._get_booking_notices(), [f"Your payment {remittance.name} is booked."]
        )

    def _get_booking_notices(self):
        told = self.env["portal.notice"].search(
            [
                ("event_id.code", "=", "payment_booked"),
                ("user_id", "=", self.buyer.id),
            ],
            order="id",
        )
        return told.mapped("title")

    def test_money_whose_process_died_is_booked(self):
        remittance = self._open_many()
        attempt = self._create_attempt(remittance)
        attempt._set_done()
        self._book()
        self.assertFalse(attempt.payment_id)
        attempt.last_state_change = fields.Datetime.now() - timedelta(minutes=11)
        self._book()
        self.assertEqual(remittance.state, "settled")
        self.assertEqual(attempt.payment_id.amount, 30.0)
        self.assertEqual(self._get_booking_notices(), [])

    def test_failure_in_the_background_is_told_once_and_tried_again(self):
        self.patch(background, "MOST_AT_ONCE", 2)
        remittance = self._open_many()
        self._settle(self._create_attempt(remittance))

        def fail(*_args, **_kwargs):
            raise RuntimeError("broken")

        with (
            patch.object(type(remittance), "_prepare_entry_lines", fail),
            mute_logger(payment_transaction.__name__),
        ):
            self._book()
            self._book()
        self.assertEqual(remittance.state, "booking")
        activities = remittance.line_ids.move_id.activity_ids
        self.assertEqual(
            activities.mapped("summary"), [f"Check remittance {remittance.name}"]
        )
        self.assertEqual(
            self._get_booking_notices(),
            [f"Booking your payment {remittance.name} is taking longer than usual."],
        )
        self._book()
        self.assertEqual(remittance.state, "settled")
        self.assertFalse(remittance.exception_note)
        self.assertEqual(len(self._get_booking_notices()), 2)
