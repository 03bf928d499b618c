"""Ordering again: a past order becomes a draft, which the person reviews."""

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Command


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def _is_customer_draft(self):
        """Return whether this is a draft that the current person makes."""
        self.ensure_one()
        return self.state == "draft" and self.portal_user_id == self.env.user

    def _get_reorder_lines(self):
        """Return the lines a reorder is made from, with what has become of them.

        In sudo: customers may not read products.

        :return: list of dicts with line, name, is_goods (or a charge, see
            `_get_charges`), price (of the order, in its currency), new_price (today,
            or None), new_currency (of that price), trend (of the price: 1 higher, -1
            lower, 0 the same or not to be compared) and refusal (a sentence, or
            False); order of the document
        """
        self.ensure_one()
        lines = self.order_line.filtered(lambda line: not line.display_type)
        charges = lines._get_charges()
        refusals = {
            line: charges.get(line) or line._get_reorder_refusal() for line in lines
        }
        prices = self._get_prices_today(lines.filtered(lambda line: not refusals[line]))
        currency = self._get_currency_today()
        items = []
        for line in lines:
            price = line.price_unit * (1 - line.discount / 100)
            new_price = prices.get(line)
            trend = 0
            if new_price is not None and currency == self.currency_id:
                trend = currency.compare_amounts(new_price, price)
            items.append(
                {
                    "line": line,
                    "name": line._get_portal_name(),
                    "is_goods": line not in charges,
                    "price": price,
                    "new_price": new_price,
                    "new_currency": currency,
                    "trend": trend,
                    "refusal": refusals[line],
                }
            )
        return items

    def _get_reorderable_lines(self):
        """Return the lines of a past order that can be ordered again, in sudo."""
        self.ensure_one()
        return self.order_line._get_goods().filtered(
            lambda line: not line._get_reorder_refusal()
        )

    def _get_pricelist_today(self):
        """Return the customer's price list of today, or none."""
        customer = self._get_contact_today().with_company(self.company_id)
        return customer.property_product_pricelist

    def _get_currency_today(self):
        """Return the currency in which the customer orders today."""
        return self._get_pricelist_today().currency_id or self.company_id.currency_id

    def _get_prices_today(self, lines):
        """Return {line: unit price the customer pays for its product today}.

        In the currency of today and the line's unit of measure, the discounts of
        the customer's price list included. Lines of one quantity and unit are
        priced together.
        """
        pricelist = self._get_pricelist_today()
        currency = self._get_currency_today()
        prices = {}
        for (quantity, uom), group in lines.grouped(
            lambda line: (line.product_uom_qty, line.product_uom_id)
        ).items():
            products = group.product_id.with_company(self.company_id)
            product_prices = pricelist._get_products_price(
                products, quantity, currency=currency, uom=uom
            )
            for line in group:
                prices[line] = product_prices[line.product_id.id]
                if context := line._get_product_price_context():
                    # Extra prices of attributes belong to the line, not the product.
                    prices[line] = pricelist._get_product_price(
                        line.product_id.with_context(**context),
                        quantity,
                        currency=currency,
                        uom=uom,
                    )
        return prices

    def _create_reorder(self, quantities):
        """Return a new draft order with lines of this one at today's prices.

        In sudo: the caller has checked that the person may order and may read
        this order; the new order belongs to the person who makes it.

        :param dict quantities: {line id: quantity}; lines left out or zero are
            not ordered
        :raise UserError: when nothing is left to order, or for nobody
        """
        self.ensure_one()
        partner = self._get_reorder_partner()
        commands = [
            Command.create(item["line"]._prepare_reorder_values(quantity))
            for item in self._get_reorder_lines()
            if not item["refusal"]
            and (quantity := quantities.get(item["line"].id, 0.0)) > 0
        ]
        if not commands:
            raise UserError(self.env._("Enter a quantity for at least one line."))
        values = {
            "partner_id": partner.id,
            "company_id": self.company_id.id,
            "origin": self.name,
            "reorder_origin_id": self.id,
            "portal_user_id": self.env.uid,
            "order_line": commands,
        }
        addresses = self._get_portal_addresses()
        for name, offered in addresses.items():
            # Where it went then comes before the usual address of the person.
            if self[name] in offered:
                values[name] = self[name].id
        return self.with_company(self.company_id).create(values)

    def _get_reorder_partner(self):
        """Return for whom this order is repeated: its contact, else its customer.

        :raise UserError: when the customer or the seller's company is archived
        """
        self.ensure_one()
        customer = self._get_portal_record_customer()
        if not customer.active or not self.company_id.active:
            closed = self.company_id if customer.active else customer
            raise UserError(
                self.env._(
                    "%s is no longer active, so this order cannot be repeated. Ask "
                    "your contact for help.",
                    closed.name,
                )
            )
        partner = self._get_contact_today()
        return partner if partner.active else customer

    def _get_reorder_notes(self):
        """Return what this draft could not take from the order that it repeats.

        In sudo: names of the person's own draft and of the order it was made from.

        :return: list of sentences
        """
        self.ensure_one()
        _ = self.env._
        origin = self.reorder_origin_id
        notes = []
        if origin and self.partner_id != origin.partner_id:
            notes.append(
                _(
                    "The contact of order %(order)s is no longer active. This order is "
                    "for %(name)s.",
                    order=origin.name,
                    name=self.partner_id.display_name,
                )
            )
        if origin:
            notes += [
                self._get_address_note(name)
                for name in ("partner_shipping_id", "partner_invoice_id")
                if self[name] != origin[name]
            ]
        return notes

    def _get_address_note(self, name):
        """Return that this draft has another address than its origin; in sudo."""
        _ = self.env._
        origin = self.reorder_origin_id
        values = {"order": origin.name, "address": self[name]._get_one_line()}
        is_delivery = name == "partner_shipping_id"
        if origin[name].active:
            values["old"] = origin[name]._get_one_line()
            if is_delivery:
                return _(
                    "Order %(order)s went to %(old)s. This order goes to %(address)s.",
                    **values,
                )
            return _(
                "Order %(order)s was invoiced to %(old)s. This order is invoiced to "
                "%(address)s.",
                **values,
            )
        if is_delivery:
            return _(
                "The delivery address of order %(order)s is no longer in use. This "
                "order goes to %(address)s.",
                **values,
            )
        return _(
            "The invoice address of order %(order)s is no longer in use. This order "
            "is invoiced to %(address)s.",
            **values,
        )

    def _get_portal_addresses(self):
        """Return the addresses that the order's customer may choose.

        In sudo, as partners of the own company tree.

        :return: {partner_shipping_id: partners, partner_invoice_id: partners}
        """
        self.ensure_one()
        customer = self.portal_customer_id
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
        :return: whether the taxes of a line changed, as they follow the address
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
        return self._follow_place()

    def _follow_place(self):
        """Let taxes and prices of a draft be those of its address and of today.

        In sudo. The fiscal position is asked again, since the address itself may have
        been corrected; what Odoo computes once for a line does not follow it.

        :return: whether the taxes of a line changed
        """
        self.ensure_one()
        order = self.with_company(self.company_id)
        order._compute_fiscal_position_id()
        lines = order.order_line._get_goods() | order.order_line.filtered(
            lambda line: not line.display_type and line.product_id.taxes_id
        )
        before = {line: line.tax_ids for line in lines}
        lines._compute_tax_ids()
        order.show_update_fpos = False
        order._recompute_prices()
        return any(line.tax_ids != taxes for line, taxes in before.items())

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
        self.env["portal.ledger.lock"]._lock(self.company_id, self.portal_customer_id)
        self.invalidate_recordset()
        if self.state != "draft":
            return False
        self._check_placeable()
        if self._follow_place():
            raise UserError(self._get_tax_notice())
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
            "order_placed",
            self.portal_customer_id,
            record=self,
            detail=self.currency_id.format(self.amount_total),
        )
        return True

    def _check_placeable(self):
        """Refuse a draft with goods, an address or a contact that are gone; in sudo.

        :raise UserError: with the first of them
        """
        _ = self.env._
        for line in self.order_line._get_goods():
            if refusal := line._get_reorder_refusal():
                raise UserError(
                    _(
                        "%(product)s: %(reason)s",
                        product=line._get_portal_name(),
                        reason=refusal,
                    )
                )
        for refusal in self._get_address_refusals().values():
            raise UserError(refusal)
        if not self.partner_id.active:
            raise UserError(
                _("The contact of this order is no longer active. Please start again.")
            )

    def _get_address_refusals(self):
        """Return {field: why this draft cannot have its address}; in sudo."""
        self.ensure_one()
        _ = self.env._
        texts = {
            "partner_shipping_id": _(
                "The delivery address is no longer in use. Choose another one."
            ),
            "partner_invoice_id": _(
                "The invoice address is no longer in use. Choose another one."
            ),
        }
        return {name: text for name, text in texts.items() if not self[name].active}

    def _get_tax_notice(self):
        """Return the sentence for taxes that followed the address of a draft."""
        return self.env._(
            "The taxes depend on the delivery address. The total is now %s; "
            "nothing has been ordered yet. Place the order again if you agree.",
            self.currency_id.format(self.amount_total),
        )

    def _notify_placed_order(self):
        """Leave a note on the order; who placed it is the author."""
        self.message_post(
            body=self.env._("Placed in the portal."),
            author_id=self.env.user.partner_id.id,
            message_type="notification",
        )

    def _get_credit_after(self, credits, amount=None):
        """Return the credit that this draft would leave, or None without a limit.

        :param float amount: what is ordered besides, if not the total of this draft
        :param list credits: `res.partner._get_credit_summary`
        :return: dict with currency, order_amount (in that currency) and available
            (negative when the order goes beyond the limit)
        """
        self.ensure_one()
        amount = self.amount_total if amount is None else amount
        for credit in credits:
            if credit["company"] != self.company_id:
                continue
            currency = credit["currency"]
            amount = self.currency_id._convert(
                amount,
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
