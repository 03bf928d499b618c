"""What of a line is too much, when its quantity or its price is wrong."""


def get_kind(quantity, quantity_right, price, price_right):
    """Return what is wrong with a line: all, quantity, price or both."""
    if not quantity_right or not price_right:
        return "all"
    if quantity_right != quantity and price_right != price:
        return "both"
    return "price" if price_right != price else "quantity"


def get_parts(kind, quantity, quantity_right, price, price_right):
    """Return [(quantity, price)] of what a line has too much; together its credit.

    >>> get_parts("both", 10, 8, 5.0, 4.0)
    [(2, 5.0), (8, 1.0)]
    """
    if kind == "quantity":
        return [(quantity - quantity_right, price)]
    if kind == "price":
        return [(quantity, price - price_right)]
    if kind == "both":
        return [
            (quantity - quantity_right, price),
            (quantity_right, price - price_right),
        ]
    return [(quantity, price)]
