from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    """Give people the usual role, and drafts of orders to whoever began them.

    Before there were roles a draft belonged to its `create_uid`.
    """
    env = api.Environment(cr, SUPERUSER_ID, {})
    people = env["res.users"].search([("share", "=", True)])
    people._ensure_portal_memberships()
    drafts = env["sale.order"].search(
        [
            ("state", "=", "draft"),
            ("reorder_origin_id", "!=", False),
            ("portal_user_id", "=", False),
            ("create_uid.share", "=", True),
        ]
    )
    for maker, orders in drafts.grouped("create_uid").items():
        orders.portal_user_id = maker
