from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools.misc import format_date

from ...const import SCOPE_SELECTION
from ...tools.reach import narrow
from ...tools.rights import SCOPES


class PortalMembership(models.Model):
    """A person works for a customer, with a role.

    One person can work for several customers: a bookkeeper has one sign-in and a
    membership with each. Only what is active counts.
    """

    _name = "portal.membership"
    _description = "Person of a customer"
    _inherit = ["portal.rights.source", "portal.scoped.mixin", "portal.mail.mixin"]
    _portal_mail_person = "invited_by_id"
    _order = "id"

    _portal_code = "manage_people"
    _portal_search_fields = ("name", "email")
    _portal_partner_is_customer = True

    user_id = fields.Many2one(
        "res.users",
        "Person",
        required=True,
        ondelete="cascade",
        index=True,
        groups="base.group_user",
        help=(
            "Customers' people see the typed name and address instead until the "
            "invitation is accepted."
        ),
    )
    name = fields.Char(compute="_compute_person", store=True, readonly=False)
    email = fields.Char(
        "Address", compute="_compute_person", store=True, readonly=False
    )
    partner_id = fields.Many2one(
        "res.partner",
        "Customer",
        required=True,
        ondelete="cascade",
        index=True,
        help="A company or a branch.",
    )
    role_id = fields.Many2one(
        "portal.role", required=True, ondelete="restrict", index=True
    )
    scope = fields.Selection(
        SCOPE_SELECTION,
        required=True,
        default="branches",
        help="Narrows what the role allows.",
    )
    has_order_limit = fields.Boolean("Order limit")
    order_limit = fields.Monetary(
        help=(
            "The most that one order or quote may come to, including taxes. Zero "
            "allows no orders."
        ),
    )
    currency_id = fields.Many2one(
        "res.currency",
        required=True,
        default=lambda self: self.env.company.currency_id,
    )
    state = fields.Selection(
        [("invited", "Invited"), ("active", "Active"), ("disabled", "Disabled")],
        required=True,
        default="active",
        index=True,
    )
    invited_by_id = fields.Many2one("res.users", readonly=True)
    invited_on = fields.Datetime(readonly=True)
    expires_on = fields.Datetime("Invitation ends on", readonly=True)
    accepted_on = fields.Datetime(readonly=True)
    disabled_on = fields.Datetime(readonly=True)

    _user_partner_unique = models.UniqueIndex(
        "(user_id, partner_id)", "This person already works for the customer."
    )

    @api.constrains("partner_id")
    def _check_customer(self):
        for membership in self:
            partner = membership.partner_id
            if partner != partner.commercial_partner_id:
                raise ValidationError(
                    self.env._(
                        "%(contact)s is a contact or an address. Choose the "
                        "company %(company)s instead.",
                        contact=partner.display_name,
                        company=partner.commercial_partner_id.display_name,
                    )
                )

    @api.constrains("user_id")
    def _check_share_user(self):
        for membership in self:
            if membership.user_id._is_internal():
                raise ValidationError(
                    self.env._(
                        "%s is a user of the back office. Only portal users work for "
                        "customers.",
                        membership.user_id.name,
                    )
                )

    @api.constrains("role_id", "partner_id")
    def _check_role(self):
        for membership in self:
            owner = membership.role_id.partner_id
            if owner and owner != membership.partner_id:
                raise ValidationError(
                    self.env._(
                        "The role %(role)s belongs to %(company)s.",
                        role=membership.role_id.name,
                        company=owner.display_name,
                    )
                )

    @api.constrains("has_order_limit", "order_limit")
    def _check_order_limit(self):
        for membership in self:
            if membership.has_order_limit and membership.order_limit < 0:
                raise ValidationError(
                    self.env._("An order limit cannot be less than zero.")
                )

    @api.depends("name", "partner_id.name")
    def _compute_display_name(self):
        for membership in self:
            membership.display_name = f"{membership.name}, {membership.partner_id.name}"

    @api.depends("state", "user_id.partner_id.name", "user_id.partner_id.email")
    def _compute_person(self):
        """Take name and address of the person; of the invited keep what was typed."""
        for membership in self:
            person = membership.user_id.partner_id
            if membership.state == "invited":
                membership.name = membership.name or membership.email
                membership.email = membership.email or person.email_normalized
            else:
                membership.name = person.name
                membership.email = person.email_normalized or person.email

    @api.model
    def _lock_people(self, customer):
        """Hold the people of a customer until the end of the transaction.

        Whoever waits for it begins anew and sees what the first one changed.
        """
        # sudo: the lock is no one's to write; any company will do, if it is the same
        company = self.env["res.company"].sudo().search([], order="id", limit=1)
        # sudo: as above
        self.env["portal.ledger.lock"].sudo()._lock(company, customer)
        self.env.invalidate_all()

    @api.model
    def _get_colleagues(self, customers, limit):
        """Return who works or worked for customers whose log the caller sees, in sudo.

        :param int limit: at most so many, by name
        """
        # sudo: names of people, which the log has too
        memberships = self.sudo()
        return memberships.search_fetch(
            [("partner_id", "in", customers.ids), ("state", "!=", "invited")],
            ["name", "user_id"],
            order="name, id",
            limit=limit,
        )

    def _prepare_portal_rows(self):
        """Return what the list of people shows, in two queries for all rows.

        :return: list of dicts with member (in the caller's rights), role, status,
            badge, last_sign_in (None for who never did, or has not accepted) and
            is_self
        """
        # sudo: names of roles and the last sign-in, which the caller administers
        members_sudo = self.sudo()
        members_sudo.fetch(["role_id", "state", "user_id"])
        members_sudo.role_id.fetch(["name"])
        self.partner_id._fetch_names()
        users = members_sudo.filtered(lambda member: member.state != "invited").user_id
        # sudo: as above
        sign_ins = self.env["res.users.log"].sudo()
        last = dict(
            sign_ins._read_group(
                [("create_uid", "in", users.ids)], ["create_uid"], ["create_date:max"]
            )
        )
        return [
            {
                "member": member,
                "role": member_sudo.role_id.name,
                "status": member_sudo._get_portal_status(),
                "badge": member_sudo._get_portal_badge(),
                "last_sign_in": last.get(member_sudo.user_id),
                "is_self": member_sudo.user_id == self.env.user,
            }
            for member, member_sudo in zip(self, members_sudo, strict=True)
        ]

    def _get_portal_status(self):
        """Return the key of the status that lists show."""
        self.ensure_one()
        if self.state != "invited":
            return self.state
        if self.is_undelivered:
            return "undelivered"
        return "expired" if self._is_expired() else "invited"

    def _get_portal_badge(self):
        """Return the status for `draw_badge`: its key, and what people read."""
        status = self._get_portal_status()
        _ = self.env._
        if status == "invited" and self.expires_on:
            until = fields.Datetime.context_timestamp(self, self.expires_on)
            return status, _(
                "Invitation valid until %s", format_date(self.env, until.date())
            )
        labels = {
            "active": _("Active"),
            "invited": _("Invited"),
            "expired": _("Invitation expired"),
            "undelivered": _("Could not be delivered"),
            "disabled": _("Disabled"),
        }
        return status, labels[status]

    def _choose_merged(self):
        """Override: who works for both keeps what allows more, and works if for one."""

        def rank(member):
            scopes = narrow(member.role_id._get_scopes(), member.scope)
            reach = sum(SCOPES.index(scope) + 1 for scope in scopes.values())
            return (member.state == "active", member.role_id.active, reach)

        # Of equals the first one, which is that of the contact that stays.
        return max(self, key=rank)

    def _get_portal_own_domain(self, user):
        """Override: the person's own memberships."""
        return fields.Domain("user_id", "=", user.id)

    def _get_portal_rule_domain(self, user):
        """Extend: everybody sees for whom they work themselves."""
        return super()._get_portal_rule_domain(user) | fields.Domain(
            "user_id", "=", user.id
        )
