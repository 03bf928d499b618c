"""Random choices, booked to the cent: invariants I1 to I8 (docs/billing.md).

20 cases; as many as the environment variable PORTAL_RANDOM_CASES says otherwise.
"""

import os
import random
from datetime import timedelta

from odoo import Command
from odoo.exceptions import UserError

from ..common import PortalCommon

CASES = int(os.environ.get("PORTAL_RANDOM_CASES") or 20)
SEED = int(os.environ.get("PORTAL_RANDOM_SEED") or 19)


class TestRemittanceCases(PortalCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.currencies = [
            cls.usd,
            cls.eur,
            cls.setup_other_currency(
                "JPY", rounding=1.0, rates=[("1900-01-01", 151.37)]
            ),
            cls.setup_other_currency(
                "KWD", rounding=0.001, rates=[("1900-01-01", 0.307)]
            ),
        ]
        cls.provider.available_currency_ids = [Command.clear()]  # takes all
        cls.taxes = cls.env["account.tax"].create(
            [
                {"name": f"{rate} %", "amount": rate, "amount_type": "percent"}
                for rate in (7.0, 19.0)
            ]
        )
        terms = cls.env["account.payment.term"]
        cls.terms = [
            None,
            terms.create(
                {
                    "name": "three instalments",
                    "line_ids": [
                        Command.create(
                            {
                                "value": "percent",
                                "value_amount": percent,
                                "nb_days": days,
                            }
                        )
                        for percent, days in ((20, 0), (30, 30), (50, 90))
                    ],
                }
            ),
            *(
                terms.create(
                    {
                        "name": f"3 percent, {computation}",
                        "early_discount": True,
                        "discount_percentage": 3,
                        "discount_days": 10,
                        "early_pay_discount_computation": computation,
                        "line_ids": [
                            Command.create(
                                {
                                    "value": "percent",
                                    "value_amount": 100,
                                    "nb_days": 30,
                                }
                            )
                        ],
                    }
                )
                for computation in ("included", "excluded", "mixed")
            ),
        ]
        cls.other_receivable = cls.company_data["default_account_receivable"].copy()
        cls.reason = cls.env.ref("customer_portal.short_payment_price")

    # ------------------------------------------------------------
    # A case
    # ------------------------------------------------------------

    def _draw_amount(self, low, high):
        """Return an amount of the currency between two numbers of smallest units."""
        unit = 10**self.currency.decimal_places
        return self.currency.round(self.source.randint(low, max(low, high)) / unit)

    def _draw_invoice(self, move_type="out_invoice"):
        """Return a posted invoice, or another one where Odoo cannot make the first.

        Of some discounts in currencies of three or no decimals Odoo's own lines do not
        add up, and it refuses the invoice: about one in a hundred.
        """
        for _attempt in range(5):
            values = self._draw_values(move_type)
            try:
                with self.env.cr.savepoint():
                    invoice = self.env["account.move"].create(values)
                break
            except UserError as error:
                self.assertIn("not balanced", str(error))
        invoice.action_post()
        if self.source.random() < 0.3:
            items = invoice._get_open_items()
            self._book_elsewhere(self.source.choice([items, items[:1]]))
        return invoice

    def _draw_values(self, move_type):
        source = self.source
        term = source.choice(self.terms) if move_type == "out_invoice" else None
        day = self.today - timedelta(days=source.randint(0, 9 if term else 40))
        return {
            "move_type": move_type,
            "partner_id": source.choice([self.customer, self.branch]).id,
            "currency_id": self.currency.id,
            "invoice_date": day,
            "invoice_payment_term_id": term.id if term else False,
            "invoice_line_ids": [
                Command.create(
                    {
                        "name": "Bolts",
                        "price_unit": self._draw_amount(1, 99999),
                        "quantity": source.randint(1, 3),
                        "tax_ids": [
                            Command.set(source.choice([[], [tax.id], self.taxes.ids]))
                        ],
                    }
                )
                for tax in source.choices(self.taxes, k=source.randint(1, 3))
            ],
        }

    def _book_elsewhere(self, items):
        """Move posted items to another receivable account, as imports leave them."""
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE account_move_line SET account_id = %s WHERE id = ANY(%s)",
            [self.other_receivable.id, items.ids],
        )
        self.env.invalidate_all()

    def _draw_money_on_account(self):
        payment = self.env["account.payment"].create(
            {
                "payment_type": "inbound",
                "partner_type": "customer",
                "partner_id": self.customer.id,
                "currency_id": self.currency.id,
                "amount": self._draw_amount(1, 50000),
                "date": self.today - timedelta(days=self.source.randint(0, 30)),
                "journal_id": self.bank.id,
            }
        )
        payment.action_post()
        return payment.move_id

    def _draw_choice(self):
        """Return amounts and reasons, and what settles an invoice with its discount."""
        source, amounts, reasons = self.source, {}, {}
        for _number in range(source.randint(1, 5)):
            invoice = self._draw_invoice()
            discount = invoice._get_open_discount()
            amounts[invoice] = source.choice(
                [
                    invoice.amount_residual,
                    invoice.amount_residual - discount,
                    source.choice(invoice._get_due_steps())[0],
                    self._draw_amount(
                        1, round(invoice.amount_residual * 10**self.places)
                    ),
                ]
            )
            if invoice._is_short_payment(amounts[invoice]):
                reasons[invoice] = (self.reason, "")
        return amounts, reasons

    def _add_credits(self, amounts):
        """Choose credits up to what the invoices cost."""
        owed = sum(
            min(amount, invoice.amount_residual - invoice._get_open_discount())
            for invoice, amount in amounts.items()
        )
        left = round(owed * 10**self.places)
        for _number in range(self.source.choice([0, 0, 1, 2, 3])):
            if left <= 0:
                break
            if self.source.random() < 0.5:
                credit = self._draw_invoice("out_refund")
                residual = credit.amount_residual
            else:
                credit = self._draw_money_on_account()
                residual = -sum(
                    credit._get_open_items().mapped("amount_residual_currency")
                )
            most = min(left, round(residual * 10**self.places))
            used = (
                self._draw_amount(1, most)
                if self.source.random() < 0.4
                else (self.currency.round(most / 10**self.places))
            )
            amounts[credit] = used
            left -= round(used * 10**self.places)

    def _change_rate(self):
        if self.currency != self.usd:
            self.env["res.currency.rate"].search(
                [("currency_id", "=", self.currency.id), ("name", "=", self.today)]
            ).unlink()
            self.env["res.currency.rate"].create(
                {
                    "currency_id": self.currency.id,
                    "company_id": self.company.id,
                    "name": self.today,
                    "rate": self.currency.rate * self.source.uniform(0.7, 1.4),
                }
            )

    def _disturb(self, documents):
        """Pay a part of some document between the choice and the money."""
        for document in documents:
            if self.source.random() > 0.4:
                continue
            items = document._get_open_items()
            if document.move_type == "out_invoice":
                self._pay_part(document)
            elif items:
                other = self._create_posted_invoice(
                    abs(items[0].amount_residual_currency), currency=self.currency
                )
                self._book_on(other, items[0].account_id)
                (items[0] + other._get_open_items()).reconcile()

    def _pay_part(self, invoice):
        item = invoice._get_open_items()[:1]
        credit = self._create_credit_note(
            self._draw_amount(1, round(invoice.amount_residual * 10**self.places)),
            currency=self.currency,
        )
        self._book_on(credit, item.account_id)
        (item + credit._get_open_items()).reconcile()

    def _book_on(self, document, account):
        item = document._get_open_items()
        if item.account_id != account:
            self._book_elsewhere(item)

    def _get_residuals(self, remittance):
        return {
            line: remittance._to_units(line._get_amount_open())
            for line in remittance.line_ids
        }

    # ------------------------------------------------------------
    # The cases
    # ------------------------------------------------------------

    def test_random_choices_hold_the_invariants(self):
        self.seen = set()
        for number in range(CASES):
            self.source = random.Random(SEED * 100000 + number)
            self.currency = self.source.choice(self.currencies)
            self.places = self.currency.decimal_places
            if number % 5 == 1:
                # Or the planner, which knows no statistics of what one test made,
                # reads the whole ledger for each payment.
                self.env.flush_all()
                self.env.cr.execute(
                    "ANALYZE account_move, account_move_line,"
                    " account_partial_reconcile, account_payment"
                )
            with self.subTest(case=number, currency=self.currency.name):
                self._run_case()
        if CASES >= 200:  # a few draw not everything
            self._check_all_was_drawn()

    def _check_all_was_drawn(self):
        self.assertEqual(
            self.seen,
            {
                *("USD", "EUR", "JPY", "KWD", "settled", "exception", "no money"),
                *("included", "excluded", "mixed", "instalment", "short payment"),
                *("credit note", "money on account", "in advance", "two accounts"),
            },
        )

    def _note_what_it_was(self, remittance):
        """Remember what the case was about: what is never drawn tests nothing."""
        lines = remittance.line_ids
        own = remittance.move_id.line_ids.grouped("remittance_line_id")
        self.seen |= {remittance.currency_id.name, remittance.state}
        for line in lines:
            term = line.move_id.invoice_payment_term_id
            if line.discount_applied:
                self.seen.add(term.early_pay_discount_computation)
            if line.reason_id:
                self.seen.add("short payment")
            elif line.kind == "invoice" and line.amount_requested < self.before[line]:
                self.seen.add("instalment")
            if line.kind == "credit":
                is_paper = line.move_id.move_type == "out_refund"
                self.seen.add("credit note" if is_paper else "money on account")
            if len(own.get(line, self.env["account.move.line"]).account_id) > 1:
                self.seen.add("two accounts")
        if remittance.amount_extra:
            self.seen.add("in advance")
        if not remittance.amount_cash:
            self.seen.add("no money")

    def _run_case(self):
        amounts, reasons = self._draw_choice()
        self._add_credits(amounts)
        extra = self._draw_amount(1, 9999) if self.source.random() < 0.2 else 0.0
        remittance = (
            self.env["portal.remittance"]
            .sudo()
            ._open(
                self.customer,
                self.buyer.partner_id,
                amounts,
                on_account=extra,
                reasons=reasons,
            )
        )
        is_disturbed = self.source.random() < 0.3
        self.before = {line: line._get_amount_open() for line in remittance.line_ids}
        if remittance.currency_id.is_zero(remittance.amount_cash):
            is_disturbed = False
            before = self._get_residuals(remittance)
            remittance._apply_credits()
        else:
            attempt = self._create_attempt(remittance)
            self._change_rate()
            if is_disturbed:
                self._disturb(list(amounts))
            before = self._get_residuals(remittance)
            attempt._set_done()
            attempt._post_process()
            attempt._create_payment()
            self.assertEqual(remittance.payment_id, attempt.payment_id)
            self.assertEqual(remittance.payment_id.amount, remittance.amount_cash)
        self.assertEqual(remittance._find_violations(), [])
        for line, residual in before.items():
            applied = remittance._to_units(line.amount_applied)
            left = remittance._to_units(line._get_amount_open())
            self.assertEqual(residual - applied, left)
            if not left and line.kind == "invoice":
                self.assertIn(line.move_id.payment_state, ("paid", "in_payment"))
                self.assertFalse(any(line.move_id.line_ids.mapped("amount_residual")))
        if not is_disturbed:
            self.assertEqual(remittance.state, "settled", remittance.exception_note)
            self.assertEqual(
                remittance.line_ids.mapped("amount_applied"),
                remittance.line_ids.mapped("amount_requested"),
            )
            self.assertEqual(remittance.amount_on_account, extra)
        self._note_what_it_was(remittance)
