"""What all sections of the portal share at the HTTP edge."""

from werkzeug.exceptions import NotFound, abort

from odoo import fields
from odoo.exceptions import MissingError
from odoo.http import content_disposition, request

from odoo.addons.portal.controllers.portal import CustomerPortal

from ..const import MAX_ID
from ..tools.parse import clean_text
from ..tools.table import MIMETYPES

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
        customer = customers.filtered(lambda customer: str(customer.id) == str(chosen))
        if not customer and self._get_customer() in customers:
            customer = self._get_customer()
        return customer or customers[:1] or self._refuse()

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

    def _document_check_access(self, model_name, document_id, access_token=None):
        """Extend: a token that cannot be one, or an id too large, opens nothing.

        Core fails with a server error on both.
        """
        if not 0 < document_id < MAX_ID:
            raise MissingError(request.env._("This document does not exist."))
        if not (isinstance(access_token, str) and access_token.isascii()):
            access_token = None
        document_sudo = super()._document_check_access(
            model_name, document_id, access_token
        )
        self._follow_document(document_sudo)
        return document_sudo

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

    def _render_page(self, template, values, status=200):
        """Render a page of the portal with the layout's values.

        A page with a form of Odoo's that needs its scripts and styles, such as that of
        a payment, gives `light_scripts` as False.
        """
        return request.render(
            template,
            {
                **self._prepare_portal_layout_values(),
                "light_scripts": self._has_light_scripts(),
                "notice": clean_text(request.httprequest.args.get("notice")),
                "format_currency": self._format_currency,
                **values,
            },
            status=status,
        )

    @staticmethod
    def _format_currency(currency):
        """Return what a script needs to write an amount as the server does."""
        return {
            "digits": currency.decimal_places,
            "symbol": currency.symbol,
            "before": currency.position == "before",
        }

    def _get_or_404(self, model, record_id):
        """Return a record that the person may read; missing and foreign are alike.

        :raise NotFound: for both
        """
        if not 0 < record_id < MAX_ID:
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
        :param str name: with the extension; of papers with slashes too
        """
        return request.make_response(
            content,
            headers=[
                ("Content-Type", mimetype),
                ("Content-Disposition", content_disposition(name.replace("/", "-"))),
                ("X-Content-Type-Options", "nosniff"),
            ],
        )

    def _send_table(self, content, name, extension="csv"):
        """Answer with a table of today, see `tools.table`."""
        name = self._get_file_name(name, extension)
        return self._send_file(content, name, MIMETYPES[extension])
