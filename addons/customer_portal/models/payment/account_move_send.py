from odoo import models


class AccountMoveSend(models.AbstractModel):
    _inherit = "account.move.send"

    def _send_mail(self, move, mail_template, **kwargs):
        """Extend: say to the notification that this mail sends the invoice."""
        return super()._send_mail(
            move.with_context(portal_pay_link=True), mail_template, **kwargs
        )
