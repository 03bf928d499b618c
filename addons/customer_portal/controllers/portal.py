"""What all sections of the portal share at the HTTP edge."""

import secrets
from datetime import timedelta
from urllib.parse import urlencode

from werkzeug.exceptions import NotFound, abort

from odoo import fields
from odoo.exceptions import AccessError, MissingError, UserError
from odoo.fields import Domain
from odoo.http import content_disposition, request
from odoo.tools.date_utils import end_of
from odoo.tools.misc import get_lang

from odoo.addons.portal.controllers.portal import CustomerPortal

from ..const import LONGEST_TOKEN, MAX_BRANCHES, PRIVATE_PATH
from ..tools.drawing import Drawing
from ..tools.file_name import clean_file_name
from ..tools.number import Notation
from ..tools.parse import clean_text, parse_id
from ..tools.table import MIMETYPES
from .searchbar import Filter, Menu

# The routes of pages of our own: one that only reads, and a form of it.
PAGE = {
    "type": "http",
    "auth": "user",
    "website": True,
    "sitemap": False,
    "methods": ["GET"],
    "readonly": True,
}
CHANGE = {
    "type": "http",
    "auth": "user",
    "website": True,
    "sitemap": False,
    "methods": ["POST"],
}


def readonly(*_args):
    """Mark a page that only reads.

    Core allows a route to be made read-only by a subclass only with a callable.
    """
    return True


