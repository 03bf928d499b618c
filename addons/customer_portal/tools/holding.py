"""What is set aside of a document, and what of it is left to pay."""

from dataclasses import dataclass, replace
from datetime import date, datetime

from ..const import DISPUTED, HOLDING_STATES
from .choice import fill


@dataclass(frozen=True)
class Hold:
    """One payment that is under way, or one dispute.

    `amount` is how much of the document it pays or disputes, in its currency, and None
    where that cannot be known: then it holds all of it. `state` is that of the
    remittance, "" of a payment that has none to say what it pays, and DISPUTED.
    """

    amount: float | None
    state: str = ""
    remittance_id: int | None = None
    attempt_id: int | None = None
    method_id: int | None = None
    payer_id: int | None = None
    began: date | datetime | None = None
    reference: str = ""  # of an announced transfer, or the number of a dispute

    @property
    def is_choice(self):
        """Return whether nobody began to pay what was chosen: it holds nothing."""
        return self.state == "open" and not self.attempt_id

    @property
    def kind(self):
        """Return what sets it aside: disputed, announced or under_way."""
        if self.state == DISPUTED:
            return "disputed"
        return "announced" if self.transfer else "under_way"

    @property
    def transfer(self):
        """Return date and reference of an announced transfer, None of anything else."""
        if self.state != "announced":
            return None
        return {"date": self.began, "reference": self.reference}


class Holds(tuple):
    """All payments under way and disputes of one document, in the order they began."""

    __slots__ = ()

    @property
    def is_pending(self):
        """Return whether money is on its way; a form that is being filled in is not."""
        return any(hold.state in HOLDING_STATES for hold in self)

    @property
    def status(self):
        """Return how a document stands of which they hold all: pending or disputed."""
        if self.is_pending:
            return "pending"
        return "disputed" if self.disputes else ""

    @property
    def disputes(self):
        """Return the disputes among them."""
        return Holds(hold for hold in self if hold.kind == "disputed")

    @property
    def payments(self):
        """Return the payments among them."""
        return Holds(hold for hold in self if hold.kind != "disputed")

    @property
    def transfer(self):
        """Return what people are told of the announced transfer, or None."""
        return next(filter(None, (hold.transfer for hold in self)), None)

    def without_choices(self):
        """Return those that hold something."""
        return Holds(hold for hold in self if not hold.is_choice)

    def take(self, open_):
        """Return how much they hold of what is open: at most all of it."""
        if any(hold.amount is None for hold in self):
            return open_
        return min(sum(hold.amount for hold in self), open_)

    def left(self, open_, currency):
        """Return what of an open amount can still be paid."""
        return currency.round(open_ - self.take(open_)) if self else open_

    def share(self, parts):
        """Return which of them pay each part of what is open.

        Money goes to the oldest part first, whichever of the payments comes first.

        :param list parts: amounts that add up to what is open, the oldest first
        :return: list of lists of Hold, each with its amount of that part
        """
        left = [max(part, 0.0) for part in parts]
        shares = [[] for _part in parts]
        for hold in self:
            amount = sum(left) if hold.amount is None else hold.amount
            for index, taken in enumerate(fill(left, amount)):
                if taken:
                    left[index] -= taken
                    shares[index].append(replace(hold, amount=taken))
        return shares


NOTHING = Holds()
