"""What people do with a ticket; each asks first who may, and counts once."""

from odoo import http
from odoo.http import request

from odoo.addons.customer_portal.controllers.forms import Form
from odoo.addons.customer_portal.controllers.portal import CHANGE, PAGE
from odoo.addons.customer_portal.tools.parse import parse_id

from .ticket import TicketPortal

LONGEST_REASON = 1000  # characters
LONGEST_WORD = 10_000
ACTION = {**CHANGE, "limit": "ticket"}
# Several files of 10 MB in one request.
UPLOAD = {**ACTION, "max_content_length": 64 * 1024 * 1024}


class WordForm(Form):
    """What a person writes on a ticket; files alone say something too."""

    texts = frozenset({"text"})
    longest = {"text": 3 * LONGEST_WORD}  # what is too long is shown again, whole

    def clean(self):
        self.clean_line("text", size=LONGEST_WORD)

    def check_words(self, files):
        if not (self.values["text"] or files or self.errors):
            self.errors["text"] = self.env._("Write something first.")


class ReasonForm(Form):
    """Why a ticket is escalated."""

    texts = frozenset({"reason"})

    def clean(self):
        self.clean_line("reason", self.env._("Say why."), size=LONGEST_REASON)


class TicketActionPortal(TicketPortal):
    @http.route("/my/tickets/<int:ticket_id>/message", **UPLOAD)
    def portal_ticket_message(self, ticket_id, request_key="", **post):
        """Write on a ticket, with files, once; what waits or has ended goes on."""
        ticket_sudo = self._get_ticket_to_answer(ticket_id)

        def write(text, files):
            return ticket_sudo._post_customer_word(request.env.user, text, files)

        return self._take_word(ticket_sudo, request_key, post, write, "ticket_replied")

    @http.route("/my/tickets/<int:ticket_id>/reopen", **UPLOAD)
    def portal_ticket_reopen(self, ticket_id, request_key="", **post):
        """Take up again what has ended, once, with what is still wrong."""
        ticket_sudo = self._get_ticket_to_change(ticket_id)

        def reopen(text, files):
            return ticket_sudo._reopen_for_customer(request.env.user, text, files)

        return self._take_word(
            ticket_sudo, request_key, post, reopen, "ticket_reopened", needs_words=False
        )

    def _take_word(
        self, ticket_sudo, request_key, post, write, notice, *, needs_words=True
    ):
        """Do something with what was written, once; else show it again.

        :param callable write: (text, files) does it
        :param str notice: what to say afterwards
        """
        requests = request.env["portal.request"]
        if requests._get_result(request_key, "portal.ticket"):
            return self._redirect_to_ticket(ticket_sudo, notice)
        form = WordForm(request.env, post)
        files = self._read_files(form) if form.is_valid else []
        if needs_words:
            form.check_words(files)
        refusal = " ".join(form.errors.values())
        if not refusal:
            _done, refusal = self._attempt_with_files(write, form.values["text"], files)
        if refusal:
            return self._render_ticket(
                ticket_sudo, message=refusal, typed=form.raw.get("text", "")
            )
        requests._remember(request_key, ticket_sudo)
        return self._redirect_to_ticket(ticket_sudo, notice)

    @http.route("/my/tickets/<int:ticket_id>/solve", **ACTION)
    def portal_ticket_solve(self, ticket_id, **_post):
        """Say that a ticket is solved; it can be reopened."""
        ticket_sudo = self._get_ticket_to_change(ticket_id)
        return self._end(ticket_sudo, ticket_sudo._solve_for_customer, "ticket_solved")

    @http.route("/my/tickets/<int:ticket_id>/cancel", **ACTION)
    def portal_ticket_cancel(self, ticket_id, **_post):
        """Say that nobody needs an answer any more; it can be reopened."""
        ticket_sudo = self._get_ticket_to_change(ticket_id)
        return self._end(
            ticket_sudo, ticket_sudo._cancel_for_customer, "ticket_cancelled"
        )

    def _end(self, ticket_sudo, change, notice):
        """End a ticket; a second click finds it so."""
        before = ticket_sudo._get_portal_badge()
        is_done, refusal = self._attempt(change, request.env.user)
        if refusal:
            return self._render_ticket(ticket_sudo, message=refusal)
        if not is_done and ticket_sudo._get_portal_badge() == before:
            notice = "ticket_ended"
        return self._redirect_to_ticket(ticket_sudo, notice)

    @http.route("/my/tickets/<int:ticket_id>/escalate", **ACTION)
    def portal_ticket_escalate(self, ticket_id, request_key="", **post):
        """Put a ticket before the lead of its team, once, with a reason."""
        ticket_sudo = self._get_ticket_to_change(ticket_id)
        requests = request.env["portal.request"]
        if requests._get_result(request_key, "portal.ticket"):
            return self._redirect_to_ticket(ticket_sudo, "ticket_escalated")
        form = ReasonForm(request.env, post)
        refusal = " ".join(form.errors.values())
        if not refusal:
            _done, refusal = self._attempt(
                ticket_sudo._escalate, request.env.user, form.values["reason"]
            )
        if refusal:
            return self._render_ticket(
                ticket_sudo, message=refusal, typed_reason=form.raw.get("reason", "")
            )
        requests._remember(request_key, ticket_sudo)
        return self._redirect_to_ticket(ticket_sudo, "ticket_escalated")

    # ------------------------------------------------------------
    # Sharing
    # ------------------------------------------------------------

    @http.route("/my/tickets/<int:ticket_id>/share", **PAGE)
    def portal_ticket_share(self, ticket_id, **_query):
        """Ask with whom a ticket is to be shared."""
        return self._render_share(self._get_ticket_to_change(ticket_id))

    @http.route("/my/tickets/<int:ticket_id>/share", **ACTION)
    def portal_ticket_share_with(self, ticket_id, person="", **_post):
        """Show a ticket to a colleague; a second click changes nothing."""
        ticket_sudo = self._get_ticket_to_change(ticket_id)
        person_id = parse_id(person)
        if person_id and person_id in ticket_sudo.participant_ids.ids:
            return self._redirect_to_ticket(ticket_sudo, "ticket_shared")
        colleague = ticket_sudo._get_colleagues_to_share().filtered(
            lambda user: user.partner_id.id == person_id
        )[:1]
        if not colleague:
            message = request.env._("Choose a colleague.")
            return self._render_share(ticket_sudo, message)
        _done, refusal = self._attempt(ticket_sudo._share, colleague)
        if refusal:
            return self._render_share(ticket_sudo, refusal)
        return self._redirect_to_ticket(ticket_sudo, "ticket_shared")

    @http.route("/my/tickets/<int:ticket_id>/unshare", **ACTION)
    def portal_ticket_unshare(self, ticket_id, person="", **_post):
        """Take a ticket back from a colleague."""
        ticket_sudo = self._get_ticket_to_change(ticket_id)
        person_id = parse_id(person)
        partner = ticket_sudo.participant_ids.filtered(
            lambda partner: partner.id == person_id
        )
        ticket_sudo._unshare(partner)
        return self._redirect_to_ticket(ticket_sudo, "ticket_unshared")

    def _render_share(self, ticket_sudo, message=""):
        colleagues = ticket_sudo._get_colleagues_to_share().partner_id
        names = colleagues._get_portal_names()
        return self._render_page(
            "customer_portal_support.ticket_share",
            {
                "page_name": "tickets",
                "ticket": ticket_sudo,
                "people": sorted(names.items(), key=lambda pair: pair[1].casefold()),
                "message": message,
            },
            status=422 if message else 200,
        )

    # ------------------------------------------------------------
    # Reach
    # ------------------------------------------------------------

    def _get_ticket_to_answer(self, ticket_id):
        """Return a ticket on which the person may write, in sudo.

        :raise HTTPException: 404 for one that is not read, 403 for the role
        """
        ticket_sudo = self._get_ticket(ticket_id)
        if not ticket_sudo._can_be_answered_by(request.env.user):
            self._refuse()
        return ticket_sudo

    def _get_ticket_to_change(self, ticket_id):
        """Return a ticket that the person may end, reopen, escalate and share, in sudo.

        :raise HTTPException: 404 for one that is not read, 403 for the role
        """
        ticket_sudo = self._get_ticket(ticket_id)
        if not ticket_sudo._can_be_changed_by(request.env.user):
            self._refuse()
        return ticket_sudo

    @staticmethod
    def _redirect_to_ticket(ticket, notice):
        address = f"/my/tickets/{ticket.id}?notice={notice}"
        return request.redirect(address, code=303)

    def _get_done_texts(self):
        """Extend: what became of a ticket."""
        _ = request.env._
        return {
            **super()._get_done_texts(),
            "ticket_sent": _("We have your request."),
            "ticket_replied": _("We have your message."),
            "ticket_solved": _("Thank you. If it comes back, reopen the ticket."),
            "ticket_cancelled": _("The ticket is cancelled. You can reopen it."),
            "ticket_ended": _("This ticket had ended already; see below."),
            "ticket_reopened": _("The ticket is open again."),
            "ticket_escalated": _("Your ticket was put before the lead of the team."),
            "ticket_shared": _("The ticket is shared, and your colleague is told."),
            "ticket_unshared": _("The ticket is no longer shared with this person."),
        }
