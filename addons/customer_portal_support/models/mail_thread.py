from odoo import api, models

TICKET = "portal.ticket"


class MailThread(models.AbstractModel):
    _inherit = "mail.thread"

    @api.model
    def message_route(
        self, message, message_dict, model=None, thread_id=None, custom_values=None
    ):
        """Extend: what answers a notice of the portal finds the ticket it names.

        Such a notice is no message of the ticket, and its answer goes to the address
        of all answers.
        """
        is_answer = not message_dict.get("is_bounce")
        if is_answer and self._detect_write_to_catchall(message_dict):
            ticket = self.env[TICKET]._find_by_subject(message_dict)
            if ticket:
                user = self._mail_find_user_for_gateway(message_dict["email_from"])
                route = (
                    TICKET,
                    ticket.id,
                    custom_values,
                    user.id or self.env.uid,
                    None,
                )
                route = self._routing_check_route(
                    message, message_dict, route, raise_exception=False
                )
                return [route] if route else []
        return super().message_route(
            message,
            message_dict,
            model=model,
            thread_id=thread_id,
            custom_values=custom_values,
        )

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
