"""Visitors of /help get no cookie, so that a proxy may keep what they read."""

import re

from werkzeug.exceptions import HTTPException

from odoo import models
from odoo.http import request

# With the code of a language in front, as Odoo writes addresses.
HELP_PATH = re.compile(r"(?:/[A-Za-z]{2,3}(?:[_@][\w@]+)?)?/help(?:/|$)")

# What such a page loads: the seller's logo, styles, and pictures in articles.
LOADED_PATH = re.compile(r"/(?:logo(?:\.png)?$|web/(?:image|assets)/)")


# What browsers say of pages inside of others.
FRAMES = {"iframe", "frame", "embed", "object"}


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    @classmethod
    def _is_framed_help(cls):
        """Return whether a page of help is shown inside of another page.

        That may be one of another site, which must not show what is for the person
        alone: whoever reads there is a visitor.
        """
        return bool(
            request
            and HELP_PATH.match(request.httprequest.path)
            and request.httprequest.headers.get("Sec-Fetch-Dest") in FRAMES
        )

    @classmethod
    def _is_help_visitor(cls):
        """Return whether somebody who is not signed in reads help."""
        return bool(
            request
            and (not request.session.uid or cls._is_framed_help())
            and HELP_PATH.match(request.httprequest.path)
        )

    @classmethod
    def _get_portal_view(cls):
        """Extend: not inside of another page, which staff may have open too."""
        return None if cls._is_framed_help() else super()._get_portal_view()

    @classmethod
    def _auth_method_public(cls):
        """Extend: who reads help inside of another page is a visitor."""
        result = super()._auth_method_public()
        if request.session.uid and cls._is_framed_help():
            visitor = request.env["ir.model.data"]._xmlid_to_res_id("base.public_user")
            request.update_env(user=visitor)
        return result

    @classmethod
    def _match(cls, path):
        """Extend: the way to the page in another language sets no cookie."""
        try:
            return super()._match(path)
        except HTTPException as error:
            is_redirect = error.response is not None
            if is_redirect and HELP_PATH.match(path) and not request.session.uid:
                error.response.headers.pop("Set-Cookie", None)
                request.session.can_save = False
            raise

    @classmethod
    def _pre_dispatch(cls, rule, args):
        """Extend: what such a page loads begins no session either."""
        result = super()._pre_dispatch(rule, args)
        is_new = "session_id" not in request.cookies and not request.session.uid
        if is_new and LOADED_PATH.match(request.httprequest.path):
            request.session.can_save = False
        return result

    @classmethod
    def _frontend_pre_dispatch(cls):
        """Extend: a visitor has the language of the address, without a cookie.

        A website does here what its pages need, and sets its cookies.
        """
        if cls._is_help_visitor() and "website" not in request.env:
            request.session.can_save = False
            request.update_context(lang=request.lang.code)
            return
        super()._frontend_pre_dispatch()

    def _get_help_langs(self):
        """Return the languages of the pages as dicts, and how addresses name them."""
        default = self._get_default_lang()
        langs = self.env["res.lang"]
        return [
            {
                "code": code,
                "tag": langs._get_portal_tag(code),
                "prefix": "" if code == default.code else f"/{lang.url_code}",
                "name": lang.name.split("/")[-1].strip(),
                "is_here": code == self.env.lang and "true",
            }
            for code, lang in langs._get_frontend().items()
        ]
