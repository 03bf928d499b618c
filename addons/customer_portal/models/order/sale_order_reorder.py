"""Ordering again: a past order becomes a draft, which the person reviews."""

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from ...const import ADDRESS_DEFAULTS


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def _is_customer_draft(self):
        """Return whether this is a draft that the current person makes."""
        self.ensure_one()
        return self.state == "draft" and self.portal_user_id == self.env.user

    def _get_reorder_lines(self):
        """Return the lines a reorder is made from, with what has become of them.

        In sudo: customers may not read products.

        :return: list of dicts with line, price (of the order), new_price (today,
            or None), trend (of the price: 1 higher, -1 lower, else 0) and refusal (a
            sentence, or False); order of the document
        """
        self.ensure_one()
        lines = self.order_line.filtered(lambda line: line._is_reorder_item())
        refusals = {line: line._get_reorder_refusal() for line in lines}
        prices = self._get_prices_today(lines.filtered(lambda line: not refusals[line]))
        items = []
        for line in lines:
            price = line.price_unit * (1 - line.discount / 100)
            new_price = prices.get(line)
            items.append(
                {
                    "line": line,
                    "price": price,
                    "new_price": new_price,
                    "trend": self.currency_id.compare_amounts(
                        price if new_price is None else new_price, price
                    ),
                    "refusal": refusals[line],
                }
            )
        return items

    def _get_prices_today(self, lines):
        """Return {line: unit price the customer pays for its product today}.

        In the order's currency and the line's unit of measure, the discounts of
        the customer's price list included. Lines of one quantity and unit are
        priced together.
        """
        customer = self.partner_id.with_company(self.company_id)
        pricelist = customer.property_product_pricelist
        prices = {}
        for (quantity, uom), group in lines.grouped(
            lambda line: (line.product_uom_qty, line.product_uom_id)
        ).items():
            products = group.product_id.with_company(self.company_id)
            product_prices = pricelist._get_products_price(
                products, quantity, currency=self.currency_id, uom=uom
            )
            for line in group:
                prices[line] = product_prices[line.product_id.id]
                if context := line._get_product_price_context():
                    # Extra prices of attributes belong to the line, not the product.
                    prices[line] = pricelist._get_product_price(
                        line.product_id.with_context(**context),
                        quantity,
                        currency=self.currency_id,
                        uom=uom,
                    )
        return prices

    def _create_reorder(self, quantities):
        """Return a new draft order with lines of this one at today's prices.

        In sudo: the caller has checked that the person may order and may read
        this order; the new order belongs to the person who makes it.

        :param dict quantities: {line id: quantity}; lines left out or zero are
            not ordered
        :raise UserError: when nothing is left to order
        """
        self.ensure_one()
        commands = [
            Command.create(item["line"]._prepare_reorder_values(quantity))
            for item in self._get_reorder_lines()
            if not item["refusal"]
            and (quantity := quantities.get(item["line"].id, 0.0)) > 0
        ]
        if not commands:
            raise UserError(self.env._("Enter a quantity for at least one line."))
        values = {
            "partner_id": self.partner_id.id,
            "company_id": self.company_id.id,
            "origin": self.name,
            "reorder_origin_id": self.id,
            "portal_user_id": self.env.uid,
            "order_line": commands,
        }
        addresses = self._get_portal_addresses()
        for kind, (_of_person, _of_customer, name) in ADDRESS_DEFAULTS.items():
            usual = self.partner_id._get_usual_address(kind, self.env.user)
            if not usual and self[name] in addresses[name]:
                values[name] = self[name].id
        return self.with_company(self.company_id).create(values)

    def _get_portal_addresses(self):
        """Return the addresses that the order's customer may choose.

        In sudo, as partners of the own company tree.

        :return: {partner_shipping_id: partners, partner_invoice_id: partners}
        """
        self.ensure_one()
        customer = self.partner_id.commercial_partner_id
        partners = self.env["res.partner"].search(
            [
                ("commercial_partner_id", "=", customer.id),
                ("type", "in", ("delivery", "invoice", "other", "contact")),
                "|",
                ("type", "!=", "contact"),
                ("id", "in", (customer | self.partner_id).ids),
            ],
            order="type, name, id",
        )
        return {
            "partner_shipping_id": partners.filtered(
                lambda partner: partner.type != "invoice"
            ),
            "partner_invoice_id": partners.filtered(
                lambda partner: partner.type != "delivery"
            ),
        }

    def _update_customer_draft(self, values, quantities):
        """Write what the person entered on the review page.

        In sudo: the caller has checked that this is the person's draft.

        :param dict values: fields of the order, already cleaned
        :param dict quantities: {line id: quantity}; zero removes the line
        :raise UserError: when nothing is left to order
        """
        self.ensure_one()
        commands = []
        for line in self.order_line.filtered(lambda line: line.id in quantities):
            quantity = quantities[line.id]
            if quantity <= 0:
                commands.append(Command.delete(line.id))
            elif quantity != line.product_uom_qty:
                commands.append(Command.update(line.id, {"product_uom_qty": quantity}))
        if len(
            [command for command in commands if command[0] == Command.DELETE]
        ) == len(self.order_line):
            raise UserError(self.env._("Enter a quantity for at least one line."))
        self.write({**values, "order_line": commands})

    def _submit_customer_draft(self, total_seen):
        """Place a draft order exactly once and return whether this call placed it.

        Prices are those of this moment: when they differ from what the person saw,
        nothing is placed. The order is confirmed as core confirms it, so that every
        rule of the seller holds; when one of them keeps it from being confirmed, it
        is a quotation that sales decides about, and the page says so.

        :param float total_seen: the total on the page that was submitted
        :raise UserError: when a line or the total changed
        """
        self.ensure_one()
        self.env["portal.ledger.lock"]._lock(self.company_id, self.partner_id)
        self.invalidate_recordset()
        if self.state != "draft":
            return False
        for line in self.order_line:
            if refusal := line._is_reorder_item() and line._get_reorder_refusal():
                raise UserError(
                    self.env._(
                        "%(product)s: %(reason)s",
                        product=line.product_id.display_name,
                        reason=refusal,
                    )
                )
        self._recompute_prices()
        if self.currency_id.compare_amounts(self.amount_total, total_seen):
            raise UserError(
                self.env._(
                    "Quantities or prices have changed. The total is now %s; nothing "
                    "was ordered yet. Place the order again if you agree.",
                    self.currency_id.format(self.amount_total),
                )
            )
        self._check_order_limit(self.env.user)
        self.date_order = fields.Datetime.now()
        if self.require_payment and self.amount_total > 0:
            self.action_quotation_sent()
        else:
            self.require_signature = False
            self._validate_order()
        if self.state == "draft":
            self.action_quotation_sent()
        self._notify_placed_order()
        self.env["portal.activity"]._log(
            "order_placed", self.partner_id.commercial_partner_id, record=self
        )
        return True

    def _notify_placed_order(self):
        """Leave a note on the order; who placed it is the author."""
        self.message_post(
            body=self.env._("Placed in the portal."),
            author_id=self.env.user.partner_id.id,
            message_type="notification",
        )

    def _get_credit_after(self, credits):
        """Return the credit that this draft would leave, or None without a limit.

        :param list credits: `res.partner._get_credit_summary`
        :return: dict with currency, order_amount (in that currency) and available
            (negative when the order goes beyond the limit)
        """
        self.ensure_one()
        for credit in credits:
            if credit["company"] != self.company_id:
                continue
            currency = credit["currency"]
            amount = self.currency_id._convert(
                self.amount_total,
                currency,
                self.company_id,
                fields.Date.context_today(self),
            )
            return {
                "currency": currency,
                "order_amount": amount,
                "available": currency.round(credit["credit_available"] - amount),
            }
        return None
