"""What people are told of quotes and orders."""

from odoo import models
from odoo.tools.misc import format_date

NEWS_FIELDS = [
    "amount_total",
    "company_id",
    "currency_id",
    "name",
    "portal_customer_id",
    "state",
    "validity_date",
]
# What a customer has agreed to, or is asked to; the lines apart.
TERM_FIELDS = (
    "commitment_date",
    "partner_shipping_id",
    "payment_term_id",
    "validity_date",
)
# Writing one of these may change what people know.
TOLD_FIELDS = {*TERM_FIELDS, "order_line", "state"}
LINE_FIELDS = (
    "product_id",
    "product_uom_qty",
    "product_uom_id",
    "price_unit",
    "discount",
)


class SaleOrder(models.Model):
    _inherit = "sale.order"

    # ------------------------------------------------------------
    # What happens
    # ------------------------------------------------------------

    def action_confirm(self):
        """Extend: people are to be told of it."""
        result = super().action_confirm()
        self.filtered(lambda order: order.state == "sale")._add_news("order_confirmed")
        return result

    def _get_news_terms(self):
        """Return {order: what its customer knows of it} of those that staff change.

        Of quotes and orders, as lists to compare; down payments are none of the lines.
        What a person changes, or staff approve, is told by `portal.order.change`.
        """
        if self.env.user.share or self.env.context.get("portal_no_news"):
            return {}
        return {
            order: (
                order.state,
                [order[name] for name in TERM_FIELDS],
                [
                    [line.id, *(line[name] for name in LINE_FIELDS)]
                    for line in order.order_line
                    if not (line.display_type or line.is_downpayment or line.is_expense)
                ],
            )
            for order in self
            if order.state in ("sent", "sale")
        }

    def _add_changed_news(self, before):
        """Write down that orders were changed, of those whose terms are others now.

        :param dict before: of `_get_news_terms`
        """
        if not before:
            return
        orders = self.browse().concat(*before).exists()
        after = orders._get_news_terms()
        changed = orders.filtered(
            lambda order: order in after and after[order] != before[order]
        )
        for state, code, new in (
            ("sent", "quote_changed", "quote_sent"),
            ("sale", "order_changed_by_seller", "order_confirmed"),
        ):
            same = changed.filtered(
                lambda order, state=state: order.state == before[order][0] == state
            )
            same._add_news(code, repeats=True, unless=new)
        cancelled = orders.filtered(
            lambda order: order.state == "cancel" and before[order][0] == "sale"
        )
        cancelled._add_news("order_changed_by_seller", repeats=True)

    def _add_sent_news(self):
        """Write down that quotes were sent; who had it before hears of the change."""
        new = self._add_news("quote_sent")
        again = self - new
        again._add_news("quote_changed", repeats=True, unless="quote_sent")

    # ------------------------------------------------------------
    # What is told
    # ------------------------------------------------------------

    def _filtered_news(self, code):
        """Override: quotes that still hold, orders that still are; in sudo."""
        self.fetch(NEWS_FIELDS)
        if code.startswith("quote_"):
            return self.filtered(
                lambda order: order.state == "sent" and not order.is_expired
            )
        states = ("sale", "cancel") if code == "order_changed_by_seller" else ("sale",)
        return self.filtered(lambda order: order.state in states)

    def _prepare_news(self, code):
        """Override: the sentences; in sudo."""
        return {
            order: {"url": f"/my/orders/{order.id}", **order._prepare_one_news(code)}
            for order in self
        }

    def _prepare_one_news(self, code):
        """Return title and detail."""
        _ = self.env._
        name, until = self.name, self.validity_date
        total = self.currency_id.with_env(self.env).format(self.amount_total)
        day = format_date(self.env, until)
        if self.state == "cancel":
            return {"title": _("We cancelled order %s.", name)}
        titles = {
            "order_confirmed": _("Order %s is confirmed.", name),
            "order_changed_by_seller": _("We changed order %s.", name),
            "quote_sent": _("You have a new quote, %s.", name),
            "quote_changed": _("We changed quote %s.", name),
            "quote_expiring": _(
                "Quote %(name)s is valid until %(day)s.", name=name, day=day
            ),
        }
        detail = _("Its total is %s.", total)
        if code == "order_changed_by_seller":
            detail = _("Its total is now %s.", total)
        if until and code in ("quote_sent", "quote_changed"):
            detail = _(
                "Its total is %(total)s. It is valid until %(day)s.",
                total=total,
                day=day,
            )
        return {"title": titles[code], "detail": detail}

    def _prepare_many_news(self, code):
        """Override: one sentence about many; in sudo."""
        _ = self.env._
        count = len(self)
        titles = {
            "order_confirmed": _("%s orders are confirmed.", count),
            "order_changed_by_seller": _("We changed %s orders.", count),
            "quote_sent": _("You have %s new quotes.", count),
            "quote_changed": _("We changed %s quotes.", count),
            "quote_expiring": _("%s quotes expire soon.", count),
        }
        url = "/my/quotes" if code.startswith("quote_") else "/my/orders"
        return {"title": titles[code], "url": url}
