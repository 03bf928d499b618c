"""The language of the pages: the person's own, until the session chooses another."""

from werkzeug.datastructures import ImmutableMultiDict

from odoo import models
from odoo.http import request

from ...const import LANG_COOKIE, LANG_KEY


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    @classmethod
    def _get_default_lang(cls):
        """Extend: who has one company costs no query on each page.

        Core looks for the default of the person's company, for which it reads all
        columns of the person, and then begins a new transaction.
        """
        user = request.env.user
        companies = user and user._get_company_ids()  # remembered by core
        if len(companies) != 1:
            return super()._get_default_lang()
        env = request.env
        request.update_context(allowed_company_ids=list(companies))
        try:
            return super()._get_default_lang()
        finally:
            request.env = env

    @classmethod
    def _follow_language_of_person(cls):
        """Show a language that the person has now, and not before.

        Core goes by the address, then by the cookie of the browser, which may be
        somebody else's or years old. The first request of a session, and the first
        one after the person's language has changed anywhere, replaces the cookie;
        then the selector of languages works as core has it, by address and cookie.
        """
        if not request.session.uid or hasattr(request, "is_frontend"):
            return
        env = request.env(user=request.session.uid)
        # Remembered by core, until the language changes: no query.
        lang = env["res.users"].context_get().get("lang")
        if not lang or request.session.get(LANG_KEY) == lang:
            return
        request.session[LANG_KEY] = lang
        # Staff have the language of the page that they look at.
        if env.user.share and request.cookies.get(LANG_COOKIE) != lang:
            # For core, which reads it further on, and for the browser.
            request.cookies = ImmutableMultiDict({**request.cookies, LANG_COOKIE: lang})
            request.future_response.set_cookie(LANG_COOKIE, lang)
