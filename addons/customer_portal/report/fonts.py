"""The fonts of the PDFs: which one prints a sign, and what a language is set in."""

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from html import escape
from itertools import groupby
from threading import RLock

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

from odoo.tools.misc import file_path

_registering = RLock()
# Signs that print nothing; a few of them say how letters join, see `shaping.py`.
_CONTROL = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f\ufeff\ufffe\uffff\ud800-\udfff\ufe00-\ufe0f]"
)
# Scripts that need more than one sign after the other: those that are written from
# the right, and those that are broken between any two signs.
_FROM_RIGHT = r"\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\u200f"
_WIDE = (
    r"\u1100-\u11ff\u2e80-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\ufe30-\ufe4f"
)
_WIDE += r"\uff00-\uffef\U0001f200-\U0001f2ff\U00020000-\U0003ffff"
_CAREFUL = re.compile(f"[{_FROM_RIGHT}{_WIDE}]")
_ARABIC = re.compile(r"[\u0600-\u08ff\ufb50-\ufdff\ufe70-\ufefc]")
_IS_WIDE = re.compile(f"[{_WIDE}]")
_ARABIC_FONTS = ("NotoSansArabic-Regular", "NotoSansArabic-Bold")
_CHINESE_FONTS = ("NotoSansSC-Regular", "NotoSansSC-Bold")
_RARE_FONT = "DroidSansFallbackFull"  # rarer Chinese signs; it has no bold font
_UNKNOWN = "\N{REPLACEMENT CHARACTER}"  # rather than an empty box


@dataclass(frozen=True)
class Typeface:
    """Names of registered fonts, and the direction the language is written in."""

    regular: str
    bold: str
    fallback: str  # for the signs that `regular` has not
    direction: str = "ltr"  # or "rtl"

    def markup(self, text, bold=False):
        """Return the Paragraph markup that prints a plain text as it is.

        Nothing in the text is taken for markup, so a product called
        `<img src="...">` neither vanishes nor fetches anything. Not for a text that
        `needs_care`: see `MixedText`.
        """
        markup = self._mark_fonts(clean(text)).replace("\n", "<br/>")
        return f"<b>{markup}</b>" if bold else markup

    def _mark_fonts(self, text):
        if self.prints(text):
            return escape(text, quote=False)
        picks = (
            self.pick(sign) if sign != "\n" else (self.regular, sign) for sign in text
        )
        runs = []
        for font, picked in split_runs(picks, lambda pick: pick[0]):
            run = escape("".join(sign for _font, sign in picked), quote=False)
            own = font == self.regular
            runs.append(run if own else f'<font name="{font}">{run}</font>')
        return "".join(runs)

    def prints(self, text):
        """Return whether the regular font has all signs of a text."""
        glyphs = _glyphs(self.regular)
        return all(ord(sign) in glyphs for sign in set(text) - {"\n"})

    def pick(self, sign, bold=False):
        """Return the font that prints a sign, registered, and what to print."""
        return _pick(self, sign, bold)

    def _get_candidates(self, sign, bold):
        """Yield fonts, the best one for the sign first; most are never loaded."""
        own = self.bold if bold else self.regular
        arabic, chinese = _ARABIC_FONTS[bold], _CHINESE_FONTS[bold]
        if _ARABIC.match(sign):
            yield arabic
        elif _IS_WIDE.match(sign):
            yield from (chinese, _RARE_FONT)
        yield from (own, self.fallback, chinese, _RARE_FONT, arabic)


@lru_cache(maxsize=10000)
def _pick(typeface, sign, bold):
    for font in typeface._get_candidates(sign, bold):
        _register(font)
        if ord(sign) in _glyphs(font):
            return font, sign
    return typeface.fallback, _UNKNOWN


def clean(text):
    """Return the text without the signs that print nothing."""
    return _CONTROL.sub("", (text or "").expandtabs(4))


def needs_care(text):
    """Return whether a text has letters that join, or go from the right, or no spaces.

    Those are the scripts of Persian, Arabic and Hebrew, and of Chinese and Japanese.
    """
    return bool(text) and not text.isascii() and bool(_CAREFUL.search(text))


def is_wide(sign):
    """Return whether a sign is of the scripts that are written without spaces."""
    return bool(_IS_WIDE.match(sign))


def split_runs(items, key):
    """Return pairs of a key and the items that follow each other and share it."""
    # Odoo's own groupby also puts together what does not follow each other.
    return groupby(items, key)  # pylint: disable=bad-builtin-groupby


def has_bold(font):
    """Return whether `pick` knows a bold font beside this one."""
    return font != _RARE_FONT


def get_width(font, sign):
    """Return the width of a sign at a size of one point."""
    face = pdfmetrics.getFont(font).face
    return face.charWidths.get(ord(sign), face.defaultWidth) * 0.001


def get_typeface(direction="ltr"):
    """Return the typeface of the PDFs, its fonts registered.

    :param str direction: of a `res.lang`, "ltr" or "rtl"
    """
    typeface = Typeface("NotoSans-Regular", "NotoSans-Bold", "DejaVuSans", direction)
    _register(typeface.regular)
    _register(typeface.bold)
    pdfmetrics.registerFontFamily(
        typeface.regular,
        normal=typeface.regular,
        bold=typeface.bold,
        italic=typeface.regular,
        boldItalic=typeface.bold,
    )
    return typeface


def _register(name):
    # One at a time: two threads must not register two fonts of one name, the
    # glyphs of a page would be looked up in the wrong one.
    with _registering:
        _load(name)


@cache
def _load(name):
    pdfmetrics.registerFont(
        TTFont(name, file_path(f"customer_portal/static/fonts/{name}.ttf"))
    )


@cache
def _glyphs(name):
    """Return the code points a registered font can print."""
    return pdfmetrics.getFont(name).face.charToGlyph.keys()
