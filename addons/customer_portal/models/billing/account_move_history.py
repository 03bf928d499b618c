from odoo import models


class AccountMove(models.Model):
    _name = "account.move"
    _inherit = ["account.move", "portal.issued.mixin"]

    def write(self, vals):
        """Extend: know when it was posted; a draft prints what is true today.

        The links of a draft that is given to another customer open it no more.
        """
        if "state" in vals:
            vals = {**vals, "issued_on": self._get_issue_moment(vals["state"])}
        if "partner_id" not in vals:
            return super().write(vals)
        before = {move: move.commercial_partner_id for move in self}
        result = super().write(vals)
        given = self.filtered(lambda move: move.commercial_partner_id != before[move])
        given._end_links()
        return result

    def _end_links(self):
        # sudo: the token goes with the customer, whoever may write that
        self.sudo().filtered("access_token").access_token = False

    def _get_issue_moment(self, state):
        """Return the moment, for what is posted now; else False."""
        if state != "posted":
            return False
        # sudo: the time only
        return self.env["portal.address.version"].sudo()._get_moment()

    def _is_issued(self):
        return self.state == "posted"
