"""The companies of the seller that a customer's person deals with on a page."""

from odoo import models
from odoo.http import request


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    @classmethod
    def _see_all_companies(cls):
        """Show a customer's person the papers of all companies that they buy from.

        A website narrows each page to its own company, as a shop needs it; an account
        would lose what is owed to the others. The website's company stays the first.
        """
        user = request.env.user
        narrowed = request.env.context.get("allowed_company_ids")
        if not narrowed or not user.share or user._is_public():
            return
        companies = user._get_company_ids()  # remembered by core
        if set(companies) - set(narrowed):
            request.update_context(
                allowed_company_ids=list(dict.fromkeys([*narrowed, *companies]))
            )
