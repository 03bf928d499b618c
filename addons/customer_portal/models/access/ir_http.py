"""A member of the staff sees the portal as a person of a customer.

The session stays the staff member's. A request of the portal is answered in the
rights of the person, on a cursor that keeps nothing; everything else goes on as the
staff member.
"""

import re
from urllib.parse import urlsplit

from werkzeug.exceptions import abort

from odoo import models
from odoo.exceptions import AccessError
from odoo.http import request
from odoo.tools.misc import format_time

from .portal_view_session import VIEW_KEY

SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
PORTAL_PATH = re.compile(r"/my(/|$)")
# A referrer still has the language in front.
REFERRER_PATH = re.compile(r"(/[^/]+)?/my(/|$)")
OWN_PATH = re.compile(r"/my/view_as/")
# Where money would move, whatever the method.
PAYMENT_PATH = re.compile(r"/(payment|invoice)/")
# POST, but they only read.
READ_PATHS = {
    "/mail/chatter_fetch",
    "/mail/data",
    "/my/invoices/zip",
    "/portal/chatter_init",
}
# The switch between the companies of the person: a look is at one of them.
CHOICE_PATHS = {"/my/company"}


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    @classmethod
    def _authenticate(cls, endpoint):
        """Extend: pages of the portal are seen as the person, if the session says so.

        The session was checked as the staff member's just before.
        """
        result = super()._authenticate(endpoint)
        request.portal_view = None
        if request.session.get(VIEW_KEY) and request.session.uid:
            cls._look_as_customer(endpoint)
        return result

    @classmethod
    def _look_as_customer(cls, endpoint):
        path = request.httprequest.path
        if OWN_PATH.match(path) or not cls._is_of_portal(path):
            return
        env = request.env(user=request.session.uid)
        # sudo: whether the view still runs
        view_sudo = env["portal.view.session"].sudo()
        view_sudo = view_sudo.browse(request.session[VIEW_KEY])
        if not view_sudo._is_running(request.session.uid):
            if request.dispatcher.routing_type == "http":
                abort(request.redirect("/my/view_as/ended"))
            raise AccessError(env._("The time for viewing as a customer is over."))
        # What was done for the staff member's session stays.
        request.env.cr.commit()  # nosemgrep: commit-or-rollback (before the page)
        cls._undo_everything(request.env.cr)
        person = view_sudo.person_id
        context = {**request.env.context, **person.with_user(person).context_get()}
        request.update_env(user=person.id, context=context)
        request.portal_view = view_sudo.with_env(request.env(su=True))
        # From here on they are those of the one customer that the reason is for.
        request.env["res.users"]._forget_portal_rights()
        request.portal_view_refuses = not cls._only_reads(endpoint, path)

    @staticmethod
    def _is_of_portal(path):
        """Return whether the request belongs to a page of the portal.

        Some of what pages send goes elsewhere; it would be done as the staff member.
        """
        if PORTAL_PATH.match(path) or PAYMENT_PATH.match(path):
            return True
        if request.httprequest.method in SAFE_METHODS:
            return False
        referrer = urlsplit(request.httprequest.headers.get("Referer", "")).path
        return path in READ_PATHS - {"/mail/data"} or bool(
            REFERRER_PATH.match(referrer)
        )

    @staticmethod
    def _only_reads(endpoint, path):
        if PAYMENT_PATH.match(path):
            return False
        return (
            request.httprequest.method in SAFE_METHODS
            or path in READ_PATHS
            or endpoint.routing["readonly"] is True
        )

    @staticmethod
    def _undo_everything(cr):
        """Let nothing of this request stay.

        Some pages of Odoo write when they are looked at: tokens, "viewed by the
        customer". That must not fail, and must not stay, even where a page commits.
        """
        cr.commit = cr.rollback

    @classmethod
    def _pre_dispatch(cls, rule, args):
        """Extend: nothing is changed while looking as somebody else.

        And what each page needs of the person is read before a page reads more.

        :raise AccessError: for JSON; a page is answered with a page
        """
        result = super()._pre_dispatch(rule, args)
        if request.env.uid and PORTAL_PATH.match(request.httprequest.path):
            request.env.user._get_portal_rights()
        if request.portal_view and request.portal_view_refuses:
            message = cls._get_view_refusal(request.portal_view)
            if request.dispatcher.routing_type != "http":
                raise AccessError(message)
            response = request.render(
                "customer_portal.view_as_refused",
                {"message": message, "page_name": None},
                status=403,
            )
            response.flatten()
            abort(response)
        return result

    @classmethod
    def _get_view_refusal(cls, view_sudo):
        if request.httprequest.path in CHOICE_PATHS:
            return request.env._(
                "You are viewing as %s, for a reason that is logged. End this "
                "view, and start another one for another company.",
                view_sudo.partner_id.name,
            )
        return request.env._(
            "Nothing can be changed while you see the portal as %s.",
            view_sudo.person_id.name,
        )

    @classmethod
    def _count(cls, kind):
        """Extend: what the staff look at is not counted against the person."""
        return None if request.portal_view else super()._count(kind)

    @classmethod
    def _post_dispatch(cls, response):
        """Extend: forget what the page has written, before it is flushed."""
        result = super()._post_dispatch(response)
        if getattr(request, "portal_view", None):
            # The page is made; what it wrote is not to be.
            request.env.cr.rollback()  # nosemgrep: commit-or-rollback
        return result

    @classmethod
    def _get_portal_view(cls):
        """Return what the banner says, or None where nobody looks as somebody else.

        :return: dict with person, customer and end (text in the reader's time)
        """
        view_sudo = vars(request).get("portal_view") if request else None
        if not view_sudo:
            return None
        staff = view_sudo.user_id
        return {
            "person": view_sudo.person_id.name,
            "customer": view_sudo.partner_id.name,
            "end": format_time(
                view_sudo.env,
                view_sudo.ends_on,
                tz=staff.tz or "UTC",
                time_format="short",
            ),
        }
