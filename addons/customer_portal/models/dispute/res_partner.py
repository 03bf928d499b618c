from odoo import models
from odoo.fields import Domain


class ResPartner(models.Model):
    _inherit = "res.partner"

    def _prepare_outstanding(self, day, sums):
        """Extend: what is disputed now, in a statement of today."""
        sections = super()._prepare_outstanding(day, sums)
        is_today = day == self._get_statement_today()
        held = self._get_under_way_sums() if is_today and sections else {}
        for section in sections:
            disputed = sum(
                amounts[2]
                for (_customer_id, *key), amounts in held.items()
                if tuple(key) == tuple(section["key"])
            )
            section["disputed"] = section["currency"].round(disputed)
        return sections

    def _get_disputed_query(self):
        """Return the query of one dispute that sets something aside of their papers.

        In sudo: only whether there is one. The caller has checked that the person may
        see the customers' figures.
        """
        disputes = self.env["portal.dispute"].sudo()  # sudo: as said above
        disputes._flush_holding()
        return disputes._search(
            Domain("partner_id", "in", self.ids)
            & Domain("company_id", "in", self.env.companies.ids)
            & disputes._get_holding_domain(),
            limit=1,
        )
