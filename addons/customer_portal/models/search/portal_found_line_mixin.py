from odoo import api, models
from odoo.fields import Domain

from ...tools.search import search_word

MOST_READ = 50  # lines, of the papers that are shown


class PortalFoundLineMixin(models.AbstractModel):
    """A line of a paper: its text says why the paper was found."""

    _name = "portal.found.line.mixin"
    _description = "Line on which words are found"

    @api.model
    def _find_portal_excerpts(self, domain, parent, words):
        """Return {id of a paper: the text of its first line with one of the words}.

        In the caller's own rights.

        :param domain: of the lines of the papers that are shown
        :param str parent: the field of the paper
        """
        has_word = Domain.OR([search_word(word, ["name"]) for word in words])
        lines = self.search_fetch(
            domain & has_word, [parent, "name"], order="id", limit=MOST_READ
        )
        texts = {}
        for line in lines:
            texts.setdefault(line[parent].id, line.name)
        return texts
