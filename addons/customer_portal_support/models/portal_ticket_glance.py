"""The customer at a glance, on the form of a ticket."""

from odoo import api, fields, models
from odoo.tools import formatLang

from ..const import OPEN
from .portal_ticket import STAFF


class PortalTicket(models.Model):
    _inherit = "portal.ticket"

    glance_account = fields.Char("Account", compute="_compute_glance", groups=STAFF)
    glance_order_id = fields.Many2one(
        "sale.order", "Ordered last", compute="_compute_glance", groups=STAFF
    )
    glance_open_count = fields.Integer(
        "Other open tickets", compute="_compute_glance", groups=STAFF
    )
    glance_asked_count = fields.Integer(
        "Asked before", compute="_compute_glance", groups=STAFF
    )

    @api.depends("portal_customer_id")
    def _compute_glance(self):
        """Read what agents need to know of the customer before they answer.

        In sudo: who answers tickets need not have the rights of accounting or sales;
        what is shown are sums and a number.
        """
        for ticket in self:
            customer = ticket.sudo().portal_customer_id  # sudo: as said above
            ticket.glance_account = ticket._describe_account(customer)
            ticket.glance_order_id = ticket._get_last_order(customer)
            others = [
                ("portal_customer_id", "=", customer.id),
                ("id", "!=", ticket._origin.id),
            ]
            tickets = ticket.browse()
            ticket.glance_asked_count = customer and tickets.search_count(others)
            ticket.glance_open_count = customer and tickets.search_count(
                [*others, ("customer_status", "in", OPEN)]
            )

    def _describe_account(self, customer):
        """Return what a customer owes the ticket's company, as a sentence; in sudo."""
        if not customer:
            return ""
        texts = []
        for sums in customer._get_receivable_summary():
            if sums["company"] == self.company_id and sums["balance"]:
                currency = sums["currency"]
                texts.append(
                    self.env._(
                        "%(balance)s open, %(overdue)s overdue",
                        balance=formatLang(
                            self.env, sums["balance"], currency_obj=currency
                        ),
                        overdue=formatLang(
                            self.env, sums["overdue"], currency_obj=currency
                        ),
                    )
                )
        return "; ".join(texts) or self.env._("Nothing is open")

    def _get_last_order(self, customer):
        """Return the last confirmed order of a customer, which its form shows."""
        orders = self.env["sale.order"]
        if not customer or not orders.has_access("read"):
            return orders
        return orders.search(
            [
                ("portal_customer_id", "=", customer.id),
                ("state", "=", "sale"),
                ("company_id", "=", self.company_id.id),
            ],
            order="date_order desc, id desc",
            limit=1,
        )
