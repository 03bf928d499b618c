from . import (
    portal_capture_wizard,
    portal_dispute_decision,
    portal_document_request_wizard,
    portal_invitation_wizard,
    portal_promise_record,
    portal_refund_wizard,
    portal_reminder_decision,
    portal_search_figures,
    portal_section_wizard,
    portal_statement_wizard,
    portal_transfer_wizard,
    portal_view_wizard,
)
