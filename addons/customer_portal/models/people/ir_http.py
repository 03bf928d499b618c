from odoo import models
from odoo.http import request


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    @classmethod
    def _post_dispatch(cls, response):
        """Extend: write down who has just signed in, when nothing more is asked."""
        session = request.session
        if (
            session.uid
            and "portal_signed_in" in session
            and not request.env.cr.readonly
        ):
            del session["portal_signed_in"]
            # sudo: the person who has just signed in
            person = request.env["res.users"].sudo().browse(request.session.uid)
            person._log_portal_sign_in()
        return super()._post_dispatch(response)
