import random
from datetime import timedelta

from lxml import html

from odoo import Command, fields
from odoo.tools import SQL
from odoo.tools.misc import format_date

from ..common import PortalCommon, PortalHttpCommon


class TestFigures(PortalCommon):
    def _get_ledger(self, customers):
        """Return {currency: sum} of the open receivable lines, straight from SQL."""
        self.env.flush_all()
        return {
            self.env["res.currency"].browse(currency_id): amount
            for currency_id, amount in self.env.execute_query(
                SQL(
                    """
                    SELECT line.currency_id, SUM(line.amount_residual_currency)
                      FROM account_move_line line
                      JOIN account_account account ON account.id = line.account_id
                      JOIN account_move move ON move.id = line.move_id
                      JOIN res_partner partner ON partner.id = line.partner_id
                     WHERE account.account_type = 'asset_receivable'
                       AND move.state = 'posted'
                       AND partner.commercial_partner_id IN %s
                  GROUP BY line.currency_id
                    """,
                    tuple(customers.ids),
                )
            )
        }

    def test_equal_the_ledger_over_random_documents(self):
        source = random.Random(7)
        payers = [self.customer, self.branch, self.buyer.partner_id]
        papers = [
            {
                "amount": source.randint(1, 99999) / 100,
                "days_overdue": source.randint(-60, 150),
                "partner": source.choice(payers),
                "currency": source.choice([self.usd, self.eur]),
                "move_type": source.choice(["out_invoice"] * 2 + ["out_refund"]),
            }
            for _document in range(30)
        ]
        for move in self._create_posted_invoices(papers):
            if source.random() < 0.3:
                self._register_payment(
                    move, amount=move.currency_id.round(move.amount_residual / 3)
                )
        self._create_posted_invoice(500.0, partner=self.other_customer)
        # Money on account that nobody applied.
        self.env["account.payment"].create(
            {
                "payment_type": "inbound",
                "partner_type": "customer",
                "partner_id": self.customer.id,
                "amount": 123.45,
                "journal_id": self.bank.id,
            }
        ).action_post()
        scope = self.customer._get_portal_scope()
        self.assertEqual(scope, self.customer | self.branch)
        ledger = self._get_ledger(scope)
        summaries = scope._get_receivable_summary()
        self.assertEqual(len(summaries), 2)
        for summary in summaries:
            currency = summary["currency"]
            with self.subTest(currency.name):
                self.assertEqual(
                    currency.compare_amounts(summary["balance"], ledger[currency]), 0
                )
                parts = sum(
                    summary[name]
                    for name in (
                        "credit",
                        "not_due",
                        "overdue_1_30",
                        "overdue_31_60",
                        "overdue_61_90",
                        "overdue_90",
                    )
                )
                self.assertEqual(currency.compare_amounts(summary["balance"], parts), 0)
        self.assertEqual(
            self.branch._get_receivable_summary()[0]["company"], self.company
        )

    def test_buckets_end_on_their_last_day(self):
        for days in (0, 1, 30, 31, 60, 61, 90, 91):
            self._create_posted_invoice(10.0**0 + days, days_overdue=days)
        [summary] = self.customer._get_receivable_summary()
        self.assertEqual(
            {
                name: summary[name]
                for name in (
                    "not_due",
                    "overdue_1_30",
                    "overdue_31_60",
                    "overdue_61_90",
                    "overdue_90",
                )
            },
            {
                "not_due": 1.0,
                "overdue_1_30": 2.0 + 31.0,
                "overdue_31_60": 32.0 + 61.0,
                "overdue_61_90": 62.0 + 91.0,
                "overdue_90": 92.0,
            },
        )

    def test_each_instalment_ages_on_its_own(self):
        term = self.env["account.payment.term"].create(
            {
                "name": "half now",
                "line_ids": [
                    Command.create(
                        {"value": "percent", "value_amount": 50, "nb_days": 0}
                    ),
                    Command.create(
                        {"value": "percent", "value_amount": 50, "nb_days": 60}
                    ),
                ],
            }
        )
        invoice = self._create_posted_invoice(100.0, days_overdue=-20, term=term)
        [summary] = self.customer._get_receivable_summary()
        self.assertEqual([summary["overdue"], summary["not_due"]], [50.0, 50.0])
        self.assertEqual(invoice._get_overdue_amounts()[invoice.id][0], 50.0)

    def test_credit_is_the_limit_less_open_and_uninvoiced(self):
        self.company.account_use_credit_limit = True
        self.customer.credit_limit = 1000.0
        self._create_posted_invoice(200.0)
        self._create_posted_invoice(30.0, partner=self.branch)
        self._create_credit_note(50.0)
        self._create_order(quantity=3, price=33.33)
        self._create_order(quantity=1, price=77.0, state="sent")
        [credit] = self.customer._get_credit_summary()
        self.customer.invalidate_recordset()
        core = (
            self.customer.credit
            + self.customer.credit_to_invoice
            + self.branch.credit
            + self.branch.credit_to_invoice
        )
        self.assertEqual(credit["credit_used"], self.usd.round(core))
        self.assertEqual(credit["credit_used"], 200.0 + 30.0 - 50.0 + 99.99)
        self.assertEqual(credit["credit_available"], 1000.0 - 279.99)

    def test_branch_with_its_own_limit_uses_its_own(self):
        self.company.account_use_credit_limit = True
        self.customer.credit_limit = 1000.0
        self.branch.credit_limit = 100.0
        self._create_posted_invoice(200.0)
        self._create_posted_invoice(30.0, partner=self.branch)
        self.assertEqual(self.customer._get_credit_summary()[0]["credit_used"], 200.0)
        self.assertEqual(self.branch._get_credit_summary()[0]["credit_used"], 30.0)

    def test_no_limit_is_not_zero(self):
        self.company.account_use_credit_limit = True
        self._create_posted_invoice(200.0)
        self.assertEqual(self.customer._get_credit_summary(), [])


