import re
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

KEY_PATTERN = re.compile(r"[0-9a-f]{32}")


class PortalRequest(models.Model):
    """What a form sent once made, so that sending it again makes nothing more.

    Each form that creates something carries a key made when it was shown. The
    first request that arrives stores what it created under the key; a double
    click, a second tab or a retried request finds it.
    """

    _name = "portal.request"
    _description = "Answered request of the portal"

    user_id = fields.Many2one("res.users", required=True, ondelete="cascade")
    key = fields.Char(required=True)
    res_model = fields.Char(required=True)
    res_id = fields.Many2oneReference(model_field="res_model", required=True)

    _user_key_unique = models.UniqueIndex("(user_id, key)")

    @staticmethod
    def _is_key(key):
        return isinstance(key, str) and bool(KEY_PATTERN.fullmatch(key))

    @api.model
    def _get_result(self, key, model):
        """Return what this person's request of that key created, or nothing.

        :return: one record of `model` in the caller's own rights, or none
        """
        if not self._is_key(key):
            return self.env[model]
        # sudo: the rows are no one's to read; the user's own key is asked for
        request = self.sudo().search(
            [
                ("user_id", "=", self.env.uid),
                ("key", "=", key),
                ("res_model", "=", model),
            ],
            limit=1,
        )
        return self.env[model].browse(request.res_id).exists()

    @api.model
    def _remember(self, key, record):
        """Store that the request of that key created `record`.

        Two requests with one key at the same time: under REPEATABLE READ the
        later one fails to serialize here, is run again and finds the record.
        """
        if not self._is_key(key):
            return
        now = fields.Datetime.now()
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO portal_request
                            (user_id, key, res_model, res_id, create_uid, create_date,
                             write_uid, write_date)
                     VALUES (%(uid)s, %(key)s, %(model)s, %(id)s, %(uid)s, %(now)s,
                             %(uid)s, %(now)s)
                ON CONFLICT (user_id, key) DO NOTHING
                """,
                uid=self.env.uid,
                key=key,
                model=record._name,
                id=record.id,
                now=now,
            ),
            log_exceptions=False,
        )

    @api.model
    def _make_once(self, key, model, make, *args):
        """Return what the request of that key created; the first one makes it.

        :param callable make: called with the arguments, returns a record of `model`
        """
        record = self._get_result(key, model)
        if not record:
            record = make(*args)
            self._remember(key, record)
        return record

    @api.autovacuum
    def _gc_old_requests(self):
        """Forget keys a week old: no browser sends such a form again."""
        limit = fields.Datetime.now() - timedelta(days=7)
        self.search([("create_date", "<", limit)], limit=10000).unlink()
