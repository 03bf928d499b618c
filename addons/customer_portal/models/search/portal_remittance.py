from odoo import api, models
from odoo.tools import SQL

from ...tools.search import get_number_index, get_number_sql

SEARCHED = ("name", "transfer_reference")


class PortalRemittance(models.Model):
    _inherit = "portal.remittance"

    _portal_number_idx = models.Index(get_number_index(SEARCHED))

    @api.model
    def _get_portal_numbers_query(self, pattern):
        """Return the query of remittances whose numbers fit a pattern of LIKE.

        For the list of payments, which says whose are seen.
        """
        query = self._search([], bypass_access=True)
        columns = [self._field_to_sql(query.table, name, query) for name in SEARCHED]
        query.add_where(SQL("%s LIKE %s", get_number_sql(columns), pattern))
        return query
