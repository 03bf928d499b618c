"""What every request of a person passes on its way in and out."""

import functools
import inspect
import json
import logging
import re

from werkzeug.exceptions import (
    BadRequest,
    HTTPException,
    NotFound,
    RequestEntityTooLarge,
)

from odoo import models
from odoo.exceptions import MissingError, UserError
from odoo.http import FutureResponse, Response, SessionExpiredException, request

from ...const import (
    DEVICE_COOKIE,
    DEVICE_DAYS,
    LARGEST_FORM,
    LARGEST_UPLOAD,
    LONGEST_TOKEN,
    PRIVATE_PATH,
)
from ...exceptions import TooManyRequests
from ...outage import get_answer, is_outage
from ...tools.again import get_start
from ...tools.caller import remember_address
from ...tools.parse import parse_own_path

_logger = logging.getLogger(__name__)

# What a private page tells the browser: not to keep it, not to show it inside of
# other sites, and not to hand its address (which may hold a token) to them.
PRIVATE_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "frame-ancestors 'self'",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "same-origin",
}
# Not for files: a browser's own viewer of PDFs counts as an object.
PAGE_POLICY = "frame-ancestors 'self'; object-src 'none'; base-uri 'self'"
# Which scripts run: those of this site, the two that Odoo's layout holds, and what its
# tags say of a bundle that does not come (`__odooAssetError=1`).
SCRIPT_POLICY = (
    "{page}; script-src 'self' 'nonce-{nonce}' 'unsafe-hashes'"
    " 'sha256-8yDIMBSmZv57Ba62SxKgyLxU6rUm3YRxan7K7J0owqQ=' {more}"
)

CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
# Values that are compared with a secret, or that say where to go next.
TOKENS = {"access_token", "payment_token", "token", "hash", "_hash"}
PLACES = {"redirect", "callback", "landing_route"}
# Forms of Odoo, which fail on what the database cannot store. Our own forms look at
# each field and say what is wrong.
STOCK_FORMS = re.compile(
    r"/(web|payment|portal|mail|website)/|/my/(address|account|security|deactivate)"
)
JSON_ODDITIES = re.compile(rb"\\u0000|\\ud[89a-f]", re.IGNORECASE)

# Where requests have the portal's limit, and not the one of Odoo's settings. For which
# document the chatter sends a file is known when it is read.
LIMITED_PATH = re.compile(
    r"/(my|registration|pay|payment|invoice|portal|mail(?!/attachment/upload))(/|$)"
    r"|/web/(login|signup|reset_password)"
)
URL_ENCODED = "application/x-www-form-urlencoded"
LARGEST_JSON = 1024 * 1024  # bytes, of a call by who is not staff
# Forms whose fields are texts only: ours, and the doors.
TEXT_FORM = re.compile(r"/(my|pay|registration|web/(login|signup|reset_password))(/|$)")

# Which requests of Odoo's own routes are counted as what, and searches on any page. Our
# routes say it themselves: `limit="pdf"`. (kind, method, path, parameter that must be
# there). The PDF of an invoice is not among them: mostly it is stored, and only sent;
# what has to be drawn counts itself.
STOCK_LIMITS = [
    (kind, method, re.compile(path), parameter)
    for kind, method, path, parameter in (
        ("reset", "POST", r"/web/reset_password$", None),
        ("sign_up", "POST", r"/web/signup$", None),
        ("message", "POST", r"/mail/message/(post|update_content)$", None),
        ("pay", "POST", r"/payment/transaction$", None),
        ("pay", "POST", r"/invoice/transaction/", None),
        ("pay", "POST", r"/my/orders/\d+/transaction$", None),
        ("pdf", "GET", r"/my/orders/", "report_type"),
        ("pdf", "GET", r"/report/(pdf|download)", None),
        ("export", "GET", r"/my/.*/download_edi$", None),
        ("export", "GET", r"/account/download_invoice", None),
        ("search", "GET", r"/my/", "search"),
    )
]


