import secrets

from werkzeug.exceptions import NotFound

from odoo import http
from odoo.exceptions import UserError
from odoo.http import request

from ...tools.parse import parse_id
from ..forms import Form
from ..portal import CHANGE, PAGE, Portal
from .reorder import QuantitiesForm

MAX_MESSAGE = 1000
CHANGED_FIELDS = (
    "partner_shipping_id",
    "site_contact_name",
    "site_contact_phone",
    "wished_date",
)
FINGERPRINT_SIZE = 32


class ChangeForm(QuantitiesForm):
    """What a person wants to change of a placed order."""

    def clean(self):
        self.clean_id("partner_shipping_id")
        self.clean_line("site_contact_name", size=100)
        self.clean_line("site_contact_phone", size=40)
        self.clean_date("wished_date")
        self.clean_line("message", size=MAX_MESSAGE)
        self.clean_line("fingerprint", size=FINGERPRINT_SIZE)
        self.clean_amount("total_seen")
        self.clean_quantities()
        self.values["cancel_order"] = self.raw.get("cancel_order") == "on"
        self.values["cancel_line_ids"] = [
            line_id
            for name, text in self.raw.items()
            if name.startswith("cancel_")
            and text == "on"
            and (line_id := parse_id(name.removeprefix("cancel_")))
        ]

    def get_changes(self, order):
        """Return what `sale.order._change_in_portal` takes.

        A contact that was left as it was stays behind with its address.
        """
        if self.values["cancel_order"]:
            return {"cancel_order": True}
        changes = {
            name: self.values[name] for name in CHANGED_FIELDS if name in self.raw
        }
        address_id = changes.get("partner_shipping_id")
        if address_id and address_id != order.partner_shipping_id.id:
            for name in ("site_contact_name", "site_contact_phone"):
                if name in changes and changes[name] == (order[name] or ""):
                    del changes[name]
        return {
            **changes,
            "cancel_line_ids": self.values["cancel_line_ids"],
            "quantities": self.values["quantities"],
        }

    def check_quantities(self, order):
        """Say beside each field why the order cannot have its quantity; in sudo."""
        if self.values["cancel_order"]:
            return
        chosen = {
            line_id: quantity
            for line_id, quantity in self.values["quantities"].items()
            if line_id not in self.values["cancel_line_ids"]
        }
        for line_id, error in order._get_quantity_errors(chosen).items():
            self.errors.setdefault(f"quantity_{line_id}", error)

    def get_choices(self):
        """Return [(name, text)] of what was chosen, to be sent again as it came."""
        return [
            (name, text)
            for name, text in self.raw.items()
            if name in CHANGED_FIELDS or name.startswith(("cancel_", "quantity_"))
        ]


class ReferenceForm(Form):
    """The customer's own number of an order."""

    def clean(self):
        self.clean_line("client_order_ref", size=64)


