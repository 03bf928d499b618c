from odoo import models


class ResUsers(models.Model):
    _inherit = "res.users"

    def _forget_portal_person(self):
        """Extend: what the person searched, as long as it is known who did."""
        self.env["portal.search.log"].search([("user_id", "in", self.ids)]).unlink()
        return super()._forget_portal_person()
