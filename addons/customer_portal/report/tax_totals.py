"""The totals of `tax_totals`, as invoices and orders have them."""

from .document import Total


def get_total_rows(document, tax_totals, currency):
    """Return the `Total` rows that core's template `document_tax_totals` prints.

    :param dict tax_totals: as `account.tax` summarises it
    """
    _ = document.env._
    rows = []
    for subtotal in tax_totals["subtotals"]:
        if subtotal["tax_groups"]:
            rows.append(
                Total(
                    subtotal["name"],
                    document.amount(subtotal["base_amount_currency"], currency),
                )
            )
        rows += [
            Total(
                _group_label(
                    document,
                    group,
                    tax_totals["same_tax_base"],
                    "display_base_amount_currency",
                    currency,
                ),
                document.amount(group["tax_amount_currency"], currency),
            )
            for group in subtotal["tax_groups"]
        ]
    if "cash_rounding_base_amount_currency" in tax_totals:
        rounding = tax_totals["cash_rounding_base_amount_currency"]
        rows.append(Total(_("Rounding"), document.amount(rounding, currency)))
    return [
        *rows,
        Total(
            _("Total"),
            document.amount(tax_totals["total_amount_currency"], currency),
            "total",
        ),
    ]


def get_company_total_rows(document, tax_totals, currency):
    """Return the `Total` rows of the same taxes in the company's currency."""
    rows = []
    for subtotal in tax_totals["subtotals"]:
        rows.append(
            Total(
                subtotal["name"],
                document.amount(subtotal["base_amount"], currency),
                "pale",
            )
        )
        rows += [
            Total(
                _group_label(
                    document,
                    group,
                    tax_totals["same_tax_base"],
                    "display_base_amount",
                    currency,
                ),
                document.amount(group["tax_amount"], currency),
                "pale",
            )
            for group in subtotal["tax_groups"]
        ]
    total = document.amount(tax_totals["total_amount"], currency)
    return [*rows, Total(document.env._("Total"), total, "pale")]


def _group_label(document, group, same_base, base_key, currency):
    """Return the name of a tax group, with its base where the bases differ."""
    base = group[base_key]
    if same_base or base is False:
        return group["group_name"]
    return document.env._(
        "%(tax)s on %(base)s",
        tax=group["group_name"],
        base=document.amount(base, currency),
    )
