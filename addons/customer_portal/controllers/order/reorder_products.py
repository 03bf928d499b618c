from werkzeug.exceptions import NotFound

from odoo import http
from odoo.http import request

from ...tools.parse import clean_text, parse_id
from ..portal import CHANGE, PAGE
from ..searchbar import MAX_SEARCH
from .reorder import ReorderPortal


class ReorderProductsPortal(ReorderPortal):
    """Another product on a draft."""

    @http.route("/my/orders/<int:order_id>/products", **PAGE)
    def portal_order_products(self, order_id, search="", **_query):
        """Answer what a text finds, as JSON, while it is typed."""
        self._check_can("order")
        order = self._get_or_404("sale.order", order_id)
        if not order._is_customer_draft():
            raise NotFound
        # sudo: names of products that may be added to the person's own draft
        order_sudo = order.sudo()
        found, has_more = order_sudo._find_portal_products(
            clean_text(search)[:MAX_SEARCH]
        )
        return request.make_json_response({"products": found, "has_more": has_more})

    @http.route("/my/orders/<int:order_id>/products", **CHANGE)
    def portal_order_add_product(self, order_id, request_key="", product_id="", **post):
        """Save a draft and put a product on it, once; then go to its quantity."""
        order, order_sudo = self._lock_draft(order_id)
        if not order._is_customer_draft():
            return request.redirect(f"/my/orders/{order.id}", code=303)
        requests = request.env["portal.request"]
        line = requests._get_result(request_key, "sale.order.line")
        if line in order.order_line:
            page = f"/my/orders/{order.id}/review?notice=product_added"
            return request.redirect(f"{page}#quantity_{line.id}", code=303)
        form, _changed, refusal = self._save_review(order_sudo, post, is_last=False)
        if refusal or not form.is_valid:
            return self._render_review_page(order, form=form, message=refusal)
        added, refusal = self._attempt(
            order_sudo._add_portal_product, parse_id(product_id)
        )
        if refusal:
            return self._render_review_page(order, form=form, message=refusal)
        line, is_new = added
        page = f"/my/orders/{order.id}/review?notice=product_there"
        if is_new:
            requests._remember(request_key, line)
            page = f"/my/orders/{order.id}/review?notice=product_added"
        return request.redirect(f"{page}#quantity_{line.id}", code=303)

    def _get_done_texts(self):
        """Extend: what became of a product."""
        _ = request.env._
        return {
            **super()._get_done_texts(),
            "product_added": _("The product was added. Enter how much you need."),
            "product_there": _(
                "The product is on this order already. Change its quantity."
            ),
        }
