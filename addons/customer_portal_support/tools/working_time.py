"""Working time between two moments: what the deadlines of tickets are made of.

Moments are naive and UTC, as Odoo stores them. An interval is (start, end); a pause is
an interval, whose end may be None while it lasts. Working hours come from a function of
start and end, so that time zones, summer time and holidays are the calendar's business.
"""

from datetime import datetime, timedelta

WINDOW = timedelta(days=14)
ENDLESS = datetime.fromisoformat("9999-12-31")
MIDNIGHT = datetime.fromisoformat("2000-01-01")
MOST_WINDOWS = 53  # two years: a calendar without hours has no deadline


def join(intervals):
    """Return intervals sorted, with those that touch or overlap as one."""
    joined = []
    for start, end in sorted(intervals):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        elif start < end:
            joined.append((start, end))
    return joined


def subtract(intervals, others):
    """Return what of some intervals is in none of the others; both are joined."""
    left = []
    for start, end in intervals:
        for other_start, other_end in others:
            if other_end <= start or other_start >= end:
                continue
            if start < other_start:
                left.append((start, other_start))
            start = other_end
            if start >= end:
                break
        if start < end:
            left.append((start, end))
    return left


def measure(get_hours, start, end, pauses=()):
    """Return the seconds of working time between two moments, less the pauses.

    :param callable get_hours: takes start and end, returns the working hours between
    """
    if not start or not end or end <= start:
        return 0
    counted = subtract(join(get_hours(start, end)), _close(pauses))
    return int(sum((stop - begin).total_seconds() for begin, stop in counted))


def plan(get_hours, start, seconds, pauses=()):
    """Return when so many seconds of working time will have passed.

    What ends with the working hours of a day ends on that day, not on the next morning.

    :param callable get_hours: takes start and end, returns the working hours between
    :return: a moment; None where the hours do not suffice, or a pause still lasts
    """
    closed = _close(pauses)
    for number in range(MOST_WINDOWS):
        begin = start + WINDOW * number
        if any(stop == ENDLESS and since <= begin for since, stop in closed):
            return None
        for since, until in subtract(join(get_hours(begin, begin + WINDOW)), closed):
            length = (until - since).total_seconds()
            if seconds <= length:
                return since + timedelta(seconds=seconds)
            seconds -= length
    return None


def round_up(moment, minutes):
    """Return the next full step of so many minutes, the moment itself if it is one."""
    step = timedelta(minutes=minutes)
    rest = (moment - MIDNIGHT) % step
    return moment + (step - rest if rest else rest)


def _close(pauses):
    """Return pauses joined; what lasts has no end in sight."""
    return join((start, end or ENDLESS) for start, end in pauses)
