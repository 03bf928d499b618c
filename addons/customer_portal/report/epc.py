"""The QR code of a bank transfer, as banks of the SEPA area read it.

Guideline EPC069-12, version 2: one line a fact, in a fixed order.
"""

import base64
import re

from reportlab.graphics.barcode.qr import QrCodeWidget
from stdnum.iso7064 import mod_97_10

IBAN = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}")
LARGEST = 999_999_999.99
NAME_LENGTH = 70
QUIET = 4  # empty modules around the code


def is_payable(account_number, currency_code, amount, countries):
    """Return whether an account can be paid with such a code.

    :param countries: codes of the countries of the SEPA area
    """
    number = re.sub(r"\s", "", account_number or "").upper()
    return (
        currency_code == "EUR"
        and 0.01 <= amount <= LARGEST
        and number[:2] in countries
        and bool(IBAN.fullmatch(number))
        and mod_97_10.is_valid(number[4:] + number[:4])
    )


def build_payload(*, name, account_number, bic, amount, reference):
    """Return the text of the code; amounts are in euros.

    :param str reference: a creditor reference of ISO 11649
    """
    lines = (
        "BCD",
        "002",
        "1",  # the characters are UTF-8
        "SCT",
        re.sub(r"\s", "", bic or "").upper(),
        " ".join(name.split())[:NAME_LENGTH],
        re.sub(r"\s", "", account_number).upper(),
        f"EUR{amount:.2f}",
        "",  # the purpose
        re.sub(r"\s", "", reference),
    )
    return "\n".join(lines)


def draw(payload):
    """Return the code as the address of an SVG picture, with the quiet zone.

    The level M of error correction is the guideline's.
    """
    code = QrCodeWidget(payload, barLevel="M").qr
    code.make()
    count = code.getModuleCount()
    dark = "".join(
        f"M{column + QUIET},{row + QUIET}h1v1h-1z"
        for row in range(count)
        for column in range(count)
        if code.isDark(row, column)
    )
    size = count + 2 * QUIET
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}"'
        ' shape-rendering="crispEdges"><rect width="100%" height="100%" fill="#fff"/>'
        f'<path d="{dark}"/></svg>'
    )
    return "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode()
