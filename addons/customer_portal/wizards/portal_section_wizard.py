from odoo import api, fields, models

CHOICES = [("usual", "As usual"), ("on", "On"), ("off", "Off")]


class PortalSectionWizard(models.TransientModel):
    """One row a section: as usual, on or off for a customer."""

    _name = "portal.section.wizard"
    _description = "Sections of a customer"

    partner_id = fields.Many2one("res.partner", required=True, readonly=True)
    line_ids = fields.One2many("portal.section.wizard.line", "wizard_id")

    @api.model
    def _prepare_for(self, customer):
        """Return a wizard with the sections of a customer as they are now."""
        own = {switch.section_id: switch for switch in customer.portal_switch_ids}
        lines = []
        for section, is_on, switches in customer._get_portal_sections(with_own=False):
            choice = "usual"
            if section in own:
                choice = "on" if own[section].is_on else "off"
            lines.append(
                fields.Command.create(
                    {
                        "section_id": section.id,
                        "choice": choice,
                        "usual": self._describe(is_on, switches),
                    }
                )
            )
        return self.create({"partner_id": customer.id, "line_ids": lines})

    def _describe(self, is_on, switches):
        state = self.env._("On") if is_on else self.env._("Off")
        if tags := switches.category_id.mapped("name"):
            return self.env._(
                "%(state)s, by tag %(tags)s", state=state, tags=", ".join(tags)
            )
        return state

    def action_apply(self):
        """Switch the sections as chosen, in the rights of the person.

        :raise AccessError: for those who may not switch sections
        """
        self.ensure_one()
        switches = self.env["portal.section.switch"]
        own = {
            switch.section_id: switch for switch in self.partner_id.portal_switch_ids
        }
        for line in self.line_ids:
            switch = own.get(line.section_id, switches)
            if line.choice == "usual":
                switch.unlink()
            elif switch:
                switch.is_on = line.choice == "on"
            else:
                switches.create(
                    {
                        "section_id": line.section_id.id,
                        "partner_id": self.partner_id.id,
                        "is_on": line.choice == "on",
                    }
                )
        return {"type": "ir.actions.act_window_close"}


class PortalSectionWizardLine(models.TransientModel):
    _name = "portal.section.wizard.line"
    _description = "Section of a customer"

    wizard_id = fields.Many2one(
        "portal.section.wizard", required=True, ondelete="cascade"
    )
    section_id = fields.Many2one("portal.section", required=True, readonly=True)
    choice = fields.Selection(CHOICES, "For this customer", required=True)
    usual = fields.Char("As usual means", readonly=True)
