"""Which level comes when: a table, without a database."""

from datetime import date, timedelta

from odoo.tests import BaseCase, tagged

from ...tools.reminder import (
    Pause,
    Step,
    get_next,
    get_reached,
    take_off,
)

STEPS = [Step(-3, 1), Step(0, 2), Step(7, 3), Step(21, 4)]
# (days late, levels that are done, level that is reached)
REACHED = [
    (-4, [], None),
    (-3, [], -3),
    (-1, [-3], None),
    (0, [], 0),
    (0, [-3], 0),
    (2, [-3], 0),  # what fell on a weekend
    (6, [0], None),
    (7, [0], 7),
    (30, [], 21),  # those before it are passed over
    (30, [7], 21),
    (30, [21], None),
    (8, [7], None),
]
# (due on day, done, first day of sending, next level and its day); Monday is 0.
NEXT = [
    (10, [], 0, (-3, 7)),
    (10, [-3], 8, (0, 10)),
    (10, [-3, 0, 7, 21], 40, None),
    (5, [-3], 0, (0, 7)),  # Saturday: on Monday
    (0, [-3, 0], 0, (7, 7)),
    (-30, [], 0, (21, 0)),
    (-30, [], 6, (21, 7)),
    (6, [], 4, (-3, 4)),
    (6, [], 5, (0, 7)),  # on Monday it is due already: no level before it
]


@tagged("post_install", "-at_install")
class TestReminderSteps(BaseCase):
    def _done(self, days):
        return [step for step in STEPS if step.days in days]

    def test_reached(self):
        for late, done, wanted in REACHED:
            with self.subTest(late=late, done=done):
                step = get_reached(STEPS, late, self._done(done))
                self.assertEqual(step.days if step else None, wanted)

    def test_a_level_of_another_schedule_is_not_sent_again(self):
        self.assertIsNone(get_reached([Step(7, 9)], 10, [Step(7, 3)]))
        # The same level, moved to a later day.
        self.assertIsNone(get_reached([Step(9, 3)], 10, [Step(7, 3)]))

    def test_next(self):
        monday = date(2036, 3, 10)

        def to_working_day(day):
            return day + timedelta(days=(0, 0, 0, 0, 0, 2, 1)[day.weekday()])

        for due, done, first, wanted in NEXT:
            with self.subTest(due=due, done=done, first=first):
                found = get_next(
                    STEPS,
                    monday + timedelta(days=due),
                    self._done(done),
                    monday + timedelta(days=first),
                    to_working_day,
                )
                found = found and (found[0].days, (found[1] - monday).days)
                self.assertEqual(found, wanted)

    def test_pauses_take_the_oldest_part_first(self):
        announced, whole = Pause("announced", 130.0), Pause("disputed")
        self.assertEqual(
            take_off([100.0, 50.0], [announced]),
            ([0.0, 20.0], [[(announced, 100.0)], [(announced, 30.0)]]),
        )
        self.assertEqual(
            take_off([100.0, 50.0], [announced, whole])[0],
            [0.0, 0.0],
        )
