"""What the lists of orders and quotes show of each, on the page and as a file."""

from odoo import fields, models

ROW_FIELDS = [
    "name",
    "date_order",
    "validity_date",
    "commitment_date",
    "client_order_ref",
    "amount_total",
    "currency_id",
    "portal_customer_id",
]


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def _get_portal_row_fields(self):
        """Return the stored fields that a row is made of, its status included.

        Addons that read more of each order name it here: a list reads these in the
        query that finds its rows, and nothing beside it.
        """
        return [*ROW_FIELDS, *self._get_portal_status_fields()]

    def _prepare_portal_rows(self):
        """Return these orders or quotes as the rows of a list.

        In the caller's own rights.

        :return: list of dicts of the stored fields in `_get_portal_row_fields`
            (many2ones as ids), with currency (a record), status, label, delivery (a
            datetime, or None), delivery_label (what that day is) and days_left (until
            the quote expires, or None)
        """
        labels = self._get_portal_status_labels()
        delivery_labels = self._get_portal_delivery_labels()
        deliveries = self._get_portal_delivery_dates()
        currencies = {currency.id: currency for currency in self.currency_id}
        today, now = fields.Date.context_today(self), fields.Datetime.now()
        rows = self._read_plain(self._get_portal_row_fields())
        for order, row in zip(self, rows, strict=True):
            row["currency"] = currencies[row["currency_id"]]
            row["status"] = order._get_portal_status()
            row["label"] = labels[row["status"]]
            key, row["delivery"] = deliveries.get(order.id, (None, None))
            if key in ("promised", "next") and row["delivery"] < now:
                key = "late"
            row["delivery_label"] = delivery_labels.get(key, "")
            until = row["validity_date"]
            is_open = until and row["status"] == "sent"
            row["days_left"] = (until - today).days if is_open else None
        return rows

    def _get_portal_delivery_dates(self):
        """Return {id: (key, moment)} of the one day of delivery that a list tells.

        The key is one of `_get_portal_delivery_labels`. Without an app for stock it is
        what sales promised. Of orders that the caller sees; addons extend it.
        """
        return {
            order.id: ("promised", order.commitment_date)
            for order in self
            if order.state == "sale" and order.commitment_date
        }

    def _get_portal_delivery_labels(self):
        """Return what people read for each key of `_get_portal_delivery_dates`."""
        _ = self.env._
        return {
            "promised": _("planned"),
            "next": _("the rest planned"),
            "late": _("was planned"),
            "shipped": _("shipped"),
        }

    # ------------------------------------------------------------
    # List as a file
    # ------------------------------------------------------------

    def _get_portal_list_label(self):
        return self.env._("Orders")

    def _get_portal_list_columns(self):
        _ = self.env._
        return [
            _("Number"),
            _("Date"),
            _("Your reference"),
            _("Company"),
            _("Currency"),
            _("Net"),
            _("Total"),
            _("Delivery"),
            _("Delivery date is"),
            _("Status"),
        ]

    def _prepare_portal_list_rows(self):
        rows = self._prepare_portal_rows()
        for order, row in zip(self, rows, strict=True):
            digits = row["currency"].decimal_places
            yield [
                row["name"],
                self._get_portal_day(row["date_order"]),
                row["client_order_ref"],
                order.portal_customer_id.name,
                row["currency"].name,
                (order.amount_untaxed, digits),
                (row["amount_total"], digits),
                self._get_portal_day(row["delivery"]),
                row["delivery_label"],
                row["label"],
            ]

    def _get_portal_day(self, moment):
        """Return the day of a moment where the reader is; empty without one."""
        return fields.Datetime.context_timestamp(self, moment).date() if moment else ""
