from odoo import models
from odoo.http import request

from ...tools.again import Start, get_start


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    @classmethod
    def _authenticate(cls, endpoint):
        """Extend: the first step of each run; nothing of an earlier one is left."""
        if start := get_start():
            start.restore()
        else:
            request.portal_start = Start()
        return super()._authenticate(endpoint)
