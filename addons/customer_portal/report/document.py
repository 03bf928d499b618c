"""The parts of our PDFs: page, logo, addresses, tables, totals, notes."""

import io
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import ClassVar

from reportlab.graphics.barcode.qr import QrCodeWidget
from reportlab.graphics.shapes import Drawing as Picture
from reportlab.lib.colors import HexColor
from reportlab.lib.enums import TA_LEFT, TA_RIGHT
from reportlab.lib.pagesizes import A4, LETTER
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.platypus import HRFlowable, Paragraph, Spacer, Table
from reportlab.platypus.doctemplate import SimpleDocTemplate

from odoo.tools import format_amount, formatLang

from ..tools import drawing
from ..tools.colors import darken_until_readable, is_hex_color
from .fonts import get_typeface, needs_care
from .mixed_text import MixedText
from .numbered_canvas import NumberedCanvas
from .parties import get_address, get_customer_lines, get_seller_lines
from .pictures import draw_picture
from .plain_text import plain_text
from .together import Together

MARGIN = 16 * mm
SIZE = 8.5  # points, of the text
INK = HexColor("#222222")
PALE = HexColor("#5f6368")
HAIRLINE = HexColor("#dadce0")
TINT = HexColor("#f4f5f7")
_NARROWEST_TEXT = 45 * mm
_WIDEST_WRAPPED_FIGURE = 28 * mm
_PAGE_NUMBER = 45 * mm


@dataclass(frozen=True)
class Column:
    """A column of the line table; the first one takes the width that is left."""

    label: str
    wraps: bool = False  # figures never wrap, names of units and taxes may


@dataclass(frozen=True)
class Row:
    """A row of the line table: a text for each column; a note has only the first."""

    cells: list
    kind: str = "line"  # or "section", "subsection", "note"
    level: int = 0  # indentation


@dataclass(frozen=True)
class Total:
    """A row of the totals."""

    label: str
    amount: str
    kind: str = "line"  # or "total", "pale"


