"""What a ticket is about: papers and products that a person may choose, and finds."""

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from odoo.addons.customer_portal.tools.parse import parse_id
from odoo.addons.customer_portal.tools.search import search_word, split_words

MOST_FOUND = 6  # of a search in a form
NEWEST_PAPERS = 50  # whose products are shown before one looks for others
MOST_ON_PAGE = 20  # tickets of a record


class PortalTicket(models.Model):
    _inherit = "portal.ticket"

    @api.model
    def _get_link_fields(self):
        """Return {kind of a record: the field of the ticket that links it}.

        Addons add theirs, with the methods `_reach_<kind>`, `_find_<kind>s` and
        `_describe_<kind>` of this file.
        """
        return {
            "order": "order_id",
            "invoice": "invoice_id",
            "payment": "payment_id",
            "product": "product_id",
        }

    @api.model
    def _get_worded_kinds(self):
        """Return {kind: label} of records without a page, whose names are answers too.

        Addons add theirs.
        """
        return {}

    @api.model
    def _get_context_kinds(self):
        """Return what the address of a form may name, what leads to others first."""
        return ["line", *self._get_link_fields()]

    def _reach_linked(self, kind, value, context, root):
        """Return a record that a person may name, in sudo; missing and foreign: none.

        :param str kind: of `_get_context_kinds`
        :param value: an id, as a browser sent it
        :param dict context: {kind: what was chosen before}
        :param root: the customer that the person acts for
        """
        record_id = parse_id(value)
        reach = self._get_reaching()[kind]
        found = reach(record_id, context, root) if record_id else None
        return found.sudo() if found else None  # sudo: it was reached by its rights

    @api.model
    def _unfold_linked(self, kind, record):
        """Return {kind: record} of a record and of what it leads to."""
        if kind != "line":
            return {kind: record}
        unfolded = {"line": record, "order": record.order_id}
        if record.product_id:
            unfolded["product"] = record.product_id
        return unfolded

    def _get_reaching(self):
        """Return {kind: method(id, context, root)} for `_reach_linked`."""
        return {
            "line": self._reach_line,
            "order": self._reach_order,
            "invoice": self._reach_invoice,
            "payment": self._reach_payment,
            "product": self._reach_product,
        }

    def _get_finding(self):
        """Return {kind: method(words, context, root)} for `_find_linked`.

        Each returns at most MOST_FOUND + 1 records, the newest first.
        """
        return {
            "order": self._find_orders,
            "invoice": self._find_invoices,
            "payment": self._find_payments,
            "product": self._find_products,
        }

    def _find_linked(self, kind, words, context, root):
        """Return (rows of `_describe_linked`, whether there are more).

        :param str words: what is looked for, or "" for the newest
        """
        found = self._get_finding()[kind](words, context, root)
        rows = [self._describe_linked(kind, record) for record in found[:MOST_FOUND]]
        return rows, len(found) > MOST_FOUND

    def _describe_linked(self, kind, record):
        """Return what a person reads of a record: dict with id, name, date and total.

        In sudo: the record was reached, or found.
        """
        row = {"id": record.id, "name": record.display_name, "date": None}
        row |= {"total": None, "currency": None}
        if kind in ("order", "invoice"):
            row["name"] = record.name
            row["total"] = record.amount_total
            row["currency"] = record.currency_id
            row["date"] = record["date_order" if kind == "order" else "invoice_date"]
        elif kind == "payment":
            row |= {
                "name": record.name or record.memo or "",
                "date": record.date,
                "total": record.amount,
                "currency": record.currency_id,
            }
        return row

    def _get_linked_customer(self, kind, record):
        """Return the customer whose record it is, or none where it is nobody's."""
        if kind == "product":
            return self.env["res.partner"]
        if kind == "payment":
            return record.portal_customer_id
        if kind == "line":
            record = record.order_id
        return record._get_portal_record_customer()

    def _get_linked_company(self, kind, record):
        """Return the seller's company of a record, or none."""
        if kind == "product":
            return self.env["res.company"]
        return record.company_id

    # ------------------------------------------------------------
    # On the page of a record
    # ------------------------------------------------------------

    @api.model
    def _choose_customer(self, user, customer):
        """Return for whom a person opens a ticket about a paper of a customer, or none.

        For that customer; else, as a ticket of the own company about a paper of a
        branch, for the one that the person works for. It asks no query.
        """
        rights = user._get_portal_rights()
        reached = rights.get_ids("open_tickets") | rights.get_own_ids("open_tickets")
        if customer.id in reached:
            return customer
        root_id = rights.find_root(customer.id, user._get_portal_customer().id)
        return customer.browse(root_id if root_id in reached else [])

    @api.model
    def _prepare_tickets_about(self, kind, record):
        """Return the newest tickets of a record that the person sees: list of dicts.

        One query.

        :return: dicts with id, number, name, badge, date and message_id (of the message
            that it was made of, or False)
        """
        names = ["number", "subject", "customer_status", "end_reason", "received_on"]
        # sudo: of which of these messages it was made; the person's domain stays
        tickets = self.sudo().search_fetch(
            self._get_portal_domain(self.env.user)
            & Domain(self._get_link_fields()[kind], "=", record.id),
            [*names, "source_message_id"],
            limit=MOST_ON_PAGE,
        )
        return [
            {
                "id": ticket.id,
                "number": ticket.number,
                "name": f"{ticket.number} {ticket.subject}",
                "badge": ticket._get_portal_badge(),
                "date": ticket.received_on,
                "message_id": ticket.source_message_id.id,
            }
            for ticket in tickets
        ]

    # ------------------------------------------------------------
    # Orders and their lines
    # ------------------------------------------------------------

    def _get_orders_to_link(self):
        """Return the domain of what is an order or a quote, and no draft."""
        return Domain("state", "in", ("sent", "sale", "cancel"))

    def _reach_order(self, record_id, _context, _root):
        orders = self.env["sale.order"]
        domain = Domain("id", "=", record_id) & self._get_orders_to_link()
        return orders.search(domain, limit=1)

    def _reach_line(self, record_id, context, root):
        # sudo: only of which order it is; that is reached by its own rights
        line = self.env["sale.order.line"].sudo().search([("id", "=", record_id)])
        order = self._reach_order(line.order_id.id, context, root)
        return line if order and not line.display_type else line.browse()

    def _find_orders(self, words, _context, root):
        orders = self.env["sale.order"]
        user = self.env.user
        domain = orders._get_portal_domain(user, root=root)
        domain &= self._get_orders_to_link()
        if words:
            domain &= orders._find_portal_domain(words, user, root=root)
        names = ["name", "date_order", "amount_total", "currency_id"]
        return orders.search_fetch(
            domain, names, order="date_order desc, id desc", limit=MOST_FOUND + 1
        )

    # ------------------------------------------------------------
    # Invoices and payments
    # ------------------------------------------------------------

    def _reach_invoice(self, record_id, _context, root):
        moves = self.env["account.move"]
        domain = moves._get_portal_documents_domain(self.env.user, None)
        return moves.search(domain & Domain("id", "=", record_id), limit=1)

    def _find_invoices(self, words, _context, root):
        moves = self.env["account.move"]
        user = self.env.user
        domain = moves._get_portal_documents_domain(user, root)
        if words:
            domain &= moves._find_portal_domain(words, user, root=root)
        names = ["name", "invoice_date", "amount_total", "currency_id"]
        return moves.search_fetch(
            domain, names, order="invoice_date desc, id desc", limit=MOST_FOUND + 1
        )

    def _reach_payment(self, record_id, _context, _root):
        shown = self.env["portal.payment"].search([("payment_id", "=", record_id)])
        # sudo: the payment of a row that the person reads
        payments = self.env["account.payment"].sudo()
        return payments.browse(shown[:1].payment_id or [])

    def _find_payments(self, words, _context, root):
        shown = self.env["portal.payment"]
        user = self.env.user
        domain = shown._get_portal_domain(user, root=root)
        domain &= Domain("payment_id", "!=", False)
        if words:
            domain &= shown._find_portal_domain(words, user, root=root)
        found = shown.search_fetch(
            domain, ["payment_id"], order="date desc, id desc", limit=MOST_FOUND + 1
        )
        # sudo: the payments of rows that the person reads
        payments = self.env["account.payment"].sudo()
        payments = payments.browse(row.payment_id for row in found)
        payments.fetch(["name", "memo", "date", "amount", "currency_id"])
        return payments

    # ------------------------------------------------------------
    # Products
    # ------------------------------------------------------------

    def _get_product_sources(self, context, root, *, is_newest=False):
        """Return the lines on which a person sees products: [(model, Domain)].

        Of the chosen order or invoice, else of all that the person reads.

        :param bool is_newest: look only at the newest of them
        """
        # sudo: lines of papers that the person reads, which the domain says
        order_lines = self.env["sale.order.line"].sudo()
        move_lines = self.env["account.move.line"].sudo()  # sudo: the same
        goods = Domain("display_type", "=", False) & Domain("product_id", "!=", False)
        if "order" in context:
            within = Domain("order_id", "=", context["order"].id)
            return [(order_lines, goods & within)]
        billed = Domain("display_type", "=", "product")
        billed &= Domain("product_id", "!=", False)
        if "invoice" in context:
            within = Domain("move_id", "=", context["invoice"].id)
            return [(move_lines, billed & within)]
        user = self.env.user
        orders = self.env["sale.order"]
        moves = self.env["account.move"]
        most = NEWEST_PAPERS if is_newest else None
        of_orders = orders._get_portal_domain(user, root=root)
        of_orders = orders.sudo()._search(  # sudo: the domain says which ones
            of_orders & self._get_orders_to_link(),
            order="date_order desc, id desc" if most else None,
            limit=most,
        )
        of_moves = moves.sudo()._search(  # sudo: the same
            moves._get_portal_documents_domain(user, root),
            order="invoice_date desc, id desc" if most else None,
            limit=most,
        )
        return [
            (order_lines, goods & Domain("order_id", "in", of_orders)),
            (move_lines, billed & Domain("move_id", "in", of_moves)),
        ]

    def _reach_product(self, record_id, context, root):
        for lines, domain in self._get_product_sources(context, root):
            if lines.search_count(
                domain & Domain("product_id", "=", record_id), limit=1
            ):
                return self.env["product.product"].browse(record_id)
        return None

    def _find_products(self, words, context, root):
        """Return products, those of one paper as they stand on it.

        Else those that were ordered or invoiced last.
        """
        sources = self._get_product_sources(context, root, is_newest=not words)
        selects = []
        for lines, domain in sources:
            fitting = [search_word(word, ("name",)) for word in split_words(words)]
            query = lines._search(Domain.AND([domain, *fitting]))
            query.groupby = lines._field_to_sql(lines._table, "product_id", query)
            query.order = SQL()
            newest = SQL(
                "-EXTRACT(EPOCH FROM MAX(%s))", _get_column(lines, "create_date")
            )
            place = SQL("MIN(%s)", _get_column(lines, "id"))
            rank = place if len(sources) == 1 else newest
            selects.append(SQL("(%s)", query.select(query.groupby, rank)))
        rows = self.env.execute_query(
            SQL(
                "SELECT id FROM (%s) AS found (id, rank)"
                " GROUP BY id ORDER BY MIN(rank), id DESC LIMIT %s",
                SQL(" UNION ALL ").join(selects),
                MOST_FOUND + 1,
            )
        )
        # sudo: products on papers that the person reads
        products = self.env["product.product"].sudo()
        products = products.browse(row[0] for row in rows)
        products.fetch(["name", "default_code"])
        return products


def _get_column(lines, name):
    return SQL.identifier(lines._table, name)
