import re
import secrets

from werkzeug.exceptions import NotFound

from odoo import http
from odoo.http import request

from ..forms import Form
from ..portal import CHANGE, PAGE, Portal

VISIT = {**PAGE, "auth": "public"}
SEND = {**CHANGE, "auth": "public", "limit": "registration"}
VAT = re.compile(r"(?=[A-Z]{0,19}[0-9])[A-Z0-9]{4,20}")
BETWEEN = re.compile(r"[\s./-]")  # what people write between the digits
PHONE = re.compile(r"[+0-9() ./-]{4,30}")
MAX_MESSAGE = 1000


class CorrectionForm(Form):
    """What the person of a request can still change: all but the address."""

    has_address = False
    texts = frozenset({"message"})

    def clean(self):
        env = self.env
        no_name = env._("Enter the name of the company.")
        self.clean_line("company_name", no_name, size=100)
        self.clean_line("vat", env._("Enter the VAT number."), size=40)
        key = BETWEEN.sub("", self.values["vat"]).upper()
        if "vat" not in self.errors and not VAT.fullmatch(key):
            self.refuse_vat()
        self.clean_id("country_id")
        if not self.values["country_id"]:
            self.errors["country_id"] = env._("Choose a country.")
        self.clean_line("person_name", env._("Enter your name."), size=100)
        self.clean_line("phone", size=30)
        phone = self.values["phone"]
        if phone and "phone" not in self.errors and not PHONE.fullmatch(phone):
            self.errors["phone"] = env._("Enter a phone number, or leave it empty.")
        self.clean_line("message", size=MAX_MESSAGE)
        if self.has_address:
            self.clean_mailbox("email", env._("Enter your e-mail address."))

    def refuse_vat(self):
        self.errors["vat"] = self.env._(
            "This is not a valid VAT number for the country. Check the number "
            "with its leading letters, and the country."
        )


class RegistrationForm(CorrectionForm):
    """A new request, with the address of the person."""

    has_address = True


class RegistrationPortal(Portal):
    @http.route("/registration", **VISIT)
    def portal_registration(self, **_query):
        """Show the form with which a company asks for access."""
        self._check_registration_open()
        return self._render_registration_page("customer_portal.registration")

    @http.route("/registration", **SEND)
    def portal_registration_send(self, request_key="", **post):
        """Take a request; the answer is the same for everybody."""
        self._check_registration_open()
        form = self._check_registration_form(RegistrationForm(request.env, post))
        if not form.is_valid:
            return self._render_registration_page(
                "customer_portal.registration", form=form, request_key=request_key
            )
        request.env["portal.registration"]._receive(form.values, request_key)
        return request.redirect("/registration/received", code=303)

    @http.route("/registration/received", **VISIT)
    def portal_registration_received(self, **_query):
        """Say what happens next, and what is blocked meanwhile."""
        self._check_registration_open()
        return self._render_registration_page("customer_portal.registration_received")

    @http.route("/registration/request", **VISIT)
    def portal_registration_request(self, token=None, **_query):
        """Show how a request stands to the person with the link of a mail."""
        return self._render_registration_request(token)

    @http.route("/registration/request/confirm", **SEND)
    def portal_registration_confirm(self, token=None, **_post):
        """Confirm the address, which shows the request to staff."""
        if registration_sudo := self._find_registration(token):
            registration_sudo._confirm()
        return self._redirect_to_registration(token)

    @http.route("/registration/request", **SEND)
    def portal_registration_correct(self, token=None, **post):
        """Take a corrected request, while it is open."""
        registration_sudo = self._find_registration(token)
        if not registration_sudo._is_correctable():
            return self._render_registration_request(token)
        form = self._check_registration_form(CorrectionForm(request.env, post))
        if not form.is_valid:
            return self._render_registration_request(token, form=form)
        registration_sudo._correct(form.values)
        return self._redirect_to_registration(token, notice="registration_corrected")

    # ------------------------------------------------------------
    # Helpers
    # ------------------------------------------------------------

    def _get_done_texts(self):
        """Extend: what became of a request."""
        _ = request.env._
        return {
            **super()._get_done_texts(),
            "registration_corrected": _("We have received your corrected request."),
        }

    def _check_registration_open(self):
        if not request.env["portal.registration"]._is_open():
            raise NotFound

    def _find_registration(self, token):
        return request.env["portal.registration"]._find_by_token(token)

    def _redirect_to_registration(self, token, notice=""):
        query = {"token": token or "", **({"notice": notice} if notice else {})}
        return request.redirect_query("/registration/request", query, code=303)

    def _check_registration_form(self, form):
        """Return the form, with what only the database knows about it."""
        country_id = form.values["country_id"]
        if country_id:
            country = request.env["res.country"].browse(country_id).exists()
            if not country:
                form.errors["country_id"] = request.env._("Choose a country.")
            elif "vat" not in form.errors and not request.env[
                "portal.registration"
            ]._is_vat_valid(form.values["vat"], country):
                form.refuse_vat()
        return form

    def _render_registration_request(self, token, form=None):
        registration_sudo = self._find_registration(token)
        if not registration_sudo:
            return self._render_registration_page(
                "customer_portal.registration_unknown",
                status=404,
                is_open=request.env["portal.registration"]._is_open(),
            )
        return self._render_registration_page(
            "customer_portal.registration_request",
            form=form,
            registration=registration_sudo,
            can_correct=registration_sudo._is_correctable(),
            is_open=registration_sudo._is_open(),
            token=token,
        )

    def _render_registration_page(
        self,
        template,
        *,
        form=None,
        registration=None,
        request_key="",
        status=200,
        **values,
    ):
        """Render a page of registration; with a form that was refused, as 422.

        The fields show what was typed, else what the request has, else nothing.
        """
        is_key = request.env["portal.request"]._is_key(request_key)
        # sudo: name, phone and address of the seller, as on its papers
        company_sudo = request.env.company.sudo()
        typed = {}
        if form:
            typed = form.raw
        elif registration:
            names = ("company_name", "vat", "person_name", "phone", "message")
            typed = {name: registration[name] or "" for name in names}
            typed["country_id"] = str(registration.country_id.id)
        typed.setdefault("country_id", str(company_sudo.country_id.id))
        return self._render_page(
            template,
            {
                "page_name": "registration",
                "company": company_sudo,
                "countries": request.env["res.country"].search([]),
                "errors": form.errors if form else {},
                "registration": registration,
                "request_key": request_key if is_key else secrets.token_hex(16),
                "typed": typed,
                **values,
            },
            status=422 if form else status,
        )
