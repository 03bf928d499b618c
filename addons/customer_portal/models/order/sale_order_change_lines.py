"""Of a placed order more or less is ordered, or nothing of a line."""

from odoo import models
from odoo.exceptions import UserError
from odoo.fields import Command


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def _get_cancellable_lines(self):
        """Return the lines of which a person can order more, less or nothing.

        In sudo. What is no goods is left out.

        :return: list of dicts with line, has_quantity (it can be more or less, not
            nothing only) and refusal (why not at once: a sentence, or None)
        """
        self.ensure_one()
        lines = self._get_delivered_lines().filtered(
            lambda line: line.product_uom_qty > 0 and line.price_subtotal >= 0
        )
        return [
            {
                "line": line,
                "has_quantity": not line._is_of_set(),
                "refusal": line._get_cancel_refusal(),
            }
            for line in lines
        ]

    def _get_quantity_errors(self, quantities):
        """Return why quantities cannot be had, neither at once nor when asked for.

        :param dict quantities: {line id: quantity}
        :return: dict of sentences by line id
        """
        offered = {
            item["line"].id: item["line"]
            for item in self._get_cancellable_lines()
            if item["has_quantity"]
        }
        errors = {}
        for line_id, quantity in quantities.items():
            line = offered.get(line_id)
            error = (
                line._get_quantity_error(quantity)
                if line
                else self.env._("Choose lines of this order.")
            )
            if error:
                errors[line_id] = error
        return errors

    def _choose_quantities(self, changes):
        """Return what a change says of the lines, checked.

        :param dict changes: as `_change_in_portal` takes them
        :return: dict of cancel_order (when nothing remains), or of cancel_line_ids
            and quantities, as far as they differ from the order
        :raise UserError: when one of them cannot be had
        """
        # What was asked for is kept as JSON, which has no numbers as keys.
        quantities = {
            int(line_id): quantity
            for line_id, quantity in (changes.get("quantities") or {}).items()
        }
        cancelled = set(changes.get("cancel_line_ids") or ())
        items = self._get_cancellable_lines()
        by_id = {item["line"].id: item["line"] for item in items}
        if cancelled - by_id.keys():
            raise UserError(self.env._("Choose lines of this order to cancel."))
        wanted = {
            line_id: quantity
            for line_id, quantity in quantities.items()
            if line_id not in cancelled
        }
        for error in self._get_quantity_errors(wanted).values():
            raise UserError(error)
        changed = {
            line_id: quantity
            for line_id, quantity in wanted.items()
            if by_id[line_id].product_uom_id.compare(
                quantity, by_id[line_id].product_uom_qty
            )
        }
        cancelled |= {line_id for line_id in changed if not changed[line_id]}
        values = {}
        if cancelled and cancelled == by_id.keys():
            return {"cancel_order": True}
        if cancelled:
            values["cancel_line_ids"] = [i for i in by_id if i in cancelled]
        if more_or_less := {i: n for i, n in changed.items() if n}:
            values["quantities"] = more_or_less
        return values

    def _change_quantities(self, values, *, by_staff):
        """Order what is chosen; of a cancelled line what left or is invoiced stays.

        Core has the prices follow, as far as nobody set them by hand, and the
        transfers. When staff do it the warehouse may have begun: core reminds it then.
        """
        quantities = dict(values.get("quantities") or {})
        for line in self.order_line.browse(values.get("cancel_line_ids")):
            quantities[line.id] = max(line.qty_delivered, line.qty_invoiced)
        self.with_context(mail_activity_automation_skip=not by_staff).write(
            {
                "order_line": [
                    Command.update(line_id, {"product_uom_qty": quantity})
                    for line_id, quantity in quantities.items()
                ]
            }
        )

    def _get_lines_refusal(self, values):
        """Return why the lines of a change cannot be changed at once, or None."""
        line_ids = [
            *(values.get("cancel_line_ids") or ()),
            *(values.get("quantities") or ()),
        ]
        if not line_ids:
            return None
        for line in self.order_line.browse(line_ids).exists():
            if refusal := line._get_cancel_refusal():
                return refusal
        if any(line.price_subtotal < 0 for line in self.order_line):
            return self.env._(
                "This order has a discount that must be recalculated, so its "
                "lines cannot be changed at once."
            )
        return None

    def _get_rule_refusal(self, before, after):
        """Return why the seller looks at a change first, or None.

        :param dict before, after: `_get_change_state`
        """
        company = self.company_id
        addresses = self.env["res.partner"].browse(
            [state["partner_shipping_id"]["id"] for state in (before, after)]
        )
        if (
            company.portal_order_change_country
            and len({*_get_countries(addresses)}) > 1
        ):
            return self.env._(
                "This address is in another country, so our sales team "
                "reviews it first."
            )
        difference = abs(after["total"] - before["total"])
        limit = company.portal_order_change_amount
        if limit and (
            company.currency_id.compare_amounts(
                self.currency_id._convert(
                    difference, company.currency_id, company, self.date_order
                ),
                limit,
            )
            > 0
        ):
            return self.env._(
                "The total changes by more than %s, so our sales team reviews "
                "it first.",
                company.currency_id.format(limit),
            )
        return None


def _get_countries(addresses):
    return [address.country_id.id for address in addresses]
