"""Whose an order is, and who is to owe it: those of the day on which it was made."""

from odoo import api, fields, models
from odoo.tools import SQL

from .sale_order_news import TOLD_FIELDS


class SaleOrder(models.Model):
    _inherit = "sale.order"

    _portal_customer_fields = {
        "portal_customer_id": "partner_id",
        "portal_debtor_id": "partner_invoice_id",
    }

    portal_debtor_id = fields.Many2one(
        "res.partner",
        "Customer to invoice",
        compute="_compute_portal_debtor_id",
        store=True,
        precompute=True,
        ondelete="restrict",
        groups="base.group_user",
        help="Whose credit the order uses: the company of the invoice address on the "
        "day on which it was chosen.",
    )

    @api.depends("partner_invoice_id")
    def _compute_portal_debtor_id(self):
        for order in self:
            order.portal_debtor_id = order.partner_invoice_id.commercial_partner_id

    def write(self, vals):
        """Extend: the links of an order that is given away open it no more.

        And people are to be told what staff change.
        """
        before = {}
        if "partner_id" in vals:
            before = {order: order.portal_customer_id for order in self}
        terms, sent = {}, self.browse()
        if not TOLD_FIELDS.isdisjoint(vals):
            terms = self._get_news_terms()
            sent = self.filtered(lambda order: order.state == "sent")
        # What is written of the lines is told once, here.
        orders = self.with_context(portal_no_news=True) if terms else self
        result = super(SaleOrder, orders).write(vals)
        if "partner_id" in vals:
            self.filtered(
                lambda order: order.portal_customer_id != before[order]
            )._end_links()
        self._add_changed_news(terms)
        if vals.get("state") == "sent":
            (self - sent)._add_sent_news()
        return result

    def _end_links(self):
        # sudo: the token goes with the customer, whoever may write that
        self.sudo().filtered("access_token").access_token = False

    def _fill_portal_customers(self):
        """Override: where its contact has moved, an invoice knows the day before.

        It was made out to the very contact of the order, and keeps its customer.
        """
        self.env.cr.execute(
            SQL(
                """
                WITH moved AS MATERIALIZED (
                    SELECT DISTINCT line.order_id, move.id, move.partner_id,
                           move.commercial_partner_id
                      FROM account_move move
                      JOIN res_partner partner ON partner.id = move.partner_id
                      JOIN account_move_line item ON item.move_id = move.id
                      JOIN sale_order_line_invoice_rel link
                        ON link.invoice_line_id = item.id
                      JOIN sale_order_line line ON line.id = link.order_line_id
                     WHERE move.state = 'posted'
                       AND move.commercial_partner_id != partner.commercial_partner_id)
                UPDATE sale_order sale
                   SET portal_customer_id = %s, portal_debtor_id = %s
                """,
                *map(self._get_customer_sql, self._portal_customer_fields.values()),
            )
        )

    @staticmethod
    def _get_customer_sql(contact):
        """Return the SQL of whose a contact of `sale` is, see above."""
        return SQL(
            """
            COALESCE(
                (SELECT moved.commercial_partner_id FROM moved
                  WHERE moved.order_id = sale.id AND moved.partner_id = %(contact)s
               ORDER BY moved.id LIMIT 1),
                (SELECT partner.commercial_partner_id FROM res_partner partner
                  WHERE partner.id = %(contact)s))
            """,
            contact=SQL.identifier("sale", contact),
        )

    def _get_contact_today(self):
        """Return the contact of the order, or the customer where that one has left."""
        partner, customer = self.partner_id, self.portal_customer_id
        return partner if partner.commercial_partner_id == customer else customer

    def _prepare_invoice(self):
        """Extend: who ordered owes it, also after the contact has left."""
        values = super()._prepare_invoice()
        debtor = self.portal_debtor_id
        if debtor and self.partner_invoice_id.commercial_partner_id != debtor:
            values["partner_id"] = debtor.address_get(["invoice"])["invoice"]
        return values

    def _get_edi_builders(self):
        """Extend: no electronic order once the contact has left.

        It would name another buyer, as a file and within the PDF.
        """
        return [] if self._get_contacts_left() else super()._get_edi_builders()

    def _get_moment_of_paper(self):
        """Override: the day of the order, which confirming it sets."""
        return self.date_order
