from odoo import models
from odoo.fields import Domain
from odoo.tools import float_compare

from ...tools.drawing import Numbers
from ...tools.search import get_text_index

MAX_QUANTITY = 10**7


class SaleOrderLine(models.Model):
    _name = "sale.order.line"
    _inherit = ["sale.order.line", "portal.closed.mixin"]

    # What the seller notes about the goods, which core lets every contact read.
    _portal_closed_fields = ("sale_line_warn_msg",)

    # What orders still have to invoice; the used credit adds it up.
    _portal_to_invoice_idx = models.Index(
        "(order_id) INCLUDE (untaxed_amount_to_invoice, price_total, price_subtotal,"
        " is_downpayment) WHERE untaxed_amount_to_invoice != 0"
    )

    _portal_name_idx = models.Index(get_text_index("name", "display_type IS NULL"))

    def _get_portal_rule_domain(self, user):
        """Return the domain of the record rule: the lines of what the person sees."""
        orders = self.env["sale.order"]._get_portal_rule_domain(user)
        return Domain("order_id", "any!", orders)

    def _get_charges(self):
        """Return {line: what a reorder says of it} of the lines that are no goods.

        They charge for an order or take something off: freight, discounts, rewards,
        expenses, down payments. Nothing of them is delivered or ordered again, also
        where their product may be sold. Sections and notes are in none of both.
        In sudo. Addons with further charges extend this.

        :return: dict of sentences by line
        """
        _ = self.env._
        charges = {}
        freight = self._get_freight()
        for line in self:
            if line.display_type:
                continue
            if line.is_downpayment:
                charges[line] = _("Down payments are not reordered.")
            elif line in freight:
                charges[line] = _("Freight is not reordered; it is calculated anew.")
            elif line.is_expense:
                charges[line] = _("Expenses are not reordered.")
            elif line._is_deduction():
                charges[line] = _("Discounts are not reordered; today's prices apply.")
            elif not line._can_be_invoiced_alone():
                charges[line] = _("This is not a product, so it is not reordered.")
        return charges

    def _get_freight(self):
        """Return the lines that charge for the delivery; in sudo."""
        return self.filtered(lambda line: line._is_delivery())

    def _is_deduction(self):
        """Return whether the line takes something off the order; returns do, too."""
        self.ensure_one()
        return bool(
            self._is_discount_line()
            or self._is_global_discount()
            or self.price_unit < 0
            or self.product_uom_qty < 0
        )

    def _get_goods(self):
        """Return the lines that stand for something bought: a product or service.

        A page asks it often; `sale.order._with_goods` looks once.
        """
        known = self.env.context.get("portal_goods_ids")
        if known is not None:
            return self.filtered(lambda line: line.id in known)
        charges = self._get_charges()
        return self.filtered(lambda line: not line.display_type and line not in charges)

    def _get_portal_name(self):
        """Return what the line is called, in one line: its words, and its options.

        The words are those of the order, which sales may have written; two lines of
        one product differ in them or in their options.
        """
        self.ensure_one()
        first = (self.name or "").strip().partition("\n")[0]
        name = first or self.product_id.display_name or ""
        options = self._get_sale_order_line_multiline_description_variants()
        return ", ".join([name, *filter(None, map(str.strip, options.split("\n")))])

    def _get_reorder_refusal(self):
        """Return why these goods cannot be ordered again, or False when they can.

        In sudo: customers may not read products. Addons with further reasons
        (stock, delivery) extend this.
        """
        self.ensure_one()
        product = self.product_id
        if not product:
            return self.env._("This line no longer has a product.")
        if not product.active:
            return self.env._("This product is no longer available.")
        if not product.sale_ok:
            return self.env._("This product is no longer sold.")
        if product.company_id and product.company_id != self.company_id:
            return self.env._("This product is not sold by this company.")
        if self._is_of_set():
            return self.env._("A set can only be ordered from our sales team.")
        if not self.product_uom_id.active:
            return self.env._("It is no longer sold in %s.", self.product_uom_id.name)
        if self.product_uom_qty <= 0:
            return self.env._("This was not on the order.")
        return self._get_options_refusal()

    def _get_options_refusal(self):
        """Return why the product is not made with the options of this line, or False.

        Odoo keeps an option that was taken off a product while a line names it.
        """
        customs = self.product_custom_attribute_value_ids
        chosen = (
            self.product_no_variant_attribute_value_ids
            | customs.custom_product_template_attribute_value_id
        )
        template = self.product_id.product_tmpl_id
        for option in chosen:
            if (
                not option.ptav_active
                or not option.attribute_line_id.active
                or not option.product_attribute_value_id.active
                or option.product_tmpl_id != template
            ):
                return self.env._("“%s” is no longer offered.", option.display_name)
        combination = self.product_id.product_template_attribute_value_ids | chosen
        for option in combination if chosen else ():
            rules = option.exclude_for.filtered(
                lambda rule: rule.product_tmpl_id == template
            )
            if rules.value_ids & combination:
                return self.env._("These options are no longer offered together.")
        return False

    def _prepare_reorder_values(self, quantity):
        """Return the values of a line that orders the same again at today's price."""
        self.ensure_one()
        return {
            "product_id": self.product_id.id,
            "product_uom_id": self.product_uom_id.id,
            "product_uom_qty": quantity,
            "product_no_variant_attribute_value_ids": [
                (6, 0, self.product_no_variant_attribute_value_ids.ids)
            ],
            "product_custom_attribute_value_ids": [
                (
                    0,
                    0,
                    {
                        "custom_product_template_attribute_value_id": (
                            value.custom_product_template_attribute_value_id.id
                        ),
                        "custom_value": value.custom_value,
                    },
                )
                for value in self.product_custom_attribute_value_ids
            ],
        }

    def _get_cancel_refusal(self):
        """Return why this line cannot be changed at once, or None when it can.

        In sudo. Addons with further reasons extend this.
        """
        self.ensure_one()
        if self.qty_delivered:
            return self.env._("Part of it has been delivered.")
        if self.qty_invoiced:
            return self.env._("It has been invoiced, or its invoice is being prepared.")
        if self._is_of_set():
            return self.env._("A set can only be changed by our sales team.")
        return None

    def _is_of_set(self):
        """Return whether the line is a set, or what belongs to one."""
        self.ensure_one()
        return bool(self.product_id.type == "combo" or self.combo_item_id)

    def _is_counted(self):
        """Return whether only whole numbers of it can be ordered.

        Goods in a unit that is made of pieces, unless sales sold a part of one.
        """
        self.ensure_one()
        unit = self.product_uom_id
        while unit.relative_uom_id:
            unit = unit.relative_uom_id
        # Remembered by Odoo, unlike `env.ref`, which asks whether it is still there.
        pieces_id = self.env["ir.model.data"]._xmlid_to_res_id("uom.product_uom_unit")
        return (
            self.product_id.type != "service"
            and unit.id == pieces_id
            and self.product_uom_qty == int(self.product_uom_qty)
        )

    def _get_count_error(self, quantity):
        """Return why so much of it is no quantity that it is sold in, or None."""
        self.ensure_one()
        if not 0 <= quantity <= MAX_QUANTITY:
            return self.env._("Enter a quantity, for example 12.")
        if self._is_counted() and quantity != int(quantity):
            return self.env._("Enter a whole number: it is sold in whole units.")
        if float_compare(self.product_uom_id.round(quantity), quantity, 6):
            return self.env._(
                "Enter no more than %s decimals.",
                self.env["decimal.precision"].precision_get("Product Unit"),
            )
        return None

    def _get_quantity_error(self, quantity):
        """Return why so much of this placed line cannot be had at all, or None.

        In sudo. What is delivered or invoiced is not taken back here; zero is for
        what can be cancelled of it.
        """
        self.ensure_one()
        if error := self._get_count_error(quantity):
            return error
        unit = self.product_uom_id
        least = max(self.qty_delivered, self.qty_invoiced)
        if quantity and unit.compare(quantity, least) < 0:
            is_delivered = unit.compare(self.qty_delivered, least) >= 0
            text = (
                self.env._("%s have already been delivered, so it cannot be less.")
                if is_delivered
                else self.env._("%s have already been invoiced, so it cannot be less.")
            )
            return text % Numbers(self.env).short(least)
        return None
