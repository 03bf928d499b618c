from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import ormcache

from ..tools.wanted import LONGEST_SYNONYM, get_phrase_key, get_phrase_query


class PortalHelpSynonym(models.Model):
    """Phrases that mean the same: who looks for one finds all of them."""

    _name = "portal.help.synonym"
    _description = "Synonyms in the search of help"
    _inherit = ["portal.help.phrase.mixin"]

    is_one_way = fields.Boolean(
        "First line only",
        help="Who looks for the first finds the others too, but not in reverse.",
    )

    @api.constrains("phrases")
    def _check_synonyms(self):
        for synonym in self:
            if len(synonym._get_phrases()) < 2:
                raise ValidationError(
                    self.env._("Write at least 2 phrases that mean the same.")
                )
            if any(len(p.split()) > LONGEST_SYNONYM for p in synonym._get_phrases()):
                raise ValidationError(
                    self.env._("A synonym has at most %s words.", LONGEST_SYNONYM)
                )

    @api.model
    @ormcache("lang")
    def _get_synonyms(self, lang):
        """Return {words of a phrase: tsqueries that mean the same}; in sudo."""
        found = {}
        for synonym in self.search([("lang", "in", [False, lang])]):
            phrases = synonym._get_phrases()
            for place, phrase in enumerate(phrases):
                if place and synonym.is_one_way:
                    break
                queries = {
                    get_phrase_query(other, lang)
                    for other in phrases
                    if other != phrase
                }
                found.setdefault(get_phrase_key(phrase, lang), set()).update(queries)
        return {
            key: frozenset(filter(None, queries))
            for key, queries in found.items()
            if key
        }
