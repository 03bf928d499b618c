"""The messages of an invoice that the customer sees."""

from odoo import models
from odoo.fields import Domain

from ...const import MOST_MESSAGES, SHOWN_MESSAGES


class AccountMove(models.Model):
    _inherit = "account.move"

    def _get_portal_messages(self, limit=SHOWN_MESSAGES):
        """Return the messages of this document that both sides see, the newest first.

        In sudo: the caller has checked who reads the document. The domain is that of
        Odoo's own list of messages in the portal.
        """
        self.ensure_one()
        messages = self.env["mail.message"]
        comment_id = self.env["ir.model.data"]._xmlid_to_res_id("mail.mt_comment")
        field = self._fields["website_message_ids"]
        domain = (
            Domain(field.get_comodel_domain(self))
            & Domain("res_id", "=", self.id)
            & Domain("subtype_id", "=", comment_id)
            & messages._get_search_domain_share()
            & (
                Domain("body", "not in", [False, ""])
                | Domain("attachment_ids", "!=", False)
            )
        )
        return messages.search_fetch(
            domain,
            ["date", "body", "author_id", "email_from", "attachment_ids"],
            order="id desc",
            limit=min(limit, MOST_MESSAGES),
        )
