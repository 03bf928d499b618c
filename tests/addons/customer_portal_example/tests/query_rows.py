"""The pages whose queries the core counts here."""

from odoo.tools import SQL

PAGES = {"/my/examples?filterby=all": 7}


def set_up(case):
    """Create ten examples, none of which waits on the overview."""
    values = {"partner_id": case.customer.id, "state": "confirmed"}
    case.env["portal.example"].create(
        [{"name": f"Example {number}", **values} for number in range(10)]
    )


def multiply(case, times):
    """Copy them."""
    case._copy_rows("portal_example", {}, SQL("TRUE"), times)
