"""The QR code of a bank transfer, as banks of the SEPA area read it.

Guideline EPC069-12, version 2: one line a fact, in a fixed order.
"""

import base64
import re
from functools import cache
from pathlib import Path

import stdnum
from reportlab.graphics.barcode.qr import QrCodeWidget
from stdnum import numdb
from stdnum.iso7064 import mod_97_10

# Countries whose IBANs the schemes of SEPA reach, of May 2026: the European Payments
# Council's list of SEPA scheme countries (EPC409-09). Territories without an IBAN of
# their own have that of their country.
EEA = (
    "AT BE BG HR CY CZ DK EE FI FR DE GR HU IE IT LV LT LU MT NL PL PT RO SK SI ES SE"
    " IS LI NO"
)
# The last five joined in 2024 and 2025.
OTHERS = "AD CH GB GI MC SM VA AL ME MD MK RS"
SEPA_COUNTRIES = frozenset(f"{EEA} {OTHERS}".split())
# How the registry says what an IBAN is made of: 4!a6!n8!n
IBAN_PARTS = re.compile(r"([0-9]{1,3})!?([nac])")
IBAN_SIGNS = {"n": "[0-9]", "a": "[A-Z]", "c": "[A-Z0-9]"}
LARGEST = 999_999_999.99
NAME_LENGTH = 70
QUIET = 4  # empty modules around the code


def is_payable(account_number, currency_code, amount, countries=SEPA_COUNTRIES):
    """Return whether an account can be paid with such a code.

    The IBAN has the length and the check digits of its country.

    :param countries: codes of the countries of the SEPA area
    """
    number = re.sub(r"\s", "", account_number or "").upper()
    return (
        currency_code == "EUR"
        and 0.01 <= amount <= LARGEST
        and number[:2] in countries
        and bool(_get_iban_pattern(number[:2]).fullmatch(number))
        and mod_97_10.is_valid(number[4:] + number[:4])
    )


@cache
def _get_iban_pattern(country):
    """Return the pattern of a country's IBANs, from the registry in python-stdnum.

    Its module `stdnum.iban` cannot be imported within Odoo, whose import hook for
    stdnum hides the files of the package.
    """
    registry = Path(stdnum.__file__).with_name("iban.dat")
    with registry.open(encoding="utf-8") as file:
        [(_country, facts), *_rest] = numdb.read(file).info(country)
    parts = IBAN_PARTS.findall(facts.get("bban", ""))
    body = "".join(f"{IBAN_SIGNS[kind]}{{{length}}}" for length, kind in parts)
    return re.compile(f"{country}[0-9]{{2}}{body}")


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
