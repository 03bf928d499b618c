"""Which orders stand for themselves among what is on its way."""

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL


class SaleOrder(models.Model):
    _inherit = "sale.order"

    @api.model
    def _get_coming_domain(self):
        """Extend: without those whose deliveries tell it themselves."""
        return super()._get_coming_domain() & Domain.custom(
            to_sql=lambda _model, alias, _query: SQL(
                """
                NOT EXISTS (SELECT FROM stock_picking picking
                             WHERE picking.sale_id = %s
                               AND picking.state != 'cancel')
                """,
                SQL.identifier(alias, "id"),
            )
        )
