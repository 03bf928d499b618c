"""Deliveries stay with the customer of their day, with and without an order."""

from odoo import Command


def add_moved_papers(case, contact):
    """Return a delivery of an order, and one that somebody made by hand."""
    product = case.env["product.product"].create(
        {"name": "Pallet", "type": "consu", "is_storable": True}
    )
    line = {"product_id": product.id, "price_unit": 0.0}
    order = case._create_order(
        partner=contact, order_line=[Command.create(line)], quantity=1.0
    )
    kind = order.picking_ids.picking_type_id
    by_hand = order.picking_ids.copy(
        {"partner_id": contact.id, "picking_type_id": kind.id, "move_ids": []}
    )
    by_hand.sale_id = False
    return {"delivery": order.picking_ids - by_hand, "delivery by hand": by_hand}
