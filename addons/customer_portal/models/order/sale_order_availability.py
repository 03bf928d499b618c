"""When what a person is about to order can be delivered."""

from odoo import fields, models

from ...tools.drawing import Drawing


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def _get_portal_availability(self):
        """Return what a buyer is told of the lines of this draft before placing it.

        In sudo. Here it is the lead time that was set; addons with a stock say more.

        :return: {line: dict with text, and day (on which all of it can be delivered
            where the reader is, or None)}; lines of which nothing is known are left out
        """
        self.ensure_one()
        told = {}
        drawing = Drawing(self.env)
        for line in self.order_line._get_goods():
            if line.customer_lead:
                day = self._get_portal_day(line._expected_date())
                text = self.env._("Delivery about %s", drawing.date(day))
                told[line] = {"text": text, "day": day}
        return told

    def _get_wish_help(self, availability, wished):
        """Return what stands below the requested date, which is never refused; in sudo.

        :param dict availability: of `_get_portal_availability`
        :param wished: the requested date, if there is one
        """
        help_text = self.env._("A wish; we confirm the date.")
        note = self._get_wish_note(availability, wished)
        return f"{help_text} {note}" if note else help_text

    def _get_wish_note(self, availability, wished):
        """Return what is delivered later than the person may wish, or ""; in sudo."""
        today = fields.Date.context_today(self)
        late = {
            line: told["day"]
            for line, told in availability.items()
            if told["day"] and told["day"] > (wished or today)
        }
        if not late:
            return ""
        last = max(late, key=late.get)
        day = Drawing(self.env).date(late[last])
        if not wished:
            return self.env._("Not everything is expected before %s.", day)
        if len(late) == 1:
            return self.env._(
                "%(product)s is expected later: about %(day)s.",
                product=last._get_portal_name(),
                day=day,
            )
        return self.env._(
            "%(count)s products are expected later, the last one about %(day)s.",
            count=len(late),
            day=day,
        )
