from odoo import fields, models
from odoo.exceptions import AccessError


class ResPartner(models.Model):
    _inherit = "res.partner"

    portal_pay_link_version = fields.Integer(
        "Payment links ended",
        readonly=True,
        copy=False,
        groups="base.group_user",
        help="How often all links to pay without signing in were ended.",
    )

    def _end_pay_links(self):
        """End them; the caller has asked for the right."""
        # sudo: accounting may not change all partners; only this counter
        customer_sudo = self.commercial_partner_id.sudo()
        customer_sudo.portal_pay_link_version += 1
        self.env["portal.activity"]._log("pay_links_ended", customer_sudo)

    def action_end_pay_links(self):
        """End all links to pay without signing in that this customer has.

        :raise AccessError: for all but accounting and portal managers
        """
        self.ensure_one()
        self.check_access("read")
        user = self.env.user
        if not (
            user.has_group("account.group_account_invoice")
            or user.has_group("customer_portal.group_portal_manager")
        ):
            raise AccessError(self.env._("This is for accounting."))
        self._end_pay_links()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._(
                    "All payment links of the customer have been ended."
                ),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }
