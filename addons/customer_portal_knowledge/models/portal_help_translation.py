from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError


class PortalHelpTranslation(models.Model):
    """An article in another language, as staff work on it."""

    _name = "portal.help.translation"
    _description = "Translation of an article of help"
    _order = "article_id, lang"

    article_id = fields.Many2one(
        "portal.help.article", required=True, ondelete="cascade", index=True
    )
    lang = fields.Selection(
        lambda self: self.env["res.lang"].get_installed(), "Language", required=True
    )
    name = fields.Char("Title", required=True)
    summary = fields.Char()
    body = fields.Html("Text", sanitize=False)
    source_number = fields.Integer(
        "Of version",
        readonly=True,
        copy=False,
        help="The version of the original that was published when this was.",
    )
    is_outdated = fields.Boolean("Outdated", compute="_compute_is_outdated")

    _lang_unique = models.UniqueIndex(
        "(article_id, lang)", "There is a translation into this language already."
    )

    @api.depends("source_number", "article_id.number")
    def _compute_is_outdated(self):
        for translation in self:
            translation.is_outdated = (
                0 < translation.source_number < translation.article_id.number
            )

    @api.constrains("lang")
    def _check_lang(self):
        for translation in self:
            if translation.lang == translation.article_id.lang:
                raise ValidationError(
                    self.env._("The article itself is in this language.")
                )

    @api.model_create_multi
    def create(self, vals_list):
        """Extend: the text is cleaned before it is kept."""
        return super().create([self._clean_texts(vals) for vals in vals_list])

    def write(self, vals):
        """Extend: the text is cleaned before it is kept.

        :raise UserError: for another article or language
        """
        if {"article_id", "lang"} & vals.keys():
            raise UserError(self.env._("Make a new translation instead."))
        return super().write(self._clean_texts(vals))

    @api.model
    def _clean_texts(self, vals):
        """Return values of which the text is harmless."""
        return self.env["portal.help.article"]._clean_texts(vals)

    def action_publish(self):
        """Show the translation as it stands now, as one of the current original.

        :raise AccessError: for authors
        :raise UserError: before the article itself is published
        """
        for translation in self:
            article = translation.article_id
            article._check_editor()
            if article.state != "published":
                raise UserError(self.env._("Publish the article itself first."))
            article._publish_text(translation)
            translation.source_number = article.number

    def action_copy_original(self):
        """Begin with the text of the original, to write over it."""
        for translation in self:
            translation.body = translation.article_id.body

    @api.ondelete(at_uninstall=False)
    def _withdraw(self):
        """Take the translation off the pages with it.

        :raise AccessError: for authors, when people read it
        """
        for translation in self:
            # sudo: nobody writes versions; who may is asked below
            versions_sudo = translation.article_id.version_ids.sudo()
            read = versions_sudo.filtered(
                lambda version, lang=translation.lang: (
                    version.is_current and version.lang == lang
                )
            )
            if read:
                translation.article_id._check_editor()
                read.is_current = False
