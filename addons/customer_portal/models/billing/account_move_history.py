from odoo import models


class AccountMove(models.Model):
    _name = "account.move"
    _inherit = ["account.move", "portal.issued.mixin"]

    def write(self, vals):
        """Extend: know when it was posted; a draft prints what is true today."""
        if "state" in vals:
            vals = {**vals, "issued_on": self._get_issue_moment(vals["state"])}
        return super().write(vals)

    def _get_issue_moment(self, state):
        """Return the moment, for what is posted now; else False."""
        if state != "posted":
            return False
        # sudo: the time only
        return self.env["portal.address.version"].sudo()._get_moment()

    def _is_issued(self):
        return self.state == "posted"
