from odoo import api, fields, models
from odoo.tools import ormcache

from ..tools.wanted import get_phrase_key


class PortalHelpPin(models.Model):
    """Articles that come first when somebody looks for these words."""

    _name = "portal.help.pin"
    _description = "Pinned result in the search of help"
    _inherit = ["portal.help.phrase.mixin"]
    _order = "sequence, id"

    sequence = fields.Integer(default=10)
    article_ids = fields.Many2many(
        "portal.help.article",
        string="Come first",
        required=True,
        help="Who may not see one of them does not find it here either.",
    )

    @api.model
    @ormcache("lang")
    def _get_pins(self, lang):
        """Return {words of a phrase, in any order: ids of articles}; in sudo."""
        found = {}
        for pin in self.search([("lang", "in", [False, lang])]):
            for phrase in pin._get_phrases():
                key = frozenset(get_phrase_key(phrase, lang))
                found.setdefault(key, []).extend(pin.article_ids.ids)
        return {key: tuple(dict.fromkeys(ids)) for key, ids in found.items() if key}