class SafeCookies(FutureResponse):
    """The headers a request collects; its cookies are not for other sites."""

    def set_cookie(self, *args, **kwargs):
        """Extend: SameSite, and Secure behind TLS, unless the caller says otherwise."""
        if not kwargs.get("samesite"):
            kwargs["samesite"] = "Lax"
        if request.httprequest.scheme == "https":
            kwargs["secure"] = True
        return super().set_cookie(*args, **kwargs)


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    # ------------------------------------------------------------
    # In
    # ------------------------------------------------------------

    @classmethod
    def _match(cls, path):
        """Extend: what no browser sends is refused before anything looks at it.

        The language of the person is known before core looks at the path, and perhaps
        redirects to the page in it.
        """
        if not isinstance(request.future_response, SafeCookies):
            # The first time of this request: a redirect to the page in the
            # person's language already sets the cookie of the session.
            request.future_response = SafeCookies()
            remember_address(request.httprequest.remote_addr)
        if CONTROL.search(path):
            raise BadRequest
        cls._check_odd_values(request.httprequest.args)
        cls._follow_language_of_person()
        rule, args = super()._match(path)
        if rule.endpoint.routing["type"] == "jsonrpc":
            cls._read_json(rule, args)
        return rule, args

    @staticmethod
    def _check_odd_values(fields):
        """Refuse tokens and places that cannot be one.

        :raise BadRequest: for control characters; for tokens beyond ASCII or too long
        """
        for name in (TOKENS | PLACES) & fields.keys():
            for value in fields.getlist(name):
                if CONTROL.search(value) or (name in TOKENS and not value.isascii()):
                    raise BadRequest
                # The links of ours have a page that says what is wrong with them.
                if name in TOKENS - {"token"} and len(value) > LONGEST_TOKEN:
                    raise BadRequest

    @classmethod
    def _pre_dispatch(cls, rule, args):
        """Extend: count what is limited, and refuse bodies that cannot be read."""
        result = super()._pre_dispatch(rule, args)
        request.portal_is_checked = True  # the session
        method = request.httprequest.method
        # Not on routes that know nobody yet: programs of the seller's come in there.
        is_ours = LIMITED_PATH.match(request.httprequest.path)
        if method == "POST" and is_ours and request.env.uid and not cls._is_staff():
            # A route that takes several files says itself how much.
            most = rule.endpoint.routing.get("max_content_length")
            request.httprequest.max_content_length = most or LARGEST_UPLOAD
        if (
            method == "POST"
            and TEXT_FORM.match(request.httprequest.path)
            and request.httprequest.mimetype == URL_ENCODED
        ):
            # Before its many small fields become objects.
            most = min(LARGEST_FORM, LARGEST_UPLOAD)
            request.httprequest.max_content_length = most
        cls._count_request(rule)
        if PRIVATE_PATH.match(request.httprequest.path):
            cls._see_all_companies()
        if request.dispatcher.routing_type == "jsonrpc":
            values = request.get_json_data().get("params", {})
            cls._check_landing(values)
            cls._check_shapes(rule, values)
        elif method == "POST" and request.dispatcher.routing_type == "http":
            cls._check_form()
        return result

    @classmethod
    def _count_request(cls, rule):
        """Count a request of somebody who is not staff, if its kind is limited.

        :raise TooManyRequests: when there were too many
        """
        if kind := rule.endpoint.routing.get("limit") or cls._get_stock_limit():
            cls._count(kind)

    @classmethod
    def _get_stock_limit(cls):
        """Return the kind of this request, see STOCK_LIMITS, or None.

        HEAD does the work of GET.
        """
        http_request = request.httprequest
        asked = "GET" if http_request.method == "HEAD" else http_request.method
        kinds = (
            kind
            for kind, method, pattern, parameter in STOCK_LIMITS
            if method == asked
            and pattern.match(http_request.path)
            and (not parameter or http_request.args.get(parameter))
        )
        return next(kinds, None)

    @classmethod
    def _count(cls, kind):
        """Count this request, once, as one of a kind.

        :raise TooManyRequests: when there were too many
        """
        if cls._is_staff() or hasattr(request, "portal_counted"):
            return
        request.portal_counted = True
        limits = request.env["portal.rate.limit"]
        user = request.env.user
        is_known = user and not user._is_public()
        limits._check(
            kind,
            account=limits._get_user_key(user) if is_known else None,
            address=limits._get_address_key(request.httprequest.remote_addr),
        )

    @classmethod
    def _check_form(cls):
        """Refuse a form whose values cannot be stored, or would not be believed.

        :raise BadRequest: see `_check_odd_values`; in Odoo's forms also for NUL
        """
        fields = request.httprequest.form
        cls._check_odd_values(fields)
        if STOCK_FORMS.match(request.httprequest.path) and any(
            "\0" in text for item in fields.items(multi=True) for text in item
        ):
            raise BadRequest

    @staticmethod
    def _check_landing(params):
        """Refuse a payment that would end at another site.

        :raise BadRequest: for anything but a path of this one
        """
        landing = params.get("landing_route")
        if isinstance(landing, str) and landing and not parse_own_path(landing):
            raise BadRequest("landing_route is a path of this site: it begins with /")

    @classmethod
    def _read_json(cls, rule, args):
        """Read the body, and refuse what would break in the middle of the work.

        It is early: some routes look into the body to choose the cursor, and what
        they raise would be answered with a traceback.

        :raise BadRequest: for a body that is no object, whose params are none, that
            is nested too deeply, or holds text that the database cannot store
        """
        if LIMITED_PATH.match(request.httprequest.path) and not cls._is_staff():
            request.httprequest.max_content_length = LARGEST_JSON
        raw = request.httprequest.get_data()
        try:
            body = json.loads(raw.decode(errors="replace"))
            if not isinstance(body, dict):
                raise BadRequest
            if not isinstance(body.get("params", {}), dict):
                raise BadRequest
            if JSON_ODDITIES.search(raw):
                _check_storable(body)
        except (RecursionError, ValueError) as error:
            raise BadRequest from error
        is_readonly = rule.endpoint.routing["readonly"]
        if callable(is_readonly):
            try:
                is_readonly(rule.endpoint.func.__self__, rule, args)
            except (KeyError, TypeError, AttributeError) as error:
                raise BadRequest from error

    @classmethod
    def _dispatch(cls, endpoint):
        """Extend: a request without what its route needs is a bad one, not a defect.

        :raise BadRequest: where Python would miss an argument
        """
        if not cls._is_staff() and not (
            _get_needed(endpoint.original_endpoint) <= request.params.keys()
        ):
            raise BadRequest
        return super()._dispatch(endpoint)

    @classmethod
    def _is_staff(cls):
        """Return whether the one who asks works for the seller."""
        env = request.env
        return bool(env and env.uid and env.user._is_internal())

    # ------------------------------------------------------------
    # Out
    # ------------------------------------------------------------

    @classmethod
    def _keep_private(cls):
        """Give this answer the headers of a private page, wherever its address is.

        Layouts of such pages call it while they are drawn.
        """
        if request:
            request.portal_is_private = True

    @classmethod
    def _post_dispatch(cls, response):
        """Extend: headers of private pages, and the cookie of a known device."""
        if start := get_start():
            start.is_saved = True  # the session, by core
        if request.session.uid and request.session.pop("portal_new_device", None):
            # sudo: the person who has just signed in
            person = request.env["res.users"].sudo().browse(request.session.uid)
            request.future_response.set_cookie(
                DEVICE_COOKIE,
                person._make_device(),
                max_age=DEVICE_DAYS * 86400,
                httponly=True,
            )
        result = super()._post_dispatch(response)
        path = request.httprequest.path
        if PRIVATE_PATH.match(path) or hasattr(request, "portal_is_private"):
            policy = response.headers.get("Content-Security-Policy", "")
            response.headers.update(PRIVATE_HEADERS)
            if "sandbox" in policy:  # a file that somebody uploaded
                response.headers["Content-Security-Policy"] = policy
            if response.mimetype == "text/html":
                response.headers["Content-Security-Policy"] = cls._get_page_policy()
        return result

    @classmethod
    def _get_page_policy(cls):
        """Return the policy of a page; where it knows its scripts, with them only.

        What an addon of the seller's puts inline on such pages is let in by the system
        parameter: sources as the header has them, with a blank between them.
        """
        nonce = getattr(request, "portal_nonce", None)
        if not nonce:
            return PAGE_POLICY
        parameters = request.env["ir.config_parameter"].sudo()  # sudo: one setting
        more = parameters.get_param("customer_portal.script_sources", "")
        policy = SCRIPT_POLICY.format(page=PAGE_POLICY, nonce=nonce, more=more)
        return " ".join(policy.split())

    @classmethod
    def _handle_error(cls, exception):
        """Extend: refused looks like missing; no traceback for strangers; 429.

        A record that exists but is not theirs answers people who are not staff as
        one that never did.
        """
        if is_outage(exception):
            return get_answer()
        is_staff = cls._is_staff()
        if not is_staff and (
            isinstance(exception, MissingError)
            or getattr(exception, "hides_record", False)
        ):
            exception = cls._get_refusal()
        is_page = request.dispatcher.routing_type == "http"
        if isinstance(exception, TooManyRequests) and is_page:
            response = cls._render_too_many(exception)
        elif isinstance(exception, RequestEntityTooLarge) and is_page:
            response = cls._render_too_large()
        else:
            response = super()._handle_error(exception)
            if not is_page and not is_staff and isinstance(response, Response):
                _hide_internals(response, exception)
        if isinstance(exception, TooManyRequests) and isinstance(response, Response):
            response.status_code = exception.http_status
            response.headers["Retry-After"] = str(exception.seconds)
        return response

    @classmethod
    def _get_refusal(cls):
        """Return the refusal of a record; programs get a sentence about records."""
        if request.dispatcher.routing_type == "http":
            return NotFound()
        return NotFound(
            request.env._(
                "There is no such record, or you are not allowed to do this with it."
            )
        )

    @classmethod
    def _render_too_large(cls):
        """Return the page, or for our script the sentence, of a request too large."""
        request.params = {}
        message = request.env._(
            "This is too much at once. Send fewer or smaller files."
        )
        if "application/json" in request.httprequest.headers.get("Accept", ""):
            body = json.dumps({"url": "", "errors": [message], "files": []})
            response = Response(body, content_type="application/json")
        else:
            response = Response(
                request.env["ir.ui.view"]._render_template(
                    "customer_portal.too_large", {"message": message}
                ),
                content_type="text/html;charset=utf-8",
            )
        response.status_code = 413
        # What is not read is not to be taken for the next request.
        response.headers["Connection"] = "close"
        cls._post_dispatch(response)
        return response

    @classmethod
    def _render_too_many(cls, exception):
        """Return the calm page that says when to come again."""
        try:
            if not request.env.uid:
                cls._auth_method_public()
            if not hasattr(request, "params"):  # refused before they were read
                request.params = {}
            html = request.env["ir.ui.view"]._render_template(
                "customer_portal.too_many_requests",
                {
                    "message": exception.args[0],
                    "can_reset": exception.kind.startswith("sign_in"),
                },
            )
        except Exception:
            _logger.info("The page of a refusal was not rendered", exc_info=True)
            html = exception.args[0]
        response = Response(html, content_type="text/html;charset=utf-8")
        cls._post_dispatch(response)
        return response


