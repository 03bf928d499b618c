"""Pages read the fields that they name, and no other column.

A field that a query did not name is read by the ORM when it is asked for: all columns
of all records at hand. The page works, and a count of queries sees one more at most, so
each page of ours is asked for here with every addon of ours.

The page of one record of ours may read it whole: such a table is small. Odoo's have a
hundred columns.
"""

import traceback
from pathlib import PurePath

from odoo import Command
from odoo.models import BaseModel

from ..leak_case import EVERYTHING, LeakCase
from ..rows import find_rows, join
from ..transfer_case import TransferMixin

# Pages of Odoo's in the frame of ours: {beginning of the path: why}.
OF_ODOO = {
    "/my/pay/": "Odoo's form of a payment, which looks at all providers",
    "/my/account": "Odoo's form of an address",
    "/my/address": "Odoo's form of an address",
    "/my/payment_method": "Odoo's form of a payment",
    "/my/security": "Odoo's page of passwords and keys",
}


class TestNamedFields(TransferMixin, LeakCase):
    PEOPLE = {"administrator": {"head": EVERYTHING, "other": EVERYTHING}}
    MAKERS = {"head": ("administrator", None), "branch": (None,)}

    @classmethod
    def _let_happen(cls):
        """Have some of all that pages show in rows of their own."""
        cls.company.account_use_credit_limit = True
        cls.customer.credit_limit = 1000
        cls.customer.credit_limit = 2000
        cls.customer.user_id = cls.env.user
        term = cls.env["account.payment.term"].create(
            {
                "name": "2 % in 10 days",
                "early_discount": True,
                "discount_percentage": 2,
                "discount_days": 10,
                "line_ids": [Command.create({"value": "percent", "value_amount": 100})],
            }
        )
        cls._create_posted_invoice(90.0, term=term, date=cls.today)
        cls._create_posted_invoice(80.0, currency=cls.eur, days_overdue=40)
        cls._create_credit_note(20.0)
        cls._create_order(state="sent", partner=cls.customer)
        receivable = cls.company_data["default_account_receivable"]
        revenue = cls.company_data["default_account_revenue"]
        owed = {
            "name": "Opening balance",
            "account_id": receivable.id,
            "partner_id": cls.branch.id,
            "debit": 30.0,
        }
        entry = cls.env["account.move"].create(
            {
                "move_type": "entry",
                "date": cls.today,
                "line_ids": [
                    Command.create(owed),
                    Command.create({"account_id": revenue.id, "credit": 30.0}),
                ],
            }
        )
        entry.action_post()
        cls.env["portal.notice"]._tell(
            "order_changed",
            cls.people["administrator"],
            cls.customer,
            "/my/orders",
            lambda env: env._("Order %s was changed.", "S1"),
        )

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Now that the seller has a bank account.
        announced = cls._create_posted_invoice(70.0)
        remittances = cls.env["portal.remittance"].sudo()
        person = cls.people["administrator"].partner_id
        remittances._open(cls.customer, person, {announced: 70.0})._announce()

    def _get_pages(self):
        """Return the addresses of pages, one for each kind of record of a route."""
        rows = find_rows(self.env, "query_rows")
        pages = [*join(rows, "PAGES"), *join(rows, "KEPT_PAGES"), *join(rows, "LISTS")]
        for _route, kind, address, values in self._get_requests():
            if values is not None or not address.startswith("/my"):
                continue
            if kind is None:
                pages.append(address)
            for paper in self.papers[kind] if kind else ():
                if paper["maker"] is None or kind not in ("order", "invoice"):
                    path = address.replace(f"{{{kind}}}", str(paper["record"].id))
                    pages.append(path)
        return [
            page
            for page in dict.fromkeys(pages)
            if not page.startswith(tuple(OF_ODOO)) and "report_type" not in page
        ]

    def _listen(self):
        """Return a list of what is read without a name from now on."""
        found = []
        fetch = BaseModel._fetch_field

        def spy(records, field):
            is_one_of_ours = len(records) == 1 and records._name.startswith("portal.")
            # Without prefetching it is read alone, as if it was named.
            if field.prefetch and not is_one_of_ours:
                found.append(
                    f"{field} is read implicitly for {self._find_reader()}: name it in"
                    " the query"
                )
            return fetch(records, field)

        self.patch(BaseModel, "_fetch_field", spy)
        return found

    @staticmethod
    def _find_reader():
        """Return the place of ours that asked: a template or a line of Python."""
        for frame in reversed(traceback.extract_stack()):
            path = PurePath(frame.filename)
            if frame.filename.startswith("<") and "template_customer" in frame.name:
                return frame.name
            if "tests" in path.parts or path.name.startswith("ir_http"):
                continue
            if any(part.startswith("customer_portal") for part in path.parts):
                return f"{path.name}:{frame.lineno}"
        return "Odoo"

    def test_pages_name_what_they_read(self):
        self._sign_in(self.people["administrator"])
        pages = [page for page in self._get_pages() if self._is_page(page)]
        self.assertGreater(len(pages), 40)
        found = self._listen()
        for page in pages:
            with self.subTest(page):
                found.clear()
                self.env.flush_all()
                self.env.invalidate_all()
                self.assertEqual(self._get(page).status_code, 200)
                self.assertFalse(found, "\n".join(found))

    def _is_page(self, path):
        """Ask a first time; files and redirects are no pages."""
        response = self.url_open(path, allow_redirects=False)
        is_html = response.headers.get("Content-Type", "").startswith("text/html")
        return response.status_code == 200 and is_html
