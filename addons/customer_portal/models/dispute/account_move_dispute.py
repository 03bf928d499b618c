"""What of an invoice its customer may say is wrong, and how much that is."""

from odoo import models

from ...tools.dispute import get_kind, get_parts
from ...tools.drawing import LineNumbers

MOST_LINES = 200  # that the form offers; of more, an amount is disputed


class AccountMove(models.Model):
    _inherit = "account.move"

    def _get_disputable_lines(self):
        """Return the lines that cost something, in the order of the paper; in sudo."""
        lines = self.env["account.move.line"].search_fetch(
            [
                ("move_id", "=", self.id),
                ("display_type", "=", "product"),
                ("price_total", ">", 0),
            ],
            ["name", "quantity", "price_unit", "price_total", "product_uom_id"],
            order="sequence, id",
            limit=MOST_LINES,
        )
        lines.product_uom_id.fetch(["name"])
        return lines

    def _prepare_disputable_rows(self):
        """Return what the form shows of these lines; in sudo.

        :return: list of dicts with id, name, and as text quantity, unit and price,
            total (taxes included) and dispute (the number of one that is open, or "")
        """
        numbers = LineNumbers(self.env)
        disputed = self.env["portal.dispute.line"].search_fetch(
            [("move_id", "=", self.id), ("is_open", "=", True)],
            ["dispute_id", "move_line_id"],
        )
        disputes = {line.move_line_id: line.dispute_id.name for line in disputed}
        return [
            {
                "id": line.id,
                "name": line.name or "",
                "quantity": numbers.short(line.quantity),
                "unit": line.product_uom_id.name or "",
                "price": numbers.fixed(line.price_unit, numbers.price_digits),
                "total": line.price_total,
                "dispute": disputes.get(line, ""),
            }
            for line in self._get_disputable_lines()
        ]

    def _prepare_dispute_lines(self, wishes):
        """Return the values of the lines of a dispute, with their amounts; in sudo.

        :param dict wishes: {line: (right quantity, right price)}, each None where it
            is as it should be; both None where all of the line is wrong
        :return: list of values of portal.dispute.line
        """
        rows = []
        for line, (quantity, price) in wishes.items():
            values = {
                "move_line_id": line.id,
                "name": line.name,
                "unit": line.product_uom_id.name,
                "quantity": line.quantity,
                "price_unit": line.price_unit,
                "quantity_right": line.quantity if quantity is None else quantity,
                "price_right": line.price_unit if price is None else price,
            }
            if quantity is None and price is None:
                values["quantity_right"] = 0.0
            values["kind"] = get_kind(
                values["quantity"],
                values["quantity_right"],
                values["price_unit"],
                values["price_right"],
            )
            rows.append(values)
        amounts = self._get_amounts_of_parts(
            {
                line: get_parts(
                    row["kind"],
                    row["quantity"],
                    row["quantity_right"],
                    row["price_unit"],
                    row["price_right"],
                )
                for line, row in zip(wishes, rows, strict=True)
            }
        )
        for line, row in zip(wishes, rows, strict=True):
            row["amount"] = min(amounts[line], line.price_total)
        return rows

    def _get_amounts_of_parts(self, parts):
        """Return what parts of lines cost, taxes included, as the invoice reckons.

        :param dict parts: {line: [(quantity, price)]}
        :return: {line: amount in the currency of the invoice}
        """
        taxes = self.env["account.tax"]
        base_lines = [
            (
                line,
                self._prepare_product_base_line_for_taxes_computation(line)
                | {"quantity": quantity, "price_unit": price},
            )
            for line, own in parts.items()
            for quantity, price in own
        ]
        alone = [base_line for _line, base_line in base_lines]
        taxes._add_tax_details_in_base_lines(alone, self.company_id)
        taxes._round_base_lines_tax_details(alone, self.company_id)
        amounts = dict.fromkeys(parts, 0.0)
        for line, base_line in base_lines:
            details = base_line["tax_details"]
            amounts[line] += (
                details["total_excluded_currency"]
                + details["delta_total_excluded_currency"]
                + sum(tax["tax_amount_currency"] for tax in details["taxes_data"])
            )
        return {
            line: self.currency_id.round(amount) for line, amount in amounts.items()
        }

    # ------------------------------------------------------------
    # Page
    # ------------------------------------------------------------

    def _prepare_portal_disputes(self, user):
        """Return the disputes of this invoice for its page, the newest first.

        In sudo, of what the person reads; one query where there are none.

        :return: list of dicts
        """
        # sudo: taken away, so that the record rules decide
        seen = self.env["portal.dispute"].with_user(user).sudo(False)
        seen = seen.search([("move_id", "=", self.id)])
        # sudo: what the page shows of disputes that the person reads
        return seen.sudo()._prepare_portal_rows() if seen else []
