import json

from odoo import http
from odoo.http import request
from odoo.tools.misc import get_lang

from odoo.addons.account_payment.controllers.portal import PortalAccount

from ...const import AGEING_BUCKETS, MAX_DOCUMENTS
from ...tools.number import Notation, parse_amount
from ...tools.search import fits
from ..portal import Portal, readonly
from ..searchbar import Filter, ListPage, Searchbar, Sorting


class InvoicePortal(Portal, PortalAccount):
    @http.route(readonly=readonly)
    def portal_my_invoices(self, **query):
        """Extend: the whole company's documents, searched, aged and paged by position.

        Vendor bills, for a partner who also sells to us, stay core's page.
        """
        self._check_can("see_invoices")
        if query.get("filterby") == "bills":
            return super().portal_my_invoices(filterby="bills")
        return self._render_page(
            "customer_portal.invoices", self._prepare_invoices_values(query)
        )

    @http.route(readonly=readonly)
    def portal_my_overdue_invoices(self, **_query):
        """Override: core's page asks for the totals of what is partly paid."""
        return request.redirect("/my/pay?select=overdue")

    def _prepare_invoices_values(self, query):
        moves = request.env["account.move"]
        customers = self._get_customers("see_invoices")
        choice = self._get_invoice_searchbar().choose(query)
        searched = self._get_documents_domain() & choice.get_search_domain(
            "invoice_date"
        )
        searched = choice.find(moves, searched)
        domain = searched & choice.filter_domain
        page = choice.fetch(moves, domain, moves._get_portal_row_fields())
        rows = page["records"]._prepare_portal_rows()
        receivables = customers._get_receivable_summary()
        entries, counts = [], choice.count(moves, searched)
        if any(summary["has_entries"] for summary in receivables):
            by_filter = self._get_entries_by_filter(customers, choice)
            entries = by_filter.get(choice.filterby, [])
            counts = {
                key: count + len(by_filter.get(key, []))
                for key, count in counts.items()
            }
        return {
            "page_name": "invoice",
            "choice": choice,
            "counts": counts,
            "beside": self._get_searches_beside(choice),
            "page": page,
            "rows": rows,
            "formats": json.dumps(
                {
                    currency.name: self._format_currency(currency)
                    for currency in {row["currency"] for row in rows}
                }
            ),
            "entries": [] if page["previous"] else entries,
            "totals": self._get_totals(choice, domain, entries),
            "receivables": receivables,
            "buckets": moves._get_bucket_labels(),
            "select_label": request.env._("Select %s"),
            "show_customer": len(customers) > 1,
            "customer_names": page["records"].commercial_partner_id._get_portal_names(),
            "can_pay": request.env.user._portal_can("pay"),
            "can_export": request.env.user._portal_can("export"),
        }

    def _get_totals(self, choice, domain, entries):
        """Return the totals of what was chosen; of all that ever was, none.

        To add up the 20,000 documents of a customer would cost more than to show them.
        """
        if choice.filterby == "all" and not (
            choice.search or choice.date_begin or choice.date_end
        ):
            return []
        totals = request.env["account.move"]._get_portal_totals(domain)
        return self._add_entries(totals, entries)

    def _get_entries_by_filter(self, customers, choice):
        """Return {filter: what is open on entries and fits to it and to the search}.

        :param customers: all of whose papers the person sees
        """
        moves = request.env["account.move"]
        notation = Notation.of(get_lang(request.env))
        names = moves._get_portal_currency_names()
        rows = [
            row
            for row in moves._prepare_entry_rows(customers, MAX_DOCUMENTS)
            if self._fits_entry(row, choice, notation, names)
        ]
        return {
            "open": rows,
            "all": rows,
            "overdue": [row for row in rows if row["overdue"]],
            **{
                bucket: [row for row in rows if bucket in row["buckets"]]
                for bucket in AGEING_BUCKETS
            },
        }

    def _get_entry_keys(self, choice):
        """Return [entry, customer, currency], ids, of the entries that a list shows."""
        customers = self._get_customers("see_invoices")
        rows = self._get_entries_by_filter(customers, choice).get(choice.filterby, [])
        return [[row["move"].id, row["partner"].id, row["currency"].id] for row in rows]

    @staticmethod
    def _fits_entry(row, choice, notation, currency_names):
        """Return whether an entry is found, as a document would be."""
        company = choice.menus.get("company")
        if company and str(row["partner"].id) != company:
            return False
        if choice.date_begin and row["date"] < choice.date_begin:
            return False
        if choice.date_end and row["date"] > choice.date_end:
            return False
        return not choice.search or fits(
            choice.search,
            [row["what"], row["name"]],
            [row["open"]],
            notation,
            currency_names,
        )

    @staticmethod
    def _add_entries(totals, entries):
        """Return the totals of a list with what is open on entries.

        :param list totals: of `_get_portal_totals`
        """
        by_currency = {entry["currency"]: entry for entry in totals}
        for row in entries:
            nothing = {"count": 0, "total": 0.0, "residual": 0.0}
            entry = by_currency.setdefault(
                row["currency"], {"currency": row["currency"], **nothing}
            )
            entry["count"] += 1
            entry["total"] += row["residual"]
            entry["residual"] += row["residual"]
        return list(by_currency.values())

    def _get_lists(self):
        """Extend: the invoices."""
        page = ListPage(
            self._get_invoice_searchbar,
            self._get_documents_domain,
            "invoice_date",
            self._get_entry_keys,
        )
        return {**super()._get_lists(), "invoices": page}

    def _get_invoice_searchbar(self):
        env = request.env
        moves = env["account.move"]
        is_open = moves._get_open_domain()
        filters = {
            "open": Filter(env._("Open"), is_open),
            "overdue": Filter(
                env._("Overdue"), is_open & moves._get_bucket_domain("overdue")
            ),
            "partial": Filter(
                env._("Partly paid"), [("payment_state", "=", "partial")]
            ),
            "paid": Filter(
                env._("Paid"),
                [("payment_state", "in", ("paid", "in_payment", "reversed"))],
                sortby="date",
            ),
            "credit_notes": Filter(
                env._("Credit notes"), [("move_type", "=", "out_refund")], sortby="date"
            ),
            "all": Filter(env._("All"), sortby="date"),
        }
        for bucket, label in moves._get_bucket_labels().items():
            filters[bucket] = Filter(
                label, is_open & moves._get_bucket_domain(bucket), is_bucket=True
            )
        return Searchbar(
            url="/my/invoices",
            filters=filters,
            aliases={"overdue_invoices": "overdue", "invoices": "all"},
            sortings={
                "due": Sorting(env._("Due date"), "invoice_date_due"),
                "date": Sorting(env._("Newest"), "invoice_date", descending=True),
                "number": Sorting(env._("Number"), "name", descending=True),
                "amount": Sorting(
                    env._("Amount"), "amount_total_in_currency_signed", descending=True
                ),
            },
            search=self._search_documents,
            placeholder=env._("Number, reference, product, person or amount"),
            menus=self._get_customer_menus(
                self._get_customers("see_invoices"), "commercial_partner_id"
            ),
            has_dates=True,
            periods=self._get_periods(),
            has_columns=True,
        )

    def _search_documents(self, text):
        """Return the domain of what a text finds, of the customer's documents."""
        return request.env["account.move"]._find_portal_domain(
            text, request.env.user, root=self._get_customer()
        )

    def _get_overdue_invoices_domain(self, partner_id=None):
        """Override: what is overdue and the person pays, not only the contact's own.

        Core compares the contact with the invoice's partner, and so finds nothing
        where invoices are addressed to the company.
        """
        moves = request.env["account.move"]
        return list(
            self._get_documents_domain("pay")
            & moves._get_open_domain()
            & moves._get_bucket_domain("overdue")
        )

    def _get_documents_domain(self, code="see_invoices"):
        """Return the domain of the current customer's documents that one reaches."""
        return request.env["account.move"]._get_portal_documents_domain(
            request.env.user, self._get_customer(), code
        )

    def _invoice_get_page_view_values(self, invoice, access_token, **kwargs):
        """Extend: an amount in the address that is no number is no amount."""
        if kwargs.get("amount") and parse_amount(str(kwargs["amount"])) is None:
            kwargs.pop("amount")
        return super()._invoice_get_page_view_values(invoice, access_token, **kwargs)
