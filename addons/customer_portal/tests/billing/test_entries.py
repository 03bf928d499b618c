"""What is open without an invoice: found, explained, paid; of nobody else."""

import csv
import io
import random

from lxml import html

from odoo import Command

from ..common import PortalHttpCommon
from ..payment.pay_case import PayCase
from ..transfer_case import TransferMixin


class EntryMaker:
    """Makes entries that touch receivable accounts."""

    @classmethod
    def _get_receivable(cls, number=""):
        accounts = cls.company_data["default_account_receivable"]
        if not number:
            return accounts
        found = cls.env["account.account"].search([("code", "=", f"1219{number}")])
        return found or accounts.copy({"code": f"1219{number}"})

    @classmethod
    def _create_entry(cls, *items, ref=False, date=None):
        """Return a posted entry of (amount, dict with partner, name, due, currency)."""
        lines, total = [], 0.0
        for amount, values in items:
            currency = values.get("currency") or cls.usd
            balance = currency._convert(amount, cls.usd, cls.company, date or cls.today)
            total += balance
            lines.append(
                Command.create(
                    {
                        "name": values.get("name", False),
                        "partner_id": values.get("partner", cls.customer).id,
                        "account_id": values.get("account", cls._get_receivable()).id,
                        "currency_id": currency.id,
                        "amount_currency": amount,
                        "balance": balance,
                        "date_maturity": values.get("due"),
                    }
                )
            )
        counterpart = cls.company_data["default_account_revenue"]
        lines.append(Command.create({"account_id": counterpart.id, "balance": -total}))
        entry = cls.env["account.move"].create(
            {
                "move_type": "entry",
                "ref": ref,
                "date": date or cls.today,
                "line_ids": lines,
            }
        )
        entry.action_post()
        return entry


