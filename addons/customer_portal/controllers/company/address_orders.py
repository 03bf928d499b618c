from odoo import http
from odoo.http import request
from odoo.tools.misc import get_lang

from ...tools.number import Notation, parse_amount
from ...tools.parse import parse_id
from ..forms import Form
from ..portal import CHANGE, PAGE
from .address import AddressPortal


class FollowForm(Form):
    """Orders that follow: `values["orders"]` is {id: dict of total, fingerprint}."""

    def clean(self):
        notation = Notation.of(get_lang(self.env))
        orders = {}
        for name, text in self.raw.items():
            order_id = parse_id(name.removeprefix("order_"))
            if order_id and name == f"order_{order_id}" and text == "on":
                total = self.raw.get(f"total_{order_id}", "")
                orders[order_id] = {
                    "total": parse_amount(total, notation),
                    "fingerprint": self.raw.get(f"fingerprint_{order_id}", "")[:64],
                }
        self.values["orders"] = orders


class AddressOrdersPortal(AddressPortal):
    """Which open orders go to the address in the place of theirs."""

    @http.route("/my/addresses/<int:address_id>/orders", **{**PAGE, "readonly": False})
    def portal_address_orders(self, address_id, **_query):
        """Ask which open orders go to the changed address.

        What each would cost is found by doing it and taking it back, so the cursor can
        write; nothing stays.
        """
        return self._render_address_orders(self._get_address(address_id))

    @http.route("/my/addresses/<int:address_id>/orders", **CHANGE)
    def portal_address_orders_follow(self, address_id, **post):
        """Let the chosen orders follow, each one whole or not at all."""
        address = self._get_address(address_id)
        form = FollowForm(request.env, post)
        # sudo: the person manages this address
        address_sudo = address.sudo()
        left = request.env["sale.order"]._get_orders_left_behind(address_sudo)
        errors = {}
        for order in left.filtered(lambda order: order.id in form.values["orders"]):
            seen = form.values["orders"][order.id]
            # sudo: customers change no orders themselves; the method asks for the right
            order_sudo = order.sudo()
            _done, refusal = self._attempt(
                order_sudo._follow_replaced,
                address_sudo,
                request.env.user,
                seen["total"],
                seen["fingerprint"],
            )
            if refusal:
                errors[order.id] = refusal
        if errors:
            return self._render_address_orders(address, errors=errors)
        notice = "orders_follow" if form.values["orders"] else "orders_stay"
        return request.redirect(f"/my/addresses?notice={notice}", code=303)

    def _get_done_texts(self):
        """Extend: what became of the open orders."""
        _ = request.env._
        return {
            **super()._get_done_texts(),
            "orders_follow": _("Done. The selected orders now go to the new address."),
            "orders_stay": _(
                "The address has been saved. The open orders stay as they are."
            ),
        }

    def _render_address_orders(self, address, *, errors=None):
        # sudo: names of the customer and former values of the address
        address_sudo = address.sudo()
        orders = request.env["sale.order"]._get_orders_left_behind(address_sudo)
        rows = [
            # sudo: what a change would do to orders that were found in own rights
            order.sudo()._preview_follow(address_sudo, request.env.user)
            for order in orders
        ]
        return self._render_page(
            "customer_portal.address_orders",
            {
                "page_name": "my_addresses",
                "address": address_sudo,
                "following": [row for row in rows if not row["reason"]],
                "staying": [row for row in rows if row["reason"]],
                "errors": errors or {},
                "message": request.env._("Not all orders could follow; see below.")
                if errors
                else "",
            },
            status=422 if errors else 200,
        )
