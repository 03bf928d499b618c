"""The pages and files of the statement and of the credit."""

import io
from datetime import timedelta
from unittest.mock import patch

from openpyxl import load_workbook

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged

from ..common import PortalHttpCommon


@tagged("post_install", "-at_install")
class TestStatement(PortalHttpCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._get_product()
        cls.old = cls._create_posted_invoice(100.10, days_overdue=45, ref="PO 1")
        cls.new = cls._create_posted_invoice(200.20, days_overdue=-10)
        cls.of_branch = cls._create_posted_invoice(
            50.05, days_overdue=30, partner=cls.branch
        )
        cls.credit_note = cls._create_credit_note(30.0, days_overdue=3)
        cls.euro = cls._create_posted_invoice(88.80, days_overdue=3, currency=cls.eur)
        cls._create_posted_invoice(999.0, partner=cls.other_customer, ref="FOREIGN")

    def _pay_invoice(self, invoice, amount, days_ago, partner=None):
        payment = self.env["account.payment"].create(
            {
                "payment_type": "inbound",
                "partner_type": "customer",
                "partner_id": (partner or invoice.commercial_partner_id).id,
                "amount": amount,
                "journal_id": self.bank.id,
                "date": self.today - timedelta(days=days_ago),
                "memo": "SECRET MEMO",
            }
        )
        payment.action_post()
        lines = payment.move_id.line_ids | invoice.line_ids
        lines.filtered(lambda line: line.account_type == "asset_receivable").reconcile()
        return payment

    # ------------------------------------------------------------
    # Pages
    # ------------------------------------------------------------

    def test_shows_what_is_open(self):
        self._sign_in(self.buyer)
        page = self._get("/my/statement")
        self.assertEqual(self._get_figures(page, "balance"), ["320.35", "88.80"])
        self.assertEqual(self._get_figures(page, "overdue_1_30"), ["50.05", "88.80"])
        self.assertEqual(self._get_figures(page, "credit"), ["-30.00", "0.00"])
        self.assertEqual(self._get_figures(page, "ledger"), ["320.35", "88.80"])
        self.assertEqual(
            self._get_figures(page, "amount_open"),
            ["100.10", "50.05", "200.20", "-30.00", "88.80"],
        )
        self.assertIn(f"/my/invoices/{self.old.id}", page.text)
        self.assertNotIn("999.00", page.text)

    def test_bucket_shows_its_documents_on_any_day(self):
        self._sign_in(self.buyer)
        day = self.today - timedelta(days=20)
        page = self._get(f"/my/statement?date={day}&bucket=overdue_1_30")
        self.assertEqual(
            self._get_figures(page, "amount_open"), ["100.10", "50.05", "-30.00"]
        )

    def test_past_day_is_as_it_was(self):
        self._pay_invoice(self.old, 60.0, 5)
        self._sign_in(self.buyer)
        for days, balance in ((4, "260.35"), (5, "260.35"), (6, "320.35")):
            day = self.today - timedelta(days=days)
            page = self._get(f"/my/statement?date={day}")
            self.assertEqual(self._get_figures(page, "balance")[0], balance)
            self.assertIn(", the same", page.text)

    def test_activity_runs_from_opening_to_closing(self):
        payment = self._pay_invoice(self.old, 60.0, 5)
        first = self.today - timedelta(days=6)
        self._sign_in(self.buyer)
        page = self._get(f"/my/statement?view=activity&from={first}&to={self.today}")
        for name, value in (
            ("opening", "320.35"),
            ("charges", "0.00"),
            ("payments", "-60.00"),
            ("closing", "260.35"),
            ("ledger", "260.35"),
        ):
            self.assertEqual(self._get_figures(page, name)[0], value)
        self.assertEqual(self._get_figures(page, "running_balance"), ["260.35"])
        self.assertIn(f"/my/payments/{payment.id}", page.text)

    def test_branch_paid_by_the_head_office(self):
        """The branch owes nothing more, and reads nothing of the other account."""
        payment = self._pay_invoice(self.of_branch, 50.05, 2, partner=self.customer)
        self._sign_in(self.colleague)
        page = self._get("/my/statement?view=activity")
        self.assertEqual(self._get_figures(page, "closing"), ["0.00"])
        self.assertEqual(self._get_figures(page, "ledger"), ["50.05"])
        self.assertEqual(self._get_figures(page, "transferred"), ["-50.05"])
        self.assertNotIn(payment.name, page.text)
        self.assertNotIn("SECRET MEMO", page.text)
        self._sign_in(self.buyer)
        page = self._get("/my/statement")
        self.assertEqual(self._get_figures(page, "balance")[0], "270.30")
        self.assertEqual(self._get_figures(page, "transferred"), [])

    def test_branches_together_or_one(self):
        self._sign_in(self.buyer)
        page = self._get(f"/my/statement?branch={self.branch.id}")
        self.assertEqual(self._get_figures(page, "balance"), ["50.05"])
        page = self._get(f"/my/statement?branch={self.other_customer.id}")
        self.assertEqual(self._get_figures(page, "balance"), ["320.35", "88.80"])
        self._sign_in(self.colleague)
        page = self._get(f"/my/statement?branch={self.customer.id}")
        self.assertEqual(self._get_figures(page, "balance"), ["50.05"])

    def test_refuses_days_that_are_none(self):
        self._sign_in(self.buyer)
        for query in (
            "date=0000-00-00",
            "date=9999-99-99",
            "date=0001-01-01",
            "date=9999-12-31",
            "view=activity&from=2026-02-01&to=2026-01-01",
            "view=activity&from=2026-02-30",
        ):
            for path in ("/my/statement", "/my/statement/pdf"):
                with self.subTest(path, query=query):
                    answer = self._get(f"{path}?{query}")
                    self.assertEqual(answer.status_code, 422)
                    self.assertIn('role="alert"', answer.text)

    def test_who_sees_the_own_invoices_only_sees_no_account(self):
        role = self.buyer.portal_membership_ids.role_id.copy()
        lines = role.line_ids.filtered(
            lambda line: line.permission_id.code == "see_invoices"
        )
        lines.scope = "own"
        self.buyer.portal_membership_ids.role_id = role
        self._sign_in(self.buyer)
        for path in ("/my/statement", "/my/statement/pdf"):
            self.assertEqual(self._get(path).status_code, 403)
        self.assertNotIn('href="/my/statement"', self._get("/my").text)

    # ------------------------------------------------------------
    # Files
    # ------------------------------------------------------------

    def test_pdf(self):
        self._sign_in(self.buyer)
        days = f"from={self.old.date}&to={self.today}"
        for query in ("", f"?view=activity&{days}"):
            answer = self._get(f"/my/statement/pdf{query}")
            self.assertEqual(answer.headers["Content-Type"], "application/pdf")
            text = self._read_pdf(answer.content)
            self.assertIn(f"Invoice {self.old.name}", text)
            self.assertIn("The statement agrees", text)
            self.assertNotIn("FOREIGN", text)

    def _read_pdf(self, content):
        return "\n".join(self._read_pdf_pages(content))

    @staticmethod
    def _read_pdf_pages(content):
        from odoo.tools.pdf import PdfFileReader

        return [
            page.extract_text() for page in PdfFileReader(io.BytesIO(content)).pages
        ]

    def test_first_page_says_what_is_owed_and_how_to_pay(self):
        self.env["res.partner.bank"].create(
            {
                "acc_number": "DE89 3704 0044 0532 0130 00",
                "partner_id": self.env.company.partner_id.id,
            }
        )
        for number in range(60):
            self._create_posted_invoice(10, ref=f"Order of the {number}th building")
        self._sign_in(self.buyer)
        for query in ("", "?view=activity"):
            answer = self._get(f"/my/statement/pdf{query}")
            first, *others = self._read_pdf_pages(answer.content)
            self.assertTrue(others)
            for words in (
                "Balance on",
                "31–60 days",
                "How to pay",
                "DE89 3704 0044 0532 0130 00",
            ):
                self.assertIn(words, first)

    def test_long_reference_goes_on_below(self):
        reference = " ".join(f"Lot-{number:03}" for number in range(30))
        self.old.ref = reference
        self._sign_in(self.buyer)
        text = self._read_pdf(self._get("/my/statement/pdf").content)
        self.assertIn(reference, " ".join(text.split()))
        self.old.ref = "W" * 9000
        text = self._read_pdf(self._get("/my/statement/pdf").content)
        self.assertGreater(text.count("W"), 100)
        self.assertIn("…", text)

    def test_tables(self):
        self._sign_in(self.buyer)
        answer = self._post("/my/statement/export", format="csv")
        lines = answer.content.decode("utf-8-sig").splitlines()
        self.assertEqual(len(lines), 1 + 4 + 1 + 1 + 1)
        self.assertIn(f",{self.old.name},PO 1,Northwind,", lines[1])
        self.assertTrue(lines[1].endswith(",100.10,100.10"))
        answer = self._post(
            "/my/statement/export",
            format="xlsx",
            view="activity",
            **{"from": "2020-01-01"},
        )
        book = load_workbook(io.BytesIO(answer.content))
        self.assertEqual(len(book.worksheets), 2)
        rows = list(book.worksheets[0].values)
        self.assertEqual(rows[1][9], 0)
        self.assertEqual(rows[-1][9], 320.35)
        cell = book.worksheets[0].cell(len(rows), 10)
        self.assertEqual(cell.number_format, "#,##0.00")
        log = self.env["portal.activity"].search([("action", "=", "exported")], limit=1)
        self.assertEqual(log.partner_id, self.customer)

    def test_tables_need_the_permission(self):
        role = self.buyer.portal_membership_ids.role_id.copy()
        role.line_ids.filtered(
            lambda line: line.permission_id.code == "export"
        ).unlink()
        self.buyer.portal_membership_ids.role_id = role
        self._sign_in(self.buyer)
        self.assertEqual(self._post("/my/statement/export").status_code, 403)
        page = self._get("/my/statement")
        self.assertNotIn("/my/statement/export", page.text)
        self.assertIn("/my/statement/pdf", page.text)

    # ------------------------------------------------------------
    # The monthly mail
    # ------------------------------------------------------------

    def _subscribe(self, user):
        self.env["portal.statement.subscription"]._subscribe(
            user, user._get_portal_customer()
        )

    def _run_monthly(self, day):
        """Run the scheduled action on a day; return the mails that it queued."""
        before = self.env["mail.mail"].search([])
        with patch.object(fields.Date, "today", lambda: day):
            self.env.ref("customer_portal.cron_statements").method_direct_trigger()
        return self.env["mail.mail"].search([]) - before

    def _get_next_month(self):
        return (self.today.replace(day=1) + timedelta(days=32)).replace(day=1)

    def test_sends_once_a_month(self):
        self._sign_in(self.buyer)
        self._post("/my/statement/monthly", monthly="on")
        self._post("/my/statement/monthly", monthly="on")
        self._subscribe(self.colleague)
        self.assertFalse(self._run_monthly(self.today))
        day = self._get_next_month()
        mails = self._run_monthly(day)
        self.assertEqual(
            sorted(mails.mapped("email_to")),
            sorted((self.buyer | self.colleague).mapped("email_formatted")),
        )
        mail = mails.filtered(lambda mail: "buyer" in mail.email_to)
        self.assertIn("One-Click", mail.headers)
        self.assertFalse(mail.model)
        text = self._read_pdf(mail.sudo().attachment_ids.raw)
        self.assertIn("320.35", text)
        self.assertFalse(self._run_monthly(day))
        self.assertFalse(self._run_monthly(day + timedelta(days=20)))
        notices = self.env["portal.notice"].search(
            [("event_id.code", "=", "statement_ready")]
        )
        self.assertEqual(notices.user_id, self.buyer | self.colleague)
        self.assertEqual(set(notices.mapped("mail")), {"none"})
        self.assertEqual(self._get(notices[0].url).status_code, 200)

    def test_sends_nothing_to_who_lost_the_right(self):
        self._subscribe(self.buyer)
        self._subscribe(self.colleague)
        role = self.buyer.portal_membership_ids.role_id.copy()
        role.line_ids.filtered(
            lambda line: line.permission_id.code == "see_invoices"
        ).unlink()
        self.buyer.portal_membership_ids.role_id = role
        mails = self._run_monthly(self._get_next_month())
        self.assertEqual(mails.mapped("email_to"), [self.colleague.email_formatted])
        self.assertNotIn("320.35", self._read_pdf(mails.sudo().attachment_ids.raw))

    def test_link_of_the_mail_ends_it(self):
        self._subscribe(self.buyer)
        subscriptions = self.env["portal.statement.subscription"]
        path = subscriptions._find(self.buyer, self.customer)._get_unsubscribe_path()
        self._sign_in(None)
        self.assertEqual(self._get(path).status_code, 200)
        self.assertTrue(subscriptions._find(self.buyer, self.customer))
        for token in ("", "x", path[-40:]):
            answer = self.url_open(
                "/my/statement/unsubscribe", data={"token": token}, method="POST"
            )
            self.assertIn("does not work", answer.text)
        self.assertTrue(subscriptions._find(self.buyer, self.customer))
        for _turn in range(2):
            answer = self.url_open(
                path, data={"List-Unsubscribe": "One-Click"}, allow_redirects=False
            )
            self.assertEqual(answer.status_code, 200)
            self.assertFalse(subscriptions._find(self.buyer, self.customer))

    # ------------------------------------------------------------
    # Staff
    # ------------------------------------------------------------

    def _open_wizard(self, user):
        return (
            self.env["portal.statement.wizard"]
            .with_user(user)
            .with_context(active_model="res.partner", active_id=self.customer.id)
            .create({})
        )

    def test_staff_send_and_print(self):
        self.customer.email = "office@northwind.example"
        wizard = self._open_wizard(self.env.user)
        wizard.write({"date_from": "2020-01-01", "date_to": self.today})
        self.assertEqual(wizard.recipient_ids, self.customer)
        self.assertEqual(wizard.figures.splitlines()[0], self.usd.format(320.35))
        before = self.env["mail.mail"].search([])
        wizard.action_send()
        [mail] = self.env["mail.mail"].search([]) - before
        self.assertIn("office@northwind.example", mail.email_to)
        self.assertIn("320.35", self._read_pdf(mail.sudo().attachment_ids.raw))
        note = self.customer.message_ids[0]
        self.assertIn("office@northwind.example", note.body)
        self.assertEqual(note.attachment_ids.mimetype, "application/pdf")
        self.assertTrue(note.is_internal or note.subtype_id.internal)
        action = wizard.action_print()
        self.assertIn(f"/{wizard.id}/file/", action["url"])
        self.assertTrue(wizard.file)

    def test_portal_users_have_no_wizard(self):
        with self.assertRaises(AccessError):
            self._open_wizard(self.buyer)

    # ------------------------------------------------------------
    # Credit
    # ------------------------------------------------------------

    def _grant(self, limit):
        self.company.account_use_credit_limit = True
        self.customer.credit_limit = limit

    def test_credit_adds_up(self):
        self._grant(1000.0)
        self._create_order(quantity=3, price=33.33)
        self._sign_in(self.buyer)
        page = self._get("/my/credit")
        figures = {
            name: self._get_figures(page, name)
            for name in (
                "credit_limit",
                "open_invoices",
                "uninvoiced_orders",
                "held_orders",
                "unallocated_credits",
                "credit_used",
                "credit_available",
            )
        }
        # 88.80 EUR at 0.5 are 177.60.
        self.assertEqual(
            figures,
            {
                "credit_limit": ["1000.00"],
                "open_invoices": ["527.95"],
                "uninvoiced_orders": ["99.99"],
                "held_orders": ["0.00"],
                "unallocated_credits": ["-30.00"],
                "credit_used": ["597.94"],
                "credit_available": ["402.06"],
            },
        )
        overview = self._get("/my")
        self.assertEqual(self._get_figures(overview, "credit_used"), ["597.94"])
        partner = self.customer.with_company(self.company)
        partner.invalidate_recordset()
        self.assertEqual(partner.portal_credit_used, 597.94)
        self.assertEqual(partner.portal_credit_available, 402.06)

    def test_limit_at_the_beginning_is_kept(self):
        self.company.account_use_credit_limit = True
        partners = self.env["res.partner"].create(
            [
                {"name": "Westwind", "is_company": True, "credit_limit": 500.0},
                {"name": "Eastwind", "is_company": True},
            ]
        )
        # Odoo copies the limit to contacts.
        partners |= partners.create({"name": "Ann", "parent_id": partners[0].id})
        changes = self.env["portal.credit.limit.change"].search(
            [("partner_id", "in", partners.ids)]
        )
        self.assertEqual(
            [(row.partner_id, row.old_limit, row.new_limit) for row in changes],
            [(partners[0], 0.0, 500.0)],
        )

    def test_no_limit_is_said(self):
        self._sign_in(self.buyer)
        page = self._get("/my/credit")
        self.assertIn("No credit limit is set.", page.text)
        self.assertEqual(self._get_figures(page, "credit_limit"), [])
        self.assertEqual(self._get_figures(page, "credit_used"), ["497.95"])

    def test_passed_limit_names_the_invoices_that_release_it(self):
        self._grant(400.0)
        self._sign_in(self.buyer)
        page = self._get("/my/credit")
        self.assertEqual(self._get_figures(page, "credit_missing"), ["97.95"])
        self.assertEqual(self._get_figures(page, "releasing"), ["100.10"])
        self.assertIn(f"/my/pay?documents={self.old.id}", page.text)

    def test_history_ends_with_what_is_used(self):
        self._grant(300.0)
        self._grant(1000.0)
        order = self._create_order(quantity=2, price=40.0)
        invoiced = self._create_order(quantity=1, price=70.0)
        invoice = invoiced._create_invoices()
        invoice.action_post()
        self._pay_invoice(self.old, 60.0, 5)
        self._pay_invoice(self.of_branch, 10.0, 4, partner=self.other_customer)
        self._sign_in(self.buyer)
        page = self._get("/my/credit?from=2000-01-01")
        [used] = self._get_figures(page, "credit_used")
        # 527.95 - 30 + 80 + 70 - 60 - 10
        self.assertEqual(used, "577.95")
        after = [float(value) for value in self._get_figures(page, "credit_used_after")]
        self.assertEqual(after[0], 577.95)
        exposure = self.customer._get_exposure()[self.customer][0]
        rows = self.customer._get_credit_history(
            exposure, fields.Date.to_date("2000-01-01")
        )
        self.assertEqual(
            self.usd.compare_amounts(sum(row["change"] for row in rows), 577.95), 0
        )
        changes = {
            (row["kind"], row["record_id"]): row["change"]
            for row in rows
            if row["kind"] != "limit"
        }
        self.assertEqual(changes["order", order.id], 80.0)
        self.assertEqual(changes["order", invoiced.id], 70.0)
        # It is what the order was: it changes nothing, and is left out.
        self.assertNotIn(("entry", invoice.id), changes)
        self.assertNotIn(f"/my/invoices/{invoice.id}", page.text)
        self.assertNotIn("0.00", self._get_figures(page, "credit_change"))
        self.assertEqual(changes["settled", self.of_branch.id], -10.0)
        limits = [row for row in rows if row["kind"] == "limit"]
        self.assertEqual(len(limits), 2)
        self.assertIn(order.name, page.text)
        self.assertEqual(
            self._get_figures(page, "former_limit"), ["300.00", "1000.00", "300.00"]
        )

    def test_exposure_of_many_costs_as_one(self):
        self._grant(1000.0)
        customers = self.customer | self.other_customer | self.branch
        with self.assertQueryCount(12):
            found = customers._get_exposure()
        self.assertEqual(found[self.other_customer][0]["used"], 999.0)
        self.assertEqual(found[self.branch][0]["used"], 50.05)
        self.assertEqual(found[self.customer][0]["used"], 497.95)
