from odoo import models
from odoo.fields import Domain


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    # What orders still have to invoice; the used credit adds it up.
    _portal_to_invoice_idx = models.Index(
        "(order_id) INCLUDE (untaxed_amount_to_invoice, price_total, price_subtotal)"
        " WHERE untaxed_amount_to_invoice > 0"
    )

    def _get_portal_rule_domain(self, user):
        """Return the domain of the record rule: the lines of what the person sees."""
        orders = self.env["sale.order"]._get_portal_rule_domain(user)
        return Domain("order_id", "any!", orders)

    def _is_reorder_item(self):
        """Return whether the line stands for something that was bought.

        Sections and notes structure a document; nothing is lost without them.
        """
        self.ensure_one()
        return not self.display_type

    def _get_reorder_refusal(self):
        """Return why this line cannot be ordered again, or False when it can.

        In sudo: customers may not read products. Addons with further reasons
        (stock, delivery) extend this.
        """
        self.ensure_one()
        product = self.product_id
        if self.is_downpayment:
            return self.env._("A down payment is not ordered again.")
        if not product:
            return self.env._("This line has no product any more.")
        if not product.active:
            return self.env._("This product is no longer available.")
        if not product.sale_ok:
            return self.env._("This product is no longer sold.")
        if product.company_id and product.company_id != self.company_id:
            return self.env._("This product is not sold by this company.")
        if product.type == "combo" or self.combo_item_id:
            return self.env._("A set can only be ordered through sales.")
        if self.product_uom_qty <= 0:
            return self.env._("The order had none of it.")
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
        """Return why this line cannot be cancelled at once, or None when it can.

        In sudo. Addons with further reasons extend this.
        """
        self.ensure_one()
        if self.qty_delivered:
            return self.env._("A part of it is delivered.")
        if self.qty_invoiced:
            return self.env._("It is invoiced, or its invoice is being prepared.")
        if self.product_id.type == "combo" or self.combo_item_id:
            return self.env._("A set can only be cancelled through sales.")
        return None
