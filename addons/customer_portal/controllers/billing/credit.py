from datetime import timedelta

from odoo import fields, http
from odoo.http import request

from ...const import INVOICE_TYPES
from ...tools.statement import FIRST_DAY, LAST_DAY
from ..forms import Form
from ..portal import PAGE, Portal

SIZE = 50  # rows of the history
MOST_PAGES = 10_000
USUAL_DAYS = 90
MOST_RELEASING = 10  # invoices that are named


class CreditForm(Form):
    """Since when, and which page of the history."""

    def clean(self):
        self.clean_date("from")
        first = self.values["from"]
        if first and not FIRST_DAY <= first <= LAST_DAY:
            self.errors["from"] = self.env._("Enter a date, for example 2026-12-31.")
        self.clean_id("page")
        page = self.values["page"]
        self.values["page"] = page if 0 < page <= MOST_PAGES else 1


class CreditPortal(Portal):
    @http.route("/my/credit", **PAGE)
    def portal_my_credit(self, **query):
        """Show the credit with its parts, and what changed it."""
        self._check_can("see_credit")
        customer = self._get_customer()
        # That of a branch is not the company's, where its section alone is on.
        if customer not in self._get_customers("see_credit"):
            self._refuse()
        form = CreditForm(request.env, query)
        return self._render_page(
            "customer_portal.credit",
            {
                "page_name": "credit",
                "form": form,
                "message": form.errors.get("from", ""),
                **self._prepare_credit_values(customer, form),
            },
            status=422 if form.errors else 200,
        )

    def _prepare_credit_values(self, customer, form):
        today = fields.Date.context_today(request.env.user)
        first = form.values["from"] if "from" not in form.errors else None
        first = first or today - timedelta(days=USUAL_DAYS)
        member = request.env.user._get_portal_rights().memberships[customer.id]
        tree = customer.browse(sorted(member.tree_ids))
        [exposures] = customer._get_exposure(tree).values()
        invoices = self._get_customers("see_invoices")
        page = form.values["page"]
        entries = []
        for exposure in exposures:
            # One row more says whether there is another page.
            rows = customer._get_credit_history(
                exposure, first, size=SIZE + 1, start=(page - 1) * SIZE
            )
            entries.append(
                {
                    **exposure,
                    "rows": self._describe_history(rows[:SIZE]),
                    "releasing": self._get_releasing(exposure, invoices, today),
                    "has_next": len(rows) > SIZE,
                }
            )
        return {
            "credits": entries,
            "first": first,
            "page": page,
            "is_branch": bool(customer.parent_id),
            "shares": any(len(entry["customers"]) > 1 for entry in entries),
            "sees_invoices": customer in invoices,
            "sees_orders": customer in self._get_customers("see_orders"),
            "can_pay": request.env.user._portal_can("pay"),
        }

    @staticmethod
    def _get_releasing(exposure, invoices, today):
        """Return the oldest open items that bring a passed limit back, as far as known.

        :param invoices: customers whose invoices the person sees
        """
        customers = exposure["customers"] & invoices
        if exposure["available"] is None or exposure["available"] >= 0:
            return []
        key = (exposure["company"].id, exposure["currency"].id)
        items = customers._get_statement_items(today, size=MOST_RELEASING).get(key, [])
        labels = customers._get_statement_labels()
        missing, releasing = -exposure["available"], []
        for item in items:
            if item["move_type"] in INVOICE_TYPES and item["open"] > 0 and missing > 0:
                releasing.append(customers._describe_statement_row(item, labels))
                missing -= float(item["open"])
        return releasing

    def _describe_history(self, rows):
        """Return the rows with label, name, url and limits.

        A document that the person does not see has a kind, and no name.
        """
        env = request.env
        moves = env["res.partner"]._get_statement_moves(
            {row["record_id"] for row in rows if row["kind"] in ("entry", "settled")}
        )
        orders = self._get_history_orders(rows)
        # sudo: the limits of the person's own customer
        changes = env["portal.credit.limit.change"].sudo()
        changes.browse(
            [row["record_id"] for row in rows if row["kind"] == "limit"]
        ).fetch(["new_limit", "old_limit"])
        invoices = self._get_customers("see_invoices")
        labels = invoices._get_statement_labels()
        for row in rows:
            row.update(label="", name="", url=None, limits=None)
            if row["kind"] == "limit":
                change = changes.browse(row["record_id"])
                row["label"] = env._("Credit limit changed by us")
                row["limits"] = (change.old_limit, change.new_limit)
            elif row["kind"] == "order":
                order = orders.get(row["record_id"])
                row["label"] = env._("Order confirmed")
                if order:
                    row["name"] = order.name
                    row["url"] = f"/my/orders/{order.id}"
            else:
                move = {**moves[row["record_id"]], "move_id": row["record_id"]}
                found = invoices._describe_statement_row(move, labels)
                row["label"] = found["label"]
                if row["kind"] == "settled":
                    row["label"] = labels["other_account"]
                if move["customer_id"] in invoices.ids:
                    row["name"], row["url"] = found["name"], found["url"]
        return rows

    @staticmethod
    def _get_history_orders(rows):
        """Return {id: order} of those that the person may read."""
        ids = [row["record_id"] for row in rows if row["kind"] == "order"]
        if not ids or not request.env.user._portal_can("see_orders"):
            return {}
        # In the person's own rights: the record rules decide.
        found = request.env["sale.order"].search_fetch([("id", "in", ids)], ["name"])
        return {order.id: order for order in found}
