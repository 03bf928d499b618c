"""A ticket out of what a customer wrote on an order or an invoice."""

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError

# The documents that a ticket is made from, and its field for them.
SOURCES = {"sale.order": "order_id", "account.move": "invoice_id"}


class PortalTicketMakeWizard(models.TransientModel):
    """Make a ticket from an order or invoice, with the customer's last words."""

    _name = "portal.ticket.make.wizard"
    _description = "Make a ticket"

    res_model = fields.Char(required=True, readonly=True)
    res_id = fields.Many2oneReference(
        "Document", model_field="res_model", required=True, readonly=True
    )
    message_id = fields.Many2one("mail.message", readonly=True)
    partner_id = fields.Many2one("res.partner", "Contact", required=True)
    subject = fields.Char(required=True)
    description = fields.Html("What the customer asks")
    team_id = fields.Many2one("portal.ticket.team", required=True)
    type_id = fields.Many2one("portal.ticket.type", "Request type")
    is_mine = fields.Boolean("Assign it to me", default=True)

    @api.model
    def default_get(self, fields):
        """Extend: of the document that is open, and the last message of its customer.

        :raise AccessError: for those who may not see the document
        """
        values = super().default_get(fields)
        name = self.env.context.get("active_model")
        if name not in SOURCES or not self.env.context.get("active_id"):
            return values
        paper = self.env[name].browse(self.env.context["active_id"])
        paper.check_access("read")
        message = self._find_last_words(paper)
        values |= {
            "res_model": name,
            "res_id": paper.id,
            "message_id": message.id,
            "partner_id": (message.author_id or paper.partner_id).id,
            "subject": self.env._("Question about %s", paper.display_name),
            "description": self._quote(message),
            "team_id": self.env["portal.ticket.team"]._get_default(paper.company_id).id,
        }
        return values

    def action_make(self):
        """Make the ticket, and open it.

        :raise AccessError: for those who may not see the document or make tickets
        """
        self.ensure_one()
        if self.res_model not in SOURCES:
            raise AccessError(self.env._("Tickets are made of orders and invoices."))
        paper = self.env[self.res_model].browse(self.res_id)
        paper.check_access("read")
        ticket = self.env["portal.ticket"].create(
            {
                "subject": self.subject,
                "description": self.description,
                "partner_id": self.partner_id.id,
                "team_id": self.team_id.id,
                "type_id": self.type_id.id,
                "user_id": self.env.uid if self.is_mine else False,
                SOURCES[self.res_model]: paper.id,
            }
        )
        self._log_on(paper, ticket)
        return {
            "type": "ir.actions.act_window",
            "res_model": ticket._name,
            "res_id": ticket.id,
            "view_mode": "form",
        }

    def _log_on(self, paper, ticket):
        """Leave a link to the ticket in the notes of the document."""
        # sudo: whoever may read the document may say this of it
        paper.sudo()._message_log(
            body=self.env._(
                "Ticket %s was made of this.", ticket._get_html_link(ticket.number)
            )
        )

    @api.model
    def _find_last_words(self, paper):
        """Return the last message of the customer that both sides read, or none."""
        return self.env["mail.message"].search(
            [
                ("model", "=", paper._name),
                ("res_id", "=", paper.id),
                ("message_type", "in", ("comment", "email")),
                ("is_internal", "=", False),
                ("subtype_id", "=", self.env.ref("mail.mt_comment").id),
                ("author_id.partner_share", "=", True),
            ],
            order="id desc",
            limit=1,
        )

    @api.model
    def _quote(self, message):
        if not message:
            return ""
        return Markup("<blockquote>%s</blockquote>") % message.body
