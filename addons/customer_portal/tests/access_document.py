"""Rows of `test_access` for documents."""

LOGIN = "login"

GET_ROWS = {
    "/my/documents": (LOGIN, 200, 200, 200),
    "/my/documents/send": (LOGIN, 200, 200, 200),
    "/my/documents/requests": (LOGIN, 200, 200, 200),
    "/my/documents/<int:document_id>": (LOGIN, 404, 404, 200),
    "/my/documents/<int:document_id>/download": (LOGIN, 404, 404, 200),
    "/my/documents/<int:document_id>/versions/<int:version_id>/download": (
        LOGIN,
        404,
        404,
        200,
    ),
    "/my/documents/requests/<int:request_id>": (LOGIN, 404, 404, 200),
}
POST_ROWS = {
    "/my/documents/send": (LOGIN, 422, 422, 422),
    "/my/documents/<int:document_id>/versions": (LOGIN, 404, 404, 422),
    "/my/documents/<int:document_id>/withdraw": (
        LOGIN,
        404,
        404,
        "/my/documents?notice=document_withdrawn",
    ),
    "/my/documents/requests/<int:request_id>": (LOGIN, 404, 404, 422),
}
PARAMETERS = {
    "/my/documents": ["search", "filterby", "sortby", "kind", "after", "before"],
    "/my/documents/requests": ["search", "filterby", "sortby", "after", "notice"],
}
# {route: from a hostile value to the fields of its form}
FORMS = {
    "/my/documents/send": lambda value: dict.fromkeys(
        ("request_key", "kind_id", "customer_id", "title", "note", "valid_until"),
        value,
    ),
}
# What may be called by RPC; each asks for the rights itself.
PUBLIC_METHODS = {
    ("portal.document", "action_accept"),
    ("portal.document", "action_open_readers"),
    ("portal.document", "action_send_back"),
    ("portal.document.request", "action_accept"),
    ("portal.document.request", "action_cancel"),
    ("portal.document.request", "action_open_documents"),
    ("portal.document.request", "action_send_back"),
    ("portal.document.request", "create"),
    ("portal.document.request.wizard", "action_ask"),
    ("portal.document.request.wizard", "default_get"),
    ("portal.document.version", "create"),
    ("portal.document.version", "write"),
    ("res.partner", "action_open_portal_documents"),
}


def create_records(cls):
    """Create what the rows of this file are about, of the head office."""
    cls.document = cls._receive_document("Drawing", cls.buyer)
    cls.asked = cls._ask_for_document()
