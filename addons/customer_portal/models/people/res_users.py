from odoo import models
from odoo.fields import Domain
from odoo.http import request


class ResUsers(models.Model):
    _inherit = "res.users"

    # ------------------------------------------------------------
    # Sign-in
    # ------------------------------------------------------------

    def _update_last_login(self):
        """Extend: who signs in for the first time accepts the invitation.

        Of several, or for another company than the person's, each is answered on a
        page. The entry of the log is written once the person is in, perhaps after a
        second factor.
        """
        for user in self:
            if user.share and not user.login_date:
                invitations = user._get_portal_invitations().filtered(
                    lambda invitation: not invitation._is_expired()
                )
                own = user.partner_id.commercial_partner_id
                is_only = user.portal_membership_ids == invitations
                if len(invitations) == 1 and (invitations.partner_id == own or is_only):
                    invitations._accept()
            if user.share and request:
                request.session["portal_signed_in"] = True
        return super()._update_last_login()

    def _log_portal_sign_in(self):
        """Write one entry for each customer that the person works for."""
        self.ensure_one()
        if not self.share:
            return
        if customer_ids := self._get_portal_rights().customer_ids:
            self.env["portal.activity"]._log(
                "sign_in", self.env["res.partner"].browse(customer_ids), user=self
            )

    # ------------------------------------------------------------
    # Invitations
    # ------------------------------------------------------------

    def _get_portal_invitations(self):
        """Return the invitations that wait for this person, in sudo, newest first."""
        self.ensure_one()
        # sudo: the person's own memberships
        memberships = self.env["portal.membership"].sudo()
        domain = self._get_portal_invitations_domain()
        return memberships.search(domain, order="id desc")

    def _get_portal_invitations_domain(self):
        """Return the domain of the invitations that wait for this person."""
        return Domain("user_id", "=", self.id) & Domain("state", "=", "invited")

    def _get_portal_waiting(self, customer, limit):
        """Extend: all invitations."""
        # sudo: the person's own memberships
        memberships = self.env["portal.membership"].sudo()
        domain = self._get_portal_invitations_domain()
        return {
            **super()._get_portal_waiting(customer, limit),
            "invitations": (
                memberships._search(domain, order="id desc"),
                lambda ids: memberships.browse(ids)._get_waiting_items(),
            ),
        }

    # ------------------------------------------------------------
    # Two-factor sign-in
    # ------------------------------------------------------------

    def _has_second_factor(self):
        """Return whether the person signs in with a code or a passkey."""
        self.ensure_one()
        # sudo: passkeys of the person
        return self.totp_enabled or bool(self.sudo().auth_passkey_key_ids)

    def _get_portal_two_factor_customer(self):
        """Return the current customer if it waits for a second factor, or none.

        In sudo: the person reads the name of the company that asks for it.
        """
        # sudo: the name, see above
        customer = self._get_portal_customer().sudo()
        member = self._get_portal_rights().memberships.get(customer.id)
        return customer if member and member.needs_two_factor else customer.browse()

    # ------------------------------------------------------------
    # Leave
    # ------------------------------------------------------------

    def _deactivate_portal_user(self, **post):
        """Extend: the last administrator of a customer cannot go.

        :raise UserError: with a sentence for the page of security
        """
        # sudo: the person's own memberships
        for membership in self.sudo().portal_membership_ids.sorted("partner_id"):
            if membership.state == "active":
                membership._lock_people(membership.partner_id)
                membership._check_not_last_administrator()
        return super()._deactivate_portal_user(**post)
