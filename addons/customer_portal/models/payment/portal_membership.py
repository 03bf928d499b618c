from odoo import models


class PortalMembership(models.Model):
    _inherit = "portal.membership"

    def write(self, vals):
        """Extend: who leaves a customer shares no way to pay with it any more."""
        result = super().write(vals)
        if vals.get("state") == "disabled":
            self._end_shared_tokens()
        return result

    def unlink(self):
        """Extend: the same."""
        self._end_shared_tokens()
        return super().unlink()

    def _end_shared_tokens(self):
        # sudo: payment methods, which follow the membership
        tokens_sudo = self.env["payment.token"].sudo()
        for membership in self:
            tokens_sudo.search(
                [
                    ("partner_id", "=", membership.user_id.partner_id.id),
                    ("portal_customer_id", "=", membership.partner_id.id),
                ]
            )._unshare()
