"""What the seller's staff see of the people of customers, and do about them."""

from odoo import fields, models
from odoo.exceptions import UserError

RIGHTS = {"role_id", "scope", "has_order_limit", "order_limit"}


class PortalMembership(models.Model):
    _inherit = "portal.membership"

    login_date = fields.Datetime(
        "Last sign-in", related="user_id.login_date", groups="base.group_user"
    )
    is_usable = fields.Boolean(
        "Can sign in", compute="_compute_is_usable", groups="base.group_user"
    )

    def _compute_is_usable(self):
        for membership in self:
            membership.is_usable = membership._is_usable()

    def write(self, vals):
        """Extend: what the staff change of somebody's rights stands in the log.

        What customers' people change runs in sudo, and is logged where it is decided.
        """
        if self.env.su or not RIGHTS & vals.keys():
            return super().write(vals)
        before = {membership: membership._get_rights_text() for membership in self}
        result = super().write(vals)
        for membership, text in before.items():
            after = membership._get_rights_text()
            if after != text:
                membership._log_by_staff("member_changed", f"{text} → {after}")
        return result

    def _is_usable(self):
        """Return whether the person can use the portal for the customer now."""
        return bool(
            self.state == "active"
            and self.role_id.active
            and self.user_id.active
            and self.user_id.share
        )

    def _log_by_staff(self, action, detail=None):
        """Write an entry each of what the current member of the staff has done."""
        # sudo: nobody has the right to write entries
        self.sudo()._log_people(action, user=self.env.user, detail=detail)

    def _mail_by_staff(self):
        """Queue the mails of these invitations; the caller has checked the right."""
        # sudo: the right to change people includes their invitations
        self.sudo()._mail_invitation()

    def action_view_as(self):
        """Ask why and how long, before the portal is seen as this person.

        :raise AccessError: see `portal.view.session._start`, which decides
        """
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("See the portal as %s", self.display_name),
            "res_model": "portal.view.wizard",
            "view_mode": "form",
            "target": "new",
            "context": {"default_membership_id": self.id},
        }

    def action_send_again(self):
        """Mail these invitations once more; they hold anew.

        :raise AccessError: for those who may not change people
        :raise UserError: for people who were not invited or have accepted
        """
        self.check_access("write")
        if any(membership.state != "invited" for membership in self):
            raise UserError(self.env._("Only open invitations can be sent again."))
        self._mail_by_staff()
        self._log_by_staff("invitation_resent")

    def action_disable(self):
        """Take the access of these people away.

        :raise AccessError: for those who may not change people
        """
        self.check_access("write")
        chosen = self.filtered(lambda membership: membership.state == "active")
        chosen.write({"state": "disabled", "disabled_on": fields.Datetime.now()})
        chosen._log_by_staff("member_disabled")

    def action_enable(self):
        """Give these people their access back.

        :raise AccessError: for those who may not change people
        """
        self.check_access("write")
        chosen = self.filtered(lambda membership: membership.state == "disabled")
        chosen.write({"state": "active", "disabled_on": False})
        chosen._log_by_staff("member_enabled")
