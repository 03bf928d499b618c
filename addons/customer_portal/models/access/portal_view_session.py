from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.http import request

from ...const import VIEW_MINUTES

VIEW_KEY = "portal_view_id"
CUSTOMER_KEY = "portal_customer_id"
VIEWER_GROUP = "customer_portal.group_portal_viewer"


class PortalViewSession(models.Model):
    """A member of the staff sees the portal as a person of a customer, for a while.

    The staff member's own session in the browser carries the id; `ir.http` serves
    the pages below /my as the person, and undoes whatever they write.
    """

    _name = "portal.view.session"
    _description = "View the portal as a customer"
    _order = "id desc"
    _log_access = False
    _rec_name = "reason"

    user_id = fields.Many2one(
        "res.users", "Seen by", required=True, readonly=True, ondelete="cascade"
    )
    person_id = fields.Many2one(
        "res.users",
        "Seen as",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    partner_id = fields.Many2one(
        "res.partner",
        "Customer",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    reason = fields.Char(required=True, readonly=True)
    started_on = fields.Datetime(required=True, readonly=True)
    ends_on = fields.Datetime("Ends no later than", required=True, readonly=True)
    ended_on = fields.Datetime("Stopped", readonly=True)

    @api.model
    def _start(self, membership, reason, minutes):
        """Begin to see the portal as a person, and tell the customer's administrator.

        In sudo once it is allowed: sessions are nobody's to write.

        :param membership: for whom the person works, which the caller may read
        :param int minutes: a key of VIEW_MINUTES, as a number
        :return: the session in sudo
        :raise AccessError: for staff without the group
        :raise UserError: for people who cannot sign in themselves
        """
        if not self.env.user.has_group(VIEWER_GROUP):
            raise AccessError(
                self.env._("You are not allowed to view the portal as a customer.")
            )
        membership.check_access("read")
        if not (reason or "").strip():
            raise ValidationError(self.env._("Give a reason for viewing."))
        if str(minutes) not in dict(VIEW_MINUTES):
            raise ValidationError(self.env._("Choose how long you want to look."))
        # sudo: the membership was readable just before
        membership_sudo = membership.sudo()
        if not membership_sudo._is_usable():
            raise UserError(
                self.env._(
                    "%s cannot use the portal at the moment. You can only "
                    "view it as someone who can sign in.",
                    membership_sudo.user_id.name,
                )
            )
        now = fields.Datetime.now()
        # sudo: nobody has the right to write these
        view_sudo = self.sudo().create(
            {
                "user_id": self.env.uid,
                "person_id": membership_sudo.user_id.id,
                "partner_id": membership_sudo.partner_id.id,
                "reason": reason.strip(),
                "started_on": now,
                "ends_on": now + timedelta(minutes=int(minutes)),
            }
        )
        self.env["portal.activity"]._log(
            "viewed_as",
            membership_sudo.partner_id,
            user=self.env.user,
            detail=view_sudo.reason,
            behalf=membership_sudo.user_id,
        )
        return view_sudo

    def _enter(self):
        """Let the session of this browser carry the view; another one ends.

        :raise UserError: for programs, which have no browser
        """
        self.ensure_one()
        if not request or not request.session.can_save:
            raise UserError(self.env._("This needs a browser."))
        self._leave()
        request.session[VIEW_KEY] = self.id
        request.session[CUSTOMER_KEY] = self.partner_id.id

    @api.model
    def _leave(self):
        """End the view that the session of this browser carries.

        :return: the view in sudo, or none
        """
        view_id = request.session.pop(VIEW_KEY, None)
        request.session.pop(CUSTOMER_KEY, None)
        # sudo: the view of the one whose session it is
        views = self.sudo()
        view_sudo = views.browse(view_id or []).exists()
        view_sudo = view_sudo.filtered(lambda view: view.user_id.id == self.env.uid)
        if view_sudo and not view_sudo.ended_on:
            view_sudo.ended_on = min(fields.Datetime.now(), view_sudo.ends_on)
        return view_sudo

    def _is_running(self, staff_id):
        """Return whether this member of the staff may still look.

        Asked with every request: the end, the group, the person and the membership
        count as they are now.
        """
        if not self.exists():
            return False
        staff = self.user_id
        if staff.id != staff_id or not staff.has_group(VIEWER_GROUP):
            return False
        if self.ended_on or self.ends_on <= fields.Datetime.now():
            return False
        return bool(
            self.env["portal.membership"]
            .search(
                [
                    ("user_id", "=", self.person_id.id),
                    ("partner_id", "=", self.partner_id.id),
                ]
            )
            .filtered(lambda member: member._is_usable())
        )
