from odoo import api, models


class PortalRightsSource(models.AbstractModel):
    """A model that the rights of people are read from.

    What changes here acts at once, also further on in the same transaction.
    """

    _name = "portal.rights.source"
    _description = "Source of rights in the portal"

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        self.env["res.users"]._forget_portal_rights()
        return records

    def write(self, vals):
        result = super().write(vals)
        self.env["res.users"]._forget_portal_rights()
        return result

    def unlink(self):
        result = super().unlink()
        self.env["res.users"]._forget_portal_rights()
        return result
