from odoo import fields, models


class StockReturnPicking(models.TransientModel):
    _inherit = "stock.return.picking"

    portal_ticket_id = fields.Many2one("portal.ticket", "Ticket", readonly=True)

    def _create_return(self):
        """Extend: a return that was asked for in a ticket, which is answered."""
        picking = super()._create_return()
        if self.portal_ticket_id:
            picking.portal_ticket_id = self.portal_ticket_id
            self.portal_ticket_id._accept_return()
        return picking
