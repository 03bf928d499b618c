from odoo import fields, models

from odoo.addons.customer_portal.tools.drawing import Drawing


class PortalTicketReply(models.Model):
    """A text that staff send again and again, with places for what differs."""

    _name = "portal.ticket.reply"
    _description = "Saved reply"
    _order = "name"

    name = fields.Char(required=True)
    body = fields.Html(
        required=True,
        translate=True,
        help=(
            "{number}, {subject}, {customer}, {contact}, {agent} and {team} are "
            "replaced by those of the ticket."
        ),
    )
    team_ids = fields.Many2many(
        "portal.ticket.team", string="Teams", help="If empty, all teams use it."
    )

    def _fill_in(self, ticket):
        """Return the text for a ticket, in the language of its contact."""
        self.ensure_one()
        contact = ticket.partner_id
        reply = self.with_context(lang=contact.lang or self.env.lang)
        return Drawing.fill(
            reply.body,
            number=ticket.number or "",
            subject=ticket.subject,
            customer=ticket.portal_customer_id.name or "",
            contact=contact.name or "",
            agent=self.env.user.name,
            team=ticket.team_id.name,
        )
