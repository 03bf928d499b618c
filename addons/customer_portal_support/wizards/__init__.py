from . import (
    portal_ticket_make_wizard,
    portal_ticket_merge_wizard,
    portal_ticket_reply_wizard,
    portal_ticket_split_wizard,
)
