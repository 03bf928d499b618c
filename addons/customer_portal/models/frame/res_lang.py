from odoo import api, models

# What stands behind the @ of a locale, in the words of language tags (RFC 5646).
SCRIPTS = {"latin": "Latn", "cyrillic": "Cyrl", "cyrl": "Cyrl", "latn": "Latn"}


class ResLang(models.Model):
    _inherit = "res.lang"

    @api.model
    def _get_portal_tag(self, code):
        """Return the language tag of Odoo's code of a language, as BCP 47 has it.

        >>> "en_US" is en-US, "sr@latin" is sr-Latn, "es_419" is es-419, "" is en
        """
        locale, _at, modifier = (code or "en").partition("@")
        language, _line, region = locale.partition("_")
        modifier = SCRIPTS.get(modifier.lower(), modifier)
        # A script stands before the region, a variant behind it.
        parts = (
            [language, modifier, region]
            if modifier in SCRIPTS.values()
            else [language, region, modifier]
        )
        return "-".join(filter(None, parts))
