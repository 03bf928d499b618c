"""How far an order is, in the words of its page."""

from odoo import fields, models

from ...const import INVOICE_TYPES
from ...tools.moment import tell_planned


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def _prepare_portal_page(self, user):
        """Return what the page of the order shows and offers besides Odoo's own.

        In sudo: the caller may see the order.

        :param user: who looks; who holds a link only sees no changes and no buttons
        :return: dict with steps and progress (as the methods of that name return them),
            changes (portal.order.change), terms (of a change, or None when the person
            may not change it), change (what the button offers: "make", "ask" or None),
            can_reorder, and site_contact (text)
        """
        self = self._with_goods()
        is_person = not user._is_public()
        is_own = is_person and user.share and self._portal_is_of(user)
        may_change = (
            is_own
            and self.state == "sale"
            and self._portal_allows(user, "change_orders")
        )
        sees_changes = is_person and (
            not user.share or (is_own and self._portal_allows(user, "see_orders"))
        )
        terms = self._get_change_terms() if may_change else None
        changes = self._get_portal_changes() if sees_changes else []
        return {
            "steps": self._get_portal_steps(user),
            "progress": self._get_portal_progress() if self.state == "sale" else [],
            "changes": changes,
            "terms": terms,
            "change": self._get_offered_change(terms, changes) if terms else None,
            "can_reorder": is_person
            and self.state in ("sale", "cancel")
            and self._portal_allows(user, "order"),
            "site_contact": ", ".join(
                filter(None, [self.site_contact_name, self.site_contact_phone])
            ),
        }

    def _with_goods(self):
        """Return the order, which knows its goods: for pages, which change nothing."""
        goods = self.order_line._get_goods()
        return self.with_context(portal_goods_ids=frozenset(goods._ids))

    @staticmethod
    def _get_offered_change(terms, changes):
        """Return "make", "ask" or None: one request at a time waits for an answer."""
        if terms["can_change"]:
            return "make"
        waits = any(change.state == "requested" for change in changes)
        return "ask" if terms["can_ask"] and not waits else None

    def _get_portal_steps(self, user):
        """Return how far the order is, for the line of steps on its page.

        In sudo: what of it is shown is the status, not a document. Addons put their
        own steps in between.

        :param user: who looks; whether it is paid is for who sees invoices
        :return: list of dicts with key, label, date (a date, or None) and done
        """
        self.ensure_one()
        if self.state not in ("sent", "sale"):
            return []
        _ = self.env._
        is_placed = self.state == "sale"
        placed_on = self.signed_on or self.date_order
        steps = [
            self._prepare_step("placed", _("Placed"), placed_on, done=True)
            if is_placed or self.portal_user_id
            else self._prepare_step("placed", _("Offered"), self.date_order, done=True),
            self._prepare_step(
                "confirmed",
                _("Confirmed"),
                self.date_order if is_placed else None,
                done=is_placed,
            ),
        ]
        if is_placed:
            steps += self._get_delivery_steps()
            steps += self._get_billing_steps(user)
        return steps

    def _get_portal_invoices(self, user):
        """Return the last invoices, as far as one may follow their links; in sudo."""
        self.ensure_one()
        posted = self.invoice_ids.filtered(lambda move: move.state == "posted")
        return posted.sorted("date", reverse=True)._filtered_followed(user)[:3]

    @staticmethod
    def _get_portal_invoice_url(invoice, user):
        """Return the address of an invoice: no token for who needs none."""
        if user.share and not user._is_public():
            return f"/my/invoices/{invoice.id}"
        return invoice.get_portal_url()

    def _prepare_step(self, key, label, date=None, *, done):
        """Return a step; a datetime becomes the day in the reader's time zone."""
        if date and hasattr(date, "hour"):
            date = fields.Datetime.context_timestamp(self, date).date()
        return {"key": key, "label": label, "date": date or None, "done": done}

    def _get_delivery_steps(self):
        """Return the steps between the order and its invoice."""
        lines = self._get_awaited_lines().filtered("product_uom_qty")
        if not lines:
            return []
        is_begun = any(line.qty_delivered for line in lines)
        _ = self.env._
        is_done = self._is_all_delivered()
        label = _("Delivered in part") if is_begun and not is_done else _("Delivered")
        return [self._prepare_step("delivered", label, done=is_begun)]

    def _get_billing_steps(self, user):
        _ = self.env._
        posted = self.invoice_ids.filtered(lambda move: move.state == "posted")
        invoices = posted.filtered(lambda move: move.move_type in INVOICE_TYPES)
        is_all = self.invoice_status == "invoiced"
        label = _("Invoiced in part") if invoices and not is_all else _("Invoiced")
        dates = [date for date in invoices.mapped("invoice_date") if date]
        steps = [
            self._prepare_step(
                "invoiced", label, max(dates, default=None), done=bool(invoices)
            )
        ]
        is_person = user.share and not user._is_public()
        if is_person and not self._portal_allows(user, "see_invoices"):
            return steps
        is_paid = (
            bool(invoices)
            and is_all
            and all(
                move.payment_state in ("paid", "in_payment", "reversed")
                for move in invoices
            )
        )
        paid_on = invoices._get_portal_paid_date() if is_paid else None
        return [*steps, self._prepare_step("paid", _("Paid"), paid_on, done=is_paid)]

    def _get_awaited_lines(self):
        """Return the lines of which something is to come, or came.

        Of services that are invoiced when ordered, nobody writes down the end; unless
        somebody did of one of this order.
        """
        lines = self._get_delivered_lines()
        services = lines.filtered(
            lambda line: (
                line.product_id.type == "service"
                and line.product_id.invoice_policy == "order"
            )
        )
        is_written = any(line.qty_delivered for line in services)
        return lines if is_written else lines - services

    def _get_portal_progress(self):
        """Return what of each line is delivered, to come, and promised for when.

        In sudo: customers may not read products.

        :return: list of dicts with line, name, unit, ordered, delivered, open,
            promised (a datetime, or None), is_late and is_backorder
        """
        self.ensure_one()
        promises = self._get_portal_promises()
        today = fields.Date.context_today(self)
        rows = []
        for line in self._get_awaited_lines():
            still_open = max(line.product_uom_qty - line.qty_delivered, 0.0)
            if not line.product_uom_qty and not line.qty_delivered:
                continue
            promise = promises.get(line, {})
            is_open = still_open and self.state == "sale"
            promised = promise.get("date") if is_open else None
            rows.append(
                {
                    "line": line,
                    "name": line._get_portal_name(),
                    "unit": line.product_uom_id.name,
                    "ordered": line.product_uom_qty,
                    "delivered": line.qty_delivered,
                    "open": still_open if is_open else 0.0,
                    "promised": promised,
                    "is_late": bool(promised)
                    and fields.Datetime.context_timestamp(self, promised).date()
                    < today,
                    "is_backorder": bool(promise.get("is_backorder")),
                }
            )
        return rows

    def _get_portal_promises(self):
        """Return {line: dict of date and is_backorder} of what is to come."""
        return {
            line: {"date": self.commitment_date or line._expected_date()}
            for line in self._get_awaited_lines()
            if self.commitment_date or line.customer_lead
        }

    def _get_told_date(self, planned):
        """Return a planned moment that says something, or None; see `tell_planned`."""
        return tell_planned(planned, self.date_order)

    def _get_portal_changes(self):
        """Return the changes of the order that a person sees, newest first; in sudo."""
        self.ensure_one()
        # sudo: of an order that is seen; the words of a change are for its readers
        return self.sudo().portal_change_ids[:50]
