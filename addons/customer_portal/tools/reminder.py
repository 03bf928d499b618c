"""Which level of reminders an instalment has reached, and when the next one comes.

Days count from the due date: negative before it, positive after it.
"""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import NamedTuple


class Step(NamedTuple):
    """A level of a schedule."""

    days: int
    level_id: int


@dataclass(frozen=True)
class Pause:
    """Why nobody is reminded of a document, or of a part of it.

    `amount` is in the currency of the document, and None where all of it is meant. A
    hidden one is the seller's own affair.
    """

    code: str
    amount: float | None = None
    is_hidden: bool = False


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
        for index, part in enumerate(left):
            share = min(part, amount)
            if share > 0:
                left[index] -= share
                amount -= share
                taken[index].append((pause, share))
    return left, taken
