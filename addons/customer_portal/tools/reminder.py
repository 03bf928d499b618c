"""Which level of reminders an instalment has reached, and when the next one comes.

Days count from the due date: negative before it, positive after it.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import NamedTuple

from .choice import fill


class Step(NamedTuple):
    """A level of a schedule."""

    days: int
    level_id: int


class Rule(NamedTuple):
    """What a forecast needs of a schedule."""

    tag_ids: frozenset  # of the customers that it is for, if it is not for all others
    is_usual: bool
    days_between: int
    days_least: int
    only_working_days: bool
    steps: tuple

    def is_for(self, tag_ids):
        """Return whether it is for a customer with these tags."""
        return self.is_usual or bool(self.tag_ids & tag_ids)


@dataclass(frozen=True)
class Pause:
    """Why nobody is reminded of a document, or of a part of it.

    :param code: a key of `account.move._get_reminder_pause_labels`
    :param amount: positive, in the currency of the document; None is all of it. It is
        taken off the oldest installments first, as a payment would be
    :param until: the last day of it, where it is known
    :param is_hidden: it is the seller's own affair, and nobody reads of it
    """

    code: str
    amount: float | None = None
    until: date | None = field(default=None, kw_only=True)
    is_hidden: bool = field(default=False, kw_only=True)


@dataclass
class Plan:
    """The reminder that one customer is to get now, in one currency.

    `lines` are values of `portal.reminder.line`.
    """

    schedule: object
    step: Step | None = None  # the highest that was reached
    lines: list = field(default_factory=list)
    credit: float = 0.0  # what is open in the customer's favour, positive
    is_old: bool = (
        False  # something of it was overdue before reminders were switched on
    )


def is_valid(step, late):
    """Return whether a level fits so many days after the due date."""
    if step.days < 0:
        return step.days <= late <= 0
    return step.days <= late


def get_reached(steps, late, done):
    """Return the highest level that was reached and is not done, or None.

    Levels that were missed are passed over: who is 25 days late gets the level of 21
    days, and not that of 7 days first.

    :param int late: days since the due date
    :param done: the Steps that were sent or skipped
    """
    return max(
        (step for step in _get_left(steps, done) if is_valid(step, late)), default=None
    )


def get_next(steps, due, done, first, to_working_day):
    """Return (Step, day) of the next level of an instalment, or None.

    :param due: its due date
    :param done: the Steps that were sent or skipped
    :param first: the first day on which something can be sent
    :param to_working_day: function of a day: the day on which mails go then
    """
    left = _get_left(steps, done)
    for index, step in enumerate(left):
        # A level that is reached together with a later one is passed over.
        later = left[index + 1 : index + 2]
        day = to_working_day(max(due + timedelta(days=step.days), first))
        late = (day - due).days
        if is_valid(step, late) and not any(is_valid(one, late) for one in later):
            return step, day
    return None


def _get_left(steps, done):
    last = max((step.days for step in done), default=None)
    used = {step.level_id for step in done}
    return sorted(
        step
        for step in steps
        if step.level_id not in used and (last is None or step.days > last)
    )


def take_off(parts, pauses):
    """Return what is left of each part less the pauses, and which pause took how much.

    A payment goes to the oldest part first, and so does every pause.

    :param list parts: amounts, the oldest first
    :return: (list of amounts, list of lists of (Pause, amount))
    """
    left = list(parts)
    taken = [[] for _part in parts]
    for pause in pauses:
        amount = sum(left) if pause.amount is None else pause.amount
        for index, share in enumerate(fill(left, amount)):
            if share > 0:
                left[index] -= share
                taken[index].append((pause, share))
    return left, taken
