from odoo import api, fields, models

TICKET_PAGE = "/my/tickets/*"


class PortalHelpArticle(models.Model):
    _inherit = "portal.help.article"

    ticket_id = fields.Many2one(
        "portal.ticket",
        "Made from the ticket",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        groups="customer_portal_support.group_ticket_agent",
    )

    @api.model
    def _get_page_models(self):
        """Extend: the page of a ticket, about its product."""
        return {**super()._get_page_models(), TICKET_PAGE: ("", "portal.ticket")}
