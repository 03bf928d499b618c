from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...const import SCOPE_SELECTION
from ...tools.parse import parse_id


class PortalRole(models.Model):
    """What a person may do for a customer: permissions, each with a scope.

    Roles of the seller serve all customers. A customer's administrator makes
    further ones, which only that customer sees.
    """

    _name = "portal.role"
    _inherit = ["portal.rights.source"]
    _description = "Role in the portal"
    _order = "partner_id NULLS FIRST, sequence, id"

    name = fields.Char(required=True, translate=True)
    description = fields.Char(translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    partner_id = fields.Many2one(
        "res.partner",
        "Customer",
        ondelete="cascade",
        index="btree_not_null",
        help="Only this customer can use the role; empty: all can.",
    )
    line_ids = fields.One2many("portal.role.line", "role_id", "Permissions", copy=True)
    membership_ids = fields.One2many("portal.membership", "role_id", "People")

    @api.ondelete(at_uninstall=False)
    def _unlink_unless_used(self):
        if self.membership_ids:
            raise ValidationError(
                self.env._("People have this role. Give them another one first.")
            )

    @api.model
    def _get_default(self):
        """Return the role of portal users for whom nobody chose one, in sudo."""
        # sudo: a role of the seller, not the caller's to read
        member_sudo = self.sudo().env.ref("customer_portal.role_member")
        return self._get_usual() or member_sudo

    @api.model
    def _get_usual(self):
        """Return the role that the seller chose for invitations, in sudo, or none."""
        # sudo: a parameter and the seller's roles, not the caller's to read
        role_model = self.sudo()
        parameters = role_model.env["ir.config_parameter"]
        role_id = parse_id(parameters.get_param("customer_portal.default_role_id"))
        return role_model.browse(role_id).exists()

    def _get_portal_sentence(self):
        """Return what the role may do, in words."""
        self.ensure_one()
        names = self.line_ids.permission_id.mapped("name")
        return self.description or ", ".join(names)

    def _get_scopes(self):
        """Return {permission code: scope} of this role."""
        self.ensure_one()
        self.line_ids.fetch(["permission_id", "scope"])
        self.line_ids.permission_id.fetch(["code", "name", "sequence"])
        return {line.permission_id.code: line.scope for line in self.line_ids}


class PortalRoleLine(models.Model):
    _name = "portal.role.line"
    _inherit = ["portal.rights.source"]
    _description = "Permission of a role in the portal"
    _order = "permission_id, id"

    role_id = fields.Many2one(
        "portal.role", required=True, ondelete="cascade", index=True
    )
    permission_id = fields.Many2one(
        "portal.permission", required=True, ondelete="cascade", index=True
    )
    scope = fields.Selection(SCOPE_SELECTION, required=True, default="company")

    _permission_unique = models.UniqueIndex(
        "(role_id, permission_id)", "The role has this permission already."
    )

    @api.constrains("scope", "permission_id")
    def _check_scope(self):
        for line in self:
            if line.scope == "own" and not line.permission_id.has_own:
                raise ValidationError(
                    self.env._(
                        "%s cannot be limited to a person's own documents.",
                        line.permission_id.name,
                    )
                )
