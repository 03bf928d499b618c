"""Who may open what of the tickets: each route, with each kind of person."""

from odoo.addons.customer_portal.tests.access_case import LOGIN, AccessCase

from .new_rows import (
    NEW_GET_ROWS,
    NEW_PARAMETERS,
    NEW_POST_ROWS,
    post_message,
    prepare_new_form,
)
from .ticket_case import TicketCase

TICKET = "/my/tickets/<int:ticket_id>"


class TestTicketPageAccess(TicketCase, AccessCase):
    get_rows = {
        "/my/tickets": (LOGIN, 200, 200, 200),
        TICKET: (LOGIN, 404, 404, 200),
        f"{TICKET}/files/<int:file_id>": (LOGIN, 404, 404, 200),
        f"{TICKET}/share": (LOGIN, 404, 404, 200),
        # The link of the buyer's mail is for nobody else who is signed in.
        "/my/tickets/rating/<string:token>": (200, 404, 404, 200),
        "/rate/<string:token>/<int:rate>": ("/my/tickets/rating/<token>?grade=5",) * 4,
        "/rate/<string:token>/submit_feedback": ("/my/tickets/rating/<token>",) * 4,
        **NEW_GET_ROWS,
    }
    post_rows = {
        **NEW_POST_ROWS,
        f"{TICKET}/message": (LOGIN, 404, 404, 422),
        f"{TICKET}/solve": (LOGIN, 404, 404, f"{TICKET}?notice=ticket_solved"),
        f"{TICKET}/reopen": (LOGIN, 404, 404, f"{TICKET}?notice=ticket_reopened"),
        f"{TICKET}/cancel": (LOGIN, 404, 404, f"{TICKET}?notice=ticket_cancelled"),
        f"{TICKET}/escalate": (LOGIN, 404, 404, 422),
        f"{TICKET}/share": (LOGIN, 404, 404, 422),
        f"{TICKET}/unshare": (LOGIN, 404, 404, f"{TICKET}?notice=ticket_unshared"),
        f"{TICKET}/rating": (LOGIN, 404, 404, f"{TICKET}?notice=ticket_not_rated"),
        "/my/tickets/rating/<string:token>": (422, 404, 404, 422),
    }
    parameters = {
        "/my/tickets": [
            "search",
            "filterby",
            "sortby",
            "people",
            "company",
            "date_begin",
            "date_end",
            "limit",
            "after",
            "before",
        ],
        TICKET: ["messages", "notice"],
        "/my/tickets/rating/<string:token>": ["grade", "notice"],
        **NEW_PARAMETERS,
    }

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ticket = cls._ask_of(cls, cls.buyer)
        cls.second = cls._create_portal_user("second_buyer", cls.customer)
        cls.message = post_message(cls, cls.buyer)
        cls.word = cls.ticket._post_customer_word(
            cls.buyer, "See the picture.", [("bolt.txt", b"A bolt")]
        )
        cls.rating = cls.ticket._make_rating(cls.buyer.partner_id)

    def _ask_of(self, person):
        return self.env["portal.ticket"].create(
            {
                "subject": "Where is my bolt?",
                "partner_id": person.partner_id.id,
                "team_id": self.team.id,
                "channel": "portal",
            }
        )

    def _get_ids(self):
        return {
            "ticket_id": self.ticket.id,
            "file_id": self.word.attachment_ids.id,
            "token": self.rating.access_token,
            "rate": 5,
            "message_id": self.message.id,
            "request_type": self.env.ref("customer_portal_support.type_other").id,
        }

    def _get_forms(self):
        key = "0123456789abcdef" * 2
        return {
            f"{TICKET}/message": [
                {
                    "text": "Here it is.",
                    "request_key": key,
                    "files": [
                        ("a.txt", b"One", "text/plain"),
                        ("b.txt", b"Two", "text/plain"),
                    ],
                }
            ],
            f"{TICKET}/escalate": [{"reason": "It is urgent.", "request_key": key}],
            f"{TICKET}/share": [{"person": str(self.second.partner_id.id)}],
            **prepare_new_form(self.env),
        }

    def _snapshot(self):
        ticket = self.ticket
        return (
            *super()._snapshot(),
            ticket.customer_status,
            ticket.escalated_on and True,
            ticket.participant_ids.ids,
            len(ticket.message_ids),
            self.rating.consumed,
        )
