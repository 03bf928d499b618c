"""What may answer a question while it is written, and what was searched before."""

from lxml import html

from odoo.exceptions import AccessError
from odoo.fields import Domain

from odoo.addons.customer_portal.tests.access_case import HOSTILE

from .test_new import NewTicketCase

SUGGESTIONS = "/my/tickets/new/suggestions"
DONE = "/my/tickets?notice=ticket_not_needed"


class SuggestionsCase(NewTicketCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.logs = cls.env["portal.search.log"].sudo()
        cls.logs.search([]).unlink()
        cls.env["ir.config_parameter"].set_param(
            "customer_portal.limit_search_log", "1000000"
        )

    def _suggest(self, text):
        """Return (the titles that are suggested, the seal)."""
        answer = self.url_open(f"{SUGGESTIONS}?q={text}")
        self.assertEqual(answer.status_code, 200, text)
        page = html.fromstring(answer.text)
        titles = [title.text_content() for title in page.xpath("//summary/bdi")]
        return titles, page.get("data-seal", "")

    def _tell(self, seal, **more):
        self.url_open("/search/log", data={"seal": seal, **more})

    def _say_solved(self, seal):
        return self._post("/my/tickets/new/solved", seal=seal)


class TestSuggestions(SuggestionsCase):
    def test_number_in_a_sentence_finds_the_own_paper(self):
        titles, _seal = self._suggest(f"Where is {self.order.name}, please?")
        self.assertIn(self.order.name, titles)

    def test_paper_of_somebody_else_is_not_suggested(self):
        answer = self.url_open(f"{SUGGESTIONS}?q=Where is {self.foreign.name}?")
        self.assertNotIn(self.foreign.name, answer.text)

    def test_ticket_that_was_asked_before_is_suggested(self):
        self._send_goods(subject="Hexagonal dents")
        titles, _seal = self._suggest("again hexagonal trouble")
        self.assertEqual(titles, ["Hexagonal dents"])

    def test_too_little_says_nothing(self):
        self.assertEqual(self._suggest("S0"), ([], ""))

    def test_nobody_without_the_right_to_ask_gets_any(self):
        self._tailor(self.buyer, {"see_tickets": "company"})
        self.assertEqual(self._get(f"{SUGGESTIONS}?q=S00").status_code, 403)
        self.assertEqual(self._say_solved("x").status_code, 403)

    def test_hostile_texts_are_answered(self):
        for text in HOSTILE:
            answer = self.url_open(SUGGESTIONS, params={"q": text})
            self.assertEqual(answer.status_code, 200, text)
            self.assertNotIn("<script>alert", answer.text)

    def test_form_works_without_a_script_and_says_what_it_keeps(self):
        page = html.fromstring(self._get(f"/my/tickets/new/{self.other.id}").text)
        [box] = page.xpath("//section[contains(@class, 'cp_ticket_suggestions')]")
        self.assertIn("hidden", box.attrib)
        self.assertIn("in the last 24 hours", page.text_content())
        self.env["ir.config_parameter"].set_param("customer_portal.no_search_log", "1")
        page = html.fromstring(self._get(f"/my/tickets/new/{self.other.id}").text)
        self.assertNotIn("in the last", page.text_content())


class TestSolved(SuggestionsCase):
    def test_this_solved_it_is_counted_once(self):
        _titles, seal = self._suggest(self.order.name)
        for _time in range(2):
            answer = self._say_solved(seal)
            self.assertEqual(answer.status_code, 303)
            self.assertURLEqual(answer.headers["Location"], DONE)
        [log] = self.logs.search([])
        self.assertEqual((log.place, log.outcome), ("ticket", "solved"))
        self.assertIn("No ticket was sent.", self.url_open(DONE).text)

    def test_seal_of_somebody_else_counts_nothing(self):
        self._sign_in(self.stranger)
        _titles, seal = self._suggest(self.foreign.name)
        self._sign_in(self.buyer)
        self.assertEqual(self._say_solved(seal).status_code, 303)
        self.assertFalse(self.logs.search([]))

    def test_after_a_ticket_it_is_no_longer_solved(self):
        _titles, seal = self._suggest(self.order.name)
        self._tell(seal)
        self._send_goods()
        self._say_solved(seal)
        self.assertEqual(self.logs.search([]).outcome, "ticket")


class TestSearchedBefore(SuggestionsCase):
    def _ask_after_search(self):
        titles, seal = self._suggest(self.order.name)
        self.assertEqual(titles, [self.order.name])
        self._tell(seal, opened=f"/my/orders/{self.order.id}")
        self._send_goods()
        return self.env["portal.ticket"].search([], order="id desc", limit=1)

    def test_ticket_shows_staff_what_was_searched_and_read(self):
        ticket = self._ask_after_search()
        self.assertEqual(ticket.search_ids.words, self.order.name.lower())
        self.assertEqual(ticket.opened_ids.mapped("title"), [self.order.name])
        action = ticket.opened_ids.action_open()
        self.assertEqual(
            (action["res_model"], action["res_id"]), ("sale.order", self.order.id)
        )

    def test_search_of_a_colleague_or_of_long_ago_is_not_kept(self):
        colleague = self._create_portal_user("neighbour", self.customer)
        self._sign_in(colleague)
        self._tell(self._suggest(self.order.name)[1])
        self._sign_in(self.buyer)
        self._tell(self._suggest(self.order.name)[1])
        own = self.logs.search([("user_id", "=", self.buyer.id)])
        own.last_on = own.last_on.replace(year=2020)
        self._send_goods()
        ticket = self.env["portal.ticket"].search([], order="id desc", limit=1)
        self.assertFalse(ticket.search_ids)
        self.assertEqual(set(self.logs.search([]).mapped("outcome")), {"waiting"})

    def test_customer_reads_nothing_of_it_by_rpc(self):
        ticket = self._ask_after_search()
        own = ticket.with_user(self.buyer)
        for name in ("search_ids", "opened_ids"):
            with self.assertRaises(AccessError):
                own.read([name])

    def test_agents_see_what_came_before_their_tickets_and_no_more(self):
        ticket = self._ask_after_search()
        self._tell(self._suggest(self.order.name)[1])
        agent = self.env["res.users"].create(
            {
                "name": "Agent",
                "login": "agent_before",
                "company_ids": self.company.ids,
                "company_id": self.company.id,
                "group_ids": self.env.ref(
                    "customer_portal_support.group_ticket_agent"
                ).ids,
            }
        )
        self.assertEqual(self.logs.search_count([]), 2)
        seen = self.env["portal.search.log"].with_user(agent).search([])
        self.assertEqual(seen, ticket.search_ids)

    def test_what_came_before_is_in_the_data_of_its_person(self):
        ticket = self._ask_after_search()
        own = Domain("user_id", "=", self.buyer.id)
        [section] = [
            section
            for section in self.buyer._get_portal_data_sections(own)
            if section.name == "searches_before_tickets"
        ]
        self.assertEqual(self.logs.search(section.domain), ticket.search_ids)
