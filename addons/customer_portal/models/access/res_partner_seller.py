"""The tab "Portal" on the form of a customer, and how to get customers invited."""

from odoo import api, fields, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    is_portal_customer = fields.Boolean(
        compute="_compute_is_portal_customer",
        groups="base.group_user",
        help="People can work for this company or branch in the portal.",
    )
    is_portal_editable = fields.Boolean(
        compute="_compute_is_portal_editable", groups="base.group_user"
    )
    portal_people_count = fields.Integer(
        compute="_compute_portal_counts", groups="base.group_user"
    )
    portal_invitation_count = fields.Integer(
        compute="_compute_portal_counts", groups="base.group_user"
    )
    portal_role_count = fields.Integer(
        compute="_compute_portal_counts", groups="base.group_user"
    )
    portal_section_on_ids = fields.Many2many(
        "portal.section",
        string="Sections shown",
        compute="_compute_portal_sections",
        groups="base.group_user",
    )
    portal_section_off_ids = fields.Many2many(
        "portal.section",
        string="Sections not shown",
        compute="_compute_portal_sections",
        groups="base.group_user",
    )
    portal_own_membership_ids = fields.Many2many(
        "portal.membership",
        string="Works in the portal for",
        compute="_compute_portal_own_memberships",
        groups="base.group_user",
    )

    def _check_needs_two_factor(self, vals):
        """Return the customers that will ask for two factors now, or no more.

        What a customer's administrator changes runs in sudo, and is logged there.

        :raise AccessError: for staff who may not change people
        """
        needs = vals.get("portal_needs_two_factor")
        if self.env.su or needs is None:
            return self.browse()
        changed = self.filtered(
            lambda partner: partner.portal_needs_two_factor != needs
        )
        if changed:
            self.env["portal.membership"].check_access("write")
        return changed

    def _log_needs_two_factor(self):
        """Log that staff made these customers ask for two factors, or no more."""
        for needs, partners in self.grouped("portal_needs_two_factor").items():
            self.env["portal.activity"]._log(
                "two_factor_required" if needs else "two_factor_optional", partners
            )

    @api.depends("commercial_partner_id", "is_company", "type")
    def _compute_is_portal_customer(self):
        for partner in self:
            partner.is_portal_customer = partner == partner.commercial_partner_id

    @api.depends_context("uid")
    def _compute_is_portal_editable(self):
        self.is_portal_editable = self.env["portal.membership"].has_access("write")

    def _compute_portal_counts(self):
        people, invitations = {}, {}
        for partner, state, count in self.env["portal.membership"]._read_group(
            [("partner_id", "in", self.ids)], ["partner_id", "state"], ["__count"]
        ):
            counts = invitations if state == "invited" else people
            if state != "disabled":
                counts[partner.id] = count
        roles = dict(
            self.env["portal.role"]._read_group(
                [("partner_id", "in", self.ids)], ["partner_id"], ["__count"]
            )
        )
        for partner in self:
            # A contact that is being edited has an id of its own.
            partner_id = partner._origin.id
            partner.portal_people_count = people.get(partner_id, 0)
            partner.portal_invitation_count = invitations.get(partner_id, 0)
            partner.portal_role_count = roles.get(partner._origin, 0)

    @api.depends("portal_switch_ids.is_on", "category_id")
    def _compute_portal_sections(self):
        for partner in self:
            states = partner._get_portal_sections()
            shown = [section.id for section, is_on, _switches in states if is_on]
            hidden = [section.id for section, is_on, _switches in states if not is_on]
            partner.portal_section_on_ids = shown
            partner.portal_section_off_ids = hidden

    def _compute_portal_own_memberships(self):
        """List for whom the person of this contact works."""
        memberships = self.env["portal.membership"].search(
            [
                "|",
                ("user_id.partner_id", "in", self._origin.ids),
                ("contact_id", "in", self._origin.ids),
            ]
        )
        for partner in self:
            contact = partner._origin
            partner.portal_own_membership_ids = memberships.filtered(
                lambda member, contact=contact: (
                    contact
                    and contact in (member.contact_id | member.user_id.partner_id)
                )
            )

    def _get_portal_sections(self, with_own=True):
        """Return which sections of the portal this customer has, and why.

        The same order as in the rights (`res.users._get_sections_off_query`): the
        switch of the customer, those of its tags (off wins), the section itself.

        :param bool with_own: whether the customer's own switches count
        :return: list of (section, whether it is on, the switches that decided)
        """
        self.ensure_one()
        switch_model = self.env["portal.section.switch"]
        tag_switches = switch_model.search(
            [("category_id", "in", self.category_id._origin.ids)]
        )
        states = []
        for section in self.env["portal.section"].search([("code", "!=", False)]):
            of_section = [("section_id", "=", section.id)]
            switches = switch_model
            if with_own:
                switches = self.portal_switch_ids.filtered_domain(of_section)
            switches = switches or tag_switches.filtered_domain(of_section)
            is_on = all(switches.mapped("is_on")) if switches else section.is_on
            states.append((section, is_on, switches))
        return states

    # ------------------------------------------------------------
    # Buttons
    # ------------------------------------------------------------

    def action_open_portal_people(self):
        """Show the people of this customer."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_portal.portal_membership_action"
        )
        return {
            **action,
            "domain": [("partner_id", "=", self.id)],
            "context": {"default_partner_id": self.id},
        }

    def action_open_portal_roles(self):
        """Show the roles that only this customer can use."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_portal.portal_role_action"
        )
        return {
            **action,
            "domain": [("partner_id", "=", self.id)],
            "context": {"default_partner_id": self.id},
        }

    def action_change_portal_sections(self):
        """Ask which sections this customer has.

        :raise AccessError: for those who may not switch sections
        """
        self.ensure_one()
        wizard = self.env["portal.section.wizard"]._prepare_for(self)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Sections of %s", self.display_name),
            "res_model": wizard._name,
            "res_id": wizard.id,
            "view_mode": "form",
            "target": "new",
        }

    def action_invite_to_portal(self):
        """Show who would be invited of these customers and contacts.

        :raise AccessError: for those who may not invite
        """
        self.check_access("read")
        wizard = self.env["portal.invitation.wizard"].create({})
        wizard._add_partners(self)
        return wizard._get_action()
