"""How many tickets were open, week by week."""

from odoo import fields, models
from odoo.tools import SQL


class PortalTicketBacklog(models.Model):
    """What was open at the end of each of the last weeks: a row a week and ticket.

    A ticket that was reopened counts as open all the while, since only its last
    solution is kept.
    """

    _name = "portal.ticket.backlog"
    _description = "Open tickets by week"
    _auto = False
    _order = "week desc, id"
    _rec_name = "ticket_id"
    _depends = {
        "portal.ticket": [
            "category_id",
            "closed_on",
            "company_id",
            "portal_customer_id",
            "product_id",
            "received_on",
            "solved_on",
            "team_id",
            "type_id",
        ],
    }

    week = fields.Date(
        "Week from", readonly=True, help="Its Monday; open at its end, or now."
    )
    ticket_id = fields.Many2one("portal.ticket", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    team_id = fields.Many2one("portal.ticket.team", readonly=True)
    customer_id = fields.Many2one("res.partner", readonly=True)
    type_id = fields.Many2one("portal.ticket.type", "Request type", readonly=True)
    category_id = fields.Many2one("portal.ticket.category", readonly=True)
    product_id = fields.Many2one("product.product", readonly=True)

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT ticket.id * 100 + weeks.number AS id,
                   weeks.monday::date AS week,
                   ticket.id AS ticket_id,
                   ticket.company_id,
                   ticket.team_id,
                   ticket.portal_customer_id AS customer_id,
                   ticket.type_id,
                   ticket.category_id,
                   ticket.product_id
              FROM (SELECT number, monday,
                           LEAST(monday + interval '7 days', %(now)s::timestamp) AS stop
                      FROM (SELECT number,
                                   date_trunc('week', %(now)s::timestamp)
                                   - number * interval '7 days' AS monday
                              FROM generate_series(0, 25) number) mondays) weeks
              JOIN portal_ticket ticket
                ON ticket.received_on < weeks.stop
               AND COALESCE(ticket.solved_on, ticket.closed_on, 'infinity')
                   >= weeks.stop
            """,
            now=fields.Datetime.now(),
        )

    def action_open_ticket(self):
        """Open the ticket behind a row.

        :raise AccessError: for those who may not see it
        """
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "res_model": "portal.ticket",
            "res_id": self.ticket_id.id,
            "view_mode": "form",
        }
