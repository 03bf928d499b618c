"""What the lines of invoices and orders have in common."""

from .document import Column


def get_columns(env):
    """Return the columns; each row gives a cell for each of them."""
    _ = env._
    return [
        Column(_("Description")),
        Column(_("Quantity"), wraps=True),
        Column(_("Unit Price")),
        Column(_("Disc.%")),
        Column(_("Taxes"), wraps=True),
        Column(_("Amount")),
    ]


def get_quantity(document, line, name):
    """Return the quantity, and below it the same in the product's own unit.

    :param str name: the field that holds the quantity
    """
    unit, own_unit = line.product_uom_id, line.product_id.uom_id
    quantity = f"{document.number(line, name)} {unit.name or ''}".strip()
    if not unit or not own_unit or unit == own_unit:
        return quantity
    same = unit._compute_quantity(line[name], own_unit)
    return f"{quantity}\n{document.float(same, 'Product Unit')} {own_unit.name}"


def get_discount(document, line):
    """Return the discount in percent, nothing without one."""
    return document.number(line, "discount") if line.discount else ""


def get_taxes(line):
    """Return the labels of the line's taxes."""
    return ", ".join(filter(None, line.tax_ids.mapped("tax_label")))


def get_one_unit(document):
    """Return the quantity of a section that is sold as a whole."""
    return f"{document.float(1, 'Product Unit')} {document.env._('Units')}"
