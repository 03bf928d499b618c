"""The customer at a glance, on the form of a ticket, and what the ticket is about."""

from odoo import api, fields, models
from odoo.tools import formatLang

from ...const import OPEN
from ..portal_ticket import STAFF

PAPERS = ("order_id", "invoice_id", "payment_id", "product_id")


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
    # On buttons; the fields themselves are further down, where other addons find them.
    order_name = fields.Char("Order number", related="order_id.name", groups=STAFF)
    invoice_name = fields.Char(
        "Invoice number", related="invoice_id.name", groups=STAFF
    )
    payment_name = fields.Char(
        "Payment number", related="payment_id.name", groups=STAFF
    )
    about_text = fields.Char("About", compute="_compute_about_text", groups=STAFF)

    @api.depends(*PAPERS)
    def _compute_about_text(self):
        """Name the linked documents, also for agents who cannot open them."""
        for ticket in self:
            linked = ticket.sudo()  # sudo: names of what the customer asks about
            names = [linked[name].display_name for name in PAPERS if linked[name]]
            ticket.about_text = " · ".join(names)

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
            others = ticket._get_others_domain()
            tickets = ticket.browse()
            ticket.glance_asked_count = customer and tickets.search_count(others)
            ticket.glance_open_count = customer and tickets.search_count(
                [*others, ("customer_status", "in", OPEN)]
            )

    def _get_others_domain(self):
        return [
            ("portal_customer_id", "=", self.portal_customer_id.id),
            ("id", "!=", self._origin.id),
        ]

    def _describe_account(self, customer):
        """Return what a customer owes the ticket's company, as phrases; in sudo.

        With what is on hold: what payments under way and disputes keep from being paid.
        """
        if not customer:
            return ""
        summaries = customer._add_under_way(
            customer._get_receivable_summary(), customer._get_under_way_sums()
        )
        texts = [
            text
            for sums in summaries
            if sums["company"] == self.company_id and sums["balance"]
            for text in self._describe_balance(sums)
        ]
        return "; ".join(texts) or self.env._("Nothing is open")

    def _describe_balance(self, sums):
        def write(name):
            return formatLang(self.env, sums[name], currency_obj=sums["currency"])

        texts = [
            self.env._(
                "%(balance)s open, %(overdue)s overdue",
                balance=write("balance"),
                overdue=write("overdue"),
            )
        ]
        if sums["under_way"]:
            texts.append(self.env._("%s being paid", write("under_way")))
        if sums["disputed"]:
            texts.append(self.env._("%s disputed", write("disputed")))
        return texts

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

    # ------------------------------------------------------------
    # Buttons
    # ------------------------------------------------------------

    def action_open_order(self):
        """Open the order that the ticket is about, in the agent's own rights."""
        return self._open_paper("order_id")

    def action_open_invoice(self):
        """Open the invoice that the ticket is about, in the agent's own rights."""
        return self._open_paper("invoice_id")

    def action_open_payment(self):
        """Open the payment that the ticket is about, in the agent's own rights."""
        return self._open_paper("payment_id")

    def action_open_others(self):
        """Open what else the customer asked."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Tickets of %s", self.portal_customer_id.name),
            "res_model": self._name,
            "view_mode": "list,form",
            "domain": self._get_others_domain(),
        }

    def _open_paper(self, name):
        self.ensure_one()
        self.check_access("read")
        paper = self[name]
        paper.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "res_model": paper._name,
            "res_id": paper.id,
            "view_mode": "form",
        }
