from odoo import models


class StockPicking(models.Model):
    _name = "stock.picking"
    _inherit = ["stock.picking", "portal.issued.mixin"]

    def _action_done(self):
        """Extend: know when it left; its slip keeps the addresses of that day."""
        result = super()._action_done()
        # sudo: the time only; whoever validates a delivery may do this
        done = self.sudo().filtered(lambda picking: picking.state == "done")
        if done:
            done.issued_on = self.env["portal.address.version"]._get_moment()
        return result

    def _is_issued(self):
        return self.state == "done"
