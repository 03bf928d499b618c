"""Rows of the access test for the catalogue and the forms."""

from odoo.addons.customer_portal.tests.access_case import LOGIN

CATALOGUE = "/my/tickets/new"
FORM = f"{CATALOGUE}/<int:request_type>"

SUGGESTIONS = f"{CATALOGUE}/suggestions"
SOLVED = f"{CATALOGUE}/solved"

NEW_GET_ROWS = {
    CATALOGUE: (LOGIN, 200, 200, 200),
    FORM: (LOGIN, 200, 200, 200),
    SUGGESTIONS: (LOGIN, 200, 200, 200),
}
OF_MESSAGE = f"{CATALOGUE}/message/<int:message_id>"
NEW_POST_ROWS = {
    FORM: (LOGIN, 422, 422, 422),
    OF_MESSAGE: (LOGIN, 404, 404, "/my/tickets/*"),
    SOLVED: (LOGIN, *("/my/tickets?notice=ticket_not_needed",) * 3),
}
NAMES = ["order", "line", "invoice", "payment", "product"]
NEW_PARAMETERS = {CATALOGUE: [*NAMES, "all"], FORM: NAMES, SUGGESTIONS: ["q"]}


def prepare_new_form(env):
    """Return the form of the type "Something else", with two files."""
    kind = env.ref("customer_portal_support.type_other")
    text, files = kind.field_ids
    form = {
        f"answer_{text.id}": "Where is it?",
        "subject": "A question",
        "request_key": "fedcba9876543210" * 2,
        f"answer_{files.id}": [
            ("a.txt", b"One", "text/plain"),
            ("b.txt", b"Two", "text/plain"),
        ],
    }
    return {FORM: [form], OF_MESSAGE: [{}], SOLVED: [{"seal": "x"}]}


def post_message(case, person):
    """Return a message that a person wrote about an order of the customer."""
    order = case._create_order()
    return order.message_post(
        body="Where is it?",
        message_type="comment",
        subtype_xmlid="mail.mt_comment",
        author_id=person.partner_id.id,
        attachments=[("a.txt", b"One")],
    )
