"""The arithmetic of working time, as a table that one can read.

Office hours of the table are nine to five, Monday to Friday, in the named zone; the
moments are UTC, as they are stored.
"""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from odoo.tests import BaseCase, tagged

from odoo.addons.customer_portal_support.tools.working_time import (
    join,
    measure,
    plan,
    round_up,
    subtract,
)

from .ticket_case import at

UTC = ZoneInfo("UTC")
HOUR = 3600
HOLIDAY = "2026-04-06"  # Easter Monday

# what it shows, zone, start, hours, pauses, deadline
DEADLINES = [
    ("within a day", "UTC", "2026-03-02 10:00", 2, [], "2026-03-02 12:00"),
    ("to the end of the day", "UTC", "2026-03-02 09:00", 8, [], "2026-03-02 17:00"),
    ("over the night", "UTC", "2026-03-02 16:00", 2, [], "2026-03-03 10:00"),
    ("over the weekend", "UTC", "2026-03-06 16:00", 2, [], "2026-03-09 10:00"),
    ("asked at night", "UTC", "2026-03-02 22:00", 1, [], "2026-03-03 10:00"),
    ("asked on Sunday", "UTC", "2026-03-08 12:00", 8, [], "2026-03-09 17:00"),
    ("over a holiday", "UTC", "2026-04-03 16:00", 2, [], "2026-04-07 10:00"),
    ("asked on a holiday", "UTC", "2026-04-06 11:00", 1, [], "2026-04-07 10:00"),
    ("two weeks", "UTC", "2026-03-02 09:00", 80, [], "2026-03-13 17:00"),
    ("longer than a look", "UTC", "2026-03-02 09:00", 120, [], "2026-03-20 17:00"),
    # Brussels is one hour before UTC, from 29 March on two.
    ("in Brussels", "Europe/Brussels", "2026-03-02 08:00", 8, [], "2026-03-02 16:00"),
    (
        "into summer time",
        "Europe/Brussels",
        "2026-03-27 15:00",
        2,
        [],
        "2026-03-30 08:00",
    ),
    (
        "out of summer time",
        "Europe/Brussels",
        "2026-10-23 14:00",
        2,
        [],
        "2026-10-26 09:00",
    ),
    # On the other side of the date line Monday begins on Sunday.
    (
        "in Auckland",
        "Pacific/Auckland",
        "2026-03-01 20:00",
        1,
        [],
        "2026-03-01 21:00",
    ),
    (
        "a pause is given back",
        "UTC",
        "2026-03-02 09:00",
        4,
        [("2026-03-02 10:00", "2026-03-02 12:00")],
        "2026-03-02 15:00",
    ),
    (
        "a pause at night gives nothing back",
        "UTC",
        "2026-03-02 15:00",
        4,
        [("2026-03-02 18:00", "2026-03-03 08:00")],
        "2026-03-03 11:00",
    ),
    (
        "a pause over the weekend gives working hours back",
        "UTC",
        "2026-03-06 12:00",
        8,
        [("2026-03-06 15:00", "2026-03-09 11:00")],
        "2026-03-09 16:00",
    ),
    (
        "pauses that overlap count once",
        "UTC",
        "2026-03-02 09:00",
        4,
        [
            ("2026-03-02 10:00", "2026-03-02 12:00"),
            ("2026-03-02 11:00", "2026-03-02 13:00"),
        ],
        "2026-03-02 16:00",
    ),
    (
        "while it waits there is no deadline",
        "UTC",
        "2026-03-02 09:00",
        4,
        [("2026-03-02 10:00", None)],
        None,
    ),
    (
        "what was over before it waited stays over",
        "UTC",
        "2026-03-02 09:00",
        4,
        [("2026-03-02 14:00", None)],
        "2026-03-02 13:00",
    ),
]

# what it shows, start, end, pauses, hours
DURATIONS = [
    ("within a day", "2026-03-02 10:00", "2026-03-02 12:30", [], 2.5),
    ("over the night", "2026-03-02 16:00", "2026-03-03 10:00", [], 2),
    ("at night", "2026-03-02 20:00", "2026-03-03 06:00", [], 0),
    ("over a holiday", "2026-04-03 09:00", "2026-04-07 17:00", [], 16),
    ("backwards", "2026-03-03 10:00", "2026-03-02 10:00", [], 0),
    (
        "less a pause",
        "2026-03-02 09:00",
        "2026-03-02 17:00",
        [("2026-03-02 12:00", "2026-03-02 13:00")],
        7,
    ),
    (
        "less a pause that lasts",
        "2026-03-02 09:00",
        "2026-03-04 17:00",
        [("2026-03-02 12:00", None)],
        3,
    ),
]


def office_hours(zone_name):
    """Return the function of nine to five in a zone."""
    zone = ZoneInfo(zone_name)

    def get_hours(start, end):
        day = start.date() - timedelta(days=2)
        found = []
        while day <= end.date() + timedelta(days=2):
            if day.weekday() < 5 and day.isoformat() != HOLIDAY:
                opened, closed = (
                    datetime(day.year, day.month, day.day, hour, tzinfo=zone)
                    .astimezone(UTC)
                    .replace(tzinfo=None)
                    for hour in (9, 17)
                )
                found.append((max(opened, start), min(closed, end)))
            day += timedelta(days=1)
        return [(since, until) for since, until in found if since < until]

    return get_hours


def read(pauses):
    return [(at(start), end and at(end)) for start, end in pauses]


@tagged("post_install", "-at_install")
class TestWorkingTime(BaseCase):
    def test_deadlines_of_the_table(self):
        for shows, zone, start, hours, pauses, deadline in DEADLINES:
            with self.subTest(shows):
                planned = plan(
                    office_hours(zone), at(start), hours * HOUR, read(pauses)
                )
                self.assertEqual(planned, deadline and at(deadline))

    def test_durations_of_the_table(self):
        for shows, start, end, pauses, hours in DURATIONS:
            with self.subTest(shows):
                seconds = measure(office_hours("UTC"), at(start), at(end), read(pauses))
                self.assertEqual(seconds, hours * HOUR)

    def test_planned_and_measured_agree(self):
        for shows, zone, start, hours, pauses, deadline in DEADLINES:
            if deadline:
                with self.subTest(shows):
                    seconds = measure(
                        office_hours(zone), at(start), at(deadline), read(pauses)
                    )
                    self.assertEqual(seconds, hours * HOUR)

    def test_without_working_hours_there_is_no_deadline(self):
        self.assertIsNone(plan(lambda _start, _end: [], at("2026-03-02 09:00"), HOUR))

    def test_intervals(self):
        self.assertEqual(join([(5, 7), (1, 3), (2, 4), (4, 5), (9, 9)]), [(1, 7)])
        self.assertEqual(
            subtract([(1, 5), (6, 9)], [(0, 2), (3, 4), (8, 12)]),
            [(2, 3), (4, 5), (6, 8)],
        )
        self.assertEqual(subtract([(1, 5)], [(1, 5)]), [])

    def test_moments_are_rounded_up(self):
        for moment, rounded in (
            ("2026-03-02 10:00:00", "2026-03-02 10:00"),
            ("2026-03-02 10:00:01", "2026-03-02 10:15"),
            ("2026-03-02 23:50:00", "2026-03-03 00:00"),
        ):
            with self.subTest(moment):
                self.assertEqual(round_up(at(moment), 15), at(rounded))
