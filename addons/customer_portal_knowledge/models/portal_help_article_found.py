"""Articles in the one search of the portal, as the search of help finds them."""

from urllib.parse import quote

from odoo import api, models
from odoo.fields import Domain

from odoo.addons.customer_portal.tools.found import ALIKE, NAMES, WORDS, FoundGroup

from ..tools.wanted import read_question


class PortalHelpArticle(models.Model):
    _name = "portal.help.article"
    _inherit = ["portal.help.article", "portal.found.mixin"]

    @api.model
    def _get_portal_found_groups(self, user, customer):
        """Override: what one sees on /help."""
        label = self.env._("Help")
        return [FoundGroup("help", label, "fa-book", self._get_shown_domain())]

    @api.model
    def _search_portal_found(self, text, how, group, limit):
        """Override: by the index of help; mistakes only where nothing else is found."""
        # A number that was mistyped is no word of an article.
        is_number = how == ALIKE and any(sign.isdigit() for sign in text)
        if is_number or how not in (WORDS, NAMES, ALIKE):
            return self.browse()._as_query()
        lang = self.env.lang or "en_US"
        ids, _groups, _mended = self._find_ids_by_words(
            text, lang, group.domain, mends=how == ALIKE
        )
        pinned = self._search(
            Domain("id", "in", self._get_pinned(text, lang)) & group.domain
        )
        return self.browse(dict.fromkeys([*pinned, *ids[:limit]]))._as_query()

    def _prepare_portal_found_rows(self, words):
        """Override: in the language of the reader, with the words marked."""
        lang = self.env.lang or "en_US"
        titles = self._get_titles(lang)
        rows = [titles[record_id] for record_id in self.ids if record_id in titles]
        question = " ".join(word.typed for word in words)
        if question:
            langs = self._get_searched_langs(lang)
            self._mark_rows(rows, read_question(question, langs))
        return [
            self._prepare_portal_found_row(
                row["id"],
                row["name"],
                row["url"],
                excerpt=row.get("excerpt") or "",
                part=f"/my/help?article={quote(row['slug'])}",
            )
            for row in rows
        ]
