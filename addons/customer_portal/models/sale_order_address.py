from odoo import api, models

from .res_partner_address import DEFAULTS


class SaleOrder(models.Model):
    _inherit = "sale.order"

    @api.depends("partner_id")
    def _compute_partner_shipping_id(self):
        """Extend: the usual address of the person who orders comes first."""
        super()._compute_partner_shipping_id()
        self._take_usual_address("delivery")

    @api.depends("partner_id")
    def _compute_partner_invoice_id(self):
        """Extend: as for the delivery address."""
        super()._compute_partner_invoice_id()
        self._take_usual_address("invoice")

    def _take_usual_address(self, kind):
        name = DEFAULTS[kind][2]
        for order in self.filtered("portal_user_id"):
            usual = order.partner_id._get_usual_address(kind, order.portal_user_id)
            if usual:
                order[name] = usual

    @api.model
    def _follow_address(self, old, new):
        """Let drafts and quotations go to another address; in sudo.

        Their taxes follow where the new place has others. What is placed stays.
        """
        names = [name for _person, _customer, name in DEFAULTS.values()]
        orders = self.search(
            [
                ("state", "in", ("draft", "sent")),
                "|",
                *((name, "=", old.id) for name in names),
            ]
        )
        for order in orders:
            order = order.with_company(order.company_id)
            position = order.fiscal_position_id
            order.write({name: new.id for name in names if order[name] == old})
            if order.fiscal_position_id != position:
                order._recompute_taxes()
            order.message_post(
                body=self.env._(
                    "The customer changed the address: %(old)s is now %(new)s.",
                    old=old._get_one_line(),
                    new=new._get_one_line(),
                ),
                message_type="notification",
                subtype_xmlid="mail.mt_note",
            )
