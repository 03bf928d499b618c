"""What a choice of documents comes to: what a person pays of them, and with what.

The page where people choose, the remittance that is stored and the link in a mail all
reckon here. The script of the page reckons the same, in `interactions/choice.js`:
`tests/payment/choices.json` holds both to the same cases.

Amounts are integers in the currency's smallest unit and not negative, so that sums are
exact; `to_units` and `from_units` are the way in and out.
"""

from dataclasses import dataclass

from odoo.tools import float_round


def to_units(amount, digits):
    """Return an amount in the smallest unit; half of one is rounded away from zero.

    :param float amount: finite
    :param int digits: decimals of the currency
    """
    return round(float_round(amount, precision_digits=digits) * 10**digits)


def from_units(units, digits):
    """Return the float nearest to an amount in the smallest unit."""
    return float_round(units / 10**digits, precision_digits=digits)


@dataclass(frozen=True)
class Chosen:
    """How much of a document is settled, and what of that is its discount."""

    amount: int
    discount: int = 0
    is_credit: bool = False

    @property
    def price(self):
        """What is paid for it; of a credit, what it contributes."""
        return self.amount - self.discount


@dataclass(frozen=True)
class Row:
    """What is open of a document, and how it can be paid.

    `discount` need not be paid when all the rest is. `steps` pay the instalments, the
    oldest first, each of them with those before it.
    """

    open: int
    discount: int = 0
    steps: tuple = ()
    is_credit: bool = False

    @classmethod
    def of(cls, digits, open_, discount=0.0, steps=(), *, is_credit=False):
        """Return the Row of amounts in a currency with so many decimals."""
        return cls(
            to_units(open_, digits),
            to_units(discount, digits),
            tuple(to_units(step, digits) for step in steps),
            is_credit,
        )

    @property
    def cost(self):
        return self.open - self.discount

    def choose(self, amount):
        """Return what is chosen by an amount: enough of it takes the discount."""
        if self.discount and amount >= self.cost:
            return Chosen(self.open, self.discount)
        return Chosen(amount, is_credit=self.is_credit)

    def is_short(self, amount):
        """Return whether an amount is neither all of an invoice nor instalments."""
        return not self.is_credit and amount < self.cost and amount not in self.steps


@dataclass(frozen=True)
class Totals:
    """What a choice comes to; `credits_left` is what is too much of the credits."""

    invoices: int = 0
    discount: int = 0
    credits: int = 0
    credits_left: int = 0
    on_account: int = 0

    @property
    def owed(self):
        """What the invoices cost, before any credit."""
        return self.invoices - self.discount

    @property
    def to_pay(self):
        return self.owed - self.credits + self.on_account


def add_up(chosen, on_account=0):
    """Return the Totals of what is chosen; of credits at most what the invoices need.

    :param chosen: iterable of Chosen, all in one currency
    :param int on_account: what is paid without a document
    """
    chosen = list(chosen)
    invoices = [part for part in chosen if not part.is_credit]
    owed = sum(part.price for part in invoices)
    credit = sum(part.amount for part in chosen if part.is_credit)
    return Totals(
        invoices=sum(part.amount for part in invoices),
        discount=sum(part.discount for part in invoices),
        credits=min(credit, owed),
        credits_left=max(credit - owed, 0),
        on_account=on_account,
    )


def fill(parts, amount):
    """Return how much of an amount each part takes, one after the other.

    :param parts: iterable of what each takes at most
    """
    taken = []
    for part in parts:
        taken.append(min(part, amount))
        amount -= taken[-1]
    return taken


def allocate(rows, days, amount):
    """Share an amount among invoices, the oldest instalment first.

    A running discount makes an invoice one part, with the discounted amount.

    :param list rows: of Row; of one day the first comes first
    :param list days: of each row the days of its steps
    :param int amount: what is there to pay them
    :return: list of what each row gets, and what is left over
    """
    parts = []
    for index, (row, due) in enumerate(zip(rows, days, strict=True)):
        if row.discount:
            parts.append((due[0], index, row.cost))
            continue
        before = 0
        for step, day in zip(row.steps, due, strict=True):
            parts.append((day, index, max(step - before, 0)))
            before = step
    parts.sort(key=lambda part: part[:2])
    shares = [0] * len(rows)
    taken = fill((part for _day, _index, part in parts), amount)
    for (_day, index, _part), share in zip(parts, taken, strict=True):
        shares[index] += share
    return shares, amount - sum(taken)
