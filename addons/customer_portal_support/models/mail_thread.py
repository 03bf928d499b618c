from odoo import api, models

TICKET = "portal.ticket"


class MailThread(models.AbstractModel):
    _inherit = "mail.thread"

    @api.model
    def _routing_check_route(self, message, message_dict, route, raise_exception=True):
        """Extend: programs make no ticket, and a number in the subject finds one."""
        if route[0] == TICKET:
            tickets = self.env[TICKET]
            route = tickets._redirect_mail(message, message_dict, route)
            if not route:
                return False
        return super()._routing_check_route(
            message, message_dict, route, raise_exception=raise_exception
        )

    @api.model
    def _message_route_process(self, message, message_dict, routes):
        """Extend: what tickets keep of a mail."""
        if any(route[0] == TICKET for route in routes or ()):
            tickets = self.env[TICKET]
            message_dict, routes = tickets._clean_mail(message_dict, routes)
        return super()._message_route_process(message, message_dict, routes)
