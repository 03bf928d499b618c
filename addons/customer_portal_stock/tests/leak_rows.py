"""What the leak test of the core reads and calls here: deliveries and their slips."""

from odoo import Command

GUARDED = ("stock.picking",)
KINDS = {"delivery": []}
FIELDS_READ = {
    "stock.picking": [
        "portal_customer_id",
        "site_contact_name",
        "site_contact_phone",
        "wished_date",
    ],
}
ADDRESSES = {
    "/my/picking/pdf/<int:picking_id>": ["/my/picking/pdf/{delivery}"],
    "/my/picking/return/pdf/<int:picking_id>": ["/my/picking/return/pdf/{delivery}"],
}
SKIPPED = {"/stock/": "reports that staff make in the back office"}


def add_papers(case, partner, person, key, **who):
    """Create an order of a stored product, and so a delivery."""
    case.env.user.group_ids |= case.env.ref("stock.group_stock_manager")
    product = case.env["product.product"].create(
        {"name": "Pallet", "type": "consu", "is_storable": True}
    )
    order = case._create_order(
        partner=person.partner_id if person else partner,
        order_line=[Command.create({"product_id": product.id})],
    )
    [delivery] = order.picking_ids
    delivery.name = f"CANARY-DELIVERY-{key}"
    case._add("delivery", delivery, delivery.name, "see_orders", **who)
