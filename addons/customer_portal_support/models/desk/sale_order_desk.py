from odoo import models


class SaleOrder(models.Model):
    _name = "sale.order"
    _inherit = ["sale.order", "portal.ticketed.mixin"]
    _portal_ticket_field = "order_id"
