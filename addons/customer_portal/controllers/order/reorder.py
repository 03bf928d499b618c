import secrets
from urllib.parse import urlencode

from werkzeug.exceptions import NotFound

from odoo import fields, http
from odoo.http import request

from ...tools.parse import clean_text, parse_id
from ..forms import Form, read_typed_amount
from ..portal import CHANGE, PAGE, Portal
from ..searchbar import MAX_SEARCH

MAX_QUANTITY = 10**7


class QuantitiesForm(Form):
    """Quantities of order lines; `values["quantities"]` is {line id: quantity}."""

    def clean(self):
        self.clean_quantities()

    def clean_quantities(self):
        quantities = {}
        for name, text in self.raw.items():
            line_id = parse_id(name.removeprefix("quantity_"))
            if not name.startswith("quantity_") or not line_id:
                continue
            quantity, refusal = read_typed_amount(self.env, text or "0")
            if quantity is not None and not 0 <= quantity <= MAX_QUANTITY:
                refusal = self.env._("Enter a quantity, for example 12.")
            if refusal:
                self.errors[name] = refusal
                quantity = 0.0
            quantities[line_id] = quantity
        self.values["quantities"] = quantities

    def check_lines(self, lines):
        """Add what the lines say against their quantities; beside each field.

        :param lines: the sale.order.line that may be ordered, in sudo
        """
        quantities = self.values["quantities"]
        typed = lines.filtered(lambda line: line.id in quantities)
        for line in typed:
            name = f"quantity_{line.id}"
            if error := self.errors.get(name) or line._get_count_error(
                quantities[line.id]
            ):
                self.errors[name] = error
        names = [f"quantity_{line.id}" for line in typed]
        is_empty = lines == typed and not any(quantities[line.id] for line in typed)
        if names and is_empty and not any(name in self.errors for name in names):
            self.errors[names[0]] = self.env._(
                "Enter a quantity for at least one line."
            )


class ReviewForm(QuantitiesForm):
    """What a person enters before an order is placed."""

    def clean(self):
        self.clean_quantities()
        self.clean_line("client_order_ref", size=64)
        self.clean_date("wished_date")
        self.clean_id("partner_shipping_id")
        self.clean_id("partner_invoice_id")
        self.clean_amount("total_seen")

    def check_gone(self, order_sudo):
        """Add what cannot be had or used any more, each beside its field."""
        quantities = self.values["quantities"]
        for line in order_sudo.order_line._get_goods():
            if quantities.get(line.id, line.product_uom_qty) and (
                refusal := line._get_reorder_refusal()
            ):
                self.errors.setdefault(f"quantity_{line.id}", refusal)
        offered = order_sudo._get_portal_addresses()
        for name, refusal in order_sudo._get_address_refusals().items():
            if self.values[name] not in offered[name].ids:
                self.errors[name] = refusal
        wished = self.values["wished_date"]
        if wished and wished < fields.Date.context_today(order_sudo):
            self.errors["wished_date"] = self.env._("Choose today or a later date.")


