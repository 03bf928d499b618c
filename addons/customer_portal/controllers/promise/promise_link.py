from odoo import http
from odoo.http import request

from ..payment.pay_link import SEND, PayLinkPortal
from .promise import PromiseForm


class PromiseLinkPortal(PayLinkPortal):
    """A promise with the link of a mail: of its one invoice, all that is left."""

    @http.route("/pay/<string:token>/promise", **SEND)
    def portal_pay_link_promise(self, token, **post):
        """Keep until when a visitor promises to pay, in the place of what was said."""
        link = self._read_link(token)
        if not link:
            return self._render_no_link()
        if not link.is_valid:
            return self._render_link(link)
        form = PromiseForm(request.env, {"day": post.get("day")})
        if not form.is_valid:
            return self._render_link(link, form.errors["day"])
        line = self._get_link_promise(link.move)
        # sudo: the link is the right to pay the invoice
        promises_sudo = request.env["portal.promise"].sudo()
        _done, refusal = self._attempt(
            promises_sudo._make,
            link.move.commercial_partner_id,
            link.move,
            form.values["day"],
            source="link",
            replaced=line.promise_id if self._is_of_link(line, link.move) else None,
        )
        if refusal:
            return self._render_link(link, refusal)
        return request.redirect(f"/pay/{token}?notice=promised", code=303)

    @staticmethod
    def _get_link_promise(move):
        """Return the line of the open promise of an invoice, in sudo, or none."""
        return move._get_promised_lines().filtered("is_open")

    @staticmethod
    def _is_of_link(line, move):
        """Return whether a link changes a promise: it was made so, of this invoice."""
        return line.promise_id.source == "link" and line.move_id == move

    def _prepare_link_values(self, link):
        """Extend: what is promised of the invoice, and for which days it can be."""
        values = super()._prepare_link_values(link)
        move, line = link.move, self._get_link_promise(link.move)
        promise = line.promise_id
        is_own = self._is_of_link(line, move)
        can_promise = (
            bool(values["offers"])
            and move.company_id.portal_promises
            and (not promise or is_own)
        )
        days = promise._get_days(move.company_id, before=promise if is_own else None)
        return {
            **values,
            "promise": line and line._prepare_portal_row(),
            "can_promise": can_promise,
            "first_day": days[0],
            "last_day": days[1],
        }
