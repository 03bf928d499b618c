from odoo import api, fields, models
from odoo.tools import SQL


class PortalHelpFeedback(models.Model):
    """Whether an article helped somebody: one answer for each reader and article.

    A visitor is known by a word made of the network's address and the browser's name
    with the database's secret; it cannot be read back, and is forgotten after 30 days.
    """

    _name = "portal.help.feedback"
    _description = "Feedback about an article of help"
    _order = "date desc, id desc"
    _rec_name = "article_id"

    article_id = fields.Many2one(
        "portal.help.article", required=True, readonly=True, ondelete="cascade"
    )
    number = fields.Integer("Version", readonly=True)
    lang = fields.Char("Language", readonly=True)
    is_helpful = fields.Boolean("Helped", readonly=True)
    comment = fields.Text(readonly=True)
    state = fields.Selection(
        [("open", "Open"), ("mended", "Mended"), ("closed", "Left as it is")],
        "Status",
        required=True,
        readonly=True,
        default="open",
        index=True,
    )
    date = fields.Datetime(required=True, readonly=True, default=fields.Datetime.now)
    user_id = fields.Many2one(
        "res.users",
        "Person",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    reader = fields.Char(readonly=True, copy=False)

    _reader_unique = models.UniqueIndex("(article_id, reader)")

    @api.model
    def _keep(self, article, text, is_helpful, comment, user=None, reader=""):
        """Keep what somebody thinks of an article; a later answer replaces it.

        In sudo: the caller has found the article in the rights of the one who answers.

        :param dict text: the version that was read, of `_get_text`
        :param user: the person, or nobody
        :param str reader: the word of a visitor
        """
        reader = f"user:{user.id}" if user else reader
        # One row for a reader, also when a button was pressed twice.
        self.flush_model()
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO portal_help_feedback (article_id, reader, user_id, date,
                            create_date, is_helpful, comment, number, lang, state)
                     VALUES (%(article)s, %(reader)s, %(user)s, %(now)s, %(now)s,
                             %(is_helpful)s, %(comment)s, %(number)s, %(lang)s, 'open')
                ON CONFLICT (article_id, reader) DO UPDATE
                        SET is_helpful = EXCLUDED.is_helpful, date = EXCLUDED.date,
                            comment = COALESCE(EXCLUDED.comment,
                                               portal_help_feedback.comment),
                            number = EXCLUDED.number, lang = EXCLUDED.lang,
                            state = 'open'
                """,
                article=article.id,
                reader=reader,
                user=user.id if user else None,
                now=fields.Datetime.now(),
                is_helpful=is_helpful,
                comment=comment or None,
                number=text["number"],
                lang=text["lang"],
            )
        )
        self.invalidate_model()
        article.invalidate_recordset(["feedback_ids"])
        if comment:
            article._ask_owner(lambda env: env._("A reader left a comment."))

    def action_mend(self):
        """Tell the people who left comments that the article was mended.

        :raise AccessError: for those who may not write the articles
        """
        self.article_id.check_access("write")
        self._settle("mended")._tell_mended()

    def action_close(self):
        """Put comments aside without telling anybody.

        :raise AccessError: for those who may not write the articles
        """
        self.article_id.check_access("write")
        self._settle("closed")

    def _settle(self, state):
        """Put what is open aside, of which the caller asked who may.

        :return: what was open, in sudo
        """
        # sudo: who may write the article answers its readers
        waiting = self.sudo().filtered(lambda feedback: feedback.state == "open")
        waiting.state = state
        waiting.article_id.activity_unlink(["mail.mail_activity_data_todo"])
        return waiting

    def _tell_mended(self):
        """Tell each person who left a comment, and may still read the article."""
        for article, group in self.grouped("article_id").items():
            people = group.filtered("comment").user_id.filtered(
                lambda person, article=article: article.with_user(person).has_access(
                    "read"
                )
            )
            for person in people:
                title = article._get_titles(person.lang).get(article.id)
                if not title:
                    continue
                self.env["portal.notice"]._tell(
                    "help_mended",
                    person,
                    person._get_portal_customer(),
                    article._get_url(),
                    lambda env, name=title["name"]: env._(
                        "We mended the article that you wrote to us about: %s.", name
                    ),
                )

    def _forget_person(self):
        """Keep the opinion as a figure, without the person and the words; in sudo."""
        for feedback in self:
            feedback.write(
                {"user_id": False, "comment": False, "reader": f"gone:{feedback.id}"}
            )

    @api.autovacuum
    def _gc_readers(self):
        """Forget by which word a visitor was known."""
        self.env.cr.execute(
            SQL(
                """UPDATE portal_help_feedback SET reader = 'gone:' || id
                    WHERE user_id IS NULL AND reader NOT LIKE 'gone:%%'
                      AND date < now() AT TIME ZONE 'UTC' - INTERVAL '30 days'"""
            )
        )
        self.invalidate_model(["reader"])
