"""The password of everybody in the demo company."""

from odoo import api, models


class PortalDemo(models.AbstractModel):
    _inherit = "portal.demo"

    @api.model
    def _set_passwords(self):
        """Give everybody the password ``demo``; it is hashed once, which takes long."""
        names = self.env["ir.model.data"].search(
            [("module", "=", "customer_portal"), ("model", "=", "res.users")]
        )
        users = self.env["res.users"].browse(names.mapped("res_id"))
        password = users._crypt_context().hash("demo")
        for user in users:
            user._set_encrypted_password(user.id, password)
