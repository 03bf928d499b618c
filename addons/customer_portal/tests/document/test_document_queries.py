"""Lists of documents cost the same however many documents and orders there are."""

from odoo import Command
from odoo.tools import SQL

from ..document_papers import DocumentCommon

MANY = 200
MOST_QUERIES = 20  # the frame of every page and its navigation included
PAGES = (
    "/my/documents",
    "/my/documents?filterby=all&limit=100",
    "/my/documents?search=manual",
    "/my/documents/requests",
)


class TestDocumentQueries(DocumentCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.tag = cls.env["res.partner.category"].create({"name": "Retail"})
        cls.branch.category_id = cls.tag
        cls.order = cls._create_order()
        cls.order.order_line.qty_delivered = 1
        cls._add_documents(5)

    @classmethod
    def _add_documents(cls, count):
        """Add documents of each audience, and requests."""
        products = cls._get_product().product_tmpl_id
        for number in range(count):
            cls._create_document(f"Prices {number}")
            cls._create_document(
                f"Contract {number}", "customer", partner_id=cls.branch.id
            )
            cls._create_document(
                f"Certificate {number}",
                "tags",
                category_ids=[Command.set(cls.tag.ids)],
            )
            cls._create_document(
                f"Manual {number}",
                "product",
                product_tmpl_ids=[Command.set(products.ids)],
            )
            cls._ask_for_document(f"Exemption {number}")

    def _count(self, path):
        """Return the queries of one warm request."""
        self._get(path)
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        self.assertEqual(self._get(path).status_code, 200)
        return self.env.cr.sql_log_count - before

    def test_do_not_grow(self):
        self._sign_in(self.buyer)
        few = {path: self._count(path) for path in PAGES}
        self._add_documents(MANY // 4)
        self._add_order_lines(20_000)
        self.assertEqual({path: self._count(path) for path in PAGES}, few)
        self.assertLessEqual(max(few.values()), MOST_QUERIES, few)

    def _add_order_lines(self, count):
        """Copy the delivered line inside the database."""
        self.env.flush_all()
        line = self.order.order_line
        names = [
            name
            for (name,) in self.env.execute_query(
                SQL(
                    """SELECT column_name FROM information_schema.columns
                        WHERE table_name = 'sale_order_line' AND column_name != 'id'"""
                )
            )
        ]
        columns = SQL(", ").join(map(SQL.identifier, names))
        self.env.cr.execute(
            SQL(
                """INSERT INTO sale_order_line (%s) SELECT %s FROM sale_order_line,
                          generate_series(1, %s) WHERE id = %s""",
                columns,
                columns,
                count,
                line.id,
            )
        )
        self.env.invalidate_all()

    def test_pages_write_nothing(self):
        self._sign_in(self.buyer)
        document = self._create_document("Prices")
        asked = self._ask_for_document()
        execute = type(self.env.cr).execute
        for path in (
            # Searching is counted, see portal.rate.limit.
            *(path for path in PAGES if "search" not in path),
            f"/my/documents/{document.id}",
            f"/my/documents/requests/{asked.id}",
            "/my/documents/send",
        ):
            self._get(path)
            statements = []

            def record(cursor, query, *args, statements=statements, **kwargs):
                text = query.code if isinstance(query, SQL) else str(query)
                statements.append(text.strip()[:6].upper())
                return execute(cursor, query, *args, **kwargs)

            self.patch(type(self.env.cr), "execute", record)
            self._get(path)
            self.patch(type(self.env.cr), "execute", execute)
            with self.subTest(path):
                self.assertTrue(statements)
                self.assertFalse({"INSERT", "UPDATE", "DELETE"} & set(statements))
