"""What a customer's administrator does with the people of the own company.

Each method locks the people first and decides then, on fresh data: two
administrators who disable each other at the same instant leave one.
"""

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from ...tools.reach import Reach, narrow


class PortalMembership(models.Model):
    _inherit = "portal.membership"

    # ------------------------------------------------------------
    # Who may give what
    # ------------------------------------------------------------

    @api.model
    def _get_reach(self, customer):
        """Return the Reach of the current person for a customer, or a branch.

        Switches of sections do not count: who has a permission that is off today may
        give it all the same.

        :raise AccessError: without the permission to manage that customer's people
        """
        user = self.env.user
        rights = user._get_portal_rights()
        current = user._get_portal_customer()
        roots = [
            root
            for root in sorted(rights.customer_ids, key=lambda root: root != current.id)
            if customer.id in rights.get_ids("manage_people", root)
        ]
        # sudo: the person's own memberships
        own = self.sudo().search(
            [("user_id", "=", user.id), ("partner_id", "in", roots[:1])]
        )
        if not own:  # also staff, who see the pages but work for no customer
            raise AccessError(user._get_portal_refusal())
        scopes = own._get_scopes()
        if own.partner_id != customer:
            scopes = {
                code: scope for code, scope in scopes.items() if scope == "branches"
            }
        limit = own.order_limit if own.has_order_limit else None
        return Reach(scopes, limit, own.currency_id, own.scope)

    def _get_scopes(self):
        """Return {permission code: scope} of the person's role, as it is narrowed."""
        self.ensure_one()
        return narrow(self.role_id._get_scopes(), self.scope)

    @api.model
    def _get_roles_to_give(self, customer):
        """Return the roles that the current person may give, in sudo."""
        reach = self._get_reach(customer)
        # sudo: the names of the seller's roles and of the customer's own
        roles = self.env["portal.role"].sudo()
        return roles.search([("partner_id", "in", (False, customer.id))]).filtered(
            lambda role: reach.covers_scopes(narrow(role._get_scopes(), reach.widest))
        )

    @api.model
    def _check_may_give(self, customer, role, scope, order_limit):
        """Refuse rights beyond the own; the caller holds the lock.

        :param order_limit: a number, or None for no limit
        :raise UserError: with a sentence for the form
        """
        reach = self._get_reach(customer)
        if not role.active or (role.partner_id and role.partner_id != customer):
            raise UserError(
                self.env._("This role cannot be assigned. Choose another one.")
            )
        if not reach.covers_scopes(narrow(role._get_scopes(), scope)):
            raise UserError(
                self.env._(
                    "The role %s with this scope allows more than your own. "
                    "Choose another role or a narrower scope.",
                    role.name,
                )
            )
        if not reach.covers_limit(order_limit, self._get_limit_currency(reach)):
            raise UserError(
                self.env._(
                    "Your own order limit is %s. You cannot give a higher one.",
                    reach.currency.format(reach.limit),
                )
            )

    def _get_limit_currency(self, reach):
        """Return the currency of the limit that is typed on the person's page."""
        return self.currency_id or reach.currency or self.env.company.currency_id

    def _get_refusal_to_change(self):
        """Return why the current person cannot change this membership, or ""."""
        self.ensure_one()
        reach = self._get_reach(self.partner_id)
        if self.user_id == self.env.user:
            return self.env._(
                "This is your own access. Another administrator can change it."
            )
        limit = self.order_limit if self.has_order_limit else None
        if not reach.covers_scopes(self._get_scopes()) or not reach.covers_limit(
            limit, self.currency_id
        ):
            return self.env._(
                "%s may do more than you. Someone with the same rights can change it.",
                self.name,
            )
        return ""

    def _begin_change(self):
        """Lock the people of the customer and check that this one may be changed.

        :raise UserError: see `_get_refusal_to_change`
        :raise AccessError: without the permission to manage people
        """
        self.ensure_one()
        self._lock_people(self.partner_id)
        if not self.exists():
            raise UserError(self.env._("This invitation no longer exists."))
        if refusal := self._get_refusal_to_change():
            raise UserError(refusal)

    # ------------------------------------------------------------
    # The last administrator
    # ------------------------------------------------------------

    @api.model
    def _get_administrators_domain(self, customer):
        """Return the domain of those who manage a customer's people.

        They work for it, or for a company above with its branches.
        """
        above = customer.parent_id.commercial_partner_id
        domain = fields.Domain("partner_id", "=", customer.id) & fields.Domain(
            "scope", "!=", "own"
        )
        wide = fields.Domain.FALSE
        while above:
            wide |= fields.Domain("partner_id", "=", above.id)
            above = above.parent_id.commercial_partner_id
        manages = fields.Domain("permission_id.code", "=", "manage_people")
        wide &= fields.Domain("scope", "=", "branches") & fields.Domain(
            "role_id.line_ids", "any", manages & fields.Domain("scope", "=", "branches")
        )
        return (
            fields.Domain("state", "=", "active")
            & fields.Domain("user_id.active", "=", True)
            & fields.Domain("role_id.active", "=", True)
            & (domain & fields.Domain("role_id.line_ids", "any", manages) | wide)
        )

    def _is_last_administrator(self):
        """Return whether nobody else manages the people of this customer."""
        self.ensure_one()
        administrators = self.search(self._get_administrators_domain(self.partner_id))
        return administrators == self

    def _check_not_last_administrator(self):
        """Refuse to leave the customer without anybody who manages its people.

        :raise UserError: with a sentence for the form
        """
        if self._is_last_administrator():
            raise UserError(
                self.env._(
                    "%(name)s is the last administrator of %(company)s. Make "
                    "someone else an administrator first.",
                    name=self.name,
                    company=self.partner_id.name,
                )
            )

    # ------------------------------------------------------------
    # Change
    # ------------------------------------------------------------

    @api.model
    def _invite_for_customer(self, customer, people, *, role, scope, order_limit):
        """Invite people with the same rights; see `_invite` for the answers.

        In sudo, for the current person.

        :param list people: dicts with email and name
        :raise UserError: when the rights go beyond the own
        """
        self._lock_people(customer)
        self._check_may_give(customer, role, scope, order_limit)
        rights = {"role": role, "scope": scope, "order_limit": order_limit}
        return self._invite(
            customer, [{**person, **rights} for person in people], inviter=self.env.user
        )

    def _change(self, role, scope, order_limit):
        """Give the person another role, scope and order limit, and log what changed.

        In sudo, for the current person.

        :param order_limit: a number, or None for no limit
        :raise UserError: when it goes beyond the own rights, or nobody would be left
            to manage people
        """
        self._begin_change()
        self._check_may_give(self.partner_id, role, scope, order_limit)
        before = self._get_rights_text()
        scopes = narrow(role._get_scopes(), scope)
        if scopes.get("manage_people", "own") == "own":
            self._check_not_last_administrator()
        self.write(
            {
                "role_id": role.id,
                "scope": scope,
                "has_order_limit": order_limit is not None,
                "order_limit": order_limit or 0,
            }
        )
        after = self._get_rights_text()
        if after != before:
            self._log_people(
                "member_changed", user=self.env.user, detail=f"{before} → {after}"
            )

    def _get_rights_text(self):
        """Return role, scope and limit in words, for the log."""
        scopes = dict(self._fields["scope"]._description_selection(self.env))
        limit = self.env._("no limit")
        if self.has_order_limit:
            limit = self.currency_id.format(self.order_limit)
        return f"{self.role_id.name}, {scopes[self.scope]}, {limit}"

    def _resend(self):
        """Send the invitation again, with a new link; it holds anew from now on.

        In sudo, for the current person.

        :raise UserError: for somebody who is not waiting for one
        """
        self._begin_change()
        if self.state != "invited":
            raise UserError(self.env._("%s has already accepted.", self.name))
        self._mail_invitation()
        self._log_people("invitation_resent", user=self.env.user)

    def _disable(self, successor=None):
        """Take the person's access, and give the open work to somebody else.

        An invitation that nobody accepted is withdrawn: nothing of it remains. In
        sudo, for the current person.

        :param successor: a res.users of `_get_successors`; needed if there are any
        :raise UserError: for the last administrator, and for a wrong successor
        """
        self._begin_change()
        if self.state == "invited":
            self._log_people("invitation_withdrawn", user=self.env.user)
            person = self.user_id
            self.unlink()
            if not person.login_date and not person.portal_membership_ids:
                person.partner_id.signup_cancel()
            return
        if self.state == "disabled":
            return
        self._check_not_last_administrator()
        candidates = self._get_successors()
        if candidates:
            if successor not in candidates:
                raise UserError(
                    self.env._("Choose who takes over the work of %s.", self.name)
                )
            self._hand_over(successor)
        self.write({"state": "disabled", "disabled_on": fields.Datetime.now()})
        self._log_people("member_disabled", user=self.env.user)

    def _enable(self):
        """Give the person the access back, with role, scope and limit as before.

        In sudo, for the current person.

        :raise UserError: when these go beyond the own rights by now
        """
        self._begin_change()
        if self.state == "disabled":
            self.write({"state": "active", "disabled_on": False})
            self._log_people("member_enabled", user=self.env.user)

    # ------------------------------------------------------------
    # What a leaver leaves
    # ------------------------------------------------------------

    def _get_open_work(self):
        """Return what nobody would look after: list of (label, records), not empty.

        A section whose documents belong to one person extends this and `_hand_over`.
        """
        self.ensure_one()
        drafts = self.env["sale.order"].search(
            [
                ("state", "=", "draft"),
                ("portal_user_id", "=", self.user_id.id),
                ("portal_customer_id", "child_of", self.partner_id.id),
            ]
        )
        return [(self.env._("Draft orders"), drafts)] if drafts else []

    def _get_successors(self):
        """Return who can take over the open work, a res.users; none without work."""
        work = self._get_open_work()
        customers = self.env["res.partner"]
        for _label, records in work:
            customers |= records.portal_customer_id
        people = self.partner_id._get_portal_people("order") - self.user_id
        return people.filtered(
            lambda user: (
                work
                and set(customers.ids) <= user._get_portal_rights().get_ids("order")
            )
        )

    def _hand_over(self, successor):
        """Give the open work to an active person of the same customer, and log it."""
        for label, records in self._get_open_work():
            names = ", ".join(records.mapped("display_name"))
            if records._name == "sale.order":
                records.portal_user_id = successor
            self._log_people(
                "work_handed_over",
                user=self.env.user,
                detail=f"{self.name} → {successor.name}: {label} {names}",
            )

    # ------------------------------------------------------------
    # Two-factor sign-in
    # ------------------------------------------------------------

    @api.model
    def _require_two_factor(self, customer, is_required):
        """Say whether people act for the customer with a second factor only.

        In sudo, for the current person.

        :raise UserError: for somebody who has none: the own access would be gone
        """
        self._lock_people(customer)
        self._get_reach(customer)
        user = self.env.user
        if is_required and not user._has_second_factor():
            raise UserError(self.env._("Set up two-factor sign-in for yourself first."))
        if customer.portal_needs_two_factor == is_required:
            return
        customer.portal_needs_two_factor = is_required
        user._forget_portal_rights()
        self.env["portal.activity"]._log(
            "two_factor_required" if is_required else "two_factor_optional", customer
        )

    @api.model
    def _count_without_second_factor(self, customer):
        """Return how many active people of the customer have no second factor.

        In SQL: core's search for `totp_enabled` finds the others.
        """
        self.flush_model(["partner_id", "state", "user_id"])
        [(count,)] = self.env.execute_query(
            SQL(
                """
                SELECT COUNT(*)
                  FROM portal_membership membership
                  JOIN res_users person ON person.id = membership.user_id
                 WHERE membership.partner_id = %s
                   AND membership.state = 'active'
                   AND person.active
                   AND person.totp_secret IS NULL
                   AND NOT EXISTS (SELECT FROM auth_passkey_key passkey
                                    WHERE passkey.create_uid = person.id)
                """,
                customer.id,
            )
        )
        return count
