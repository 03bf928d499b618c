from datetime import timedelta

from odoo import fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ...const import AGEING_BUCKETS

# What is open of each customer, company and currency; the last two in the company's
# currency: what is owed, and what is unallocated.
OPEN_SUMS = ("balance", "credit", *AGEING_BUCKETS, "owed", "unallocated")

# What the rights of people depend on.
RIGHTS_FIELDS = {"parent_id", "is_company", "category_id", "portal_needs_two_factor"}


class ResPartner(models.Model):
    _inherit = "res.partner"

    # Notes of the seller about the customer, which core lets every contact read.
    comment = fields.Html(groups="base.group_user")

    # Contacts read these of their own company's addresses, as they read the street.
    site_contact_name = fields.Char(
        "Contact on site", help="Whom the carrier asks for at this address."
    )
    site_contact_phone = fields.Char("Phone on site")

    portal_needs_two_factor = fields.Boolean(
        "Two-factor sign-in",
        groups="base.group_user",
        help="People act for this customer only after signing in with a second factor.",
    )
    portal_membership_ids = fields.One2many(
        "portal.membership",
        "partner_id",
        "People in the portal",
        groups="base.group_user",
    )
    portal_switch_ids = fields.One2many(
        "portal.section.switch",
        "partner_id",
        "Sections of the portal",
        groups="base.group_user",
    )

    def write(self, vals):
        """Extend: the rights in the portal follow the tree of companies.

        Core names the users of a partner that is archived before it asks for rights.
        """
        if "active" in vals and not self.env.su:
            self.check_access("write")
        if not RIGHTS_FIELDS & vals.keys():
            return super().write(vals)
        moves = {"parent_id", "is_company"} & vals.keys()
        people = self._get_portal_users_below() if moves else self.env["res.users"]
        before = {user: user.partner_id.commercial_partner_id for user in people}
        result = super().write(vals)
        self.env["res.users"]._forget_portal_rights()
        for user, former in before.items():
            user._follow_portal_company(former)
        return result

    def _get_portal_users_below(self):
        """Return the portal users of these partners and all below them, in sudo."""
        # sudo: memberships follow from what the caller was allowed to write
        partners = self.sudo().with_context(active_test=False)
        return partners.search(
            [("id", "child_of", self.ids), ("user_ids.share", "=", True)]
        ).user_ids.filtered("share")

    def _get_portal_record_customer(self):
        """Override: a contact, an address or a branch belongs to its company."""
        return self.commercial_partner_id

    def _get_portal_people(self, code):
        """Return the people with a permission at one of these customers, in sudo.

        They work for it, or for a company above with a role that reaches branches.
        """
        # sudo: the caller tells no more than it has to
        memberships = self.env["portal.membership"].sudo()
        permission = [("permission_id.code", "=", code)]
        here = Domain("partner_id", "in", self.ids) & Domain(
            "role_id.line_ids", "any", permission
        )
        above = (
            Domain("partner_id", "parent_of", self.ids)
            & Domain("scope", "=", "branches")
            & Domain(
                "role_id.line_ids", "any", [*permission, ("scope", "=", "branches")]
            )
        )
        return memberships.search(
            (here | above)
            & Domain("state", "=", "active")
            & Domain("role_id.active", "=", True)
            & Domain("user_id.active", "=", True)
        ).user_id

    def _get_portal_administrators(self):
        """Return the people who manage this customer's people, in sudo."""
        return self._get_portal_people("manage_people")

    def _get_portal_rule_domain(self, user):
        """Return the domain of the record rule for a person of a customer.

        The own contact, and companies, contacts and addresses of the customers that
        the person works for.
        """
        rights = user._get_portal_rights()
        return Domain("id", "=", user.partner_id.id) | Domain(
            "commercial_partner_id", "in", sorted(rights.get_all_ids())
        )

    def _get_portal_scope(self):
        """Return the customers whose documents belong together: self and branches.

        Branches are the companies below, at any depth, each a commercial partner.
        """
        # sudo: the tree of companies decides what may be read; no field is shown
        partners = self.sudo().with_context(active_test=False)
        return partners.search_fetch(
            [("id", "child_of", self.commercial_partner_id.ids)],
            ["commercial_partner_id"],
        ).commercial_partner_id

    def _get_receivable_summary(self, sums=None):
        """Return what these customers owe, from the posted receivable lines.

        The lines of contacts count for their company. Amounts are in the
        currency of the lines and positive when the customer owes; `credit` holds
        what is unapplied (credit notes and payments) and is zero or negative. The
        buckets of AGEING_BUCKETS and `credit` add up to `balance`. The caller has
        checked that the person may see these customers' figures.

        :param sums: `_get_account_sums` of these customers, or more, if the caller
            has it
        :return: list of dicts with company, currency, balance, overdue, credit,
            residual (company currency) and one amount a bucket; a company's own
            currency first
        """
        sums = sums or self._get_account_sums()
        sections = {}
        for (customer_id, *section), amounts in sums.opened.items():
            if customer_id in self._ids:
                sections.setdefault(tuple(section), []).append(amounts)
        summaries = [
            self._prepare_receivable_summary(
                *section,
                {name: sum(row[name] for row in rows) for name in OPEN_SUMS},
            )
            for section, rows in sections.items()
        ]
        return sorted(
            summaries,
            key=lambda summary: (
                summary["company"].id != self.env.company.id,
                summary["company"].id,
                summary["currency"] != summary["company"].currency_id,
                summary["currency"].name,
            ),
        )

    def _get_empty_receivable_summary(self):
        """Return the summary of customers who owe nothing."""
        company = self.env.company
        return self._prepare_receivable_summary(
            company.id, company.currency_id.id, dict.fromkeys(OPEN_SUMS, 0.0)
        )

    def _get_bucket_condition(self, bucket, day=None):
        """Return the SQL condition that an open line belongs to a bucket.

        A line without a due date is not due.

        :param date day: on which it is asked, by default today
        """
        first, last = AGEING_BUCKETS[bucket]
        today = day or fields.Date.context_today(self)
        due = SQL("COALESCE(line.date_maturity, %s)", today)
        conditions = []
        if first is not None:
            conditions.append(SQL("%s <= %s", due, today - timedelta(days=first)))
        if last is not None:
            conditions.append(SQL("%s >= %s", due, today - timedelta(days=last)))
        return SQL(" AND ").join(conditions)

    def _prepare_receivable_summary(self, company_id, currency_id, amounts):
        # sudo: name and currency of the seller's company, which invoices show too
        company = self.env["res.company"].sudo().browse(company_id)
        currency = self.env["res.currency"].browse(currency_id)
        buckets = {bucket: currency.round(amounts[bucket]) for bucket in AGEING_BUCKETS}
        return {
            "company": company,
            "currency": currency,
            "balance": currency.round(amounts["balance"]),
            "credit": currency.round(amounts["credit"]),
            "residual": company.currency_id.round(
                amounts["owed"] + amounts["unallocated"]
            ),
            "overdue": currency.round(
                sum(amount for name, amount in buckets.items() if name != "not_due")
            ),
            **buckets,
        }
