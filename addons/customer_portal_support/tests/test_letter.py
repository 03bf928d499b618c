"""The weekly e-mail to the lead of a team."""

import re

from freezegun import freeze_time

from odoo.tests import tagged

from .ticket_case import TicketCase

WEEK = "2026-03-09 06:00:00"  # the Monday after


@tagged("post_install", "-at_install")
class TestLetter(TicketCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        teams = cls.env["portal.ticket.team"].search([("id", "!=", cls.team.id)])
        teams.has_letter = False

    def _write(self, moment=WEEK):
        """Let the scheduled action run; return what was written to the lead."""
        before = self._search_letters()
        with freeze_time(moment):
            self.env["portal.ticket.team"].sudo()._write_letters()
        return self._search_letters() - before

    def _search_letters(self):
        return self.env["mail.mail"].search([("model", "=", "portal.ticket.team")])

    def _rows(self, moment=WEEK):
        with freeze_time(moment):
            team = self.team.with_user(self.lead)
            return [(row["name"], row["reasons"]) for row in team._find_what_matters()]

    def test_table_of_reasons(self):
        fine = self._ask("2026-03-09 05:00:00", subject="Just asked")
        late = self._ask(subject="Forgotten")
        complaint = self._ask("2026-03-09 05:00:00", subject="Rude", is_complaint=True)
        reopened = self._ask(subject="Again")
        self._answer(reopened, "2026-03-02 10:00:00")
        self._move(reopened, "solved", "2026-03-02 11:00:00")
        self._answer(reopened, "2026-03-08 12:00:00", author=self.buyer)
        rated = self._ask(subject="Rated")
        self._answer(rated, "2026-03-02 10:00:00")
        self._move(rated, "solved", "2026-03-02 11:00:00")
        self._rate(rated, 1, "2026-03-06 11:00:00")
        old = self._ask("2026-02-09 09:00:00", subject="Rated long ago")
        self._move(old, "solved", "2026-02-09 11:00:00")
        self._rate(old, 1, "2026-02-10 11:00:00")
        self.assertEqual(
            self._rows(),
            [
                (
                    late.display_name,
                    "late for 6 days, the customer has waited for 1 week",
                ),
                (reopened.display_name, "reopened"),
                (rated.display_name, "rated 1 of 5"),
                (complaint.display_name, "a complaint"),
            ],
        )
        self.assertNotIn(fine.display_name, str(self._rows()))

    def test_ten_matter_and_each_has_one_link(self):
        tickets = [self._ask(subject=f"Late {number}") for number in range(12)]
        letter = self._write()
        links = re.findall(r'href="([^"]*/odoo/tickets/(\d+))"', letter.body_html)
        self.assertEqual(
            [int(number) for _url, number in links],
            [ticket.id for ticket in tickets[:10]],
        )
        self.assertTrue(all(url.startswith("http") for url, _number in links))
        self.assertIn("lead@seller.example", letter.email_to)
        self.assertIn(self.lead.name, letter.body_html)

    def test_each_week_once(self):
        self._ask()
        counts = [
            len(self._write(moment))
            for moment in (
                WEEK,
                WEEK,
                "2026-03-15 22:00:00",
                "2026-03-16 06:00:00",
            )
        ]
        self.assertEqual(counts, [1, 0, 0, 1])

    def test_nothing_matters_nothing_is_written(self):
        self._ask("2026-03-09 05:00:00")
        self.assertFalse(self._write())

    def test_who_wants_none_or_has_left_gets_none(self):
        self._ask()
        self.team.has_letter = False
        self.assertFalse(self._write())
        self.team.has_letter = True
        self.lead.active = False
        self.assertFalse(self._write())

    def test_lead_without_rights_is_told_nothing(self):
        self._ask()
        self.lead.group_ids = self.env.ref("base.group_user")
        self.assertFalse(self._write())

    def test_text_of_customers_is_no_markup(self):
        self._ask(subject="<b>bold</b>")
        letter = self._write()
        self.assertIn("&lt;b&gt;bold&lt;/b&gt;", letter.body_html)
        self.assertNotIn("<b>bold</b>", letter.body_html)
