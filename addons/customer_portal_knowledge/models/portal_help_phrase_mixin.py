"""What editors teach the search: words that mean the same, and what comes first."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..tools.wanted import LONGEST_QUESTION

MOST_PHRASES = 20


class PortalHelpPhraseMixin(models.AbstractModel):
    """Phrases of a language, one on each line."""

    _name = "portal.help.phrase.mixin"
    _description = "Phrases of the search of help"

    active = fields.Boolean(default=True)
    lang = fields.Selection(
        lambda self: self.env["res.lang"].get_installed(),
        "Language",
        help="Empty: of all languages.",
    )
    phrases = fields.Text(required=True, help="One on each line.")

    @api.depends("phrases")
    def _compute_display_name(self):
        for record in self:
            record.display_name = ", ".join(record._get_phrases())

    @api.constrains("phrases")
    def _check_phrases(self):
        for record in self:
            phrases = record._get_phrases()
            if not phrases or len(phrases) > MOST_PHRASES:
                raise ValidationError(
                    self.env._("Write 1 to %s phrases, each on a line.", MOST_PHRASES)
                )
            if any(len(phrase) > LONGEST_QUESTION for phrase in phrases):
                raise ValidationError(self.env._("One of these phrases is too long."))

    @api.model_create_multi
    def create(self, vals_list):
        """Extend: searches read the new phrases."""
        self.env.registry.clear_cache()
        return super().create(vals_list)

    def write(self, vals):
        """Extend: searches read the new phrases."""
        self.env.registry.clear_cache()
        return super().write(vals)

    def unlink(self):
        """Extend: searches forget the phrases."""
        self.env.registry.clear_cache()
        return super().unlink()

    def _get_phrases(self):
        """Return the phrases as they were written."""
        lines = (" ".join(line.split()) for line in (self.phrases or "").splitlines())
        return list(filter(None, lines))
