from bisect import bisect_left
from collections import defaultdict
from datetime import timedelta
from operator import itemgetter

from odoo import fields, models
from odoo.tools import float_round

from odoo.addons.customer_portal.tools.drawing import Drawing, Numbers


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    def _is_supplied_elsewhere(self):
        """Return whether goods of this line are to come that no transfer brings."""
        self.ensure_one()
        return (
            self.product_id.type == "consu"
            and not self.is_expense
            and self.product_uom_id.compare(self.product_uom_qty, self.qty_delivered)
            > 0
            and not self.move_ids.filtered(lambda move: move.state != "cancel")
        )

    # ------------------------------------------------------------
    # Before it is ordered
    # ------------------------------------------------------------

    def _get_portal_supply(self):
        """Return what the warehouse has for these lines of one draft and warehouse.

        In sudo. As many queries for many lines as for one. What an earlier line takes
        is not there for a later one of the same product.

        :return: list of dicts with line, free (quantity, in the unit of the product),
            own (the same in the unit of the line), is_short, and day (on which the
            warehouse has all of it, or None)
        """
        warehouse = self.warehouse_id
        free_now, on_hand = {}, {}
        for values in self._read_qties(False, warehouse.id):
            free_now[values["id"]] = values["free_qty"]
            on_hand[values["id"]] = values["qty_available"]
        today = fields.Date.context_today(self)
        taken = defaultdict(float)
        supplies = []
        for line in self:
            product, unit = line.product_id, line.product_uom_id
            free = max(free_now[product.id] - taken[product], 0.0)
            taken[product] += unit._compute_quantity(
                line.product_uom_qty, product.uom_id, round=False
            )
            own = product.uom_id._compute_quantity(free, unit, rounding_method="DOWN")
            supplies.append(
                {
                    "line": line,
                    "free": free,
                    "own": own,
                    "is_short": unit.compare(line.product_uom_qty, own) > 0,
                    "day": today,
                    "needed": taken[product],
                }
            )
        short = [supply for supply in supplies if supply["is_short"]]
        products = self.browse(supply["line"].id for supply in short).product_id
        outlook = products._get_portal_outlook(warehouse, on_hand)
        for supply in short:
            days = outlook.get(supply["line"].product_id, [])
            place = bisect_left(days, supply["needed"], key=itemgetter(1))
            supply["day"] = days[place][0] if place < len(days) else None
        return supplies

    def _prepare_availability(self, supply, lead):
        """Return what is told of the line, see `_get_portal_availability`.

        :param dict supply: see `_get_portal_supply`
        :param lead: the day on which the lead time ends, or None
        :return: None where the seller tells nothing of its stock
        """
        self.ensure_one()
        product, company = self.product_id, self.company_id
        shop_tells = product._is_told_in_shop(supply["free"])
        if company.portal_stock_told == "nothing" and not shop_tells:
            return None
        day, is_short = supply["day"], supply["is_short"]
        if is_short and day:
            # What is promised for a day leaves the warehouse so long before.
            day += timedelta(days=company.security_lead)
        days = [each for each in (day, lead) if each]
        day = max(days) if days else None
        free = supply["own"]
        if self._is_counted():
            free = float_round(free, precision_digits=0, rounding_method="DOWN")
        count = None
        if shop_tells or company.portal_stock_told == "quantity":
            count = Numbers(self.env).short(free)
        told_day = Drawing(self.env).date(day if is_short else lead)
        if not free:
            text = self._tell_none_in_stock(told_day)
        elif is_short:
            text = self._tell_some_in_stock(told_day, count)
        else:
            text = self._tell_all_in_stock(told_day, count)
        return {"text": text, "day": day}

    def _tell_none_in_stock(self, day):
        """Return the words for a line of which nothing is free, until a day or ""."""
        if day:
            return self.env._("Not in stock, expected about %s", day)
        return self.env._("Not in stock; we confirm the date")

    def _tell_some_in_stock(self, day, count):
        """Return the words for a line of which some is free, and how much or None."""
        _ = self.env._
        if count and day:
            return _("%(count)s in stock, the rest about %(day)s", count=count, day=day)
        if count:
            return _("%s in stock; we confirm the date of the rest", count)
        if day:
            return _("Part of it is in stock, the rest about %s", day)
        return _("Part of it is in stock; we confirm the date of the rest")

    def _tell_all_in_stock(self, day, count):
        """Return the words for a line that is free, with how much and a lead time."""
        _ = self.env._
        if count and day:
            return _("%(count)s in stock, delivery about %(day)s", count=count, day=day)
        if count:
            return _("%s in stock", count)
        if day:
            return _("In stock, delivery about %s", day)
        return _("In stock")
