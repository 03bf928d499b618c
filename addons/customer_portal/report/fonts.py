"""The fonts of the PDFs, chosen by language."""

import re
from dataclasses import dataclass
from functools import cache
from html import escape
from threading import RLock

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

from odoo.tools.misc import file_path

_registering = RLock()
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ufeff\ufffe\uffff\ud800-\udfff]")


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
        `<img src="...">` neither vanishes nor fetches anything.
        """
        clean = _CONTROL.sub("", (text or "").expandtabs(4))
        runs = "".join(self._run(run) for run in self._split(clean))
        markup = runs.replace("\n", "<br/>")
        return f"<b>{markup}</b>" if bold else markup

    def prints(self, text):
        """Return whether the regular font has all signs of a text."""
        return not self._get_missing(text)

    def _get_missing(self, text):
        signs = set(text) - {"\n"}
        return {sign for sign in signs if ord(sign) not in _glyphs(self.regular)}

    def _split(self, text):
        """Return the text in pieces that one font can print."""
        missing = self._get_missing(text)
        if not missing:
            return [text]
        return re.split("([" + re.escape("".join(sorted(missing))) + "]+)", text)

    def _run(self, run):
        if not run or run[0] == "\n" or ord(run[0]) in _glyphs(self.regular):
            return escape(run, quote=False)
        _register(self.fallback)
        return f'<font name="{self.fallback}">{escape(run, quote=False)}</font>'


def get_typeface(lang):
    """Return the typeface of a language, its fonts registered.

    The place to add a script: Persian needs `direction="rtl"` and shaped
    letters, Chinese a font of its own.

    :param str lang: code of a `res.lang`, such as "lt_LT"
    """
    typeface = Typeface("NotoSans-Regular", "NotoSans-Bold", "DejaVuSans")
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
