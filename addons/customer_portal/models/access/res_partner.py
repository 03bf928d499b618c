from odoo import fields, models
from odoo.fields import Domain

# What the rights of people depend on.
RIGHTS_FIELDS = {"parent_id", "is_company", "category_id", "portal_needs_two_factor"}


class ResPartner(models.Model):
    _inherit = "res.partner"

    # Notes of the seller about the customer, which core lets every contact read.
    comment = fields.Html(groups="base.group_user")
    sale_warn_msg = fields.Text(groups="base.group_user")
    trust = fields.Selection(groups="base.group_user")

    portal_needs_two_factor = fields.Boolean(
        "Two-factor sign-in",
        groups="base.group_user",
        help=(
            "People act for this customer only after signing in with a second factor."
        ),
    )
    portal_membership_ids = fields.One2many(
        "portal.membership",
        "partner_id",
        "People in the portal",
        groups="base.group_user",
    )
    portal_switch_ids = fields.One2many(
        "portal.section.switch",
        "partner_id",
        "Sections of the portal",
        groups="base.group_user",
    )

    def write(self, vals):
        """Extend: the rights in the portal follow the tree of companies.

        Papers stay with the customer of their day; a customer that becomes a part of
        another one brings its own.

        Core names the users of a partner that is archived before it asks for rights.

        :raise AccessError: for staff who ask for two factors and may not change people
        """
        asked = self._check_needs_two_factor(vals)
        if "active" in vals and not self.env.su:
            self.check_access("write")
        if not RIGHTS_FIELDS & vals.keys():
            return super().write(vals)
        moves = {"parent_id", "is_company"} & vals.keys()
        people = self._get_portal_users_below() if moves else self.env["res.users"]
        before = {user: user.partner_id.commercial_partner_id for user in people}
        customers = self.browse()
        if moves:
            self._settle_papers(vals)
            customers = self.filtered(lambda one: one == one.commercial_partner_id)
        result = super().write(vals)
        self.env["res.users"]._forget_portal_rights()
        customers._hand_over_joined()
        for user, former in before.items():
            user._follow_portal_company(former)
        asked._log_needs_two_factor()
        return result

    def _get_portal_users_below(self):
        """Return the portal users of these partners and all below them, in sudo."""
        # sudo: memberships follow from what the caller was allowed to write
        partners = self.sudo().with_context(active_test=False)
        return partners.search(
            [("id", "child_of", self.ids), ("user_ids.share", "=", True)]
        ).user_ids.filtered("share")

    def _get_portal_record_customer(self):
        """Override: a contact, an address or a branch belongs to its company."""
        return self.commercial_partner_id

    def _fetch_names(self):
        """Read the names of these partners, and no other column; return them.

        In sudo: the caller shows what the reader reaches, and whose it is.
        """
        self.sudo().fetch(["name"])  # sudo: as said above
        return self

    def _get_portal_names(self):
        """Return {id: name} of these partners, in sudo as `_fetch_names`."""
        partners = self._fetch_names().sudo()  # sudo: as said there
        return {partner.id: partner.name for partner in partners}

    def _get_portal_people(self, code):
        """Return the people with a permission at one of these customers, in sudo.

        They work for it, or for a company above with a role that reaches branches.
        """
        # sudo: the caller tells no more than it has to
        memberships = self.env["portal.membership"].sudo()
        permission = [("permission_id.code", "=", code)]
        here = Domain("partner_id", "in", self.ids) & Domain(
            "role_id.line_ids", "any", permission
        )
        above = (
            Domain("partner_id", "parent_of", self.ids)
            & Domain("scope", "=", "branches")
            & Domain(
                "role_id.line_ids", "any", [*permission, ("scope", "=", "branches")]
            )
        )
        return memberships.search(
            (here | above)
            & Domain("state", "=", "active")
            & Domain("role_id.active", "=", True)
            & Domain("user_id.active", "=", True)
        ).user_id

    def _get_portal_administrators(self):
        """Return the people who manage this customer's people, in sudo."""
        return self._get_portal_people("manage_people")

    def _get_portal_rule_domain(self, user):
        """Return the domain of the record rule for a person of a customer.

        The own contact, and companies, contacts and addresses of the customers that
        the person works for.
        """
        rights = user._get_portal_rights()
        return Domain("id", "=", user.partner_id.id) | Domain(
            "commercial_partner_id", "in", sorted(rights.get_all_ids())
        )

    def _get_portal_scope(self):
        """Return the customers whose documents belong together: self and branches.

        Branches are the companies below, at any depth, each a commercial partner.
        """
        # sudo: the tree of companies decides what may be read; no field is shown
        partners = self.sudo().with_context(active_test=False)
        return partners.search_fetch(
            [("id", "child_of", self.commercial_partner_id.ids)],
            ["commercial_partner_id"],
        ).commercial_partner_id
