"""All companies that a person works for on one page: what each overview says."""

import io

from odoo import fields
from odoo.http import request, route

from ...tools.table import MIMETYPES
from ..portal import CHANGE, PAGE, Portal
from ..searchbar import Filter, Searchbar, Sorting

MANY = 10  # companies: with more of them a name is looked for
# Figures of an account: the names that the overview has for them.
FIGURES = ("balance", "overdue", "under_way", "overdue_to_pay")


def get_all_account_ids(members):
    """Return the ids of customers whose whole account a person sees, of any company.

    :param members: Memberships of `tools.rights`
    """
    return set().union(*(member.full.get("see_invoices", ()) for member in members))


class CompaniesPortal(Portal):
    @route("/my/companies", **PAGE)
    def portal_my_companies(self, **query):
        """Show what is due, on its way and waiting at each of the own companies."""
        choices = request.env.user._get_portal_choices()
        if len(choices) < 2:
            return request.redirect("/my", code=303)
        choice = self._get_companies_searchbar().choose(query)
        rows, totals = self._prepare_companies(choices)
        sellers = {line["company"] for row in rows for line in row["accounts"]}
        return self._render_page(
            "customer_portal.companies",
            {
                "page_name": "companies",
                "choice": choice,
                "rows": self._choose_companies(rows, totals, choice),
                "totals": totals,
                "shows_sellers": len(sellers) > 1,
                "shown": {
                    name
                    for name in ("accounts", "coming", "waiting")
                    if any(row[name] for row in rows)
                },
                "shows_search": len(rows) > MANY,
                "has_shared": self._has_shared_branches(),
                "today": fields.Date.context_today(request.env.user),
                "can_export": request.env.user._get_portal_rights().can("export"),
            },
        )

    @route("/my/companies/export", limit="export", **CHANGE)
    def portal_my_companies_export(self, file_format="csv", **_post):
        """Send the same as a table, of the companies whose lists one may export."""
        rights = request.env.user._get_portal_rights()
        choices = request.env.user._get_portal_choices().filtered(
            lambda customer: rights.can("export", customer.id)
        )
        if not choices:
            self._refuse()
        file_format = file_format if file_format in MIMETYPES else "csv"
        rows, _totals = self._prepare_companies(choices)
        target, label = io.BytesIO(), request.env._("All companies")
        request.env["portal.listed.mixin"]._write_table(
            target,
            file_format,
            label,
            self._get_companies_columns(),
            (cells for row in rows for cells in self._get_company_cells(row)),
        )
        request.env["portal.activity"]._log("exported", choices, detail=label)
        name = request.env._("companies")
        return self._send_table(target.getvalue(), name, file_format)

    def _get_companies_searchbar(self):
        _ = request.env._
        return Searchbar(
            url="/my/companies",
            filters={"all": Filter(_("All"))},
            sortings={
                "name": Sorting(_("Company"), "name"),
                "balance": Sorting(_("Balance"), "balance", descending=True),
                "overdue": Sorting(_("Overdue"), "overdue", descending=True),
                "coming": Sorting(_("On its way"), "coming"),
                "waiting": Sorting(_("Waiting for you"), "waiting", descending=True),
            },
            placeholder=_("Company"),
            has_columns=True,
        )

    # ------------------------------------------------------------
    # Rows
    # ------------------------------------------------------------

    def _prepare_companies(self, choices):
        """Return what the overview of each company says, in a fixed number of queries.

        :param choices: customers that the person works for, in sudo
        :return: (rows, totals). A row is a dict with id, name, is_current,
            needs_two_factor, can_pay, accounts (list of `_get_receivable_summary` with
            what is under way; empty where the role shows no account), coming and
            waiting (`tools.tally.Found`, or None where the role shows no such thing).
            Totals are as accounts, with each company once
        """
        # `env.user` is in sudo; what is counted is counted in the person's own rights.
        user = request.env.user.with_env(request.env)
        memberships = user._get_portal_rights().memberships
        counted = user._count_portal_tallies()
        add_up = self._get_adder(memberships.values())
        rows = []
        for choice in choices:
            member = memberships[choice.id]
            founds = counted[choice.id]
            accounts = add_up(member.full.get("see_invoices", ()))
            rows.append(
                {
                    "id": choice.id,
                    "name": choice.name,
                    "is_current": choice.id == user._get_portal_customer().id,
                    "needs_two_factor": member.needs_two_factor,
                    "is_closed": not accounts and not founds,
                    "can_pay": user._is_portal_payment_enabled() and member.can("pay"),
                    "accounts": accounts,
                    # What is nothing takes no line on a phone.
                    "tone": {
                        name: "" if any(line[name] for line in accounts) else "cp_desk"
                        for name in FIGURES
                    },
                    "coming": founds.get("coming"),
                    "waiting": founds.get("waiting"),
                }
            )
        return rows, add_up(get_all_account_ids(memberships.values()))

    @staticmethod
    def _get_adder(members):
        """Return a function: ids of customers -> their `_get_receivable_summary`.

        With what is under way. The ledger was read once for all of them.
        """
        partners = request.env["res.partner"]
        everybody = partners.browse(sorted(get_all_account_ids(members)))
        sums = everybody._get_account_sums()
        under_way = everybody._get_under_way_sums()

        def add_up(ids):
            customers = partners.browse(sorted(ids))
            if not customers:
                return []
            lines = customers._get_receivable_summary(sums) or [
                customers._get_empty_receivable_summary()
            ]
            return customers._add_under_way(lines, under_way)

        return add_up

    @staticmethod
    def _has_shared_branches():
        """Return whether a branch belongs to two companies, and counts in both."""
        members = request.env.user._get_portal_rights().memberships.values()
        reached = sum(len(member.full.get("see_invoices", ())) for member in members)
        return reached > len(get_all_account_ids(members))

    @staticmethod
    def _choose_companies(rows, totals, choice):
        """Return the rows in the order that was chosen, of those that were looked for.

        Amounts are compared currency by currency, in the order of the totals.
        """
        words = choice.search.casefold().split()
        name, is_descending = choice.sorting.field, choice.sorting.descending
        sections = [(line["company"], line["currency"]) for line in totals]

        def get_place(row):
            if name in FIGURES:
                amounts = {
                    (line["company"], line["currency"]): line[name]
                    for line in row["accounts"]
                }
                return [amounts.get(section, 0.0) for section in sections]
            if name == "coming":
                day = row["coming"] and row["coming"].day
                return (not day) != is_descending, day or fields.Date.today()
            if name == "waiting":
                return row["waiting"].count if row["waiting"] else 0
            return row["name"].casefold()

        found = [
            row for row in rows if all(word in row["name"].casefold() for word in words)
        ]
        return sorted(found, key=get_place, reverse=is_descending)

    # ------------------------------------------------------------
    # As a table
    # ------------------------------------------------------------

    @staticmethod
    def _get_companies_columns():
        _ = request.env._
        return [
            _("Company"),
            _("Account with"),
            _("Currency"),
            _("Balance"),
            _("Overdue"),
            _("Under way"),
            _("Still to pay"),
            _("On its way"),
            _("Next date"),
            _("Waiting for you"),
        ]

    @staticmethod
    def _get_company_cells(row):
        """Yield a row for each account of a company; counts stand in its first one."""
        coming, waiting = row["coming"], row["waiting"]
        counts = [
            coming and coming.count,
            coming and coming.day,
            waiting and waiting.count,
        ]
        for line in row["accounts"] or [None]:
            account = [None] * (2 + len(FIGURES))
            if line:
                currency = line["currency"]
                account = [line["company"].name, currency.name]
                account += [(line[name], currency.decimal_places) for name in FIGURES]
            yield [row["name"], *account, *counts]
            counts = [None] * len(counts)
