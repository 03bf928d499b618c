from odoo import models
from odoo.http import request

from ...tools.drawing import Drawing


class IrQweb(models.AbstractModel):
    _inherit = "ir.qweb"

    def _prepare_environment(self, values):
        """Extend: what templates draw with functions, see `drawing`.

        And with what a layout says that its pages are private.
        """
        values.setdefault("keep_private", self.env["ir.http"]._keep_private)
        drawing = Drawing(self.env)
        for name, function in drawing.functions.items():
            values.setdefault(name, function)
        return super()._prepare_environment(values)

    def _prepare_frontend_environment(self, values):
        """Extend: each page knows whether the staff look at it as somebody else."""
        values["portal_view"] = request.env["ir.http"]._get_portal_view()
        return super()._prepare_frontend_environment(values)
