"""What of a placed order may be changed, and until when."""

from datetime import timedelta

from odoo import fields, models

from ...tools.moment import format_moment


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def _get_change_terms(self):
        """Return whether a person may change this order now, and until when.

        In sudo, and it only reads. Whether the person's role allows it is another
        question: `_portal_allows(user, "change_orders")`.

        :return: dict of
            can_change: whether a change is applied at once
            until: the moment at which that ends (a datetime), or None
            until_text: the same in words, with the person's time zone
            planned: when the goods are planned to leave (a datetime), or None
            reason: a sentence, when it cannot be changed at once
            can_ask: whether staff can be asked for a change instead
            can_change_total: whether what it costs may change at once too
            total_reason: a sentence, when that may not
            can_ask_total: whether staff can be asked for that instead
        """
        self.ensure_one()
        # sudo: payments, invoices and what the warehouse has done; nothing is shown
        order = self.sudo()
        blocked = order._get_change_block()
        until = order._get_change_deadline()
        reason = blocked or order._get_change_cutoff(until)
        total_reason, can_ask_total = order._get_total_refusal()
        return {
            "can_change": not reason,
            "until": until,
            "until_text": until and format_moment(self.env, until),
            "planned": order._get_told_date(order._get_planned_departure()),
            "reason": reason,
            "can_ask": not blocked,
            "can_change_total": not reason and not total_reason,
            "total_reason": reason or total_reason,
            "can_ask_total": not blocked and can_ask_total,
        }

    def _get_change_block(self):
        """Return why nobody can be asked to change this order any more, or None."""
        if self.state == "cancel":
            return self.env._("This order is cancelled.")
        if self.state != "sale":
            return self.env._("This order has not been placed yet.")
        if self._is_all_delivered():
            return self.env._(
                "This order has been delivered, so it can no longer be changed."
            )
        return None

    def _get_change_cutoff(self, until):
        """Return why the order cannot be changed at once any more, or None.

        :param until: the moment that the seller's settings give, or None
        """
        company = self.company_id
        if not company.portal_order_change:
            return self.env._("We review every order change ourselves.")
        if self.locked:
            return self.env._("Our sales team has locked this order.")
        if until and fields.Datetime.now() >= until:
            return self.env._(
                "The time for changes ended on %s.",
                format_moment(self.env, until),
            )
        if any(line.qty_delivered for line in self._get_delivered_lines()):
            return self.env._("Part of this order has already been delivered.")
        return None

    def _get_planned_departure(self):
        """Return when the goods are planned to leave, a datetime, or None."""
        return self.commitment_date or None

    def _get_change_deadline(self):
        """Return until when the seller's settings let the order be changed, or None."""
        hours = self.company_id.portal_order_change_hours
        planned = self._get_planned_departure() if hours > 0 else None
        return planned - timedelta(hours=hours) if planned else None

    def _get_delivered_lines(self):
        """Return the lines of which a delivery is recorded, or should be."""
        return self.order_line._get_goods()

    def _is_all_delivered(self):
        """Return whether something was delivered and nothing is to come."""
        lines = self._get_awaited_lines().filtered("product_uom_qty")
        return any(line.qty_delivered for line in lines) and all(
            line.product_uom_id.compare(line.qty_delivered, line.product_uom_qty) >= 0
            for line in lines
        )

    def _get_total_refusal(self):
        """Return why what the order costs cannot change at once.

        :return: (a sentence or None, whether staff can be asked for it)
        """
        if self.transaction_ids._filtered_under_way():
            return (
                self.env._(
                    "An online payment for this order is under way, so its "
                    "total cannot change now. Try again when it is finished."
                ),
                False,
            )
        if any(line.qty_invoiced for line in self.order_line) or (
            self.invoice_ids.filtered(lambda move: move.state != "cancel")
        ):
            return (
                self.env._(
                    "This order has been invoiced, or an invoice is being "
                    "prepared, so its total cannot be changed at once."
                ),
                True,
            )
        if self.transaction_ids.filtered(
            lambda tx: tx.state in ("done", "authorized", "pending")
        ):
            return (
                self.env._(
                    "This order has been paid, so its total cannot be changed at once."
                ),
                True,
            )
        return (None, True)

    def _get_change_addresses(self):
        """Return the addresses that the order may go to, in sudo."""
        self.ensure_one()
        return self._get_portal_addresses()["partner_shipping_id"].filtered(
            lambda partner: (
                not partner.company_id or partner.company_id == self.company_id
            )
        )
