"""A table of short rows that may be thousands: text in columns, and no more."""

from functools import cache, partial

from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.platypus import Flowable

from .document import HAIRLINE, INK, PALE

SIZE = 8  # points, of the rows
HEIGHT = 13  # of a row of one line
LEADING = 9.6  # of each further line
MOST_LINES = 16  # of a cell
PAD = 3
ELLIPSIS = "…"


class RowTable(Flowable):
    """A table of short rows, drawn as strings: fast for thousands of them.

    Columns are given in reading order, and mirrored where the language is written from
    right to left; nothing in it says left or right. Its header comes again on each
    page. What is too long for its column goes on below; figures never do.
    """

    def __init__(self, document, columns, rows, bold=(), *, heights=None):
        """Take columns as (label, width or None for the rest, stands at its end).

        :param list heights: of the rows, whose long texts are lists of lines then
        """
        super().__init__()
        self.document = document
        self.columns = columns if heights else self._widen(columns, rows)
        self.bold = bold
        self.width = document.width
        self.rows = rows if heights else self._wrap_rows(rows)
        self.heights = heights or [self._get_height(row) for row in self.rows]

    def _widen(self, columns, rows):
        """Return the columns, those of figures as wide as their longest one."""
        font = self.document.typeface.bold
        measure = partial(_measure, self.document, font)
        widened = []
        for index, (label, width, at_end) in enumerate(columns):
            if at_end:
                longest = max((row[index] for row in rows), key=len, default="")
                width = max(width, measure(longest) + 2 * PAD)
            if width:
                label = _shorten(label, width - 2 * PAD, measure)
            widened.append((label, width, at_end))
        return widened

    def _wrap_rows(self, rows):
        """Return the rows, with a list of lines in place of a text that is too long."""
        spots = zip(self.columns, self._get_spots(), strict=True)
        rooms = [
            (index, width - 2 * PAD)
            for index, (
                (_label, _width, at_end),
                (_start, width, _is_far),
            ) in enumerate(spots)
            if not at_end
        ]
        return [self._wrap_row(row, rooms) for row in rows]

    def _wrap_row(self, row, rooms):
        for index, room in rooms:
            # Most texts are far from the edge: to measure costs more than to draw.
            if len(row[index]) * SIZE > room:
                lines = self._wrap_text(row[index], room)
                if len(lines) > 1:
                    row = (*row[:index], lines, *row[index + 1 :])
        return row

    @staticmethod
    def _get_height(row):
        most = max((len(cell) for cell in row if isinstance(cell, list)), default=1)
        return HEIGHT + LEADING * (most - 1)

    def _wrap_text(self, text, room):
        font = self.document.typeface.regular
        measure = partial(_measure, self.document, font)
        if measure(text) <= room:
            return [text]
        lines = list(_break(text, room, measure))
        if len(lines) > MOST_LINES:
            rest = " ".join(lines[MOST_LINES - 1 :])
            lines[MOST_LINES - 1 :] = [_shorten(rest, room, measure)]
        return lines

    def wrap(self, available_width, _available_height):
        return available_width, HEIGHT + PAD + sum(self.heights)

    def split(self, _available_width, available_height):
        room, fitting = available_height - PAD - HEIGHT, 0
        for height in self.heights:
            room -= height
            if room < 0:
                break
            fitting += 1
        if not fitting:
            return []
        return [
            RowTable(
                self.document,
                self.columns,
                self.rows[start:end],
                {index - start for index in self.bold},
                heights=self.heights[start:end],
            )
            for start, end in ((0, fitting), (fitting, len(self.rows)))
            if self.rows[start:end]
        ]

    def draw(self):
        """Draw the header, a rule below it, and a hairline below each row."""
        canvas = self.canv
        spots = self._get_spots()
        typeface = self.document.typeface
        y = sum(self.heights) + PAD + 4
        for (label, _width, _at_end), spot in zip(self.columns, spots, strict=True):
            self._draw_text(canvas, label, spot, y, typeface.bold, PALE)
        canvas.setStrokeColor(self.document.primary)
        canvas.setLineWidth(0.8)
        canvas.line(0, y - 4, self.width, y - 4)
        canvas.setStrokeColor(HAIRLINE)
        canvas.setLineWidth(0.4)
        canvas.setFillColor(INK)
        canvas.setFont(typeface.regular, SIZE)
        rules = []
        for index, (row, height) in enumerate(
            zip(self.rows, self.heights, strict=True)
        ):
            is_bold = index in self.bold
            if is_bold:
                canvas.setFont(typeface.bold, SIZE)
            font = typeface.bold if is_bold else typeface.regular
            for lines, spot in zip(row, spots, strict=True):
                if isinstance(lines, list):
                    for number, text in enumerate(lines):
                        line = y - HEIGHT - number * LEADING
                        self._draw_text(canvas, text, spot, line, font)
                elif lines:
                    self._draw_text(canvas, lines, spot, y - HEIGHT, font)
            if is_bold:
                canvas.setFont(typeface.regular, SIZE)
            y -= height
            rules.append((0, y - 4, self.width, y - 4))
        canvas.lines(rules)

    def _get_spots(self):
        """Return (start, width, draws towards the start) of each column, as drawn."""
        rest = self.width - sum(width or 0 for _label, width, _at_end in self.columns)
        is_mirrored = self.document.typeface.direction == "rtl"
        spots, start = [], 0
        for _label, width, at_end in self.columns:
            width = width or rest
            place = self.width - start - width if is_mirrored else start
            spots.append((place, width, at_end != is_mirrored))
            start += width
        return spots

    def _draw_text(self, canvas, text, spot, y, font, color=None):
        start, width, is_far = spot
        typeface = self.document.typeface
        if typeface.direction == "rtl" or not _prints(typeface, text):
            self._draw_paragraph(canvas, text, spot, y, font, color)
            return
        if color:
            canvas.setFont(font, SIZE)
            canvas.setFillColor(color)
        if is_far:
            canvas.drawRightString(start + width - PAD, y, text)
        else:
            canvas.drawString(start + PAD, y, text)

    def _draw_paragraph(self, canvas, text, spot, y, font, color):
        """Draw a text that needs another font, or its letters joined."""
        start, width, is_far = spot
        typeface = self.document.typeface
        room = width - 2 * PAD
        paragraph = self.document.paragraph(
            text,
            bold=font == typeface.bold,
            size=SIZE,
            color=color or INK,
            at_end=is_far != (typeface.direction == "rtl"),
        )
        paragraph.wrapOn(canvas, room, 2 * HEIGHT)
        canvas.saveState()
        paragraph.drawOn(canvas, start + PAD, y - 3)
        canvas.restoreState()


