from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ...const import ADDRESS_DEFAULTS

MOST_LEFT_BEHIND = 50  # orders on the page that asks which ones follow


class SaleOrder(models.Model):
    _inherit = "sale.order"

    @api.depends("partner_id")
    def _compute_partner_shipping_id(self):
        """Extend: the usual address of the person who orders comes first."""
        result = super()._compute_partner_shipping_id()
        self._take_usual_address("delivery")
        return result

    @api.depends("partner_id")
    def _compute_partner_invoice_id(self):
        """Extend: as for the delivery address."""
        result = super()._compute_partner_invoice_id()
        self._take_usual_address("invoice")
        return result

    def _take_usual_address(self, kind):
        name = ADDRESS_DEFAULTS[kind][2]
        for order in self.filtered("portal_user_id"):
            usual = order.partner_id._get_usual_address(kind, order.portal_user_id)
            if usual:
                order[name] = usual

    @api.model
    def _follow_address(self, old, new):
        """Let drafts and quotations go to another address; in sudo.

        Their taxes follow where the new place has others. What is placed stays.
        """
        names = [name for _person, _customer, name in ADDRESS_DEFAULTS.values()]
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

    # ------------------------------------------------------------
    # Which open orders follow a changed address
    # ------------------------------------------------------------

    @api.model
    def _get_orders_left_behind(self, address):
        """Return the open orders that go to an address which was replaced.

        In the caller's own rights; the newest MOST_LEFT_BEHIND.

        :param address: the one in the place of others, in sudo
        """
        replaced = address._get_replaced()
        if not replaced:
            return self
        orders = self.search(
            Domain("state", "=", "sale")
            & (
                Domain("partner_shipping_id", "in", replaced.ids)
                | Domain("partner_invoice_id", "in", replaced.ids)
            ),
            order="date_order desc, id desc",
            limit=MOST_LEFT_BEHIND,
        )
        # sudo: what is delivered and invoiced of orders that were just found
        return orders.filtered(lambda order: any(order.sudo()._get_left(replaced)))

    def _get_left(self, replaced):
        """Return whether deliveries and invoices to come go to former addresses.

        :return: (deliveries, invoices), in sudo
        """
        self.ensure_one()
        return (
            self.partner_shipping_id in replaced and not self._is_all_delivered(),
            self.partner_invoice_id in replaced and self.invoice_status != "invoiced",
        )

    def _preview_follow(self, address, user):
        """Return what it means that this order follows a changed address; in sudo.

        :return: dict with order, delivers and invoices (whether such are to come),
            until (a datetime or None), reason (why it stays, a sentence, or None),
            difference (of the total, or None when there is none), total and
            fingerprint (for `_follow_replaced`)
        """
        self.ensure_one()
        delivers, invoices = self._get_left(address._get_replaced())
        terms = self._get_change_terms()
        row = {
            "order": self,
            "delivers": delivers,
            "invoices": invoices,
            "until": terms["until"] if delivers else None,
            "reason": None,
            "difference": None,
            "total": self.amount_total,
            "fingerprint": "",
        }
        if user.share and not self._portal_allows(user, "change_orders"):
            return {**row, "reason": user._get_portal_refusal()}
        if delivers:
            try:
                preview = self._preview_change({"partner_shipping_id": address.id})
            except UserError as error:
                return {**row, "reason": error.args[0]}
            row["reason"] = preview["refusal"]
            row["fingerprint"] = preview["fingerprint"]
            row["total"] = preview["after"]["total"]
            if not self.currency_id.is_zero(preview["difference"]):
                row["difference"] = preview["difference"]
        return row

    def _follow_replaced(self, address, user, total_seen=None, fingerprint_seen=None):
        """Let an open order go to the address in the place of its own; in sudo.

        Doing it twice is the same. All or nothing of one order.

        :raise UserError: with a sentence, when it stays as it is
        """
        self.ensure_one()
        self._lock_for_change()
        self._check_change_right(user)
        delivers, invoices = self._get_left(address._get_replaced())
        if delivers:
            self._change_in_portal(
                user,
                {"partner_shipping_id": address.id},
                total_seen=total_seen,
                fingerprint_seen=fingerprint_seen,
            )
        if invoices:
            self.partner_invoice_id = address
            self.message_post(
                body=self.env._(
                    "Future invoices go to %s, as the customer chose.",
                    address._get_one_line(),
                ),
                message_type="notification",
                subtype_xmlid="mail.mt_note",
            )
            if not delivers:
                self.env["portal.activity"]._log(
                    "order_changed",
                    self.portal_customer_id,
                    user=user,
                    record=self,
                    detail=address._get_one_line(),
                )
