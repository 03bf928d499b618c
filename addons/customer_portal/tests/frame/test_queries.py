"""A page costs the same number of queries however many documents there are."""

from odoo.tools import SQL

from ..common import PortalHttpCommon
from ..rows import find_rows, join

MANY = 1000
# What each section costs with the set-up below; no more without a reason.
SECTIONS = {
    "/my": 7,
    "/my/invoices": 9,  # one for what is promised, as in the others
    "/my/invoices?filterby=all": 8,
    "/my/invoices?filterby=overdue": 9,
    "/my/orders": 6,
    "/my/quotes": 5,
    "/my/payments": 5,
    "/my/pay": 11,
}


class TestQueries(PortalHttpCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.account_use_credit_limit = True
        cls.customer.credit_limit = 10**6
        cls._create_posted_invoices(
            [
                {
                    "amount": 10.0 + number,
                    "days_overdue": number * 10 - 20,
                    "partner": cls.branch,
                }
                for number in range(10)
            ]
        )
        for number in range(10):
            cls._create_order(price=10.0 + number)
        cls._create_order(state="sent")
        cls.env["portal.remittance"].sudo().create(
            [
                {
                    "name": f"REM/{number}",
                    "state": "settled",
                    "partner_id": cls.customer.id,
                    "payer_id": cls.buyer.partner_id.id,
                    "company_id": cls.company.id,
                    "currency_id": cls.usd.id,
                    "amount_cash": number,
                }
                for number in range(10)
            ]
        )
        cls.rows = find_rows(cls.env, "query_rows")
        cls.pages = join(cls.rows, "PAGES")
        for rows in cls.rows:
            if hasattr(rows, "set_up"):
                rows.set_up(cls)

    def _get_columns(self, table):
        rows = self.env.execute_query(
            SQL(
                """SELECT column_name FROM information_schema.columns
                    WHERE table_name = %s AND column_name != 'id'""",
                table,
            )
        )
        return [name for (name,) in rows]

    def _copy_rows(self, table, columns, where, times):
        """Copy rows inside the database.

        :param dict columns: what differs in the copies, as SQL of the copy's number
        """
        names = self._get_columns(table)
        values = [
            columns.get(name, SQL("original.%s", SQL.identifier(name)))
            for name in names
        ]
        self.env.cr.execute(
            SQL(
                """INSERT INTO %s (%s) SELECT %s FROM %s original,
                          generate_series(1, %s) copy(number) WHERE %s""",
                SQL.identifier(table),
                SQL(", ").join(map(SQL.identifier, names)),
                SQL(", ").join(values),
                SQL.identifier(table),
                times,
                where,
            )
        )

    def _multiply(self, times):
        """Copy each invoice, its items, each order and payment `times` times."""
        self.env.flush_all()
        invoices = self.env["account.move"].search(
            [("commercial_partner_id", "=", self.branch.id)]
        )
        orders = self.env["sale.order"].search(
            [("partner_id", "=", self.customer.id), ("state", "=", "sale")]
        )
        self._copy_rows(
            "account_move",
            {
                "name": SQL(
                    "original.name || '-' || original.id || '-' || copy.number"
                ),
                "access_token": SQL("NULL"),
                "sequence_number": SQL("0"),
            },
            SQL("id IN %s", tuple(invoices.ids)),
            times,
        )
        self.env.cr.execute(
            SQL(
                """SELECT id, split_part(name, '-', 2)::int FROM account_move
                    WHERE commercial_partner_id = %s AND name LIKE '%%-%%-%%'""",
                self.branch.id,
            )
        )
        pairs = self.env.cr.fetchall()
        names = self._get_columns("account_move_line")
        self.env.cr.execute(
            SQL(
                """INSERT INTO account_move_line (%s)
                   SELECT %s FROM account_move_line original
                     JOIN (SELECT unnest(%s) AS new, unnest(%s) AS old) pair
                       ON pair.old = original.move_id""",
                SQL(", ").join(map(SQL.identifier, names)),
                SQL(", ").join(
                    SQL("pair.new")
                    if name == "move_id"
                    else SQL("original.%s", SQL.identifier(name))
                    for name in names
                ),
                [new for new, _old in pairs],
                [old for _new, old in pairs],
            )
        )
        remittances = self.env["portal.remittance"].search([])
        self._copy_rows(
            "portal_remittance", {}, SQL("id IN %s", tuple(remittances.ids)), times
        )
        self._copy_rows(
            "sale_order",
            {
                "name": SQL("original.name || '-' || copy.number"),
                "access_token": SQL("NULL"),
            },
            SQL("id IN %s", tuple(orders.ids)),
            times,
        )
        for rows in self.rows:
            if hasattr(rows, "multiply"):
                rows.multiply(self, times)
        # Without statistics of the copies PostgreSQL may choose a plan of minutes.
        self.env.cr.execute(
            "ANALYZE account_move, account_move_line, portal_remittance, sale_order"
        )
        self.env.invalidate_all()

    def _count(self, path):
        """Return the queries of one warm request and the rows that it wrote."""
        self._get(path)
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        response = self._get(path)
        self.assertEqual(response.status_code, 200)
        return self.env.cr.sql_log_count - before

    def test_do_not_grow_with_the_documents(self):
        self._sign_in(self.buyer)
        few = {path: self._count(path) for path in self.pages}
        for path, most in self.pages.items():
            if most is not None:
                self.assertLessEqual(few[path], most, path)
        self._multiply(MANY // 10 - 1)
        self.assertEqual(
            self.env["account.move"].search_count(
                [("commercial_partner_id", "=", self.branch.id)]
            ),
            MANY,
        )
        many = {path: self._count(path) for path in self.pages}
        self.assertEqual(few, many)
        [balance] = self._get_figures(self._get("/my"), "balance")
        self.assertEqual(balance, f"{sum(range(10, 20)) * MANY / 10:.2f}")

    def test_pages_cost_little(self):
        self._sign_in(self.buyer)
        for path, most in SECTIONS.items():
            with self.subTest(path):
                self.assertLessEqual(self._count(path), most)

    def test_page_of_an_invoice_costs_little(self):
        """Of the head office, whose salesperson made it; others name one more."""
        self.customer.user_id = self.env.user
        invoice = self._create_posted_invoice(10.0, days_overdue=3)
        self._sign_in(self.buyer)
        self.assertLessEqual(self._count(f"/my/invoices/{invoice.id}"), 12)

    def test_do_not_grow_with_the_people(self):
        """Neither with those of the customer nor with the branches it has."""
        self._sign_in(self.buyer)
        few = {path: self._count(path) for path in SECTIONS}
        contacts = self.env["res.partner"].create(
            [
                {"name": f"Person {number}", "parent_id": self.customer.id}
                for number in range(200)
            ]
        )
        self.env["res.partner"].create(
            [
                {
                    "name": f"Branch {number}",
                    "parent_id": self.customer.id,
                    "is_company": True,
                }
                for number in range(50)
            ]
        )
        users = (
            self.env["res.users"]
            .with_context(no_reset_password=True)
            .create(
                [
                    {
                        "login": f"person_{contact.id}",
                        "partner_id": contact.id,
                        "group_ids": self.env.ref("base.group_portal").ids,
                    }
                    for contact in contacts
                ]
            )
        )
        self.assertEqual(len(users.portal_membership_ids), 200)
        self.assertEqual({path: self._count(path) for path in SECTIONS}, few)

    def test_kept_pages_cost_little(self):
        """With 200 contacts, 200 addresses, 200 documents and 200 notices."""
        country = self.env.ref("base.be")
        self.env["res.partner"].create(
            [
                {
                    "name": f"{kind} {number}",
                    "type": kind,
                    "parent_id": self.customer.id,
                    "street": f"Quay {number}",
                    "country_id": country.id,
                    "email": f"{kind}{number}@northwind.example",
                }
                for kind in ("contact", "delivery")
                for number in range(200)
            ]
        )
        kind = self.env["portal.document.kind"].search([], limit=1)
        documents = self.env["portal.document"].create(
            [
                {"name": f"Paper {number}", "kind_id": kind.id, "audience": "all"}
                for number in range(200)
            ]
        )
        for document in documents:
            document._add_version("paper.pdf", b"%PDF-1.4")
        for number in range(200):
            self.env["portal.notice"]._tell(
                "order_changed",
                self.buyer,
                self.customer,
                "/my/orders",
                lambda env, number=number: env._("Order %s was changed.", number),
            )
        self._sign_in(self.buyer)
        for path, most in join(self.rows, "KEPT_PAGES").items():
            with self.subTest(path):
                self.assertLessEqual(self._count(path), most)

    def test_language_of_visitors_is_remembered(self):
        """Core asks for it in each request; a new one acts at once."""
        defaults = self.env["ir.default"].sudo()
        defaults.set("res.partner", "lang", "en_US")
        self.assertEqual(defaults._get("res.partner", "lang"), "en_US")
        with self.assertQueryCount(0):
            self.assertEqual(defaults._get("res.partner", "lang"), "en_US")
        defaults.set("res.partner", "lang", "fr_FR")
        self.assertEqual(defaults._get("res.partner", "lang"), "fr_FR")

    def test_last_page_costs_what_the_first_costs(self):
        self._multiply(19)
        self._sign_in(self.buyer)
        first = self._count("/my/invoices?sortby=number&filterby=all&limit=50")
        last = self.env["account.move"].search(
            [("commercial_partner_id", "=", self.branch.id)], order="name, id", limit=20
        )[-1]
        position = f"after={last.name}~{last.id}"
        path = f"/my/invoices?sortby=number&filterby=all&limit=50&{position}"
        self.assertEqual(self._count(path), first)

    def test_pages_write_nothing(self):
        self._sign_in(self.buyer)
        # Papers and searches are counted, which is a write.
        pages = (
            path for path in self.pages if "/pdf" not in path and "search" not in path
        )
        for path in (*pages, "/my/quotes", "/my/pay"):
            with self.subTest(path):
                self._get(path)
                statements = []
                execute = type(self.env.cr).execute

                def record(cursor, query, *args, **kwargs):
                    text = query.code if isinstance(query, SQL) else str(query)
                    statements.append(text.strip()[:80])  # noqa: B023  (called in this turn)
                    return execute(cursor, query, *args, **kwargs)  # noqa: B023  (called in this turn)

                self.patch(type(self.env.cr), "execute", record)
                self._get(path)
                self.patch(type(self.env.cr), "execute", execute)
                changes = [
                    text
                    for text in statements
                    if text.upper().startswith(("INSERT", "UPDATE", "DELETE"))
                ]
                self.assertTrue(statements)
                self.assertEqual(changes, [])