class TestEntries(EntryMaker, TransferMixin, PayCase):
    def setUp(self):
        super().setUp()
        self.entry = self._create_entry(
            (120.0, {"name": "Opening balance 2025"}),
            (999.0, {"partner": self.other_customer, "name": "Secret of Southwind"}),
            (30.0, {"partner": self.branch, "name": "Opening balance, branch"}),
            ref="All customers of ours",
        )

    def _get_rows(self, user, path="/my/invoices"):
        """Return {what: amount} of the other open items."""
        self._sign_in(user)
        page = html.fromstring(self._get(path).text)
        return {
            row.xpath("./td[1]/bdi[1]")[0].text: row.xpath(".//data/@value")[0]
            for row in page.xpath("//tr[@data-entry]")
        }

    def test_export_has_what_the_list_shows(self):
        self._sign_in(self.buyer)
        for query, found in (
            ({}, {"Opening balance 2025", "Opening balance, branch"}),
            ({"search": "branch"}, {"Opening balance, branch"}),
            ({"filterby": "paid"}, set()),
            ({"search": "Southwind"}, set()),
        ):
            with self.subTest(query):
                answer = self._post("/my/invoices/export", **query)
                self.assertEqual(answer.status_code, 200)
                rows = list(csv.DictReader(io.StringIO(answer.text.lstrip("\ufeff"))))
                names = {row["Your reference"] for row in rows}
                self.assertEqual(names - {""}, found)
                self.assertNotIn("Secret", answer.text)

    def test_export_in_the_background_has_them_too(self):
        invoice = self._create_posted_invoice(10.0)
        exports = self.env["portal.list.export"]
        keys = [[self.entry.id, self.customer.id, self.usd.id]]
        foreign = [[self.entry.id, self.other_customer.id, self.usd.id]]
        export = exports._ask(
            self.buyer, self.customer, "invoices", "csv", invoice.ids, keys + foreign
        )
        export._store_file()
        text = export._get_attachment().raw.decode()
        self.assertIn("Opening balance 2025", text)
        self.assertIn("120.00", text)
        self.assertNotIn("999", text)

    def test_statement_calls_them_by_their_own_words(self):
        self._sign_in(self.buyer)
        for path in ("/my/statement", "/my/statement?view=activity"):
            with self.subTest(path):
                page = self._get(path).text
                self.assertIn("Opening balance 2025", page)
                self.assertNotIn("Secret of Southwind", page)
                self.assertNotIn("All customers of ours", page)

    def test_each_sees_the_own_items(self):
        both = {"Opening balance 2025": "120.00", "Opening balance, branch": "30.00"}
        self.assertEqual(self._get_rows(self.buyer), both)
        branch = {"Opening balance, branch": "30.00"}
        self.assertEqual(self._get_rows(self.colleague), branch)
        stranger = {"Secret of Southwind": "999.00"}
        self.assertEqual(self._get_rows(self.stranger), stranger)

    def test_nobody_is_told_of_others(self):
        self._sign_in(self.buyer)
        for path in ("/my/invoices", "/my/pay", "/my/statement", "/my"):
            page = self._get(path)
            self.assertNotIn("Southwind", page.text, path)
            self.assertNotIn("All customers", page.text, path)
        self.assertEqual(self._get(f"/my/invoices/{self.entry.id}").status_code, 404)
        moves = self.env["account.move"].with_user(self.buyer)
        self.assertFalse(moves.search([("id", "=", self.entry.id)]))

    def test_without_a_due_date_nothing_is_overdue(self):
        path = "/my/invoices?filterby=overdue"
        self.assertEqual(self._get_rows(self.buyer, path), {})
        late = self._create_entry(
            (40.0, {"name": "Bank charges", "due": self.today.replace(year=2020)})
        )
        for filterby in ("overdue", "overdue_90"):
            path = f"/my/invoices?filterby={filterby}"
            self.assertEqual(
                self._get_rows(self.buyer, path), {"Bank charges": "40.00"}
            )
        self.assertTrue(late)

    def test_is_found(self):
        # An amount that no number has, whatever the day is.
        self._create_entry((777.0, {"name": "A fee"}))
        for text, count in (
            ("opening", 2),
            ("branch", 1),
            (self.entry.name, 2),
            ("777", 1),
            ("Southwind", 0),
            ("999", 0),
        ):
            rows = self._get_rows(self.buyer, f"/my/invoices?search={text}")
            self.assertEqual(len(rows), count, text)

    def test_is_paid(self):
        self._sign_in(self.buyer)
        page = html.fromstring(self._get(f"/my/pay?documents={self.entry.id}").text)
        [box] = page.xpath(f"//input[@name='document_{self.entry.id}']")
        self.assertTrue(box.get("checked"))
        self.assertIn("Opening balance 2025", page.text_content())
        answer = self._open({self.entry: "120.00", self.invoice: "100.00"})
        self.assertEqual(answer.status_code, 303)
        remittance = self._get_remittances()
        self.assertEqual(remittance.amount_cash, 220.0)
        self._pay(remittance)
        self.assertEqual(remittance.state, "settled")
        left = {
            item.partner_id: item.amount_residual
            for item in self.entry.line_ids
            if item.account_type == "asset_receivable"
        }
        self.assertEqual(
            left, {self.customer: 0.0, self.other_customer: 999.0, self.branch: 30.0}
        )
        self.assertNotIn("Opening balance 2025", self._get_rows(self.buyer))
        self.assertEqual(self._get(f"/my/pay/{remittance.id}").status_code, 200)

    def test_a_part_is_paid_with_a_reason(self):
        self.assertEqual(self._open({self.entry: "50"}).status_code, 303)
        self._pay(self._get_remittances())
        self.assertEqual(self._get_rows(self.buyer)["Opening balance 2025"], "70.00")
        form = {f"document_{self.entry.id}": "on", f"amount_{self.entry.id}": "10"}
        answer = self._post("/my/pay", **form)
        self.assertEqual(answer.status_code, 422)
        self.assertIn("choose why you are paying less", answer.text)

    def test_the_rest_is_paid_while_a_part_is_under_way(self):
        self._open({self.entry: "50"})
        self._create_attempt(self._get_remittances().sudo())._set_pending()
        page = self._get(f"/my/pay?documents={self.entry.id}")
        self.assertEqual(self._get_figures(page, "under_way"), ["50.00"])
        [row] = html.fromstring(page.text).xpath(
            f"//tr[.//input[@name='document_{self.entry.id}']]"
        )
        form = {field.get("name"): field.get("value") for field in row.iter("input")}
        form |= {f"document_{self.entry.id}": "on"}
        self.assertEqual(form[f"amount_{self.entry.id}"], "70.00")
        self.assertEqual(self._open({self.entry: "70"}).status_code, 422)
        self.assertEqual(self._post("/my/pay", **form).status_code, 303)
        rest = self._get_remittances().sudo().sorted("id")[-1]
        for remittance in (rest, self._get_remittances().sudo() - rest):
            attempt = remittance.transaction_ids or self._create_attempt(remittance)
            attempt._set_done()
            attempt._post_process()
            self.assertEqual(remittance.state, "settled")
        self.assertNotIn("Opening balance 2025", self._get_rows(self.buyer))

    def test_more_than_is_the_customers_is_refused(self):
        answer = self._open({self.entry: "150"})
        self.assertEqual(answer.status_code, 422)
        self.assertFalse(self._get_remittances())

    def test_what_others_chose_of_it_stays(self):
        self._open({self.entry: "120"})
        mine = self._get_remittances()
        mine.sudo()._announce()
        self._sign_in(self.stranger)
        page = self._get("/my/pay")
        self.assertIn("Secret of Southwind", page.text)
        self.assertNotIn("Transfer announced", page.text)
        self.assertEqual(self._open({self.entry: "999"}).status_code, 303)
        self.assertEqual(mine.state, "announced")
        self._sign_in(self.buyer)
        self.assertIn("Transfer announced", self._get("/my/invoices").text)
        answer = self._open({self.entry: "120"})
        self.assertEqual(answer.status_code, 422)
        self.assertIn(mine._space_reference(mine.transfer_reference), answer.text)

    def test_what_an_entry_gives_is_credit(self):
        bonus = self._create_entry((-25.0, {"name": "Bonus"}))
        self.assertEqual(self._get_rows(self.buyer)["Bonus"], "-25.00")
        self._open({self.invoice: "100", bonus: "25"})
        remittance = self._get_remittances()
        self.assertEqual(remittance.amount_cash, 75.0)
        self._pay(remittance)
        self.assertNotIn("Bonus", self._get_rows(self.buyer))

    def test_an_entry_that_owes_and_gives_is_its_difference(self):
        mixed = self._create_entry(
            (300.0, {"name": "Open"}), (-50.0, {"name": "Credit of before"})
        )
        self.assertEqual(self._get_rows(self.buyer)["Open, Credit of before"], "250.00")
        self._open({mixed: "250"})
        self._pay(self._get_remittances())
        items = mixed.line_ids.filtered(
            lambda item: item.account_type == "asset_receivable"
        )
        self.assertEqual(items.mapped("amount_residual"), [0.0, 0.0])

    def test_receipts_are_documents(self):
        receipt = self._create_posted_invoice(75.0, move_type="out_receipt")
        self._sign_in(self.buyer)
        self.assertIn(receipt.name, self._get("/my/invoices").text)
        self.assertEqual(self._get(f"/my/invoices/{receipt.id}").status_code, 200)
        self.assertEqual(self._open({receipt: "75"}).status_code, 303)
        self._pay(self._get_remittances())
        self.assertIn(receipt.payment_state, ("paid", "in_payment"))


