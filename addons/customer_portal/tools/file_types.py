"""What a file is, by its own bytes, without a reader that may not be installed."""

import re

PDF_START = b"%PDF-"
PDF_WITHIN = 1024  # bytes; readers look so far
MARKS_16 = (b"\xff\xfe", b"\xfe\xff")  # byte order marks of UTF-16
# What may stand before a PDF: an empty line, a byte order mark, what a printer or a
# scanner is told. No markup, and not what another type begins with.
_BEFORE_PDF = re.compile(rb"(\xef\xbb\xbf|\xff\xfe|\xfe\xff)?[\t\n\f\r\x1b -;=-~]*")
_OTHER_STARTS = (b"#!", b"MZ", b"GIF8", b"RIFF", b"BM", b"Rar!", b"PK", b"7z")
_CONTROL = re.compile("[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f\x7f-\x9f]")


def is_pdf(content):
    """Return whether a content begins as a PDF does, at most after some text."""
    position = content[: PDF_WITHIN + len(PDF_START)].find(PDF_START)
    if position <= 0:
        return position == 0
    before = content[:position]
    return bool(_BEFORE_PDF.fullmatch(before)) and not before.startswith(_OTHER_STARTS)


def read_webp_size(content):
    """Return (width, height) of a WebP of any kind, or None."""
    if len(content) < 30 or content[:4] != b"RIFF" or content[8:12] != b"WEBP":
        return None
    kind, head = content[12:16], content[20:30]
    if kind == b"VP8X":
        return 1 + _read_number(head[4:7]), 1 + _read_number(head[7:10])
    if kind == b"VP8L" and head[0] == 0x2F:
        bits = _read_number(head[1:5])
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    if kind == b"VP8 " and head[3:6] == b"\x9d\x01\x2a":
        return _read_number(head[6:8]) & 0x3FFF, _read_number(head[8:10]) & 0x3FFF
    return None


def read_text_16(content):
    """Return the text of a file in UTF-16 with its mark, or None if it is none."""
    if not content.startswith(MARKS_16):
        return None
    try:
        text = content.decode("utf-16")
    except UnicodeDecodeError:
        return None
    return None if _CONTROL.search(text) else text


def _read_number(data):
    return int.from_bytes(data, "little")