class OrderChangePortal(Portal):
    """Change a placed order: choose, look at what it does, confirm."""

    @http.route("/my/orders/<int:order_id>/change", **PAGE)
    def portal_order_change(self, order_id, **_query):
        """Show what may be changed, and until when."""
        return self._render_change_page(self._get_order_to_change(order_id))

    @http.route("/my/orders/<int:order_id>/change", limit="order_change", **CHANGE)
    def portal_order_change_submit(self, order_id, action="", request_key="", **post):
        """Show what a change does; when that is confirmed, make it or ask for it."""
        order = self._get_order_to_change(order_id)
        requests = request.env["portal.request"]
        if requests._get_result(request_key, "portal.order.change"):
            return self._redirect_to_order(order, "change_made")
        form = ChangeForm(request.env, post)
        # sudo: customers change no orders themselves; this one was checked above
        order_sudo = order.sudo()
        form.check_quantities(order_sudo)
        if not form.is_valid or action not in ("review", "apply", "request"):
            return self._render_change_page(order, form=form)
        changes = form.get_changes(order_sudo)
        try:
            if action == "review":
                return self._render_review(order, form, changes)
            change = self._make_change(order_sudo, form, changes, action)
        except UserError as error:
            return self._render_change_page(order, form=form, message=error.args[0])
        requests._remember(request_key, change)
        if change.state == "requested":
            return self._redirect_to_order(order, "change_requested")
        is_cancelled = order_sudo.state == "cancel"
        notice = "order_cancelled" if is_cancelled else "order_changed"
        return self._redirect_to_order(order, notice)

    @http.route("/my/orders/<int:order_id>/reference", **CHANGE)
    def portal_order_reference(self, order_id, **post):
        """Correct the customer's own number of the order, whenever it is known."""
        order = self._get_order_to_change(order_id)
        form = ReferenceForm(request.env, post)
        if not form.is_valid or "client_order_ref" not in form.raw:
            return self._render_change_page(order, form=form)
        # sudo: customers change no orders themselves; this one was checked above
        order.sudo()._change_reference(
            request.env.user, form.values["client_order_ref"]
        )
        return self._redirect_to_order(order, "reference_saved")

    @http.route("/my/orders/<int:order_id>/changes/<int:change_id>/withdraw", **CHANGE)
    def portal_order_change_withdraw(self, order_id, change_id, **_post):
        """Take a request back, once."""
        order = self._get_order_to_change(order_id)
        change = self._get_or_404("portal.order.change", change_id)
        if change.order_id != order:
            raise NotFound
        # sudo: nobody writes changes; this one is of an order that was checked above
        is_done = change.sudo()._withdraw(request.env.user)
        notice = "change_withdrawn" if is_done else "change_answered"
        return self._redirect_to_order(order, notice)

    def _get_done_texts(self):
        """Extend: what became of a change."""
        _ = request.env._
        return {
            **super()._get_done_texts(),
            "order_changed": _("The order has been changed and confirmed."),
            "order_cancelled": _("The order has been cancelled."),
            "reference_saved": _("Your reference has been saved."),
            "change_made": _("This change has already been made."),
            "change_requested": _(
                "Your request has been sent to our sales team. The order "
                "stays as it is until we answer."
            ),
            "change_withdrawn": _(
                "The request has been withdrawn. The order stays as it is."
            ),
            "change_answered": _("This request has already been answered; see below."),
        }

    def _get_order_to_change(self, order_id):
        self._check_can("change_orders")
        order = self._get_or_404("sale.order", order_id)
        if order.state not in ("sale", "cancel"):
            raise NotFound
        self._check_allows("change_orders", order)
        return order

    def _make_change(self, order_sudo, form, changes, action):
        """Change the order or ask for it; return the portal.order.change in sudo."""
        user = request.env.user
        if action == "request":
            return order_sudo.env["portal.order.change"]._request(
                order_sudo, user, changes, form.values["message"]
            )
        with request.env.cr.savepoint():
            return order_sudo._change_in_portal(
                user,
                changes,
                total_seen=form.values["total_seen"],
                fingerprint_seen=form.values["fingerprint"],
            )

    @staticmethod
    def _redirect_to_order(order, notice):
        return request.redirect(f"/my/orders/{order.id}?notice={notice}", code=303)

    def _render_change_page(self, order, *, form=None, message=""):
        # sudo: products, addresses and transfers of an order that was checked
        order_sudo = order.sudo()
        raw = form.raw if form else {}
        terms = order_sudo._get_change_terms()
        return self._render_page(
            "customer_portal.order_change",
            {
                "page_name": "order",
                "order": order_sudo,
                "terms": terms,
                "only_country": terms["can_change"]
                and order_sudo.company_id.portal_order_change_country,
                "waiting": order_sudo.portal_has_request,
                "addresses": self._prepare_addresses(order_sudo, form),
                "items": order_sudo._get_cancellable_lines(),
                "ticked": [name for name, text in raw.items() if text == "on"],
                "form": form,
                "message": message,
            },
            status=422 if message or (form and form.errors) else 200,
        )

    @staticmethod
    def _prepare_addresses(order_sudo, form):
        """Return what the order may go to, the present address included.

        :return: list of dicts with id, text and is_chosen
        """
        offered = order_sudo._get_change_addresses()
        present = order_sudo.partner_shipping_id
        chosen_id = form.values.get("partner_shipping_id") if form else present.id
        if chosen_id not in offered.ids:
            chosen_id = present.id
        return [
            {
                "id": partner.id,
                "text": ", ".join(
                    filter(
                        None,
                        [
                            partner.name or partner.commercial_partner_id.name,
                            partner.street,
                            partner.zip,
                            partner.city,
                            partner.country_id.name,
                        ],
                    )
                ),
                "is_chosen": partner.id == chosen_id,
            }
            for partner in offered | present
        ]

    def _render_review(self, order, form, changes):
        # sudo: as above
        order_sudo = order.sudo()
        preview = order_sudo._preview_change(changes, request.env.user)
        return self._render_page(
            "customer_portal.order_change_review",
            {
                "page_name": "order",
                "order": order_sudo,
                "preview": preview,
                "goes_beyond_credit": self._goes_beyond_credit(order_sudo, preview),
                "terms": order_sudo._get_change_terms(),
                "form": form,
                "request_key": secrets.token_hex(16),
            },
        )

    def _goes_beyond_credit(self, order_sudo, preview):
        """Return whether the customer's credit does not cover what a change costs.

        For who sees the credit; nobody else is told.
        """
        seen = order_sudo.portal_customer_id & self._get_customers("see_credit")
        if not seen or preview["difference"] <= 0:
            return False
        credit = order_sudo._get_credit_after(
            seen._get_credit_summary(), preview["difference"]
        )
        return bool(credit) and credit["available"] < 0
