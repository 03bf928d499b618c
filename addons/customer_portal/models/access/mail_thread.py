from odoo import models

from ...const import LONGEST_TOKEN


class MailThread(models.AbstractModel):
    _inherit = "mail.thread"

    def _get_thread_with_access(self, thread_id, *, token=None, hash=None, **kwargs):
        """Extend: a token that cannot be the document's opens nothing.

        Core fails on it, and so tells that the document exists.
        """
        if self._mail_post_token_field not in self._fields:
            # A signature is made of it: there can be none.
            token = hash = None
        if token:
            # sudo: whether the document has a token at all
            thread = self.browse(thread_id).sudo().exists()
            name = self._mail_post_token_field
            own = thread and name in thread._fields and thread[name]
            if not (own and _is_token(token)):
                token = None
        return super()._get_thread_with_access(
            thread_id, token=token, hash=hash if _is_token(hash) else None, **kwargs
        )


def _is_token(text):
    return isinstance(text, str) and text.isascii() and len(text) <= LONGEST_TOKEN