@functools.cache
def _get_needed(function):
    """Return the names of the arguments that a route cannot do without."""
    parameters = list(inspect.signature(function).parameters.values())[1:]
    return {
        parameter.name
        for parameter in parameters
        if parameter.default is parameter.empty
        and parameter.kind not in (parameter.VAR_KEYWORD, parameter.VAR_POSITIONAL)
    }


def _check_storable(value):
    """Refuse text with NUL or half a character, at any depth.

    :raise ValueError: or a subclass
    """
    if isinstance(value, str):
        value.encode()
        if "\0" in value:
            raise ValueError("NUL")
    elif isinstance(value, dict):
        for key, item in value.items():
            _check_storable(key)
            _check_storable(item)
    elif isinstance(value, list):
        for item in value:
            _check_storable(item)


def _hide_internals(response, exception):
    """Take the traceback out of a JSON error, and what was not meant for people."""
    try:
        body = json.loads(response.get_data())
    except ValueError:
        return
    error = body.get("error", body) if isinstance(body, dict) else None
    data = error.get("data", error) if isinstance(error, dict) else None
    if not isinstance(data, dict) or "debug" not in data:
        return
    data["debug"] = ""
    is_meant = isinstance(
        exception, (UserError, HTTPException, SessionExpiredException)
    )
    # The page after a payment asks again upon this word of Odoo's.
    if not is_meant and exception.args != ("retry",):
        data["message"] = "Odoo Server Error"
        data["arguments"] = []
    response.set_data(json.dumps(body))
