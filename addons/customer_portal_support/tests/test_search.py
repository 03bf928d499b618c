"""What the search of tickets costs where there are many words."""

from odoo.tests import tagged
from odoo.tools import SQL

from .ticket_case import TicketCase

MANY = 5_000
INDEX = "mail_message_portal_ticket_text_idx"


@tagged("post_install", "-at_install")
class TestTicketSearch(TicketCase):
    def _fill(self, ticket):
        """Let many words be written on a ticket, each another one."""
        comment_id = self.env["ir.model.data"]._xmlid_to_res_id("mail.mt_comment")
        self.env.cr.execute(
            SQL(
                "INSERT INTO mail_message"
                " (model, res_id, message_type, subtype_id, body, date)"
                " SELECT 'portal.ticket', %s, 'comment', %s, md5(number::text), now()"
                " FROM generate_series(1, %s) number",
                ticket.id,
                comment_id,
                MANY,
            )
        )
        # As the next vacuum does.
        self.env.cr.execute("SELECT gin_clean_pending_list(%s)", (INDEX,))
        self.env.cr.execute("ANALYZE mail_message")

    def test_seldom_word_is_found_by_an_index(self):
        """PostgreSQL chooses it of itself, so that no message is read in vain."""
        if not self.env.registry.has_trigram:
            self.skipTest("PostgreSQL has no trigrams here")
        ticket = self._ask()
        self._fill(ticket)
        ticket._post_customer_word(self.buyer, "The crate was sodden.")
        tickets = self.env["portal.ticket"]
        domain = tickets._get_portal_search_domain("sodden", self.customer.ids)
        query = tickets._search(domain, bypass_access=True)
        self.env.flush_all()
        plan = self.env.execute_query(SQL("EXPLAIN %s", query.select()))
        text = "\n".join(line for (line,) in plan)
        self.assertIn(INDEX, text)
        self.assertEqual(tickets.browse(query), ticket)
