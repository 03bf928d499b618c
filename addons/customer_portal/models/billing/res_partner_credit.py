"""What a customer uses of its credit: one method, for every page, order and form."""

from odoo import api, fields, models

PARTS = ("open_invoices", "uninvoiced_orders", "held_orders", "unallocated_credits")


class ResPartner(models.Model):
    _inherit = "res.partner"

    # For staff; customers have their page.
    portal_credit_currency_id = fields.Many2one(
        "res.currency",
        compute="_compute_portal_credit",
        groups="account.group_account_invoice,account.group_account_readonly",
    )
    portal_credit_used = fields.Monetary(
        "Used credit",
        currency_field="portal_credit_currency_id",
        compute="_compute_portal_credit",
        groups="account.group_account_invoice,account.group_account_readonly",
        help=(
            "Open invoices, orders not yet invoiced and held orders, less "
            "unallocated money; including branches without a limit of their own."
        ),
    )
    portal_credit_available = fields.Monetary(
        "Available credit",
        currency_field="portal_credit_currency_id",
        compute="_compute_portal_credit",
        groups="account.group_account_invoice,account.group_account_readonly",
    )
    portal_has_credit_limit = fields.Boolean(
        compute="_compute_portal_credit",
        groups="account.group_account_invoice,account.group_account_readonly",
    )

    @api.depends_context("company", "uid")
    def _compute_portal_credit(self):
        company = self.env.company
        customers = self.commercial_partner_id._origin
        # As the pages count: all that belongs to the company, whoever looks.
        exposures = customers.with_context(
            allowed_company_ids=company.ids
        )._get_exposure()
        by_id = {customer.id: found[0] for customer, found in exposures.items()}
        for partner in self:
            exposure = by_id.get(partner.commercial_partner_id._origin.id)
            partner.portal_credit_currency_id = company.currency_id
            partner.portal_credit_used = exposure["used"] if exposure else 0.0
            partner.portal_has_credit_limit = bool(exposure and exposure["limit"])
            partner.portal_credit_available = (
                exposure["available"] if partner.portal_has_credit_limit else 0.0
            )

    # ------------------------------------------------------------
    # Exposure
    # ------------------------------------------------------------

    def _get_exposure(self, scope=None, sums=None):
        """Return what these customers use of their credit with each company.

        Used is what is open on the ledger, in all currencies at booked rates, plus what
        is ordered and not yet invoiced, plus held orders, less what is unallocated: of
        the customer and of those branches that have no limit of their own. The number
        of queries does not grow with the customers. The caller has checked that the
        person may see the credit.

        :param scope: `_get_portal_scope` of a single customer, if the caller has it
        :param sums: `_get_account_sums` of all these, or more, with orders, if the
            caller has it
        :return: {customer: list of dicts, one for each company of the session}, with
            company, currency, customers (who share it), limit (None where none is set:
            that is not zero), used, available (None without a limit; negative when it
            is passed), the parts of `used` in PARTS: unallocated_credits is zero or
            negative, and rates ({currency id: today's}) of what is to invoice. Amounts
            are in the company's currency
        """
        customers = self.commercial_partner_id
        if not customers:
            return {}
        trees = {customers: customers | scope} if scope else customers._get_trees()
        everybody = customers.union(*trees.values())
        exposures = {customer: [] for customer in customers}
        sums = sums or everybody._get_account_sums(with_orders=True)
        opened = self._get_open_amounts(sums)
        rates = self._get_order_rates(sums)
        ordered = self._get_uninvoiced_amounts(sums, rates)
        held = everybody._get_held_amounts()
        # sudo: limits are for accounting only; the caller decides who sees them
        for company in self.env.companies.sudo():
            limits = everybody._get_credit_limits(company)
            for customer in customers:
                sharing = customer | trees[customer].filtered(
                    lambda branch, limits=limits: not limits[branch.id]
                )
                keys = [(partner.id, company.id) for partner in sharing]
                amounts = [opened.get(key, (0.0, 0.0)) for key in keys]
                exposure = self._prepare_exposure(
                    company,
                    sharing,
                    limits[customer.id],
                    (
                        sum(amount for amount, _credit in amounts),
                        sum(ordered.get(key, 0.0) for key in keys),
                        sum(held.get(key, 0.0) for key in keys),
                        sum(credit for _amount, credit in amounts),
                    ),
                )
                exposure["rates"] = rates[company.id]
                exposures[customer].append(exposure)
        return exposures

    def _prepare_exposure(self, company, sharing, limit, amounts):
        currency = company.currency_id
        parts = {
            name: currency.round(amount)
            for name, amount in zip(PARTS, amounts, strict=True)
        }
        used = currency.round(sum(parts.values()))
        return {
            "company": company,
            "currency": currency,
            "customers": sharing,
            "limit": limit,
            "used": used,
            "available": None if limit is None else currency.round(limit - used),
            **parts,
        }

    def _get_trees(self):
        """Return {customer: the customer and its branches, at any depth}."""
        # sudo: the tree of companies decides what counts; no field is shown
        partners = self.sudo().with_context(active_test=False)
        below = partners.search_fetch(
            [("id", "child_of", self.ids)], ["commercial_partner_id", "parent_id"]
        )
        trees = {customer: customer for customer in self}
        for branch in below.commercial_partner_id:
            above = branch
            while above:
                customer = self.browse(above.id)
                if customer in trees:
                    trees[customer] |= self.browse(branch.id)
                above = above.parent_id if above in below else self.browse()
        return trees

    def _get_credit_limits(self, company):
        """Return {partner id: limit, or None}; zero means none, as in core."""
        if not company.account_use_credit_limit:
            return dict.fromkeys(self.ids)
        # sudo: limits are for accounting only; the caller decides who sees them
        partners = self.sudo().with_company(company)
        partners.fetch(["credit_limit"])
        return {
            partner.id: partner.credit_limit if partner.credit_limit > 0 else None
            for partner in partners
        }

    @staticmethod
    def _get_open_amounts(sums):
        """Return what is open of each customer, at booked rates.

        :param AccountSums sums: the source of `_get_receivable_summary` too
        :return: {(customer id, company id): (owed, unallocated), in the company's
            currency; the second is zero or negative}
        """
        opened = {}
        for (customer_id, company_id, _currency_id), amounts in sums.opened.items():
            owed, unallocated = opened.get((customer_id, company_id), (0.0, 0.0))
            opened[customer_id, company_id] = (
                owed + amounts["owed"],
                unallocated + amounts["unallocated"],
            )
        return opened

    def _get_uninvoiced_amounts(self, sums, rates):
        """Return what confirmed orders still have to invoice, taxes included.

        :param AccountSums sums: with orders
        :param dict rates: `_get_order_rates`
        :return: {(customer id, company id): amount in the company's currency}
        """
        amounts = {}
        for (customer_id, company_id, currency_id), amount in sums.ordered.items():
            # sudo: the currency of the seller's company
            company = self.env["res.company"].sudo().browse(company_id)
            key = (customer_id, company_id)
            amounts[key] = amounts.get(key, 0.0) + company.currency_id.round(
                amount * rates[company_id][currency_id]
            )
        return amounts

    def _get_order_rates(self, sums):
        """Return {company id: {currency id: today's rate}} of what is to invoice."""
        rates = {company.id: {} for company in self.env.companies}
        for _customer_id, company_id, currency_id in sums.ordered:
            # sudo: currency and rates of the seller's company
            company = self.env["res.company"].sudo().browse(company_id)
            currency = self.env["res.currency"].browse(currency_id)
            if currency == company.currency_id:
                rates[company_id][currency_id] = 1.0
            elif currency_id not in rates[company_id]:
                rates[company_id][currency_id] = currency._get_conversion_rate(
                    currency,
                    company.currency_id,
                    company,
                    company._get_accounting_day(),
                )
        return rates

    def _get_held_amounts(self):
        """Return what held orders come to; nothing holds orders for their credit yet.

        What does extends this: an order that is confirmed counts as ordered, one that
        waits for credit counts here, none twice.

        :return: {(customer id, company id): amount in the company's currency}
        """
        return {}

    def _get_credit_summary(self, scope=None, sums=None):
        """Return the credit of a customer with each company that grants one.

        :param scope, sums: as of `_get_exposure`
        :return: list of `_get_exposure`, of those companies that have set a limit,
            with credit_limit, credit_used and credit_available, the figures' names
        """
        self.ensure_one()
        [exposures] = self._get_exposure(scope, sums).values()
        return [
            {
                **exposure,
                "credit_limit": exposure["limit"],
                "credit_used": exposure["used"],
                "credit_available": exposure["available"],
            }
            for exposure in exposures
            if exposure["limit"] is not None
        ]
