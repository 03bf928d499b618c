"""Rating a ticket: with the link of a mail, or on its page."""

from werkzeug.exceptions import Forbidden

from odoo import http
from odoo.http import request

from odoo.addons.customer_portal.const import LONGEST_TOKEN
from odoo.addons.customer_portal.controllers.portal import CHANGE, PAGE, Portal
from odoo.addons.customer_portal.tools.parse import clean_lines, parse_id
from odoo.addons.rating.controllers.main import Rating

VISIT = {**PAGE, "auth": "public"}
SEND = {**CHANGE, "auth": "public", "limit": "message"}
LONGEST_COMMENT = 2000  # characters


class TicketRatingPortal(Portal):
    # ------------------------------------------------------------
    # The link of a mail
    # ------------------------------------------------------------

    @http.route("/my/tickets/rating/<string:token>", **VISIT)
    def portal_ticket_rating(self, token, grade=None, **_query):
        """Ask how satisfied somebody is, with the grade of the link chosen.

        It changes nothing: programs open the links of mails, too.
        """
        return self._render_rating(token, grade=parse_id(grade))

    @http.route("/my/tickets/rating/<string:token>", **SEND)
    def portal_ticket_rating_send(self, token, grade=None, comment="", **_post):
        """Keep what somebody says with the link of a mail."""
        ticket_sudo, rating_sudo = self._find_rating(token)
        if not ticket_sudo:
            return self._render_rating(token)
        text = self._clean_comment(comment)
        _done, refusal = self._attempt(
            ticket_sudo._rate, rating_sudo.partner_id, parse_id(grade), text
        )
        if refusal:
            return self._render_rating(
                token, grade=parse_id(grade), comment=text, message=refusal
            )
        address = f"/my/tickets/rating/{token}?notice=ticket_rated"
        return request.redirect(address, code=303)

    def _find_rating(self, token):
        """Return (ticket, rating) of a link, in sudo; none for whom it is not.

        It was sent to one person, so that a colleague who is signed in, or staff, may
        not use it.
        """
        tickets, user = request.env["portal.ticket"], request.env.user
        # sudo: nothing of it comes back without the link
        nothing = tickets.sudo(), request.env["rating.rating"].sudo()
        if not token.isascii() or len(token) > LONGEST_TOKEN:
            return nothing
        ticket_sudo, rating_sudo = tickets._find_by_rating_token(token)
        if not user._is_public() and user.partner_id != rating_sudo.partner_id:
            return nothing
        return ticket_sudo, rating_sudo

    def _render_rating(self, token, grade=0, comment=None, message=""):
        ticket_sudo, rating_sudo = self._find_rating(token)
        if not ticket_sudo:
            # sudo: logo and colours
            values = {"ticket": None, "seller": request.env.company.sudo()}
            template = "customer_portal_support.rating_page"
            return self._render_page(template, values, status=404)
        if request.env.user._is_public():
            # The mail was in this language.
            lang = rating_sudo.partner_id.lang
            if lang and request.env["res.lang"]._get_data(code=lang):
                request.update_context(lang=lang)
                ticket_sudo = ticket_sudo.with_context(lang=lang)
        given = int(rating_sudo.rating) if rating_sudo.consumed else 0
        values = {
            "ticket": ticket_sudo,
            "seller": ticket_sudo.company_id,
            "token": token,
            "rating": {
                "grades": ticket_sudo._get_rating_labels(),
                "state": ticket_sudo._get_rating_state(rating_sudo),
                "grade": grade or given,
                "given": given,
                "comment": (
                    comment if comment is not None else rating_sudo.feedback or ""
                ),
            },
            "message": message,
        }
        return self._render_page(
            "customer_portal_support.rating_page",
            values,
            status=422 if message else 200,
        )

    # ------------------------------------------------------------
    # The ticket's page
    # ------------------------------------------------------------

    @http.route("/my/tickets/<int:ticket_id>/rating", **{**CHANGE, "limit": "message"})
    def portal_my_ticket_rating(self, ticket_id, grade=None, comment="", **_post):
        """Keep what a person says on the ticket's page, who took part in it."""
        ticket = self._get_or_404("portal.ticket", ticket_id)
        person = request.env.user.partner_id
        # sudo: who took part, and what was said; it was read in the own rights
        ticket_sudo = ticket.sudo()
        if not ticket_sudo._can_rate(person):
            raise Forbidden
        _done, refusal = self._attempt(
            ticket_sudo._rate, person, parse_id(grade), self._clean_comment(comment)
        )
        address = f"/my/tickets/{ticket.id}?notice=ticket_rated"
        if refusal:
            address = f"/my/tickets/{ticket.id}?notice=ticket_not_rated"
        return request.redirect(address, code=303)

    def _get_done_texts(self):
        """Extend: what became of a rating."""
        _ = request.env._
        return {
            **super()._get_done_texts(),
            "ticket_rated": _("Thank you. We have kept your rating."),
            "ticket_not_rated": _("This ticket cannot be rated now."),
        }

    @staticmethod
    def _clean_comment(comment):
        return clean_lines(comment[: LONGEST_COMMENT + 1])[:LONGEST_COMMENT]


class CoreRating(Rating):
    """Odoo's own pages of ratings: of a ticket, they lead to ours."""

    @http.route()
    def action_open_rating(self, token, rate, **kwargs):
        """Extend: the page of a ticket is ours."""
        if self._is_of_ticket(token):
            address = f"/my/tickets/rating/{token}?grade={rate}"
            return request.redirect(address, code=303)
        return super().action_open_rating(token, rate, **kwargs)

    @http.route()
    def action_submit_rating(self, token, rate=0, **kwargs):
        """Extend: nothing is sent past our page, which asks who sends it, and when."""
        if self._is_of_ticket(token):
            return request.redirect(f"/my/tickets/rating/{token}", code=303)
        return super().action_submit_rating(token, rate, **kwargs)

    @staticmethod
    def _is_of_ticket(token):
        is_token = token.isascii() and len(token) <= LONGEST_TOKEN
        return is_token and request.env["portal.ticket"]._is_rating_token(token)
