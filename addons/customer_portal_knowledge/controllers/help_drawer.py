"""Help where one is: what explains a page, and what is on it, beside the page."""

from urllib.parse import urlencode

from odoo import http
from odoo.http import request

from odoo.addons.customer_portal.controllers.portal import PAGE
from odoo.addons.customer_portal.tools.parse import clean_text, parse_own_path

from ..const import START
from .help_page import HelpPortal


class HelpDrawerPortal(HelpPortal):
    @http.route("/my/help", **PAGE)
    def portal_my_help(self, of="", article="", part="", **_query):
        """Show what helps with a page, or one article beside it.

        :param of: the address of the page
        :param article: the word of an article that is read in place
        :param part: anything, for the drawer, which has a frame already
        """
        path = self._read_place(of)
        if article:
            return self._render_beside(clean_text(article), path)
        return self._render_drawer(
            "drawer", {"path": path, **self._prepare_drawer(path)}, bool(part)
        )

    def _render_beside(self, slug, path):
        """Render one article in the drawer."""
        page, category, _tree = self._find_article("", slug)
        if page is None:
            return self._miss()
        return self._render_drawer(
            "drawer_article",
            {
                "path": path,
                "page": page,
                "url": f"{category._get_url()}/{page['slug']}",
                **self._get_language_values(page),
            },
            is_part=True,
        )

    def _render_drawer(self, template, values, is_part):
        """Render what the drawer holds, alone or as a page of its own."""
        values = {"draw_help_text": self._draw_text, **values}
        template = f"customer_portal_knowledge.{template}"
        if not is_part:
            request.portal_place = "/help"
            return self._render_page(f"{template}_page", values)
        response = request.render(template, {"is_part": True, **values})
        response.headers["Cache-Control"] = "no-store"
        return response

    @staticmethod
    def _read_place(of):
        """Return the path of a page of the portal in an address, or the start."""
        path = parse_own_path(of).partition("?")[0].partition("#")[0]
        is_portal = path == START or path.startswith(f"{START}/")
        return path if is_portal else START

    def _prepare_drawer(self, path):
        """Return what a page offers: articles, manuals, and what else one can do."""
        articles, lang = request.env["portal.help.article"], self._get_lang()
        rows = articles._find_for_page(path, lang)
        word, record = articles._find_page_record(path)
        products = record._get_help_products() if record else []
        known = {row["id"] for row in rows}
        return {
            "rows": rows,
            "product_rows": [
                row
                for row in articles._find_for_products(products, lang)
                if row["id"] not in known
            ],
            "manuals": articles._find_manuals({"product_ids": products}),
            "actions": self._get_help_actions(word, record),
            "beside": f"/my/help?{urlencode({'of': path})}",
        }

    def _get_help_actions(self, word, record):
        """Return [(label, address)] of what one can do who still does not know.

        A seam: support adds a ticket about the record.

        :param str word: of `_get_page_models`, or ""
        :param record: what the page shows, in the own rights, or None
        """
        _ = request.env._
        if request.env.user._get_portal_contact():
            return [(_("Your contact"), "/my#contact")]
        return []
