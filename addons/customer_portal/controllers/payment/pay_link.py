from werkzeug.exceptions import NotFound

from odoo import http
from odoo.http import request

from ...const import LIVE_STATES
from ...report import receipt
from ...tools.parse import parse_id
from ..portal import CHANGE, PAGE
from .transfer import TransferPortal

VISIT = {**PAGE, "auth": "public"}
SEND = {**CHANGE, "auth": "public", "limit": "pay_link"}


class PayLinkPortal(TransferPortal):
    """Paying one invoice with the link from its mail; nothing else is reached."""

    # ------------------------------------------------------------
    # The invoice
    # ------------------------------------------------------------

    @http.route("/pay/<string:token>", **VISIT)
    def portal_pay_link(self, token, **_query):
        """Show an invoice to pay; its customer's people pay it in the portal."""
        link = self._read_link(token)
        if not link:
            return self._render_no_link()
        if link.is_valid and self._leads_to_portal(link):
            return request.redirect(f"/my/pay?documents={link.move.id}", code=303)
        return self._render_link(link)

    @http.route("/pay/<string:token>", **SEND)
    def portal_pay_link_open(self, token, choice="", **_post):
        """Keep what a visitor chose to pay, and go on to pay it."""
        link = self._read_link(token)
        if not link:
            return self._render_no_link()
        if not link.is_valid:
            return self._render_link(link)
        # sudo: the link is the right to pay the invoice
        links_sudo = request.env["portal.pay.link"].sudo()
        remittance_sudo, refusal = self._attempt(
            links_sudo._open_remittance, link, choice
        )
        if refusal:
            return self._render_link(link, message=refusal)
        return request.redirect(f"/pay/{token}/{remittance_sudo.id}", code=303)

    @http.route("/pay/<string:token>/renew", **SEND)
    def portal_pay_link_renew(self, token, **_post):
        """Send a new link to the customer's address; the answer is always the same."""
        if link := self._read_link(token):
            # sudo: visitors have no rights; nothing comes back
            request.env["portal.pay.link"].sudo()._send_again(link)
        return self._render_page("customer_portal.pay_link_sent", {})

    # ------------------------------------------------------------
    # The payment
    # ------------------------------------------------------------

    @http.route("/pay/<string:token>/<int:remittance_id>", **VISIT)
    def portal_pay_link_remittance(self, token, remittance_id, **_query):
        """Show what was chosen with a link: to pay, under way, or paid."""
        link, remittance_sudo = self._find_link_remittance(token, remittance_id)
        if link.move.state != "posted" and remittance_sudo.state in LIVE_STATES:
            # The page of the invoice says why.
            return request.redirect(f"/pay/{token}", code=303)
        return self._render_link_remittance(link, remittance_sudo)

    @http.route(
        "/pay/<string:token>/<int:remittance_id>/transaction",
        limit="pay",
        type="jsonrpc",
        auth="public",
    )
    def portal_pay_link_transaction(
        self,
        token,
        remittance_id,
        provider_id=None,
        payment_method_id=None,
        flow=None,
        **_browser_values,
    ):
        """Begin a payment; no method is saved, none that was saved is used."""
        link, remittance_sudo = self._find_link_remittance(
            token, parse_id(remittance_id)
        )
        choice = {
            "provider_id": parse_id(provider_id),
            "payment_method_id": parse_id(payment_method_id),
            "token_id": None,  # nosec B105  # no saved method
            "flow": flow,
        }
        form = self._prepare_link_form_values(link, remittance_sudo)
        self._check_offered(remittance_sudo, choice, form)
        transaction = self._create_transaction(
            **choice,
            amount=remittance_sudo.amount_cash,
            currency_id=remittance_sudo.currency_id.id,
            partner_id=remittance_sudo.payer_id.id,
            tokenization_requested=False,
            landing_route=form["landing_route"],
            reference_prefix=remittance_sudo.name,
            custom_create_values=remittance_sudo._prepare_transaction_values(),
        )
        return transaction._get_processing_values()

    @http.route("/pay/<string:token>/<int:remittance_id>/announce", **SEND)
    def portal_pay_link_announce(self, token, remittance_id, **post):
        """Keep that a bank transfer will pay what was chosen."""
        link, remittance_sudo = self._find_link_remittance(token, remittance_id)
        if message := self._announce_transfer(remittance_sudo, post):
            return self._render_link_remittance(link, remittance_sudo, message)
        return request.redirect(f"/pay/{token}/{remittance_sudo.id}", code=303)

    @http.route("/pay/<string:token>/<int:remittance_id>/cancel", **SEND)
    def portal_pay_link_cancel(self, token, remittance_id, **_post):
        """Withdraw what was chosen, and choose again."""
        link, remittance_sudo = self._find_link_remittance(token, remittance_id)
        _done, refusal = self._attempt(remittance_sudo._cancel_by_customer)
        if refusal:
            return self._render_link_remittance(link, remittance_sudo, refusal)
        return request.redirect(f"/pay/{token}", code=303)

    @http.route("/pay/<string:token>/<int:remittance_id>/receipt", limit="pdf", **VISIT)
    def portal_pay_link_receipt(self, token, remittance_id, **_query):
        """Send the receipt of what was paid with the link."""
        _link, remittance_sudo = self._find_link_remittance(token, remittance_id)
        if remittance_sudo.state not in ("settled", "exception"):
            raise NotFound
        return self._send_file(
            receipt.draw(remittance_sudo), f"{remittance_sudo.name}.pdf"
        )

    # ------------------------------------------------------------
    # Helpers
    # ------------------------------------------------------------

    @staticmethod
    def _read_link(token):
        """Return the PayLink of a token while the seller lets it be used, or None."""
        links = request.env["portal.pay.link"]
        link = links._read(token)
        if link and links._is_on(link.move.commercial_partner_id):
            return link
        return None

    @staticmethod
    def _leads_to_portal(link):
        """Return whether a person looks who may pay it in the portal."""
        user = request.env.user
        return (
            user.share
            and not user._is_public()
            and (link.move._portal_allows(user, "pay"))
        )

    def _find_link_remittance(self, token, remittance_id):
        """Return the PayLink and, in sudo, a remittance that was chosen with it.

        :raise NotFound: for wrong and ended links, and any other remittance
        """
        link = self._read_link(token)
        if not link or not link.is_valid:
            raise NotFound
        # sudo: the link is the right to what was chosen with it
        links_sudo = request.env["portal.pay.link"].sudo()
        remittance_sudo = links_sudo._get_remittances(link.move).filtered(
            lambda remittance: remittance.id == remittance_id
        )
        if not remittance_sudo:
            raise NotFound
        return link, remittance_sudo

    def _prepare_link_form_values(self, link, remittance_sudo):
        """Return what core's payment form needs, without any saved method."""
        values = self._prepare_payment_form_values(
            remittance_sudo, remittance_sudo.payer_id
        )
        return {
            **values,
            "tokens_sudo": values["tokens_sudo"].browse(),
            "show_tokenize_input_mapping": dict.fromkeys(
                values["show_tokenize_input_mapping"], False
            ),
            "transaction_route": f"/pay/{link.token}/{remittance_sudo.id}/transaction",
            "landing_route": f"/pay/{link.token}/{remittance_sudo.id}",
        }

    def _render_link_remittance(self, link, remittance_sudo, message=""):
        values = {
            "page_name": "pay_link",
            "link": link,
            "move": link.move,
            "remittance": remittance_sudo,
            "can_cancel": remittance_sudo._can_be_cancelled(),
            "transfer": self._get_transfer(remittance_sudo),
            "obstacle": "",
            "waiting": "",
            "message": message,
        }
        if remittance_sudo.state == "open":
            values["obstacle"] = remittance_sudo._get_obstacle()
            values["waiting"] = remittance_sudo._get_waiting_message()
            values.update(self._prepare_link_form_values(link, remittance_sudo))
        values["is_to_pay"] = (
            remittance_sudo.state in ("open", "announced")
            and not values["obstacle"]
            and not values["waiting"]
        )
        return self._render_page(
            "customer_portal.pay_link_remittance",
            values,
            status=422 if message else 200,
        )

    def _render_link(self, link, message=""):
        """Show an invoice and what can be paid of it; what is over gets no amounts."""
        template = "pay_link" if link.is_valid else "pay_link_expired"
        return self._render_page(
            f"customer_portal.{template}",
            {**self._prepare_link_values(link), "message": message},
            status=422 if message else 200 if link.is_valid else 410,
        )

    def _prepare_link_values(self, link):
        # sudo: the link is the right to pay the invoice
        links_sudo = request.env["portal.pay.link"].sudo()
        return {
            "page_name": "pay_link",
            "link": link,
            "move": link.move,
            "offers": links_sudo._get_offers(link.move) if link.is_valid else [],
            "holds": self._prepare_link_holds(link),
        }

    @staticmethod
    def _prepare_link_holds(link):
        """Return what the page says is under way of the invoice, and why to wait."""
        move = link.move
        own = move._pick_holds(move._get_holds())
        parts = [(hold, move.amount_residual, move.currency_id) for hold in own]
        return {
            "texts": move._describe_holds(parts, request.env.user),
            "is_pending": own.is_pending,
            "message": move._get_holds_message(own),
        }

    def _render_no_link(self):
        return self._render_page("customer_portal.pay_link_unknown", {}, status=404)