class Portal(CustomerPortal):
    def _get_customer(self):
        """Return the customer that the person acts for now."""
        return request.env.user._get_portal_customer()

    def _get_customers(self, code):
        """Return the customers whose documents a permission reaches without exception.

        They are the current customer and its branches, as far as the role goes; none
        when the person reaches only the own documents.
        """
        ids = request.env.user._get_portal_reach(code)
        return request.env["res.partner"].browse(sorted(ids))

    def _get_managed_company(self, chosen):
        """Return the chosen company of those whose data one may ask to change.

        :param str chosen: an id; anything else means the current customer
        :raise HTTPException: when the role allows it for none, as `_refuse` does
        """
        self._check_can("manage_company")
        customers = self._get_customers("manage_company")
        customer_id = parse_id(chosen)
        customer = customers.filtered(lambda customer: customer.id == customer_id)
        if not customer and self._get_customer() in customers:
            customer = self._get_customer()
        return customer or customers[:1] or self._refuse()

    def _get_lists(self):
        """Return {word of a list: ListPage} of what people take along as files.

        The model of the same `_portal_list` writes it, see `portal.listed.mixin`.
        """
        return {}

    def _get_customer_menus(self, customers, name):
        """Return the menu of the companies of a list, where there are several.

        :param customers: those whose papers the person sees
        :param str name: the field of the rows that says whose they are
        """
        if len(customers) < 2:
            return {}
        options = {"": Filter(request.env._("All companies"))}
        for customer in customers[:MAX_BRANCHES]._fetch_names():
            options[str(customer.id)] = Filter(
                customer.name, Domain(name, "=", customer.id)
            )
        return {"company": Menu(request.env._("Company"), options)}

    def _get_searches_beside(self, choice):
        """Return [(label, address)] of the other lists, for the same words."""
        if not choice.search:
            return []
        _, user = request.env._, request.env.user
        lists = {
            "/my/orders": ("see_orders", _("Search the orders")),
            "/my/quotes": ("see_quotes", _("Search the quotes")),
            "/my/invoices": ("see_invoices", _("Search the invoices")),
            "/my/payments": ("see_invoices", _("Search the payments")),
        }
        words = urlencode({"search": choice.search})
        return [
            (label, f"{url}?{words}")
            for url, (code, label) in lists.items()
            if url != choice.searchbar.url and user._portal_can(code)
        ]

    def _get_periods(self):
        """Return (label, first day, last day) of what is often looked for."""
        _ = request.env._
        today = fields.Date.context_today(request.env.user)
        month, year = today.replace(day=1), today.replace(month=1, day=1)
        before_month, before_year = month - timedelta(days=1), year - timedelta(days=1)
        return (
            (_("This month"), month, end_of(month, "month")),
            (_("Last month"), before_month.replace(day=1), before_month),
            (_("This year"), year, end_of(year, "year")),
            (_("Last year"), before_year.replace(month=1, day=1), before_year),
        )

    def _check_can(self, code):
        """Refuse a page that the person's role does not allow.

        :raise HTTPException: as `_refuse` does
        """
        if not request.env.user._portal_can(code):
            self._refuse()

    def _check_allows(self, code, record):
        """Refuse a page about a record that the person's role does not allow.

        :raise HTTPException: as `_refuse` does
        """
        if not record._portal_allows(request.env.user, code):
            self._refuse()

    def _refuse(self):
        """Answer with a page that says who can change the person's role.

        :raise HTTPException: always; with a status of 403
        """
        response = self._render_page(
            "customer_portal.refused",
            {"message": request.env.user._get_portal_refusal()},
            status=403,
        )
        response.flatten()
        abort(response)

    @staticmethod
    def _attempt(change, *args, **kwargs):
        """Make a change that the business may refuse: whole, or not at all.

        :param callable change: is called with the arguments
        :return: (what it returned, "") or (None, the sentence why it was refused)
        """
        try:
            with request.env.cr.savepoint():
                return change(*args, **kwargs), ""
        except UserError as error:
            return None, error.args[0]

    def _document_check_access(self, model_name, document_id, access_token=None):
        """Extend: a token that cannot be one, or an id too large, opens nothing.

        Core fails with a server error on both.

        :raise NotFound: on pages, for who is signed in, see `_hide_document`
        """
        if not parse_id(document_id):
            self._hide_document()
        is_token = isinstance(access_token, str) and access_token.isascii()
        if not is_token or len(access_token) > LONGEST_TOKEN:
            access_token = None
        try:
            document_sudo = super()._document_check_access(
                model_name, document_id, access_token
            )
        except (AccessError, MissingError):
            if not self._is_own_page():
                raise  # core's page of a payment, for one, tries another token then
            self._hide_document()
        self._follow_document(document_sudo)
        return document_sudo

    @staticmethod
    def _is_own_page():
        """Return whether the answer is a page of the portal."""
        is_page = request.dispatcher.routing_type == "http"
        return is_page and bool(PRIVATE_PATH.match(request.httprequest.path))

    def _hide_document(self):
        """Refuse a document, whether it is missing or not theirs to see.

        A visitor who looks may be somebody who has not signed in yet, and comes back to
        the document afterwards.

        :raise HTTPException: on a page below `/my`: 404, or the way to the page for
            signing in; see decision 0033
        :raise MissingError: elsewhere, where core has an answer of its own
        """
        if not self._is_own_page():
            raise MissingError(request.env._("This document does not exist."))
        looks = request.httprequest.method in ("GET", "HEAD")
        if looks and request.env.user._is_public():
            place = urlencode({"redirect": request.httprequest.path})
            abort(request.redirect(f"/web/login?{place}"))
        raise NotFound

    def _follow_document(self, document):
        """Act for the customer of the document that a person opened."""
        if not request.env.user._is_public():
            # sudo: only which customer the record belongs to
            customer = document.sudo()._get_portal_record_customer()
            request.env.user._follow_portal_document(customer)

    @staticmethod
    def _has_light_scripts():
        """Return whether pages of ours leave out Odoo's bundles, see decision 0022.

        A website brings menus, banners and an editor, which need it.
        """
        return "website" not in request.env

    def _prepare_script_values(self):
        """Return which bundle the page loads, and the name of its inline scripts.

        Odoo's bundle makes templates of text, and providers bring scripts, so that
        pages with them have no such name, see `_get_page_policy`.
        """
        if not self._has_light_scripts():
            return {"light_scripts": False}
        request.portal_nonce = secrets.token_urlsafe(16)
        return {"light_scripts": True, "script_nonce": request.portal_nonce}

    def _render_page(self, template, values, status=200):
        """Render a page of the portal with the layout's values.

        A page with a form of Odoo's that needs its scripts and styles, such as that of
        a payment, gives `light_scripts` as False.
        """
        if values.get("light_scripts", True):
            values = {**values, **self._prepare_script_values()}
        return request.render(
            template,
            {
                **self._prepare_portal_layout_values(),
                "notice": self._get_done_text(),
                "format_currency": self._format_currency,
                **values,
            },
            status=status,
        )

    def _get_page_view_values(self, document, access_token, values, *args, **kwargs):
        """Extend: what was done before a redirect to Odoo's page of a document."""
        values["notice"] = self._get_done_text()
        return super()._get_page_view_values(
            document, access_token, values, *args, **kwargs
        )

    def _get_done_texts(self):
        """Return {code of an address: what its page says was done}.

        The code is the parameter `notice` of a redirect. Each section, and an addon,
        adds its own; a code that is not among them says nothing. They are asked for
        only when there is a code.
        """
        return {}

    def _get_done_text(self):
        """Return what was done before the redirect to this page, or ""."""
        code = clean_text(request.httprequest.args.get("notice"))
        return self._get_done_texts().get(code, "") if code else ""

    @staticmethod
    def _format_currency(currency):
        """Return what a script needs to read and write amounts as the server does."""
        notation = Notation.of(get_lang(request.env), currency)
        return {
            **notation._asdict(),
            "symbol": currency.symbol,
            "before": currency.position == "before",
        }

    def _get_day_note(self):
        """Return which day the books mean where the person has another one, or ""."""
        env = request.env
        # sudo: name and day of the seller
        company = env.company.sudo()
        day = company._get_accounting_day()
        if day == fields.Date.context_today(env.user):
            return ""
        return env._(
            "Payments carry the date of %(company)s, where today is %(day)s.",
            company=company.name,
            day=Drawing(env).date(day),
        )

    def _get_or_404(self, model, record_id):
        """Return a record that the person may read; missing and foreign are alike.

        :raise NotFound: for both
        """
        if not parse_id(record_id):
            raise NotFound
        # A search in the person's own rights: the record rules decide.
        record = request.env[model].search([("id", "=", record_id)], limit=1)
        if not record:
            raise NotFound
        self._follow_document(record)
        return record

    @staticmethod
    def _get_file_name(name, extension):
        """Return the name of a file that is of today."""
        today = fields.Date.context_today(request.env.user)
        return f"{name}-{today}.{extension}"

    @staticmethod
    def _send_file(content, name, mimetype="application/pdf"):
        """Answer with a file to save.

        :param bytes content: of the file
        :param str name: with the extension; of papers with any signs
        """
        return request.make_response(
            content,
            headers=[
                ("Content-Type", mimetype),
                ("Content-Disposition", content_disposition(clean_file_name(name))),
                ("X-Content-Type-Options", "nosniff"),
            ],
        )

    def _send_table(self, content, name, extension="csv"):
        """Answer with a table of today, see `tools.table`."""
        name = self._get_file_name(name, extension)
        return self._send_file(content, name, MIMETYPES[extension])