@dataclass
class Document:
    """One PDF being drawn: add the parts in reading order, then `render`.

    Texts are plain and print as they are. Everything is read in the rights of
    `record`, the layout of the company in sudo as in the templates of Odoo.
    """

    record: object  # with `company_id`; its context holds the language
    title: str
    vat: str = ""  # in place of the company's own
    footer: str = ""  # beside the page numbers
    invariant: bool = False  # the same bytes each time
    story: list = field(default_factory=list)

    PADDING: ClassVar = 9  # points, of a box
    QR_SIDE: ClassVar = 24 * mm

    def __post_init__(self):
        self.env = self.record.env
        self._drawing = drawing.Drawing(self.env)
        # sudo: the seller's name, address and layout, as core's papers print them
        self.company = self.record.company_id.sudo()
        language = self.env["res.lang"]._get_data(code=self.env.lang or "en_US")
        self.typeface = get_typeface(language.direction or "ltr")
        self.primary = _get_ink(self.company.primary_color)
        self.secondary = _get_ink(self.company.secondary_color)
        letter = self.company.paperformat_id.format == "Letter"
        self.page_size = LETTER if letter else A4
        self.width = self.page_size[0] - 2 * MARGIN
        self.story += self._letterhead()

    # Words and figures

    def amount(self, value, currency):
        """Return an amount with its currency, in the language of the document."""
        if currency.position == "before" and currency.compare_amounts(value, 0) < 0:
            # Nobody writes "$ -5.00".
            return f"-{_figure(format_amount(self.env, -value, currency))}"
        return _figure(format_amount(self.env, value, currency))

    def number(self, record, name):
        """Return a float field as the templates of Odoo print it."""
        return _figure(self.env["ir.qweb.field.float"].record_to_html(record, name, {}))

    def float(self, value, precision):
        """Return a number with the decimals of a `decimal.precision`, by its name."""
        return _figure(formatLang(self.env, value, dp=precision))

    def date(self, value):
        """Return a date, or a datetime in the user's timezone, as a date."""
        return self._drawing.date(value)

    # Styles

    @cached_property
    def _is_mirrored(self):
        return self.typeface.direction == "rtl"

    @cached_property
    def _start(self):
        return TA_RIGHT if self._is_mirrored else TA_LEFT

    @cached_property
    def _end(self):
        return TA_LEFT if self._is_mirrored else TA_RIGHT

    def _style(self, size=SIZE, color=INK, at_end=False, indent=0):
        return ParagraphStyle(
            "text",
            fontName=self.typeface.regular,
            fontSize=size,
            leading=size * 1.35,
            textColor=color,
            alignment=self._end if at_end else self._start,
            leftIndent=0 if self._is_mirrored else indent,
            rightIndent=indent if self._is_mirrored else 0,
            splitLongWords=1,
        )

    def paragraph(self, text, bold=False, **style):
        """Return plain text as a block that wraps; keywords as of `_style`."""
        return self._block([(text or "", bold)], self._style(**style))

    def _block(self, spans, style):
        """Return texts that follow each other as one block.

        :param spans: pairs of a plain text and whether it is bold
        """
        if any(needs_care(text) for text, _bold in spans):
            return MixedText(spans, style, self.typeface)
        markup = (self.typeface.markup(text, bold) for text, bold in spans)
        return Paragraph("".join(markup), style)

    def measure(self, text, size=SIZE, bold=True):
        """Return the width of a text that does not wrap, in points."""
        if self.typeface.prints(text):
            font = self.typeface.bold if bold else self.typeface.regular
            return max(stringWidth(line, font, size) for line in text.split("\n"))
        style = self._style(size=size)
        return MixedText([(text, bold)], style, self.typeface).measure() + 0.1

    def _arrange(self, cells):
        """Return cells given in reading order from left to right."""
        return cells[::-1] if self._is_mirrored else cells

    def side_by_side(self, cells, widths, align="TOP"):
        """Return blocks side by side, without lines."""
        return Table(
            [self._arrange(cells)],
            colWidths=self._arrange(widths),
            splitInRow=1,
            style=[
                ("FONT", (0, 0), (-1, -1), self.typeface.regular),
                ("ALIGN", (0, 0), (-1, -1), "RIGHT" if self._is_mirrored else "LEFT"),
                ("VALIGN", (0, 0), (-1, -1), align),
                ("LEFTPADDING", (0, 0), (-1, -1), 0),
                ("RIGHTPADDING", (0, 0), (-2, -1), 8),
                ("RIGHTPADDING", (-1, 0), (-1, -1), 0),
                ("TOPPADDING", (0, 0), (-1, -1), 0),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 0),
            ],
        )

    def box(self, blocks):
        """Return blocks, one below the other, on a tinted ground."""
        padding = self.PADDING
        style = [
            ("FONT", (0, 0), (-1, -1), self.typeface.regular),
            ("BACKGROUND", (0, 0), (-1, -1), TINT),
            ("LEFTPADDING", (0, 0), (-1, -1), padding),
            ("RIGHTPADDING", (0, 0), (-1, -1), padding),
            ("TOPPADDING", (0, 0), (-1, -1), padding),
            ("BOTTOMPADDING", (0, 0), (-1, -1), padding),
        ]
        return Table([[blocks]], colWidths=[self.width], style=style)

    # The parts

    def _letterhead(self):
        # 512 pixels are 216 dots an inch at 60 mm.
        logo = draw_picture(self.company.partner_id.image_512, 60 * mm, 20 * mm)
        tagline = plain_text(self.company.report_header)
        start = [logo] if logo else []
        if tagline:
            start += [Spacer(0, 2 * mm), self.paragraph(tagline, color=PALE)]
        head, *rest = get_seller_lines(self.company, self.vat)
        end = [
            self.paragraph(head, bold=True, size=10, at_end=True, color=self.primary)
        ]
        end += [self.paragraph(line, size=8, at_end=True, color=PALE) for line in rest]
        return [
            self.side_by_side([start or "", end], [self.width * 0.5, self.width * 0.5]),
            Spacer(0, 3 * mm),
            HRFlowable(
                width="100%", thickness=1.2, color=self.primary, spaceAfter=6 * mm
            ),
        ]

    def add_addresses(self, customer, others=(), label=""):
        """Add the customer's address where an envelope shows it, others beside it.

        :param customer: `res.partner` record
        :param others: pairs of a label and a `res.partner` record
        :param str label: of the customer's address
        """
        blocks = [
            self._address_block(get_address(partner).split("\n"), title)
            for title, partner in others
        ]
        lines = get_customer_lines(customer, self.company)
        half = self.width / 2
        widths = [half / len(blocks)] * len(blocks) if blocks else [half]
        row = self.side_by_side(
            [*(blocks or [""]), self._address_block(lines, label, size=9.5)],
            [*widths, half],
        )
        self.story += [row, Spacer(0, 7 * mm)]

    def _address_block(self, lines, label="", size=SIZE):
        name, *rest = lines
        head = (
            [self.paragraph(label, bold=True, size=7.5, color=self.secondary)]
            if label
            else []
        )
        return [
            *head,
            self.paragraph(name, bold=True, size=size),
            *(self.paragraph(line) for line in rest if line.strip()),
        ]

    def add_title(self):
        """Add the title, in the colour of the company."""
        title = self.paragraph(self.title, bold=True, size=16, color=self.primary)
        self.story += [title, Spacer(0, 4 * mm)]

    def add_facts(self, facts):
        """Add short facts four in a row; facts without a value are left out.

        :param facts: pairs of a label and a text
        """
        facts = [fact for fact in facts if fact[1]]
        per_row = 4 if len(facts) not in (5, 6) else 3
        for start in range(0, len(facts), per_row):
            cells = [
                [
                    self.paragraph(label, bold=True, size=7.5, color=self.secondary),
                    self.paragraph(value),
                ]
                for label, value in facts[start : start + per_row]
            ]
            cells += [""] * (per_row - len(cells))
            widths = [self.width / per_row] * per_row
            self.story += [self.side_by_side(cells, widths), Spacer(0, 3 * mm)]
        self.story.append(Spacer(0, 3 * mm))

    def add_lines(self, columns, rows):
        """Add the line table; its header comes again on every page.

        A column that no row fills is left out.

        :param columns: `Column` objects, the description first
        :param rows: `Row` objects
        """
        columns, rows = _drop_empty(columns, rows)
        size, widths = self._fit(columns, rows)
        table = Table(
            [self._arrange(self._header(columns, size))]
            + [self._arrange(self._cells(row, columns, widths, size)) for row in rows],
            colWidths=self._arrange(widths),
            repeatRows=1,
            splitInRow=1,
            style=self._line_style(rows, size),
        )
        self.story += [table, Spacer(0, 4 * mm)]

    def _fit(self, columns, rows):
        """Return the size of the letters and the widths that let no figure wrap."""
        for size in (SIZE, 7.5, 6.5, 5.5):
            widths = [
                self._width(index, columns, rows, size)
                for index in range(1, len(columns))
            ]
            first = self.width - sum(widths)
            if first >= _NARROWEST_TEXT:
                break
        return size, [max(first, _NARROWEST_TEXT), *widths]

    def _width(self, index, columns, rows, size):
        column = columns[index]
        texts = {row.cells[index] for row in rows if len(row.cells) > index}
        figures = max((self.measure(text, size) for text in texts), default=0)
        if column.wraps:
            figures = min(figures, _WIDEST_WRAPPED_FIGURE)
        return max(figures, self._label_width(column.label, size), 12 * mm) + 12

    def _label_width(self, label, size):
        """Return the width of a label, of its longest word if it is long."""
        whole = self.measure(label, size)
        if whole <= 22 * mm:
            return whole
        return max(self.measure(word, size) for word in label.split())

    def _header(self, columns, size):
        return [
            self.paragraph(
                column.label,
                bold=True,
                size=size,
                color=self.primary,
                at_end=bool(index),
            )
            for index, column in enumerate(columns)
        ]

    def _cells(self, row, columns, widths, size):
        color = PALE if row.kind == "note" else INK
        bold = row.kind in ("section", "subsection")
        first = self.paragraph(
            row.cells[0], bold=bold, size=size, color=color, indent=row.level * 8
        )
        figures = [
            self._figure_cell(text, column, width, size)
            for text, column, width in zip(
                row.cells[1:], columns[1:], widths[1:], strict=False
            )
        ]
        return [first, *figures, *[""] * (len(columns) - 1 - len(figures))]

    def _figure_cell(self, text, column, width, size):
        """Return a figure as a string, which never wraps and is quick to draw.

        As a paragraph where it may wrap and must, or needs another font.
        """
        fits = not column.wraps or self.measure(text, size, bold=False) <= width - 8
        if fits and self.typeface.prints(text):
            return text
        return self.paragraph(text, size=size, at_end=True)

    def _line_style(self, rows, size):
        end = "LEFT" if self._is_mirrored else "RIGHT"
        figures = slice(0, -2) if self._is_mirrored else slice(1, -1)
        style = [
            ("FONT", (0, 0), (-1, -1), self.typeface.regular, size, size * 1.35),
            ("TEXTCOLOR", (0, 0), (-1, -1), INK),
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("LEFTPADDING", (0, 0), (-1, -1), 4),
            ("RIGHTPADDING", (0, 0), (-1, -1), 4),
            ("TOPPADDING", (0, 0), (-1, -1), 2),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 3.5),
            ("ALIGN", (figures.start, 1), (figures.stop, -1), end),
            ("VALIGN", (0, 0), (-1, 0), "BOTTOM"),
            ("LINEBELOW", (0, 0), (-1, 0), 1, self.primary),
            ("LINEBELOW", (0, 1), (-1, -1), 0.4, HAIRLINE),
        ]
        for index, row in enumerate(rows, start=1):
            if row.kind in ("section", "subsection"):
                style.append(("FONTNAME", (0, index), (-1, index), self.typeface.bold))
            if row.kind == "section":
                style.append(("BACKGROUND", (0, index), (-1, index), TINT))
        return style

    def add_totals(self, totals, heading=""):
        """Add the totals at the end of the line, on one page.

        :param totals: `Total` objects
        """
        end = "LEFT" if self._is_mirrored else "RIGHT"
        figure = 0 if self._is_mirrored else 1
        rows = [Total(heading, "", "pale")] if heading else []
        rows += totals
        bold = self.typeface.bold
        amount_width = 9 + max(self.measure(row.amount, SIZE + 1) for row in rows)
        label_width = max(self.width * 0.48 - amount_width, 35 * mm)
        style = [
            ("FONT", (0, 0), (-1, -1), self.typeface.regular, SIZE, SIZE * 1.35),
            ("TEXTCOLOR", (0, 0), (-1, -1), INK),
            ("ALIGN", (figure, 0), (figure, -1), end),
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("LEFTPADDING", (0, 0), (-1, -1), 4),
            ("RIGHTPADDING", (0, 0), (-1, -1), 4),
            ("TOPPADDING", (0, 0), (-1, -1), 2.5),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 3),
        ]
        for index, row in enumerate(rows):
            if row.kind == "total":
                style += [
                    (
                        "FONT",
                        (figure, index),
                        (figure, index),
                        bold,
                        SIZE + 1,
                        (SIZE + 1) * 1.35,
                    ),
                    ("LINEABOVE", (0, index), (-1, index), 1, self.primary),
                ]
            elif row.kind == "pale":
                style.append(("TEXTCOLOR", (figure, index), (figure, index), PALE))
        cells = [
            self._arrange([self._total_cell(row), self._total_figure(row)])
            for row in rows
        ]
        table = Table(
            cells,
            colWidths=self._arrange([label_width, amount_width]),
            hAlign=end,
            style=style,
        )
        self.story.append(Together([table, Spacer(0, 4 * mm)]))

    def _total_figure(self, row):
        if self.typeface.prints(row.amount):
            return row.amount
        total = row.kind == "total"
        return self.paragraph(row.amount, bold=total, size=SIZE + total, at_end=True)

    def _total_cell(self, row):
        total = row.kind == "total"
        color = PALE if row.kind == "pale" else INK
        return self.paragraph(row.label, bold=total, size=SIZE + total, color=color)

    def add_note(self, text, label="", at_end=False):
        """Add lines of plain text if there are any, a label in bold before them."""
        if not text:
            return
        style = self._style(color=INK if label else PALE, at_end=at_end)
        head = [(f"{label} ", True)] if label else []
        for line in text.split("\n"):
            self.story.append(self._block([*head, (line, False)], style))
            head = []
        self.story.append(Spacer(0, 2.5 * mm))

    def add_signature(self, label, image, name):
        """Add a drawn signature, with who signed below it.

        :param bytes image: base64, as of an Image field
        """
        picture = draw_picture(image, 70 * mm, 30 * mm)
        block = [
            self.paragraph(label, bold=True, color=self.secondary),
            *([picture] if picture else []),
            self.paragraph(name),
        ]
        half = self.width / 2
        self.story.append(
            Together([self.side_by_side(["", block], [half, half]), Spacer(0, 4 * mm)])
        )

    def qr_code(self, value):
        """Return a QR code, drawn and not painted."""
        side = self.QR_SIDE
        widget = QrCodeWidget(value, barBorder=0)
        left, _bottom, right, _top = widget.getBounds()
        scale = side / (right - left)
        picture = Picture(side, side, transform=[scale, 0, 0, scale, 0, 0])
        picture.add(widget)
        return picture

    # The pages

    def is_long(self, more=()):
        """Return whether the story so far takes more than one page.

        :param more: parts that come besides
        """
        room = self.page_size[1] - 2 * MARGIN - self._footer_text().room - 2 * 6
        for part in [*self.story, *more]:
            for block in getattr(part, "parts", [part]):
                _width, height = block.wrapOn(None, self.width, room)
                room -= height + block.getSpaceBefore() + block.getSpaceAfter()
            if room < 0:
                return True
        return False

    def render(self):
        """Return the PDF, as bytes."""
        stream = io.BytesIO()
        footer = self._footer_text()
        template = SimpleDocTemplate(
            stream,
            pagesize=self.page_size,
            leftMargin=MARGIN,
            rightMargin=MARGIN,
            topMargin=MARGIN,
            bottomMargin=MARGIN + footer.room,
            title=self.title,
            author=self.company.name,
            creator="Odoo",
            producer="Odoo",
            lang=self.env["res.lang"]._get_portal_tag(self.env.lang),
            initialFontName=self.typeface.regular,
            invariant=1 if self.invariant else None,
        )
        # The frame of the template pads by 6 points; ours sits on the margins.
        template.leftMargin -= 6
        template.rightMargin -= 6
        template.build(
            self.story,
            onLaterPages=self._draw_running_head,
            canvasmaker=lambda *args, **options: NumberedCanvas(
                *args,
                finish_page=lambda *page: self._draw_foot(footer, *page),
                **options,
            ),
        )
        return stream.getvalue()

    def _draw_running_head(self, canvas, _template):
        half = self.width / 2
        title = self.paragraph(self.title, size=7.5, color=PALE)
        name = self.paragraph(self.company.name, size=7.5, color=PALE, at_end=True)
        head = self.side_by_side([title, name], [half, half])
        head.wrapOn(canvas, self.width, MARGIN)
        head.drawOn(canvas, MARGIN, self.page_size[1] - MARGIN + 3 * mm)

    def _footer_text(self):
        """Return as much of the company's footer as four lines hold."""
        text = plain_text(self.company.report_footer)
        footer = self.paragraph(text, size=7.5, color=PALE)
        width, most = self.width - _PAGE_NUMBER - 8, 4 * 7.5 * 1.35
        footer.wrap(width, most)
        footer = (footer.split(width, most) or [footer])[0]
        _width, footer.room = footer.wrap(width, most)
        return footer

    def _draw_foot(self, footer, canvas, page, pages):
        """Draw a rule, and below it the footer of the company and "Page 1 / 3"."""
        if page == 1:
            canvas.bookmarkPage("document")
            canvas.addOutlineEntry(self.title, "document")
        y = MARGIN + footer.room - 4 * mm
        canvas.setStrokeColor(HAIRLINE)
        canvas.setLineWidth(0.6)
        canvas.line(MARGIN, y, MARGIN + self.width, y)
        words = [
            self.footer,
            self.env._("Page %(page)s / %(pages)s", page=page, pages=pages),
        ]
        number = self.paragraph(
            "\n".join(filter(None, words)), size=7.5, color=PALE, at_end=True
        )
        foot = self.side_by_side(
            [footer, number], [self.width - _PAGE_NUMBER, _PAGE_NUMBER]
        )
        _width, height = foot.wrapOn(canvas, self.width, MARGIN)
        foot.drawOn(canvas, MARGIN, y - 1.5 * mm - height)


def _drop_empty(columns, rows):
    """Return the columns that hold something, and the rows cut down to them."""
    filled = [
        index
        for index in range(len(columns))
        if not index or any(row.cells[index : index + 1] > [""] for row in rows)
    ]
    return [columns[index] for index in filled], [
        replace(row, cells=[row.cells[i] for i in filled if i < len(row.cells)])
        for row in rows
    ]


def _figure(text):
    # Odoo guards the minus sign with a zero-width space, which nobody can
    # search for in a PDF. Ours never wrap.
    return str(text).replace("\ufeff", "").replace(" ", "\N{NO-BREAK SPACE}")


def _get_ink(color):
    """Return a colour of the layout, darkened until it reads on white."""
    return HexColor(darken_until_readable(color)) if is_hex_color(color) else INK