class ReorderPortal(Portal):
    @http.route("/my/orders/<int:order_id>/reorder", **PAGE)
    def portal_order_reorder(self, order_id, **_query):
        """Show the lines of a past order with today's prices, to choose quantities."""
        order = self._get_order_to_repeat(order_id)
        return self._render_reorder_page(order)

    @http.route("/my/orders/<int:order_id>/reorder", **CHANGE)
    def portal_order_reorder_create(self, order_id, request_key="", **post):
        """Make a draft of the chosen quantities, once, and go on to review it."""
        order = self._get_order_to_repeat(order_id)
        requests = request.env["portal.request"]
        if draft := requests._get_result(request_key, "sale.order"):
            return request.redirect(f"/my/orders/{draft.id}/review", code=303)
        form = QuantitiesForm(request.env, post)
        # sudo: customers may not read products; the order was checked above
        order_sudo = order.sudo()
        form.check_lines(order_sudo._get_reorderable_lines())
        if not form.is_valid:
            return self._render_reorder_page(order, form=form)
        draft, refusal = self._attempt(
            order_sudo._create_reorder, form.values["quantities"]
        )
        if refusal:
            return self._render_reorder_page(order, form=form, message=refusal)
        requests._remember(request_key, draft)
        return request.redirect(f"/my/orders/{draft.id}/review", code=303)

    def _get_order_to_repeat(self, order_id):
        self._check_can("order")
        order = self._get_or_404("sale.order", order_id)
        if order.state not in ("sale", "cancel"):
            raise NotFound
        self._check_allows("order", order)
        return order

    def _render_reorder_page(self, order, *, form=None, message=""):
        # sudo: names and prices of products, which customers may not read
        items = order.sudo()._get_reorder_lines()
        has_error = bool(message or (form and form.errors))
        goods = [item for item in items if item["is_goods"]]
        orderable = [item for item in goods if not item["refusal"]]
        return self._render_page(
            "customer_portal.reorder",
            {
                "page_name": "order",
                "order": order,
                "items": items,
                "goods_count": len(goods),
                "orderable_count": len(orderable),
                "form": form,
                "message": message,
                "request_key": secrets.token_hex(16),
            },
            status=422 if has_error else 200,
        )

    # ------------------------------------------------------------
    # Review
    # ------------------------------------------------------------

    @http.route("/my/orders/<int:order_id>/review", **PAGE)
    def portal_order_review(self, order_id, search="", **_query):
        """Show a draft before it is ordered: lines, addresses, total and credit."""
        self._check_can("order")
        order = self._get_or_404("sale.order", order_id)
        if not order._is_customer_draft():
            return request.redirect(f"/my/orders/{order.id}")
        return self._render_review_page(order, search=clean_text(search)[:MAX_SEARCH])

    @http.route("/my/orders/<int:order_id>/review", **CHANGE)
    def portal_order_submit(self, order_id, action="", **post):
        """Save a draft, discard it, or place the order exactly once."""
        order, order_sudo = self._lock_draft(order_id)
        if not order._is_customer_draft():
            return request.redirect(f"/my/orders/{order.id}?notice=placed", code=303)
        if action == "discard":
            order_sudo._action_cancel()
            return request.redirect("/my/orders?notice=draft_discarded", code=303)
        form, taxes_changed, refusal = self._save_review(
            order_sudo, post, is_last=action == "submit"
        )
        if refusal or not form.is_valid:
            return self._render_review_page(order, form=form, message=refusal)
        if action != "submit":
            page = f"/my/orders/{order.id}/review"
            if taxes_changed:
                page = f"/my/orders/{order.id}/review?notice=taxes_changed"
            search = self._get_search_part(form, "&" if taxes_changed else "?")
            return request.redirect(f"{page}{search}", code=303)
        if taxes_changed:
            # Whoever places an order has seen its taxes.
            message = order_sudo._get_tax_notice()
            return self._render_review_page(order, message=message)
        _done, refusal = self._attempt(
            order_sudo._submit_customer_draft, form.values["total_seen"]
        )
        if refusal:
            # What was entered is saved already; the page shows it with new prices.
            order_sudo._follow_place()
            return self._render_review_page(order, message=refusal)
        return request.redirect(f"/my/orders/{order.id}?notice=placed", code=303)

    @http.route("/my/orders/<int:order_id>/hand_over", **CHANGE)
    def portal_order_hand_over(self, order_id, request_key="", colleague_id="", **post):
        """Save a draft and let a colleague place it, once."""
        self._check_can("order")
        requests = request.env["portal.request"]
        page = "/my/orders?notice=draft_handed_over"
        # Whoever handed it over does not see the draft any more.
        if requests._get_result(request_key, "sale.order").id == order_id:
            return request.redirect(page, code=303)
        order, order_sudo = self._lock_draft(order_id)
        if not order._is_customer_draft():
            return request.redirect(f"/my/orders/{order.id}", code=303)
        form, _changed, refusal = self._save_review(order_sudo, post, is_last=True)
        if refusal or not form.is_valid:
            return self._render_review_page(order, form=form, message=refusal)
        _done, refusal = self._attempt(
            order_sudo._hand_over, request.env.user, parse_id(colleague_id)
        )
        if refusal:
            return self._render_review_page(order, message=refusal)
        requests._remember(request_key, order)
        return request.redirect(page, code=303)

    def _lock_draft(self, order_id):
        """Return an order in the person's rights and in sudo, its customer locked."""
        self._check_can("order")
        order = self._get_or_404("sale.order", order_id)
        # sudo: customers change no orders themselves; this one is the person's draft
        order_sudo = order.sudo()
        # sudo: the lock is no one's to write
        request.env["portal.ledger.lock"].sudo()._lock(
            order_sudo.company_id, order_sudo.portal_customer_id
        )
        order_sudo.invalidate_recordset()
        return order, order_sudo

    def _save_review(self, order_sudo, post, *, is_last):
        """Write what was typed on the review page, unless something is wrong.

        :param bool is_last: whether what is gone is a mistake too
        :return: (form, whether taxes changed, the sentence of a refusal)
        """
        form = ReviewForm(request.env, post)
        form.check_lines(order_sudo.order_line)
        if is_last:
            form.check_gone(order_sudo)
        if not form.is_valid:
            return form, False, ""
        taxes_changed, refusal = self._attempt(
            order_sudo._update_customer_draft,
            self._prepare_review_changes(order_sudo, form),
            form.values["quantities"],
        )
        return form, taxes_changed, refusal

    @staticmethod
    def _get_search_part(form, sign):
        """Return what the address of a page needs to show what was looked for."""
        search = form.raw.get("search", "")[:MAX_SEARCH]
        return f"{sign}{urlencode({'search': search})}#product_search" if search else ""

    def _get_done_texts(self):
        """Extend: what became of a draft."""
        _ = request.env._
        return {
            **super()._get_done_texts(),
            "draft_discarded": _("The draft was discarded. Nothing was ordered."),
            "draft_handed_over": _(
                "The draft was handed over. Your colleague was told and can place it."
            ),
            "taxes_changed": _(
                "The taxes depend on the delivery address. Please check the new total."
            ),
        }

    def _prepare_review_changes(self, order_sudo, form):
        """Return what to write on the order; an address that is not offered is kept."""
        changes = {
            name: form.values[name] or False
            for name in ("client_order_ref", "wished_date")
            if name in form.raw
        }
        for name, partners in order_sudo._get_portal_addresses().items():
            if form.values[name] in partners.ids and (
                form.values[name] != order_sudo[name].id
            ):
                changes[name] = form.values[name]
        return changes

    def _render_review_page(self, order, *, form=None, message="", search=""):
        # sudo: products and addresses of the person's own draft
        order_sudo = order.sudo()
        # A branch with a limit of its own orders against its own.
        customer = order_sudo.portal_customer_id | self._get_customer()
        seen = customer & self._get_customers("see_credit")
        credits = seen[:1]._get_credit_summary() if seen else []
        if not credits and len(seen) > 1:
            credits = seen[1]._get_credit_summary()
        availability = order_sudo._get_portal_availability()
        wished = form.values["wished_date"] if form else order_sudo.wished_date
        if form:
            search = form.raw.get("search", "")[:MAX_SEARCH]
        found, has_more = order_sudo._find_portal_products(search)
        return self._render_page(
            "customer_portal.order_review",
            {
                "page_name": "order",
                "order": order_sudo,
                "availability": availability,
                "search": search,
                "found": found,
                "has_more": has_more,
                "has_all_products": order_sudo.company_id.portal_all_products,
                "wish_help": order_sudo._get_wish_help(availability, wished),
                "addresses": order_sudo._get_portal_addresses(),
                "notes": order_sudo._get_reorder_notes(),
                "limit": order_sudo._get_limit_notice(request.env.user),
                "request_key": secrets.token_hex(16),
                "credit_after": order_sudo._get_credit_after(credits),
                "form": form,
                "message": message,
            },
            status=422 if message or (form and form.errors) else 200,
        )
