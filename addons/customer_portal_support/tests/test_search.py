"""What the search of tickets finds in their messages."""

from odoo.tests import tagged

from .ticket_case import TicketCase


@tagged("post_install", "-at_install")
class TestTicketSearch(TicketCase):
    def test_seldom_word_finds_its_ticket(self):
        ticket, other = self._ask(), self._ask()
        ticket._post_customer_word(self.buyer, "The crate was sodden.")
        other._post_customer_word(self.buyer, "The crate was dry.")
        tickets = self.env["portal.ticket"].with_user(self.buyer)
        for word, expected in (
            ("sodden", ticket),
            ("odde", ticket),
            ("crate", ticket | other),
            ("<p", tickets),
        ):
            with self.subTest(word):
                domain = tickets._get_portal_search_domain(word, self.customer.ids)
                self.assertEqual(tickets.search(domain), expected)
