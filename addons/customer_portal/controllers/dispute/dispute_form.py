"""What a person types who disputes an invoice."""

from ...tools.parse import parse_id
from ..forms import Form

MAX_TEXT = 2000


class DisputeForm(Form):
    """What is wrong: of lines their right quantity or price, or an amount; and why.

    `values["wishes"]` has {line id: (right quantity, right price)}, each None where
    nothing was typed; both None for all of a line.
    """

    texts = frozenset({"text"})

    def __init__(self, env, raw, lines, currency):
        self.lines = lines
        self.currency = currency
        super().__init__(env, raw)

    def clean(self):
        _ = self.env._
        self.clean_id("reason_id")
        self.clean_line("text", size=MAX_TEXT)
        self.clean_amount("amount", currency=self.currency)
        chosen = {
            parse_id(name.rpartition("_")[2])
            for name, text in self.raw.items()
            if text and name.startswith(("all_", "quantity_", "price_"))
        }
        wishes = {}
        for line in self.lines.filtered(lambda line: line.id in chosen):
            wish = self._read_line(line)
            if wish is not None:
                wishes[line.id] = wish
        self.values["wishes"] = wishes
        if wishes and self.values["amount"]:
            self.errors["amount"] = _("Choose lines, or an amount; not both.")
        if not (wishes or self.values["amount"] or self.errors):
            self.errors["amount"] = _(
                "Say which lines are wrong, or enter the amount that you dispute."
            )

    def _read_line(self, line):
        """Return (right quantity, right price), or None where nothing is wrong."""
        if self.raw.get(f"all_{line.id}") == "on":
            return None, None
        quantity = self._read_right(f"quantity_{line.id}", line.quantity)
        price = self._read_right(f"price_{line.id}", line.price_unit)
        if quantity is None and price is None:
            return None
        return quantity, price

    def _read_right(self, name, now):
        """Return what was typed where it is less than now, None where it is as now."""
        if not self.raw.get(name):
            return None
        self.clean_amount(name)
        right = self.values.pop(name)
        if name in self.errors:
            return None
        if right > now:
            self.errors[name] = self.env._("Enter less than on the invoice.")
            return None
        return None if right == now else right

    def check_reason(self, reason):
        """Ask for a reason, and for words where the reason needs them."""
        if not reason:
            self.errors["reason_id"] = self.env._("Choose what is wrong.")
        elif reason.needs_note and not self.values["text"]:
            self.errors["text"] = self.env._("Say in words what is wrong.")


class ReplyForm(Form):
    """What a person writes about a dispute."""

    texts = frozenset({"text"})

    def clean(self):
        self.clean_line("text", self.env._("Write something first."), size=MAX_TEXT)
