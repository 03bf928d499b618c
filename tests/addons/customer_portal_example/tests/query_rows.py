"""The pages whose queries the core counts here."""

from odoo.tools import SQL

PAGES = {"/my/examples": 8}


def set_up(case):
    """Create ten examples."""
    case.env["portal.example"].create(
        [{"name": f"Example {n}", "partner_id": case.customer.id} for n in range(10)]
    )


def multiply(case, times):
    """Copy them."""
    case._copy_rows("portal_example", {}, SQL("TRUE"), times)
