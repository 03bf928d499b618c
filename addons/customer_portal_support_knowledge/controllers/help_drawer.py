from urllib.parse import urlencode

from odoo.http import request

from odoo.addons.customer_portal_knowledge.controllers.help_drawer import (
    HelpDrawerPortal,
)


class TicketDrawerPortal(HelpDrawerPortal):
    def _get_help_actions(self, word, record):
        """Extend: a ticket, about what the page shows."""
        actions = super()._get_help_actions(word, record)
        if not request.env.user._portal_can("open_tickets"):
            return actions
        about = f"?{urlencode({word: record.id})}" if word else ""
        ask = (request.env._("Ask us something"), f"/my/tickets/new{about}")
        return [ask, *actions]
