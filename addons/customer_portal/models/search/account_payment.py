from odoo import api, models
from odoo.tools import SQL

from ...tools.search import get_number_index, get_number_sql

SEARCHED = ("name", "memo")


class AccountPayment(models.Model):
    _inherit = "account.payment"

    _portal_number_idx = models.Index(
        get_number_index(SEARCHED, "portal_customer_id IS NOT NULL")
    )

    @api.model
    def _get_portal_numbers_query(self, pattern):
        """Return the query of payments whose numbers fit a pattern of LIKE.

        For the list of payments, which says whose are seen.
        """
        query = self._search([("portal_customer_id", "!=", False)], bypass_access=True)
        columns = [self._field_to_sql(query.table, name, query) for name in SEARCHED]
        query.add_where(SQL("%s LIKE %s", get_number_sql(columns), pattern))
        return query
