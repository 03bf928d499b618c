from odoo import models
from odoo.http import request


class IrQweb(models.AbstractModel):
    _inherit = "ir.qweb"

    def _prepare_frontend_environment(self, values):
        """Extend: each page knows whether the staff look at it as somebody else."""
        values["portal_view"] = request.env["ir.http"]._get_portal_view()
        return super()._prepare_frontend_environment(values)
