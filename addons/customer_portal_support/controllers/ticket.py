"""The tickets of a customer: their list, and the page of one."""

import secrets
from urllib.parse import urlencode

from werkzeug.exceptions import NotFound

from odoo import http
from odoo.fields import Domain
from odoo.http import request

from odoo.addons.customer_portal.const import MOST_MESSAGES, SHOWN_MESSAGES
from odoo.addons.customer_portal.controllers.frame.conversation import (
    MESSAGE_FILE,
    ConversationPortal,
)
from odoo.addons.customer_portal.controllers.portal import PAGE
from odoo.addons.customer_portal.controllers.searchbar import (
    Filter,
    ListPage,
    Menu,
    Searchbar,
    Sorting,
)
from odoo.addons.customer_portal.tools.parse import parse_id

from ..const import OPEN

# A file of a ticket; there are no links for visitors.
TICKET_FILE = {**MESSAGE_FILE, "auth": "user"}


class TicketPortal(ConversationPortal):
    @http.route("/my/tickets", **PAGE)
    def portal_my_tickets(self, **query):
        """List the tickets of the current customer that one reaches."""
        self._check_can("see_tickets")
        tickets = request.env["portal.ticket"]
        choice = self._get_ticket_searchbar().choose(query)
        searched = self._get_tickets_domain() & choice.get_search_domain("received_on")
        searched = choice.find(tickets, searched)
        domain = searched & choice.filter_domain
        page = choice.fetch(tickets, domain, tickets._get_portal_row_fields())
        rows = page["records"]._prepare_portal_rows()
        customers = self._get_customers("see_tickets")
        user = request.env.user
        return self._render_page(
            "customer_portal_support.tickets",
            {
                "page_name": "tickets",
                "choice": choice,
                "counts": choice.count(tickets, searched),
                "beside": self._get_searches_beside(choice),
                "page": page,
                "rows": rows,
                "names": self._get_names_of_rows(rows),
                "show_customer": len(customers) > 1,
                "waiting": self._count_waiting(choice),
                "can_open": user._portal_can("open_tickets"),
                "can_export": user._portal_can("export"),
            },
        )

    @staticmethod
    def _get_names_of_rows(rows):
        """Return {id: name} of the people who asked, and of their companies."""
        ids = {row["partner_id"] for row in rows} | {
            row["portal_customer_id"] for row in rows
        }
        partners = request.env["res.partner"].browse(filter(None, ids))
        return partners._get_portal_names()

    def _count_waiting(self, choice):
        """Return how many tickets wait for the person; 0 where the list shows them."""
        if choice.filterby == "waiting" or choice.is_counted:
            return 0
        tickets = request.env["portal.ticket"]
        answered = tickets._get_portal_domain(
            request.env.user, "open_tickets", self._get_customer()
        )
        return tickets.search_count(
            answered & Domain("customer_status", "=", "waiting")
        )

    def _get_tickets_domain(self):
        """Return the domain of the current customer's tickets that one reaches."""
        return request.env["portal.ticket"]._get_portal_domain(
            request.env.user, root=self._get_customer()
        )

    def _get_lists(self):
        """Extend: the tickets."""
        page = ListPage(
            self._get_ticket_searchbar, self._get_tickets_domain, "received_on"
        )
        return {**super()._get_lists(), "tickets": page}

    def _get_searches_beside(self, choice):
        """Extend: the tickets."""
        found = super()._get_searches_beside(choice)
        is_elsewhere = choice.search and choice.searchbar.url != "/my/tickets"
        if is_elsewhere and request.env.user._portal_can("see_tickets"):
            words = urlencode({"search": choice.search})
            label = request.env._("Search the tickets")
            found.append((label, f"/my/tickets?{words}"))
        return found

    def _get_ticket_searchbar(self):
        env = request.env

        def of(*statuses):
            return Domain("customer_status", "in", statuses)

        return Searchbar(
            url="/my/tickets",
            filters={
                "open": Filter(env._("Open"), of(*OPEN)),
                "waiting": Filter(env._("Waiting for you"), of("waiting")),
                "solved": Filter(env._("Solved"), of("solved")),
                "closed": Filter(env._("Closed"), of("closed")),
                "all": Filter(env._("All")),
            },
            sortings={
                "news": Sorting(env._("Last news"), "last_word_on", descending=True),
                "received": Sorting(env._("Newest"), "received_on", descending=True),
                "number": Sorting(env._("Number"), "number", descending=True),
            },
            search=lambda text: env["portal.ticket"]._find_portal_domain(
                text, env.user, root=self._get_customer()
            ),
            placeholder=env._("Number, subject or words of a message"),
            menus={
                **self._get_ticket_people_menu(),
                **self._get_customer_menus(
                    self._get_customers("see_tickets"), "portal_customer_id"
                ),
            },
            has_dates=True,
            periods=self._get_periods(),
            has_columns=True,
        )

    def _get_ticket_people_menu(self):
        """Return the menu of whose tickets are listed, for who sees those of others."""
        env = request.env
        if not self._get_customers("see_tickets"):
            return {}
        mine = env["portal.ticket"]._get_portal_own_domain(env.user)
        options = {
            "": Filter(env._("Everybody's")),
            "mine": Filter(env._("Mine"), mine),
        }
        return {"people": Menu(env._("Tickets"), options)}

    # ------------------------------------------------------------
    # One ticket
    # ------------------------------------------------------------

    @http.route("/my/tickets/<int:ticket_id>", **PAGE)
    def portal_ticket_page(self, ticket_id, **query):
        """Show a ticket: how it stands, what happens next, and what was written."""
        return self._render_ticket(self._get_ticket(ticket_id), query)

    @http.route("/my/tickets/<int:ticket_id>/files/<int:file_id>", **TICKET_FILE)
    def portal_ticket_file(self, ticket_id, file_id, **_query):
        """Send a file that the page of the ticket shows."""
        file_sudo = self._get_ticket(ticket_id)._find_portal_file(file_id)
        if not file_sudo:
            raise NotFound
        return self._send_stored_file(file_sudo)

    def _get_ticket(self, ticket_id):
        """Return a ticket that the person may read, in sudo.

        :raise NotFound: for a missing one as for a foreign one
        """
        self._check_can("see_tickets")
        if parse_id(ticket_id):
            # sudo: nothing is shown of it before the reader is checked below
            tickets_sudo = request.env["portal.ticket"].sudo()
            # nosemgrep: route-sudo-browse-unchecked (it is only read, not shown)
            tickets_sudo.browse(ticket_id)._fetch_for_page()
        # sudo: who has it and what it is about, of a ticket that the person reads
        return self._get_or_404("portal.ticket", ticket_id).sudo()

    def _render_ticket(self, ticket_sudo, query=None, *, message="", **more):
        """Show the page of a ticket.

        :param str message: what is wrong with what was sent
        :param more: what was typed: `typed` of a reply, `typed_reason`
        """
        query = query or {}
        user = request.env.user
        is_all = query.get("messages") == "all"
        messages, has_older = ticket_sudo._prepare_portal_messages(
            MOST_MESSAGES if is_all else SHOWN_MESSAGES
        )
        may_write = not request.env["ir.http"]._get_portal_view()
        can_change = may_write and ticket_sudo._can_be_changed_by(user)
        is_open = ticket_sudo.customer_status in OPEN
        is_reopenable = ticket_sudo._is_reopenable()
        return self._render_page(
            "customer_portal_support.ticket",
            {
                "page_name": "tickets",
                "ticket": ticket_sudo,
                "shown": ticket_sudo._prepare_portal_page(user, messages),
                "messages": messages,
                "has_older": has_older,
                "is_new": query.get("notice") == "ticket_sent",
                "is_open": is_open,
                "can_change": can_change,
                "can_reopen": can_change and is_reopenable,
                "can_write": (is_open or is_reopenable)
                and may_write
                and ticket_sudo._can_be_answered_by(user),
                "can_open": may_write and user._portal_can("open_tickets"),
                "show_customer": len(self._get_customers("see_tickets")) > 1,
                "request_key": secrets.token_hex(16),
                "message": message,
                "had_files": bool(message and request.httprequest.files),
                **more,
            },
            status=422 if message else 200,
        )
