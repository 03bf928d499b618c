from odoo import api, fields, models
from odoo.fields import Domain

from ...const import COMPANY_FIELDS
from .portal_company_change import BANK_FIELDS


class PortalCompanyChangeLine(models.Model):
    """One field that a customer asks to change."""

    _name = "portal.company.change.line"
    _description = "Requested change of company details"
    _inherit = ["portal.scoped.mixin"]
    _order = "id"
    _rec_name = "label"

    change_id = fields.Many2one(
        "portal.company.change", required=True, ondelete="cascade", index=True
    )
    field_name = fields.Selection(COMPANY_FIELDS, required=True, readonly=True)
    label = fields.Char("What", compute="_compute_label")
    # The last four places of a bank account are in the texts, the rest is here.
    value = fields.Char(readonly=True, groups="base.group_user")
    old_text = fields.Char("When asked", readonly=True)
    decided_text = fields.Char("When decided", readonly=True)
    new_text = fields.Char("Requested", readonly=True)

    @api.depends("field_name")
    @api.depends_context("lang")
    def _compute_label(self):
        labels = dict(self._fields["field_name"]._description_selection(self.env))
        for line in self:
            line.label = labels.get(line.field_name)

    def _get_portal_domain(self, user, code=None, root=None):
        """Override: the lines of the requests that the person reaches."""
        changes = self.env["portal.company.change"]
        domain = changes._get_portal_domain(user, code or changes._portal_code, root)
        return Domain("change_id", "any!", domain)

    def _get_portal_record_customer(self):
        return self.change_id.partner_id

    now_text = fields.Char("Now", compute="_compute_texts", groups="base.group_user")
    requested_text = fields.Char(
        "Requested in full", compute="_compute_texts", groups="base.group_user"
    )

    @api.depends("value", "new_text", "change_id.partner_id")
    def _compute_texts(self):
        for line in self:
            # sudo: the customer's own data
            change = line.change_id.sudo()
            customer = change.partner_id
            current = change._get_current_values(customer)[line.field_name]
            line.now_text = change._describe(line.field_name, current, customer)
            is_bank = line.field_name in BANK_FIELDS
            line.requested_text = line.value if is_bank else line.new_text