class TestOverview(PortalHttpCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._get_product()

    def test_shows_the_company_and_its_branches(self):
        self._create_posted_invoice(100.0, days_overdue=10)
        self._create_posted_invoice(23.45, days_overdue=-10, partner=self.branch)
        self._create_posted_invoice(999.0, partner=self.other_customer)
        self._sign_in(self.buyer)
        page = self._get("/my")
        self.assertEqual(page.status_code, 200)
        self.assertEqual(self._get_figures(page, "balance"), ["123.45"])
        self.assertEqual(self._get_figures(page, "overdue"), ["100.00"])
        self.assertEqual(self._get_figures(page, "overdue_1_30"), ["100.00"])
        self.assertIn('lang="en-US"', page.text)
        self.assertIn('dir="ltr"', page.text)

    def test_branch_sees_only_its_own(self):
        self._create_posted_invoice(100.0, days_overdue=10)
        self._create_posted_invoice(23.45, days_overdue=-10, partner=self.branch)
        self._sign_in(self.colleague)
        page = self._get("/my")
        self.assertEqual(self._get_figures(page, "balance"), ["23.45"])
        self.assertEqual(self._get_figures(page, "overdue"), ["0.00"])

    def test_new_customer_reads_what_comes_next(self):
        self._sign_in(self.stranger)
        page = self._get("/my")
        self.assertEqual(self._get_figures(page, "balance"), ["0.00"])
        self.assertIn("Nothing is waiting for you", page.text)

    def test_what_waits_has_the_next_day_first(self):
        today = fields.Date.context_today(self.buyer)
        quotes = [
            self._create_order(state="sent", validity_date=today + timedelta(days=days))
            for days in (30, 10)
        ]
        endless = self._create_order(state="sent", validity_date=False)
        draft = self._create_order(state="draft", portal_user_id=self.buyer.id)
        self._create_order(state="draft")
        self._create_order(state="sent", partner=self.other_customer)
        asked = self.env["portal.document.request"].create(
            {
                "name": "The licence",
                "kind_id": self.env["portal.document.kind"].search([], limit=1).id,
                "partner_id": self.customer.id,
                "due_date": today + timedelta(days=20),
            }
        )
        self.env["portal.membership"].sudo().create(
            {
                "user_id": self.buyer.id,
                "partner_id": self.other_customer.id,
                "role_id": self.buyer.portal_membership_ids.role_id.id,
                "state": "invited",
            }
        )
        self._create_posted_invoice(100.0, days_overdue=10)
        self._sign_in(self.buyer)
        page = html.fromstring(self._get("/my").text)
        links = page.iterfind(".//section[@aria-labelledby='waiting']//li/a")
        later, soon = quotes
        self.assertEqual(
            [(link.get("href"), link.text_content()) for link in links],
            [
                ("/my/company", f"Invitation to work for {self.other_customer.name}"),
                ("/my/pay?select=overdue", "Pay what is overdue"),
                (f"/my/orders/{soon.id}", f"Accept or decline quote {soon.name}"),
                (f"/my/documents/requests/{asked.id}", "Send us: The licence"),
                (f"/my/orders/{later.id}", f"Accept or decline quote {later.name}"),
                (f"/my/orders/{endless.id}", f"Accept or decline quote {endless.name}"),
                (f"/my/orders/{draft.id}/review", f"Finish your draft {draft.name}"),
            ],
        )
        notes = page.iterfind(".//section[@aria-labelledby='waiting']//li/span")
        self.assertEqual(
            [note.text_content() for note in notes],
            [
                f"valid until {format_date(self.env, soon.validity_date)}",
                f"needed by {format_date(self.env, asked.due_date)}",
                f"valid until {format_date(self.env, later.validity_date)}",
            ],
        )

    def test_asks_for_no_figure_afterwards(self):
        self._sign_in(self.buyer)
        page = self._get("/my")
        self.assertNotIn("data-placeholder_count", page.text)

    def _hold(self, amounts):
        """Return a payment of the buyer that a provider has not confirmed yet."""
        remittance = self._open_remittance(amounts)
        self._create_attempt(remittance)._set_pending()
        self.assertEqual(remittance.state, "processing")
        return remittance

    def _get_waiting_links(self, page):
        tree = html.fromstring(page.text)
        links = tree.iterfind(".//section[@aria-labelledby='waiting']//li/a")
        return [link.get("href") for link in links]

    def test_overdue_is_under_way_in_part(self):
        first = self._create_posted_invoice(100.10, days_overdue=10)
        self._create_posted_invoice(50.05, days_overdue=5, partner=self.branch)
        later = self._create_posted_invoice(70.0, days_overdue=-5)
        remittance = self._hold({first: 60.0, later: 70.0})
        self._sign_in(self.buyer)
        page = self._get("/my")
        self.assertEqual(self._get_figures(page, "overdue"), ["150.15"])
        self.assertEqual(self._get_figures(page, "overdue_under_way"), ["60.00"])
        self.assertEqual(self._get_figures(page, "overdue_to_pay"), ["90.15"])
        self.assertEqual(self._get_figures(page, "under_way"), ["130.00"])
        self.assertEqual(self._get_figures(page, "waiting_overdue"), ["90.15"])
        self.assertIn(f'href="/my/pay/{remittance.id}"', page.text)
        self.assertIn(self.buyer.name, page.text)
        self.assertEqual(self._get_waiting_links(page), ["/my/pay?select=overdue"])

    def test_a_payment_under_way_is_called_so_everywhere(self):
        invoice = self._create_posted_invoice(100.10, days_overdue=10)
        remittance = self._hold({invoice: 100.10})
        self._sign_in(self.buyer)
        for path in (
            "/my/invoices",
            f"/my/invoices/{invoice.id}",
            "/my/payments?filterby=pending",
            f"/my/pay/{remittance.id}",
        ):
            with self.subTest(path):
                content = html.fromstring(self._get(path).content).text_content()
                self.assertRegex(content, "[Uu]nder way")
                self.assertNotRegex(content, "[Pp]ending")
        for path, words in (
            ("/my/invoices", "Payment under way"),
            ("/my/payments", "Under way"),
        ):
            self.assertIn(words, self._post(f"{path}/export", filterby="all").text)

    def test_all_that_is_overdue_is_under_way(self):
        invoice = self._create_posted_invoice(100.10, days_overdue=10)
        remittance = self._hold({invoice: 100.10})
        self._sign_in(self.buyer)
        page = self._get("/my")
        self.assertIn("All of it is under way", page.text)
        self.assertNotIn("/my/pay?select=overdue", page.text)
        self.assertIn("See the payment", page.text)
        self.assertEqual(self._get_waiting_links(page), [])
        # It failed: all of it is to be paid again.
        remittance.transaction_ids._set_error("refused")
        page = self._get("/my")
        self.assertEqual(self._get_waiting_links(page), ["/my/pay?select=overdue"])
        self.assertEqual(self._get_figures(page, "overdue_under_way"), [])

    def test_branch_learns_what_the_head_office_pays_and_not_its_payment(self):
        own = self._create_posted_invoice(40.0, days_overdue=5, partner=self.branch)
        other = self._create_posted_invoice(100.0, days_overdue=5)
        remittance = self._hold({own: 40.0, other: 100.0})
        self._sign_in(self.colleague)
        page = self._get("/my")
        self.assertIn("All of it is under way", page.text)
        self.assertEqual(self._get_figures(page, "under_way"), ["40.00"])
        self.assertNotIn(remittance.name, page.text)

    def test_only_overdue_instalments_count_as_overdue_under_way(self):
        term = self.env["account.payment.term"].create(
            {
                "name": "half now",
                "line_ids": [
                    Command.create(
                        {"value": "percent", "value_amount": 50, "nb_days": days}
                    )
                    for days in (0, 60)
                ],
            }
        )
        invoice = self._create_posted_invoice(100.0, days_overdue=-20, term=term)
        self._hold({invoice: 80.0})
        self._sign_in(self.buyer)
        page = self._get("/my")
        self.assertEqual(self._get_figures(page, "overdue"), ["50.00"])
        self.assertEqual(self._get_figures(page, "under_way"), ["80.00"])
        self.assertIn("All of it is under way", page.text)

    def test_parts_are_the_balance(self):
        self._create_posted_invoice(100.10, days_overdue=10)
        self._create_posted_invoice(23.45, partner=self.branch)
        self._create_credit_note(30.0)
        self._create_posted_invoice(88.8, currency=self.eur)
        receivable = self.customer.property_account_receivable_id
        other = self.company_data["default_account_revenue"]
        for amount in (500.0, -12.34):
            entry = self.env["account.move"].create(
                {
                    "move_type": "entry",
                    "line_ids": [
                        Command.create(
                            {
                                "account_id": receivable.id,
                                "partner_id": self.customer.id,
                                "balance": amount,
                            }
                        ),
                        Command.create({"account_id": other.id, "balance": -amount}),
                    ],
                }
            )
            entry.action_post()
        self._sign_in(self.buyer)
        page = self._get("/my")
        parts = {
            name: self._get_figures(page, f"part_{name}")
            for name in (
                "balance",
                "documents",
                "entries",
                "credit_notes",
                "on_account",
            )
        }
        self.assertEqual(
            parts,
            {
                "balance": ["581.21", "88.80"],
                "documents": ["123.55", "88.80"],
                "entries": ["500.00"],
                "credit_notes": ["30.00"],
                "on_account": ["12.34"],
            },
        )

    def test_a_credit_is_written_as_people_write_it(self):
        self._create_credit_note(1886.4)
        self._sign_in(self.buyer)
        page = html.fromstring(self._get("/my").text)
        [balance] = page.iterfind(".//data[@data-figure='balance']")
        text = balance.text_content().replace("\N{ZERO WIDTH NO-BREAK SPACE}", "")
        self.assertEqual(text, "-$\N{NO-BREAK SPACE}1,886.40")

    def test_orders_on_their_way_have_the_next_first(self):
        # An addon may have deliveries tell it; here the product is not delivered.
        later, soon = (
            self._create_order(
                commitment_date=fields.Datetime.now() + timedelta(days=days)
            )
            for days in (20, 3)
        )
        foreign = self._create_order(partner=self.other_customer)
        self._create_order(state="sent")
        self._sign_in(self.buyer)
        page = html.fromstring(self._get("/my").text)
        links = page.iterfind(".//section[@aria-labelledby='coming']//li//a")
        self.assertEqual(
            [link.text_content() for link in links], [soon.name, later.name]
        )
        self.assertNotIn(foreign.name, page.text_content())
