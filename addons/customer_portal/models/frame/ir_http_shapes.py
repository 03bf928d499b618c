"""Odoo's calls about messages, as people who are not staff may send them.

Odoo uses what a call carries before it asks what it is, and fails in the middle.
"""

from werkzeug.exceptions import BadRequest, NotFound

from odoo import models

from ...tools.mailbox import LONGEST_NAMED
from ...tools.shapes import (
    find_odd,
    is_bool,
    is_dict,
    is_id,
    is_list,
    is_number,
    is_text,
    is_word,
    maybe,
)

LONGEST_BODY = 200_000  # characters; how long a message may be is asked later
LONGEST_PICTURE = 2**20  # characters

THREAD = {"thread_model": is_word, "thread_id": is_id}
ACCESS = {"token": maybe(is_word), "hash": maybe(is_word), "pid": maybe(is_id)}
MAILBOXES = is_list(is_text(LONGEST_NAMED))
MESSAGE = {
    "body": is_text(LONGEST_BODY),
    "attachment_ids": is_list(is_id),
    "attachment_tokens": is_list(maybe(is_word)),
    "partner_ids": is_list(is_id),
    "partner_emails": MAILBOXES,
    "partner_ids_mention_token": is_dict(is_word),
    "role_ids": is_list(is_id),
    "rating_value": maybe(is_number),
    "email_add_signature": is_bool,
    "message_type": is_word,
    "subtype_xmlid": maybe(is_word),
}
# What says which document or message is meant, and what of it.
NAMES = {"thread_model", "thread_id", "message_id", "post_data", "update_data"}
# {route: shapes of its values}
SHAPES = {
    "/mail/message/post": {
        **THREAD,
        **ACCESS,
        "post_data": MESSAGE,
        "canned_response_ids": is_list(is_id),
    },
    "/mail/message/update_content": {
        **ACCESS,
        "message_id": is_id,
        "update_data": MESSAGE,
        "canned_response_ids": is_list(is_id),
    },
    "/mail/message/reaction": {
        **ACCESS,
        "message_id": is_id,
        "content": is_word,
        "action": is_word,
    },
    "/portal/chatter_init": {**THREAD, **ACCESS},
    "/mail/chatter_fetch": {**THREAD, **ACCESS},
    "/mail/thread/messages": THREAD,
    "/mail/thread/recipients": {**THREAD, "message_id": maybe(is_id)},
    "/mail/thread/recipients/get_suggested_recipients": {
        **THREAD,
        "partner_ids": maybe(is_list(is_id)),
        "main_email": maybe(is_text(LONGEST_NAMED)),
    },
    "/mail/partner/from_email": {**THREAD, "emails": MAILBOXES},
    "/mail/read_subscription_data": {"follower_id": is_id},
    "/mail/thread/subscribe": {"res_id": is_id, "partner_ids": is_list(is_id)},
    "/mail/thread/unsubscribe": {"res_id": is_id, "partner_ids": is_list(is_id)},
    "/mail/update_is_internal": {"message_id": is_id, "is_internal": is_bool},
    "/mail/attachment/delete": {
        "attachment_id": is_id,
        "access_token": maybe(is_word),
    },
    "/mail/attachment/update_thumbnail": {
        "attachment_id": is_id,
        "thumbnail": maybe(is_text(LONGEST_PICTURE)),
        "access_token": maybe(is_word),
    },
}


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    @classmethod
    def _check_shapes(cls, rule, values):
        """Refuse a call that carries what its route does not take.

        :raise HTTPException: NotFound for what cannot be a document, else BadRequest
        """
        shapes = SHAPES.get(rule.rule)
        if not shapes or cls._is_staff():
            return
        odd = find_odd(values, shapes)
        if odd in NAMES:
            raise NotFound
        if odd:
            raise BadRequest(f"{odd} is not what it must be.")
