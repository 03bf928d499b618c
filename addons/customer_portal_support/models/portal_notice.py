import re

from odoo import models

TICKET_PATH = re.compile(r"/my/tickets/(\d+)")


class PortalNotice(models.Model):
    _inherit = "portal.notice"

    def _get_reply_values(self, event=None):
        """Extend: who answers a notice of a ticket writes on the ticket."""
        values = super()._get_reply_values(event)
        path = TICKET_PATH.fullmatch(self.url or "") if event else None
        if not path:
            return values
        ticket = self.env["portal.ticket"].browse(int(path[1])).exists()
        address = ticket._get_reply_address() if ticket else ""
        return {**values, "reply_to": address} if address else values
