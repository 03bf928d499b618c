"""Text in any script: shaped, broken into lines, each line in the order it is read."""

from dataclasses import dataclass
from functools import lru_cache

from reportlab.lib.enums import TA_RIGHT
from reportlab.pdfbase.pdfmetrics import getAscentDescent
from reportlab.platypus import Flowable

from . import shaping
from .fonts import clean, get_width, has_bold, is_wide, split_runs

# Signs that begin no line, and signs that end none: Chinese and Japanese commas, full
# stops, brackets and quotation marks, and ours.
_NO_START = frozenset(
    ",.;:?!)]}%\u00bb"
    "\u3001\u3002\uff0c\uff0e\uff1a\uff1b\uff1f\uff01"
    "\uff09\uff3d\uff5d\u3015\u3009\u300b\u300d\u300f"
    "\u3011\u3017\u2026\u2025\u00b7\u30fc\u3005\u2103"
    "\u201d\u2019\uff05\u30fb"
)
_NO_END = frozenset(
    "([{$\u00ab"
    "\uff08\uff3b\uff5b\u3014\u3008\u300a\u300c\u300e"
    "\u3010\u3016\u201c\u2018\uffe5\uff04"
)
_STROKE = 0.028  # of the size, around the signs of a font without a bold one


@dataclass(frozen=True, slots=True)
class _Sign:
    text: str
    level: int
    font: str
    bold: bool
    width: float


class MixedText(Flowable):
    """A block of plain text that wraps, in scripts that a Paragraph cannot print.

    :param spans: pairs of a text and whether it is bold
    :param style: `ParagraphStyle`, of which font, size, leading, colour, indents
        and alignment count
    """

    def __init__(self, spans, style, typeface):
        super().__init__()
        self.style = style
        self.typeface = typeface
        self._blocks = _read(tuple(spans), typeface, style.fontSize)
        self._lines = []

    def measure(self):
        """Return the width that lets no line wrap."""
        return max(
            (sum(sign.width for sign in signs) for signs in self._blocks), default=0
        )

    def wrap(self, width, _height):
        """Override."""
        room = width - self.style.leftIndent - self.style.rightIndent
        self._lines = [line for signs in self._blocks for line in _break(signs, room)]
        self.width = width
        self.height = len(self._lines) * self.style.leading
        return width, self.height

    def split(self, width, height):
        """Override."""
        self.wrap(width, height)
        count = int((height + 1e-6) // self.style.leading)
        if count <= 0:
            return []
        if count >= len(self._lines):
            return [self]
        return [self._with(self._lines[:count]), self._with(self._lines[count:])]

    def _with(self, lines):
        part = MixedText([], self.style, self.typeface)
        part._blocks = lines
        return part

    def draw(self):
        """Override."""
        style, canvas = self.style, self.canv
        ascent, _descent = getAscentDescent(style.fontName, style.fontSize)
        canvas.saveState()
        canvas.setFillColor(style.textColor)
        canvas.setStrokeColor(style.textColor)
        canvas.setLineWidth(style.fontSize * _STROKE)
        for number, signs in enumerate(self._lines):
            place = style.leftIndent
            if style.alignment == TA_RIGHT:
                place = self.width - style.rightIndent
                place -= sum(sign.width for sign in signs)
            top = self.height - number * style.leading
            self._draw_line(signs, place, top - ascent)
        canvas.restoreState()

    def _draw_line(self, signs, left, bottom):
        order = shaping.arrange([sign.level for sign in signs])
        seen = [signs[index] for index in order]
        text = self.canv.beginText(left, bottom)
        for (font, bold), run in split_runs(seen, lambda sign: (sign.font, sign.bold)):
            text.setFont(font, self.style.fontSize)
            text.setTextRenderMode(2 if bold and not has_bold(font) else 0)
            text.textOut("".join(shaping.mirror(sign.text, sign.level) for sign in run))
        text.setTextRenderMode(0)
        self.canv.drawText(text)


@lru_cache(maxsize=512)  # units and taxes come again in each row
def _read(spans, typeface, size):
    """Return a list of signs for each line that was typed, in the order of reading."""
    blocks = [[]]
    for text, bold in spans:
        first, *others = shaping.shape(clean(text)).split("\n")
        blocks[-1] += [(sign, bold) for sign in first]
        blocks += [[(sign, bold) for sign in line] for line in others]
    return [_measure(block, typeface, size) for block in blocks]


def _measure(block, typeface, size):
    line = "".join(sign for sign, _bold in block)
    levels = shaping.get_levels(line, shaping.get_base(line, typeface.direction))
    signs = []
    for (sign, bold), level in zip(block, levels, strict=True):
        font, printed = typeface.pick(sign, bold)
        width = get_width(font, printed) * size
        signs.append(_Sign(printed, level, font, bold, width))
    return signs


def _break(signs, room):
    """Return the lines of a block, none wider than the room; one at least."""
    lines, start, place, width, chance = [], 0, 0, 0.0, 0
    while place < len(signs):
        if place > start and _may_break(signs[place - 1].text, signs[place].text):
            chance = place
        width += signs[place].width
        if width > room + 1e-6 and signs[place].text != " " and place > start:
            end = chance if chance > start else place
            lines.append(_strip(signs[start:end]))
            start = place = end
            width = 0.0
        else:
            place += 1
    return [*lines, _strip(signs[start:])]


def _may_break(before, after):
    if after == " ":
        return False
    if before == " ":
        return True
    if after in _NO_START or before in _NO_END:
        return False
    return is_wide(before) or is_wide(after)


def _strip(signs):
    end = len(signs)
    while end and signs[end - 1].text == " ":
        end -= 1
    return signs[:end]