@cache
def _get_glyphs(typeface):
    """Return a set of the signs of a text that were printed before, by typeface."""
    return set()


def _prints(typeface, text):
    """Return whether the font has all signs; remembers those that it has."""
    known = _get_glyphs(typeface)
    signs = set(text)
    if signs <= known:
        return True
    if typeface.prints(text):
        known |= signs
        return True
    return False


def _measure(document, font, text):
    """Return the width of a text that may need another font."""
    if _prints(document.typeface, text):
        return stringWidth(text, font, SIZE)
    return document.measure(text, SIZE, bold=font == document.typeface.bold)


def _break(text, room, measure):
    """Yield the lines of a text; a word that is wider than the room is cut."""
    line = ""
    for word in text.split():
        longer = f"{line} {word}" if line else word
        if measure(longer) <= room:
            line = longer
            continue
        if line:
            yield line
        line = word
        while measure(line) > room:
            fitting = _count_fitting(line, room, measure)
            yield line[:fitting]
            line = line[fitting:]
    yield line


def _count_fitting(text, room, measure):
    """Return how many signs of a text the room holds; one at least."""
    low, high = 1, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if measure(text[:middle]) <= room:
            low = middle
        else:
            high = middle - 1
    return low


def _shorten(text, room, measure):
    """Return as much of a text as the room holds, and an ellipsis."""
    if measure(text) <= room:
        return text
    fitting = _count_fitting(text, room - measure(ELLIPSIS), measure)
    return text[:fitting].rstrip() + ELLIPSIS
