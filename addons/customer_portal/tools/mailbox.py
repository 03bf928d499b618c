"""E-mail addresses as people type them: checked, and never made into another one.

Python and Odoo read addresses as mail headers have them, with names, comments and
lists, and take from a typing error what looks like an address. What is typed here must
be one address as it stands; only capital letters become small ones.
"""

import re
import unicodedata

import idna

LONGEST_MAILBOX = 254  # characters on the wire, RFC 5321
LONGEST_LOCAL = 64
LONGEST_NAMED = 400  # with a name before it

# Parts between dots, before the @. No quotes: whoever has such an address has another.
# No letters beyond ASCII: only mail servers with SMTPUTF8 take them.
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LOCAL = re.compile(rf"{_ATOM}(\.{_ATOM})*")
_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
# Control characters, those that are not seen or turn the direction of text, and spaces
# that are no plain ones.
_HIDDEN = {"Cc", "Cf", "Co", "Cn", "Cs", "Zl", "Zp", "Zs"}


def read_mailbox(text):
    """Return the address that a text is, in small letters, or "" if it is none.

    Spaces around it are left out; anything else must be right.
    """
    if not isinstance(text, str):
        return ""
    # Before anything looks inside. Twice: letters of one domain may be longer there.
    text = text.strip(" ") if len(text) <= 2 * LONGEST_MAILBOX else ""
    local, at, domain = text.partition("@")
    if not at or len(local) > LONGEST_LOCAL or not _LOCAL.fullmatch(local):
        return ""
    if "=?" in local:  # a word in the code of mail headers, which readers decode
        return ""
    wire = _get_wire_domain(domain)
    if not wire or len(local) + 1 + len(wire) > LONGEST_MAILBOX:
        return ""
    return f"{local}@{domain}".lower()


def read_named_mailbox(text):
    """Return (name, address) of an address, or of a name and <an address>.

    The address is as of `read_mailbox`; what stands before it is no more than a name.
    """
    if not isinstance(text, str) or len(text) > LONGEST_NAMED:
        return "", ""
    text = text.strip()
    if not text.endswith(">"):
        return "", read_mailbox(text)
    name, _mark, address = text[:-1].partition("<")
    return name.strip(' "'), read_mailbox(address)


def has_hidden(text):
    """Return whether a text has characters that nobody sees, other than spaces."""
    return any(
        character != " " and unicodedata.category(character) in _HIDDEN
        for character in text
    )


def _get_wire_domain(domain):
    """Return a domain in small letters as mail servers write it, or ""."""
    # Wide letters, dots of other scripts and letters in pieces become others there.
    if unicodedata.normalize("NFKC", domain) != domain:
        return ""
    labels = [_get_wire_label(label) for label in domain.lower().split(".")]
    # Numbers at the end are an address of the network, not a name.
    is_domain = len(labels) > 1 and all(labels) and not labels[-1].isdigit()
    return ".".join(labels) if is_domain else ""


def _get_wire_label(label):
    """Return a part of a domain as mail servers write it, or ""."""
    try:
        if not label.isascii():
            return idna.alabel(label).decode()
        if label.startswith("xn--"):
            idna.ulabel(label)
    except (idna.IDNAError, UnicodeError):
        return ""
    return label if _LABEL.fullmatch(label) else ""
