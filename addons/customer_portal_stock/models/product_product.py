from collections import defaultdict
from itertools import accumulate

from odoo import fields, models
from odoo.fields import Domain

OPEN = ("waiting", "confirmed", "partially_available", "assigned")


class ProductProduct(models.Model):
    _inherit = "product.product"

    def _get_portal_outlook(self, warehouse, on_hand):
        """Return from when on how much of these products can be promised.

        In sudo, in two queries. What others are to get is taken off on its day, so that
        nothing of it is promised twice; a receipt that is late promises nothing. Kits
        have no moves of their own, and no outlook.

        :param dict on_hand: {id of a product: quantity in the warehouse now}
        :return: {product: list of (day where the reader is, quantity in the unit of the
            product that is there from then on)}, both ascending
        """
        if not self:
            return {}
        today = fields.Date.context_today(self)
        _quants, incoming, outgoing = self.with_context(
            warehouse_id=warehouse.id
        )._get_domain_locations()
        own = Domain("product_id", "in", self.ids) & Domain("state", "in", OPEN)
        changes = defaultdict(lambda: defaultdict(float))
        for domain, sign in ((incoming, 1), (outgoing, -1)):
            for product, moment, quantity in self.env["stock.move"]._read_group(
                own & domain,
                ["product_id", "date:day"],
                ["product_qty:sum"],
            ):
                day = moment.date()
                if day >= today or sign < 0:
                    changes[product][max(day, today)] += sign * quantity
        outlook = {}
        for product, by_day in changes.items():
            by_day[today] += on_hand[product.id]
            days = sorted(by_day)
            there = accumulate([by_day[day] for day in days])
            # What leaves later is not there earlier either.
            lasting = list(accumulate(reversed(list(there)), min))[::-1]
            outlook[product] = list(zip(days, lasting, strict=True))
        return outlook

    def _is_stock_told(self, company):
        """Return whether something may be told of the stock of these products."""
        has_shop = "show_availability" in self._fields
        return bool(self) and (has_shop or company.portal_stock_told != "nothing")

    def _is_told_in_shop(self, free):
        """Return whether the web shop tells everybody how much is left; in sudo.

        :param float free: in the unit of the product
        """
        self.ensure_one()
        # Fields of Odoo's web shop with a stock, where it is installed.
        if "show_availability" not in self._fields:
            return False
        if free <= 0:
            return not self.allow_out_of_stock_order
        return self.show_availability and free <= self.available_threshold
