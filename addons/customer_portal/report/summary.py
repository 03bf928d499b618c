"""The box that says at once what a paper comes to, and how it is paid."""

from reportlab.lib.units import mm
from reportlab.platypus import Spacer

from .document import PALE, SIZE
from .together import Together

_LABEL = 7  # points
_GAP = 8
_CODE = 32 * mm  # a QR code and the room before it


def make_box(document, parts, codes=()):
    """Return a tinted box that stands on one page.

    :param parts: blocks that stand one below the other, as wide as `get_room`
    :param codes: pairs of the text of a QR code and its caption, at the end of the line
    """
    spaced = []
    for part in parts:
        spaced += [Spacer(0, 2.5 * mm), part] if spaced else [part]
    if codes:
        room = get_room(document, len(codes))
        cells = [_get_code(document, *code) for code in codes]
        spaced = [
            document.side_by_side([spaced, *cells], [room, *[_CODE] * len(codes)])
        ]
    return Together([document.box(spaced), Spacer(0, 5 * mm)])


def get_room(document, codes=0):
    """Return the width of the parts of a box, beside so many QR codes."""
    return document.width - 2 * document.PADDING - codes * _CODE


def _get_code(document, value, caption):
    caption = document.paragraph(caption, size=_LABEL, color=PALE)
    return [document.qr_code(value), Spacer(0, 1 * mm), caption]


def get_heading(document, text):
    """Return the first line of a box."""
    return document.paragraph(text, bold=True, size=10, color=document.primary)


def get_figures(document, figures, room):
    """Return figures side by side, each below its label; none of them wraps.

    :param figures: `Total` objects; one of kind "total" is larger
    :param room: points
    """
    for size in (9, SIZE, 7.5, 6.5, 5.5):
        widths = [_get_width(document, figure, size) for figure in figures]
        if sum(widths) <= room:
            break
    share = max(room - sum(widths), 0) / len(figures)
    widths = [width + share for width in widths]
    labels = [_get_label(document, figure.label) for figure in figures]
    amounts = [
        document.paragraph(
            figure.amount, bold=True, size=size + _get_more(figure, size)
        )
        for figure in figures
    ]
    rows = [
        document.side_by_side(cells, widths, align="BOTTOM")
        for cells in (labels, amounts)
    ]
    return document.side_by_side([rows], [room])


def _get_more(figure, size):
    return 2 if figure.kind == "total" and size >= SIZE else 0


def _get_width(document, figure, size):
    words = [document.measure(word, _LABEL) for word in figure.label.split()]
    amount = document.measure(figure.amount, size + _get_more(figure, size))
    return max(amount, *words) + _GAP


def get_facts(document, facts, room, per_row=4):
    """Return short facts side by side; those without a value are left out.

    :param facts: pairs of a label and a text
    :param room: points
    """
    facts = [fact for fact in facts if fact[1]]
    rows = []
    for start in range(0, len(facts), per_row):
        cells = [
            [_get_label(document, label), document.paragraph(text)]
            for label, text in facts[start : start + per_row]
        ]
        cells += [""] * (per_row - len(cells))
        widths = _share(document, facts, room, per_row)
        rows.append(document.side_by_side(cells, widths))
    return rows


def _share(document, facts, room, per_row):
    """Return widths in which no fact wraps, where there is so much room; else equal."""
    texts = [text for _label, text in facts]
    widths = [
        max(document.measure(text, SIZE) for text in texts[column::per_row]) + _GAP
        for column in range(min(per_row, len(texts)))
    ]
    share = (room - sum(widths)) / per_row
    if share < 0:
        return [room / per_row] * per_row
    widths += [0] * (per_row - len(widths))
    return [width + share for width in widths]


def _get_label(document, label):
    return document.paragraph(label, bold=True, size=_LABEL, color=document.secondary)


def get_bank_facts(env, bank):
    """Return where money goes, as facts.

    :param bank: `res.partner.bank` record in sudo, or none
    """
    if not bank:
        return []
    place = ", ".join(filter(None, (bank.bank_name, bank.bank_bic)))
    return [
        (env._("Account Holder"), bank.acc_holder_name or bank.partner_id.name),
        (env._("Bank Account"), bank.acc_number),
        (env._("Bank"), place),
    ]
