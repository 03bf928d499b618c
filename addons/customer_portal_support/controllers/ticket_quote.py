from werkzeug.exceptions import NotFound

from odoo import http
from odoo.http import request

from odoo.addons.customer_portal.controllers.portal import CHANGE
from odoo.addons.customer_portal.tools.parse import parse_id

from ..const import QUOTED
from .ticket_new import NewTicketPortal


class QuotedTicketPortal(NewTicketPortal):
    """Make a ticket of a message about an order or an invoice, in one step."""

    @http.route("/my/tickets/new/message/<int:message_id>", limit="ticket", **CHANGE)
    def portal_ticket_of_message(self, message_id, **_post):
        """Open the ticket, once; a second time it leads to the first one."""
        self._check_can("open_tickets")
        user = request.env.user
        tickets = request.env["portal.ticket"]
        message = tickets._find_own_message(user, parse_id(message_id))
        if not message:
            raise NotFound
        kind, _code = QUOTED[message.model]
        record = tickets._reach_linked(kind, message.res_id, {}, self._get_customer())
        if not record:
            raise NotFound
        # sudo: what was made of the person's own message
        made = tickets.sudo().search([("source_message_id", "=", message.id)], limit=1)
        if made:
            return self._go_to_sent_ticket(made)
        self._follow_document(record)
        customer, company = self._get_ticket_sides({kind: record})
        self._check_may_ask_for(customer)
        teams = self._get_offered_types(customer, company)
        chosen = tickets._choose_quoting_type(message, teams)
        if not chosen:
            raise NotFound
        ticket = request.env["portal.request"]._make_once(
            tickets._get_message_key(message),
            "portal.ticket",
            # sudo: the person's own message, of a paper that was reached
            tickets.sudo()._open_of_message,
            message,
            record,
            user,
            chosen,
            customer,
            company,
        )
        return self._go_to_sent_ticket(ticket)
