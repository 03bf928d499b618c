"""Colours that people can read (WCAG 2.2, criterion 1.4.3)."""

import re

HEX_COLOR = re.compile(r"#[0-9a-fA-F]{6}")
MINIMUM_CONTRAST = 4.5


def is_hex_color(color):
    return bool(HEX_COLOR.fullmatch(color or ""))


def get_contrast_with_white(color):
    """Return the contrast ratio of a hex colour to white, 1 to 21."""
    return 1.05 / (_luminance(_split(color)) + 0.05)


def darken_until_readable(color):
    """Return the hex colour, darkened until text in it reads on white."""
    parts = _split(color)
    while 1.05 / (_luminance(parts) + 0.05) < MINIMUM_CONTRAST:
        parts = [part * 0.92 for part in parts]
    return "#" + "".join(f"{round(part * 255):02x}" for part in parts)


def _split(color):
    return [int(color[start : start + 2], 16) / 255 for start in (1, 3, 5)]


def _luminance(parts):
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
