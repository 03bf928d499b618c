"""All companies of a person on one page: what the overview of each says."""

from datetime import timedelta

from lxml import html

from odoo import fields
from odoo.tools import mute_logger

from ..common import PortalHttpCommon
from ..role_case import RolesMixin

FIGURES = ("balance", "overdue", "under_way", "overdue_to_pay")
MOST_QUERIES = 7


class TestCompanies(RolesMixin, PortalHttpCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.third = cls.env["res.partner"].create(
            {"name": "Zephyr Third", "is_company": True}
        )
        cls._give_role(cls.buyer, "administrator")
        for customer in (cls.other_customer, cls.third):
            cls._give_role(cls.buyer, "administrator", customer)
        cls.held = cls._create_posted_invoice(100.10, days_overdue=10)
        cls._create_posted_invoices(
            [
                {"amount": 40.0, "days_overdue": 3, "partner": cls.branch},
                {"amount": 7.5, "days_overdue": -5},
                {"amount": 60.0, "days_overdue": 5, "partner": cls.other_customer},
                {
                    "amount": 30.0,
                    "days_overdue": 5,
                    "partner": cls.other_customer,
                    "currency": cls.eur,
                },
            ]
        )
        now = fields.Datetime.now()
        for days in (9, 4):
            cls._create_order(commitment_date=now + timedelta(days=days))
        cls._create_order(partner=cls.branch)
        cls._create_order(
            partner=cls.other_customer, wished_date=cls.today + timedelta(days=6)
        )
        cls._create_order(state="sent", validity_date=cls.today + timedelta(days=5))
        cls._create_order(state="sent", validity_date=cls.today - timedelta(days=5))
        cls._create_order(state="draft", portal_user_id=cls.buyer.id)
        cls._create_order(state="draft")
        cls._create_order(state="sent", partner=cls.other_customer)
        cls.env["portal.document.request"].create(
            {
                "name": "The licence",
                "kind_id": cls.env["portal.document.kind"].search([], limit=1).id,
                "partner_id": cls.other_customer.id,
                "due_date": cls.today + timedelta(days=20),
            }
        )

    def setUp(self):
        super().setUp()
        self._sign_in(self.buyer)

    def _switch(self, customer, **values):
        """Change to a company and return where that leads."""
        answer = self._post("/my/company", customer_id=customer.id, **values)
        self.assertEqual(answer.status_code, 303)
        return answer.headers["Location"].removeprefix(self.base_url())

    def _read_row(self, customer, path="/my/companies"):
        page = html.fromstring(self._get(path).content)
        [row] = page.iterfind(f".//tr[@data-company='{customer.id}']")
        return row

    @staticmethod
    def _read_figures(element):
        return {
            name: [
                data.get("value")
                for data in element.iterfind(f".//data[@data-figure='{name}']")
            ]
            for name in FIGURES
        }

    @staticmethod
    def _read_cell(row, label):
        for cell in row.iterfind("td"):
            if cell.get("data-label") == label:
                return " ".join(cell.text_content().split())
        return None

    def test_says_what_each_overview_says(self):
        remittance = self._open_remittance({self.held: 60.0})
        self._create_attempt(remittance)._set_pending()
        expected = {self.customer: 3, self.other_customer: 1, self.third: 0}
        for customer, coming in expected.items():
            with self.subTest(customer.name):
                row = self._read_row(customer)
                self.assertEqual(self._switch(customer), "/my")
                overview = html.fromstring(self._get("/my").content)
                figures = self._read_figures(row)
                self._check_figures(figures, overview)
                waiting = overview.xpath("//section[@aria-labelledby='waiting']//li/a")
                links = [link.get("href") for link in waiting]
                count = len(links) - ("/my/pay?select=overdue" in links)
                said = self._read_cell(row, "Waiting for you").split()[0]
                self.assertEqual(said, str(count or "nothing"))
                goods = overview.xpath("//ul[contains(@class, 'cp_goods')]/li")
                self.assertEqual(len(goods), coming)
                said = self._read_cell(row, "On its way")
                if coming:
                    day = goods[0].xpath("string(*[1])").strip()
                    self.assertTrue(said.startswith(f"{coming}, next {day}"), said)
                else:
                    self.assertEqual(said, "nothing")

    def _check_figures(self, figures, overview):
        first = {name: values[:1] for name, values in figures.items()}
        cards = overview.find(".//*[@name='overview_figures']")
        for name in ("balance", "overdue"):
            self.assertEqual(first[name][0], self._read_first(cards, name))
        under_way = self._read_first(cards, "under_way") or "0.00"
        self.assertEqual(first["under_way"], [under_way])
        to_pay = self._read_first(cards, "overdue_to_pay")
        self.assertEqual(first["overdue_to_pay"], [to_pay or first["overdue"][0]])
        others = overview.xpath("//*[@name='overview_currencies']//tbody")
        for name in ("balance", "overdue", "overdue_to_pay"):
            shown = [
                data.get("value")
                for body in others
                for data in body.iterfind(f".//data[@data-figure='{name}']")
            ]
            self.assertEqual(figures[name][1:], shown)

    @staticmethod
    def _read_first(page, name):
        data = page.find(f".//data[@data-figure='{name}']")
        return None if data is None else data.get("value")

    def test_adds_up_by_currency_and_counts_nobody_twice(self):
        page = self._get("/my/companies")
        self.assertEqual(self._get_figures(page, "total_balance"), ["207.60", "30.00"])
        self.assertEqual(self._get_figures(page, "total_overdue"), ["200.10", "30.00"])
        self.assertNotIn("belongs to two of these companies", page.text)
        self._give_role(self.buyer, "payable", self.branch)
        page = self._get("/my/companies")
        self.assertEqual(self._get_figures(page, "total_balance"), ["207.60", "30.00"])
        self.assertIn("belongs to two of these companies", page.text)
        row = self._read_row(self.branch)
        self.assertEqual(self._read_figures(row)["balance"], ["40.00"])

    def test_shows_what_the_role_at_each_company_shows(self):
        self._give_role(self.buyer, "buyer", self.other_customer)
        row = self._read_row(self.other_customer)
        self.assertEqual(self._read_figures(row)["balance"], [])
        self.assertRegex(self._read_cell(row, "On its way"), r"^1\b")
        self._give_role(self.buyer, "payable", self.other_customer)
        row = self._read_row(self.other_customer)
        self.assertEqual(self._read_figures(row)["balance"], ["60.00", "30.00"])
        self.other_customer.portal_needs_two_factor = True
        row = self._read_row(self.other_customer)
        self.assertEqual(self._read_figures(row)["balance"], [])
        self.assertIn("Requires two-factor sign-in", row.text_content())
        page = self._get("/my/companies")
        self.assertEqual(self._get_figures(page, "total_balance"), ["147.60"])

    def test_counts_only_the_own_where_the_role_says_so(self):
        mine = self._create_order(
            partner=self.other_customer, portal_user_id=self.buyer.id
        )
        role = self._create_role({"see_orders": "own", "see_invoices": "own"})
        member = self._give_role(self.buyer, "buyer", self.other_customer)
        member.role_id = role
        row = self._read_row(self.other_customer)
        self.assertRegex(self._read_cell(row, "On its way"), r"^1\b")
        self.assertEqual(self._read_figures(row)["balance"], [])
        mine._action_cancel()
        row = self._read_row(self.other_customer)
        self.assertEqual(self._read_cell(row, "On its way"), "nothing")

    def test_is_there_for_who_works_for_several(self):
        for path in ("/my", "/my/profile"):
            self.assertIn('href="/my/companies"', self._get(path).text)
        self._sign_in(self.stranger)
        self.assertNotIn('href="/my/companies"', self._get("/my").text)
        answer = self._get("/my/companies")
        self.assertEqual(answer.status_code, 303)
        self.assertTrue(answer.headers["Location"].endswith("/my"))

    def test_each_figure_changes_to_its_company(self):
        row = self._read_row(self.other_customer)
        buttons = {
            button.get("formaction"): button.get("value")
            for button in row.iterfind(".//button")
        }
        self.assertEqual(set(buttons.values()), {str(self.other_customer.id)})
        for address in buttons:
            if not address:
                continue
            with self.subTest(address):
                self._switch(self.customer)
                answer = self._post(address, customer_id=self.other_customer.id)
                self.assertEqual(answer.status_code, 303)
                page = self._get(answer.headers["Location"].split("#")[0])
                self.assertEqual(page.status_code, 200)
                tree = html.fromstring(page.content)
                [current] = tree.xpath("//button[@aria-current][@name='customer_id']")
                self.assertEqual(current.text, self.other_customer.name)

    def test_changes_to_no_other_company_and_to_no_other_place(self):
        for to in ("https://evil.example/", "//evil.example", "nothing", "pay\r\nX:1"):
            with self.subTest(to):
                self.assertEqual(self._switch(self.third, to=to), "/my")
        foreign = self.env["res.partner"].create({"name": "F", "is_company": True})
        self.assertEqual(self._switch(foreign, to="pay"), "/my")
        self.assertIn("Zephyr Third", self._get("/my").text)
        data = {"customer_id": self.customer.id, "to": "pay"}
        with mute_logger("odoo.http"):
            answer = self.url_open("/my/company", data=data, allow_redirects=False)
        self.assertEqual(answer.status_code, 400)

    def test_is_sorted_and_searched(self):
        def read_names(query):
            page = html.fromstring(self._get(f"/my/companies?{query}").content)
            rows = page.iterfind(".//tbody/tr")
            return [int(row.get("data-company")) for row in rows]

        names = [
            customer.id
            for customer in (self.customer | self.other_customer | self.third).sorted(
                "name"
            )
        ]
        self.assertEqual(read_names(""), names)
        self.assertEqual(read_names("sortby=name_reversed"), names[::-1])
        for column in ("overdue", "waiting"):
            self.assertEqual(read_names(f"sortby={column}")[-1], self.third.id)
        soon, later, never = self.customer.id, self.other_customer.id, self.third.id
        self.assertEqual(read_names("sortby=coming"), [soon, later, never])
        self.assertEqual(read_names("sortby=coming_reversed"), [later, soon, never])
        self.assertEqual(read_names("sortby=%00&search=zeph"), [self.third.id])
        self.assertEqual(read_names("search=nobody+at+all"), [])

    def test_is_exported_where_one_may(self):
        page = self._post("/my/companies/export")
        lines = page.content.decode("utf-8-sig").splitlines()
        self.assertEqual(len(lines), 5)
        [line] = [line for line in lines if ",EUR," in line]
        self.assertIn(",30.00,30.00,0.00,30.00,", line)
        self._give_role(self.buyer, "viewer", self.other_customer)
        page = self._post("/my/companies/export", file_format="xlsx")
        self.assertEqual(page.content[:2], b"PK")
        page = self._post("/my/companies/export", file_format="../etc")
        self.assertNotIn(self.other_customer.name, page.text)
        self.assertIn(self.customer.name, page.text)
        for customer in (self.customer, self.third):
            self._give_role(self.buyer, "viewer", customer)
        self.assertEqual(self._post("/my/companies/export").status_code, 403)

    def test_queries_do_not_grow_with_the_companies(self):
        def count():
            self._get("/my/companies")
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.assertEqual(self._get("/my/companies").status_code, 200)
            return self.env.cr.sql_log_count - before

        few = count()
        self.assertLessEqual(few, MOST_QUERIES)
        companies = self.env["res.partner"].create(
            [{"name": f"More {number}", "is_company": True} for number in range(20)]
        )
        for company in companies:
            self._give_role(self.buyer, "administrator", company)
        self._create_posted_invoices(
            [{"amount": 5.0, "partner": company} for company in companies]
        )
        for company in companies[:5]:
            self._create_order(partner=company)
        self.assertEqual(count(), few)
