from odoo import models


class AccountMove(models.Model):
    _name = "account.move"
    _inherit = ["account.move", "portal.issued.mixin"]

    def write(self, vals):
        """Extend: know when it was posted; a draft prints what is true today."""
        if "state" in vals:
            posted = vals["state"] == "posted"
            # sudo: the time only
            versions = self.env["portal.address.version"].sudo()
            vals = {**vals, "issued_on": versions._get_moment() if posted else False}
        return super().write(vals)

    def _is_issued(self):
        return self.state == "posted"
