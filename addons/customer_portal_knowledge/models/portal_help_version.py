from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..const import KEPT_VERSIONS
from ..tools.difference import draw_difference


class PortalHelpVersion(models.Model):
    """What people read of an article in one language, from one publishing to the next.

    Nobody writes a version, and people of customers do not read versions as such: the
    pages show the current ones of the articles that one sees.
    """

    _name = "portal.help.version"
    _description = "Version of an article of help"
    _order = "id desc"

    article_id = fields.Many2one(
        "portal.help.article", required=True, readonly=True, ondelete="cascade"
    )
    lang = fields.Char("Language", required=True, readonly=True)
    is_source = fields.Boolean(
        "Original", readonly=True, help="In the language of the article."
    )
    is_current = fields.Boolean("On the pages", readonly=True)
    is_outdated = fields.Boolean(
        "Outdated", readonly=True, help="The original was changed after it."
    )
    number = fields.Integer("Version", readonly=True)
    source_number = fields.Integer(
        "Of version", readonly=True, help="The version of the original that it has."
    )
    name = fields.Char("Title", required=True, readonly=True)
    summary = fields.Char(readonly=True)
    # Cleaned when staff wrote it.
    body = fields.Html("Text", sanitize=False, readonly=True)
    note = fields.Char(readonly=True)
    date = fields.Datetime("Published", readonly=True)
    user_id = fields.Many2one("res.users", "Published by", readonly=True)
    difference = fields.Html(
        "Changes",
        compute="_compute_difference",
        sanitize=False,
        help="What differs from the version before it.",
    )

    _number_unique = models.UniqueIndex("(article_id, lang, number)")
    _current_unique = models.UniqueIndex("(article_id, lang) WHERE is_current")

    @api.depends("name", "number", "lang")
    def _compute_display_name(self):
        for version in self:
            version.display_name = self.env._(
                "%(name)s, version %(number)s (%(lang)s)",
                name=version.name,
                number=version.number,
                lang=version.lang,
            )

    def _compute_difference(self):
        for version in self:
            before = self.search(
                [
                    ("article_id", "=", version.article_id.id),
                    ("lang", "=", version.lang),
                    ("number", "<", version.number),
                ],
                order="number desc",
                limit=1,
            )
            version.difference = draw_difference(before, version)

    @api.model
    def _make(self, article, source, note=""):
        """Make the version that people read from now on; in sudo.

        :param source: the article, or one of its translations
        """
        lang = source.lang
        # A real UPDATE of the row: whoever publishes at the same time waits for it.
        article.flush_recordset()
        self.env.cr.execute(
            SQL(
                "UPDATE portal_help_article SET write_date = now() WHERE id = %s",
                article.id,
            )
        )
        former = self.search([("article_id", "=", article.id), ("lang", "=", lang)])
        former.filtered("is_current").is_current = False
        former.flush_recordset()
        is_source = source == article
        version = self.create(
            {
                "article_id": article.id,
                "lang": lang,
                "is_source": is_source,
                "is_current": True,
                "number": max(former.mapped("number"), default=0) + 1,
                "source_number": 0 if is_source else article.number,
                "name": source.name,
                "summary": source.summary,
                "body": source.body,
                "note": note,
                "date": fields.Datetime.now(),
                "user_id": self.env.uid,
            }
        )
        former.sorted("number", reverse=True)[KEPT_VERSIONS - 1 :].unlink()
        return version

    def _mark_outdated(self):
        """Mark the translations whose original was published anew; in sudo."""
        for version in self.filtered("is_current"):
            if not version.is_source:
                newest = version.article_id.number
                version.is_outdated = version.source_number < newest

    def _has_same_text(self, source):
        """Return whether an article or a translation says what this version says."""
        self.ensure_one()
        return all(
            (self[name] or "") == (source[name] or "")
            for name in ("name", "summary", "body")
        ) and (self.is_source or self.source_number == source.article_id.number)

    def action_restore(self):
        """Put the text of this version back to work on it; it is not published yet.

        :raise AccessError: for those who may not write the article
        :raise UserError: when its translation was deleted
        """
        self.ensure_one()
        article = self.article_id
        article.check_access("write")
        target = article
        if self.lang != article.lang:
            target = article.translation_ids.filtered(
                lambda translation: translation.lang == self.lang
            )
            if not target:
                raise UserError(self.env._("There is no translation to restore."))
        target.write({name: self[name] for name in ("name", "summary", "body")})
        return {
            "type": "ir.actions.act_window",
            "res_model": target._name,
            "res_id": target.id,
            "view_mode": "form",
        }
