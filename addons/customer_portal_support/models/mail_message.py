from odoo import models

from odoo.addons.customer_portal.tools.search import get_text_index

TICKET = "portal.ticket"


class MailMessage(models.Model):
    _inherit = "mail.message"

    # What is written elsewhere is not in it, and costs nothing.
    _portal_ticket_text_idx = models.Index(
        get_text_index("body", f"model = '{TICKET}'")
    )

    def _get_forbidden_access(self, operation):
        """Extend: people of customers write on tickets by the page and by mail alone.

        Core lets who wrote a message change it, and who reads one add to it.
        """
        forbidden = super()._get_forbidden_access(operation)
        if operation == "read" or self.env.user._is_internal():
            return forbidden
        # sudo: of which model they are
        of_tickets = self.sudo().filtered(lambda message: message.model == TICKET)
        return forbidden | of_tickets.with_env(self.env)