class TestOneSet(EntryMaker, PortalHttpCommon):
    """The figures, the list, the statement and the pay page have one sum."""

    def _make_anything(self, source):
        kind = source.choice(
            ["entry", "entry", "invoice", "receipt", "refund", "payment", "debit_note"]
        )
        partner = source.choice([self.customer, self.customer, self.branch])
        currency = source.choice([self.usd, self.usd, self.eur])
        amount = round(source.uniform(1, 500), 2)
        due = source.choice([None, self.today, self.today.replace(year=2024)])
        if kind == "entry":
            items = [
                (
                    round(source.uniform(-300, 500), 2) or 1.0,
                    {
                        "partner": source.choice(
                            [partner, partner, self.other_customer]
                        ),
                        "name": source.choice([False, "Opening", "Charges"]),
                        "due": due,
                        "currency": currency,
                        "account": self._get_receivable(source.choice(["", "1"])),
                    },
                )
                for _number in range(source.randint(1, 4))
            ]
            self._create_entry(*items, ref=source.choice([False, "Year end"]))
        elif kind == "payment":
            payment = self.env["account.payment"].create(
                {
                    "payment_type": "inbound",
                    "partner_type": "customer",
                    "partner_id": partner.id,
                    "amount": amount,
                    "currency_id": currency.id,
                    "journal_id": self.bank.id,
                }
            )
            payment.action_post()
        else:
            move_type = {"receipt": "out_receipt", "refund": "out_refund"}.get(
                kind, "out_invoice"
            )
            self._create_posted_invoice(
                amount,
                move_type=move_type,
                partner=partner,
                currency=currency,
                days_overdue=source.choice([-20, 0, 5, 100]),
            )

    def test_any_kinds_have_one_sum(self):
        for seed in range(3):
            source = random.Random(seed)
            for _number in range(12):
                self._make_anything(source)
            with self.subTest(seed=seed):
                self._check_one_sum()

    def _sum_by_currency(self, page, name):
        sums = {}
        page = html.fromstring(page.text)
        for figure in page.xpath(f"//data[@data-figure='{name}']"):
            code = figure.get("data-currency")
            sums[code] = round(sums.get(code, 0) + float(figure.get("value")), 2)
        return {code: amount for code, amount in sums.items() if amount}

    def _check_one_sum(self):
        self._sign_in(self.buyer)
        customers = self.customer | self.branch
        balance = {
            summary["currency"].name: round(summary["balance"], 2)
            for summary in customers.with_context(
                allowed_company_ids=self.company.ids
            )._get_receivable_summary()
            if summary["balance"]
        }
        self.assertTrue(balance)
        listed = self._get("/my/invoices?limit=100")
        self.assertEqual(self._sum_by_currency(listed, "filtered_residual"), balance)
        self.assertEqual(self._sum_by_currency(listed, "amount_due"), balance)
        statement = self._get("/my/statement")
        self.assertEqual(self._sum_by_currency(statement, "amount_open"), balance)
        payable = {}
        page = html.fromstring(self._get("/my/pay").text)
        for row in page.xpath("//tr[@data-document]"):
            [figure] = row.xpath(".//data[@data-figure='amount_due']")
            sign = 1 if row.xpath("ancestor::table/@data-kind")[0] == "invoices" else -1
            code = figure.get("data-currency")
            payable[code] = round(
                payable.get(code, 0) + sign * float(figure.get("value")), 2
            )
        self.assertEqual(payable, balance)


