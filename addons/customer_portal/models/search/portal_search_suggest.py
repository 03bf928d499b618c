"""What a longer text may be about, as somebody writes it."""

import re

from odoo import api, models

from ...tools.found import ALIKE, EXACT, NAMES
from ...tools.number import plain_text
from ...tools.search import get_dense_pieces, split_words
from .portal_search import SHORTEST_TYPED

LONGEST_TEXT = 500
MOST_NUMBERS = 3
MOST_NAMES = 2  # each is a search of its own
LONGEST_DENSE = 8  # letters of Chinese that are one name
MOST_OF_GROUP = 2
MOST_ROWS = 4

_NUMBER = re.compile(r"[A-Za-z0-9]+(?:[-/._][A-Za-z0-9]+)*")
_NAME = re.compile(r"[^\W\d_]{2,}")


class PortalSearch(models.AbstractModel):
    _inherit = "portal.search"

    @api.model
    def _get_unasked_sources(self):
        """Return the models that say nothing to a text: people and addresses."""
        return {"portal.membership", "res.partner"}

    @api.model
    def _find_for_text(self, text):
        """Return the rows of what a text may be about, the surest first.

        Its numbers are looked for exactly, its longest words among the names; in the
        person's own rights, in one query.

        :return: list of rows, as `_find` has them
        """
        if not self._is_enough(text, SHORTEST_TYPED):
            return []
        unasked = self._get_unasked_sources()
        groups = [
            (model, group)
            for model, group in self._get_groups()
            if model._name not in unasked
        ]
        clues = self._get_clues(text)
        found = self.env["portal.scoped.mixin"]._find_ids(
            {
                (group.key, place): model._search_portal_found(
                    word, how, group, MOST_OF_GROUP
                )
                for place, (word, how) in enumerate(clues)
                for model, group in groups
            }
        )
        # As the clues stand: numbers before names.
        pairs = [
            (key, record_id)
            for (key, _place), ids in sorted(found.items(), key=lambda item: item[0][1])
            for record_id in ids
        ]
        chosen = {}  # {key of a group: ids}
        for key, record_id in list(dict.fromkeys(pairs))[:MOST_ROWS]:
            chosen.setdefault(key, []).append(record_id)
        by_key = {group.key: (model, group) for model, group in groups}
        words = split_words(" ".join(word for word, _how in clues))
        return [
            row
            for key, ids in chosen.items()
            for row in self._prepare_rows(*by_key[key], ids, words)
        ]

    @api.model
    def _get_clues(self, text):
        """Return [(words, how to look for them)] of a text."""
        plain = plain_text(text[:LONGEST_TEXT])
        numbers = [
            number
            for number in _NUMBER.findall(plain)
            if len(number) >= SHORTEST_TYPED and any(map(str.isdigit, number))
        ]
        names = [
            (name[:LONGEST_DENSE], ALIKE) if get_dense_pieces(name) else (name, NAMES)
            for name in _NAME.findall(plain)
            if len(name) > SHORTEST_TYPED or get_dense_pieces(name)
        ]
        names.sort(key=lambda clue: -len(clue[0]))
        return [
            *(
                (number, EXACT)
                for number in list(dict.fromkeys(numbers))[:MOST_NUMBERS]
            ),
            *list(dict.fromkeys(names))[:MOST_NAMES],
        ]
