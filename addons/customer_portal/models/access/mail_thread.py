from odoo import models
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tools import ormcache

from ...const import LONGEST_TOKEN, MOST_MESSAGES, SHOWN_MESSAGES

# What says to whom a message goes, and who gets the answer.
ADDRESSES = (
    "incoming_email_cc",
    "incoming_email_to",
    "mail_server_id",
    "outgoing_email_to",
    "partner_ids",
    "reply_to",
)


class MailThread(models.AbstractModel):
    _inherit = "mail.thread"

    def message_post(self, **kwargs):
        """Extend: people of customers write to those who follow the document.

        :raise AccessError: where they choose who gets the message, or the answer
        """
        if any(kwargs.get(name) for name in ADDRESSES):
            self._check_chooses_readers()
        return super().message_post(**kwargs)

    def message_notify(self, **kwargs):
        """Extend: people of customers send nobody mails in the seller's name.

        :raise AccessError: for them
        """
        self._check_chooses_readers()
        return super().message_notify(**kwargs)

    def _check_chooses_readers(self):
        """Raise unless a message may go to whoever is named: staff, or code in sudo.

        Both methods are open to every call by RPC.

        :raise AccessError: for people of customers
        """
        if not (self.env.su or self.env.user._is_internal()):
            raise AccessError(self.env._("Write on the page of the document."))

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

    def _get_portal_messages(self, limit=SHOWN_MESSAGES):
        """Return the messages of this document that both sides see, the newest first.

        In sudo: the caller has checked who reads the document. The domain is that of
        Odoo's own list of messages in the portal.
        """
        self.ensure_one()
        linked = self._get_messages_query(min(limit, MOST_MESSAGES))
        # sudo: as said above
        messages = self.env["mail.message"].sudo()
        return messages._fetch_by_query(linked, self.ids)

    @ormcache("self._name", "limit", "self.env.lang")
    def _get_messages_query(self, limit):
        """Return the LinkedQuery of the messages of a document; see `_build_query`."""
        # sudo: as `_get_portal_messages` says
        messages = self.env["mail.message"].sudo()
        comment_id = self.env["ir.model.data"]._xmlid_to_res_id("mail.mt_comment")
        field = self._fields["website_message_ids"]
        domain = (
            Domain(field.get_comodel_domain(self))
            & Domain("subtype_id", "=", comment_id)
            & messages._get_search_domain_share()
            & (
                Domain("body", "not in", [False, ""])
                | Domain("attachment_ids", "!=", False)
            )
        )
        query = messages._search(domain, order="id desc", limit=limit)
        names = ("date", "body", "author_id", "email_from", "attachment_ids")
        return messages._build_query(query, "res_id", names)


def _is_token(text):
    return isinstance(text, str) and text.isascii() and len(text) <= LONGEST_TOKEN