class TestStates(PortalHttpCommon):
    """States are told by what they are."""

    def _get_status(self, invoice):
        [row] = invoice._prepare_portal_rows()
        return row["status"], row["payable"]

    def test_blocked_is_not_paid(self):
        invoice = self._create_posted_invoice(100.0, days_overdue=5)
        later = self._create_posted_invoice(50.0, days_overdue=-5)
        (invoice | later).payment_state = "blocked"
        self.assertEqual(self._get_status(invoice), ("overdue", True))
        self.assertEqual(self._get_status(later), ("open", True))
        self._sign_in(self.buyer)
        for path in ("/my/invoices", "/my/invoices?filterby=overdue", "/my/pay"):
            self.assertIn(invoice.name, self._get(path).text, path)
        self.assertNotIn(invoice.name, self._get("/my/invoices?filterby=paid").text)
        self.assertNotIn("badge cp_status_paid", self._get("/my/invoices").text)

    def test_states_of_odoo(self):
        invoice = self._create_posted_invoice(100.0, days_overdue=-5)
        known = {
            "not_paid": ("open", True),
            "partial": ("partial", True),
            "blocked": ("open", True),
            "in_payment": ("processing", False),
            "paid": ("paid", False),
            "reversed": ("reversed", False),
            "invoicing_legacy": ("open", False),
        }
        states = dict(invoice._fields["payment_state"]._description_selection(self.env))
        self.assertEqual(set(known), set(states))
        for state, expected in known.items():
            with self.subTest(state):
                invoice.payment_state = state
                self.assertEqual(self._get_status(invoice), expected)

    def test_residue_of_exchange_is_not_dunned(self):
        forint = self.setup_other_currency("HUF", rates=[("1900-01-01", 400.0)])
        invoice = self._create_posted_invoice(1000.0, days_overdue=9, currency=forint)
        wizard = self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoice.ids
        )
        wizard = wizard.create(
            {
                "journal_id": self.bank.id,
                "currency_id": forint.id,
                "amount": 999.0,
                "payment_difference_handling": "open",
            }
        )
        wizard._create_payments()
        self.assertEqual(invoice.amount_residual, 1.0)
        self.assertEqual(invoice.amount_residual_signed, 0.0)
        self.assertEqual(self._get_status(invoice), ("residue", False))
        self._sign_in(self.buyer)
        page = self._get("/my/invoices?filterby=all")
        self.assertIn("Rounding difference, nothing to pay", page.text)
        self.assertNotIn(invoice.name, self._get("/my/invoices?filterby=overdue").text)
        [summary] = self.customer._get_receivable_summary()
        self.assertEqual([summary["balance"], summary["overdue"]], [1.0, 0.0])
        answer = self._post(
            "/my/pay", **{f"document_{invoice.id}": "on", f"amount_{invoice.id}": "1"}
        )
        self.assertEqual(answer.status_code, 422)
        self.assertFalse(self.env["portal.remittance"].search([]))
