"""The index of the search: what it knows of each text that people read.

An entry is made with a version and goes with it, so it follows publishing, restoring
and deleting by itself. Who may see an article stands nowhere in it: that is asked with
each search. The columns that hold words are of types that no field of Odoo has.
"""

from odoo import api, fields, models
from odoo.tools import SQL

from ..tools.body import get_blocks
from ..tools.words import get_vector, split_text

LARGEST_TEXT = 100_000  # characters of an article that are searched
AT_ONCE = 200


class PortalHelpEntry(models.Model):
    """What a search finds a version by."""

    _name = "portal.help.entry"
    _description = "Entry in the index of help"
    _log_access = False

    version_id = fields.Many2one(
        "portal.help.version", required=True, ondelete="cascade"
    )
    article_id = fields.Many2one(
        "portal.help.article", required=True, ondelete="cascade"
    )
    lang = fields.Char(required=True)
    is_source = fields.Boolean()
    text = fields.Text(help="What excerpts are cut from.")

    _version_unique = models.UniqueIndex("(version_id)")
    _read_index = models.Index("(article_id, lang)")

    def init(self):
        """Extend: add the columns of words; in `title` are those of the title alone.

        `starts` has where in the text each of its words begins, for excerpts.
        Their indexes are always in order: what is published seldom is searched often.
        """
        result = super().init()
        self.env.cr.execute(
            SQL(
                """
                ALTER TABLE portal_help_entry
                    ADD COLUMN IF NOT EXISTS words tsvector,
                    ADD COLUMN IF NOT EXISTS title tsvector,
                    ADD COLUMN IF NOT EXISTS starts integer[];
                CREATE INDEX IF NOT EXISTS portal_help_entry_words_index
                    ON portal_help_entry USING gin (words) WITH (fastupdate = off);
                CREATE INDEX IF NOT EXISTS portal_help_entry_title_index
                    ON portal_help_entry USING gin (title) WITH (fastupdate = off)
                """
            )
        )
        return result

    @api.model
    def _add(self, versions):
        """Take versions into the index, in the place of former ones; in sudo."""
        if not versions:
            return
        versions.flush_recordset()
        self._drop(versions)
        words = self.env["portal.help.word"]
        for version in versions:
            blocks = [(version.name, "A"), *self._get_blocks(version)]
            text = "\n".join(block for block, _weight in blocks[1:])
            self.env.cr.execute(
                SQL(
                    """
                    INSERT INTO portal_help_entry
                           (version_id, article_id, lang, is_source, text, title, words,
                            starts)
                    VALUES (%s, %s, %s, %s, %s, %s::tsvector, %s::tsvector, %s)
                    """,
                    version.id,
                    version.article_id.id,
                    version.lang,
                    version.is_source,
                    text,
                    get_vector(blocks[:1], version.lang),
                    get_vector(blocks, version.lang),
                    [token.start for token in split_text(text, version.lang)],
                )
            )
            words._add(version.lang, [text for text, _weight in blocks])
        self.invalidate_model()

    @api.model
    def _get_blocks(self, version):
        """Return [(text, weight)] of what stands below the title."""
        blocks, left = [], LARGEST_TEXT
        if version.summary:
            blocks.append((version.summary, "B"))
        for text, is_heading in get_blocks(version.body):
            text = text[:left]
            left -= len(text)
            blocks.append((text, "B" if is_heading else "D"))
            if not left:
                break
        return blocks

    @api.model
    def _drop(self, versions):
        """Take versions out of the index."""
        if versions:
            self.env.cr.execute(
                SQL(
                    "DELETE FROM portal_help_entry WHERE version_id IN %s",
                    tuple(versions.ids),
                )
            )
            self.invalidate_model()

    @api.model
    def _rebuild(self):
        """Make the whole index anew: after another way to split or stem words."""
        versions = self.env["portal.help.version"]
        current = versions.search([("is_current", "=", True)], order="id")
        self.env.cr.execute(SQL("DELETE FROM portal_help_entry"))
        self.env.cr.execute(SQL("DELETE FROM portal_help_word"))
        for start in range(0, len(current), AT_ONCE):
            part = current[start : start + AT_ONCE]
            self._add(part)
            part.invalidate_recordset()
        return len(current)

    @api.model
    def _mend(self):
        """Index what was changed past the ORM, and forget words that nothing has."""
        self.env["portal.help.version"].flush_model()
        found = self.env.execute_query(
            SQL(
                """
                SELECT version.id, version.is_current
                  FROM portal_help_version version
             LEFT JOIN portal_help_entry entry ON entry.version_id = version.id
                 WHERE version.is_current IS TRUE AND entry.starts IS NULL
                    OR version.is_current IS NOT TRUE AND entry.id IS NOT NULL
                """
            )
        )
        versions = self.env["portal.help.version"]
        self._add(versions.browse(id for id, is_current in found if is_current))
        self._drop(versions.browse(id for id, is_current in found if not is_current))
        self.env["portal.help.word"]._forget()
