"""What the list of tickets shows of each, on the page and as a file, and finds."""

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from odoo.addons.customer_portal.tools.search import get_number_index, get_text_index

from ..const import OPEN

ROW_FIELDS = (
    "number",
    "subject",
    "customer_status",
    "end_reason",
    "received_on",
    "last_word_on",
    "expected_reply_on",
    "first_reply_on",
    "partner_id",
    "portal_customer_id",
)
# Kinds of messages that Odoo's own portal shows.
WORDS = ("comment", "email", "email_outgoing", "auto_comment", "out_of_office")
OF_CUSTOMERS = "portal_customer_id IS NOT NULL"
# A tag of HTML: what stands in it was not written by anybody.
TAG = "<[^>]*>"


class PortalTicket(models.Model):
    _inherit = "portal.ticket"

    last_word_on = fields.Datetime(
        "Last news",
        compute="_compute_last_word_on",
        store=True,
        precompute=True,
        help="When somebody wrote last, or the ticket ended.",
    )

    _portal_list_idx = models.Index("(portal_customer_id, last_word_on, id)")
    _portal_number_idx = models.Index(get_number_index(("number",), OF_CUSTOMERS))
    _portal_subject_idx = models.Index(get_text_index("subject", OF_CUSTOMERS))
    _portal_request_idx = models.Index(get_text_index("description", OF_CUSTOMERS))

    @api.depends(
        "received_on",
        "last_customer_message_on",
        "last_staff_message_on",
        "solved_on",
        "closed_on",
    )
    def _compute_last_word_on(self):
        for ticket in self:
            moments = (
                ticket.received_on,
                ticket.last_customer_message_on,
                ticket.last_staff_message_on,
                ticket.solved_on,
                ticket.closed_on,
            )
            ticket.last_word_on = max(filter(None, moments))

    # ------------------------------------------------------------
    # Rows
    # ------------------------------------------------------------

    def _get_portal_row_fields(self):
        """Return the stored fields that a row is made of."""
        return list(ROW_FIELDS)

    def _prepare_portal_rows(self):
        """Return these tickets as the rows of a list, in the caller's own rights.

        :return: list of dicts of the fields in `_get_portal_row_fields` (many2ones as
            ids), with badge (of `draw_badge`), is_expected (whether a first answer is
            still to come) and is_late (whether it should have come)
        """
        labels = self._get_portal_badges()
        now = fields.Datetime.now()
        rows = self._read_plain(self._get_portal_row_fields())
        for row in rows:
            row["badge"] = labels[row["end_reason"] or row["customer_status"]]
            row["is_expected"] = (
                row["customer_status"] in OPEN
                and bool(row["expected_reply_on"])
                and not row["first_reply_on"]
            )
            row["is_late"] = row["is_expected"] and row["expected_reply_on"] < now
        return rows

    @api.model
    def _get_portal_badges(self):
        """Return {status, or why it ended: (key of its colour, the words)}."""
        _ = self.env._
        return {
            "received": ("received", _("Received")),
            "in_progress": ("in_progress", _("In progress")),
            "waiting": ("waiting", _("Waiting for you")),
            "solved": ("accepted", _("Solved")),
            "closed": ("archived", _("Closed")),
            "cancelled": ("archived", _("Cancelled")),
            "duplicate": ("archived", _("Asked before")),
            "merged": ("archived", _("Continued elsewhere")),
        }

    def _get_portal_badge(self):
        """Return the status for `draw_badge`: a key of its colour, and the words."""
        return self._get_portal_badges()[self.end_reason or self.customer_status]

    def _prepare_waiting_items(self):
        """Return tickets that wait for the person, see `_get_portal_waiting`."""
        self.fetch(["number", "subject"])
        return [
            {
                "label": self.env._("Answer us: %s", ticket.subject),
                "url": f"/my/tickets/{ticket.id}",
                "note": ticket.number,
                "date": None,
            }
            for ticket in self
        ]

    # ------------------------------------------------------------
    # List as a file
    # ------------------------------------------------------------

    def _get_portal_list_label(self):
        return self.env._("Tickets")

    def _get_portal_list_columns(self):
        _ = self.env._
        return [
            _("Number"),
            _("Subject"),
            _("Asked by"),
            _("Company"),
            _("Received"),
            _("Answer expected"),
            _("First answer"),
            _("Last news"),
            _("Status"),
        ]

    def _prepare_portal_list_rows(self):
        rows = self._prepare_portal_rows()
        names = (self.partner_id | self.portal_customer_id)._get_portal_names()
        for row in rows:
            yield [
                row["number"],
                row["subject"],
                names.get(row["partner_id"], ""),
                names.get(row["portal_customer_id"], ""),
                *(
                    self._get_portal_moment(row[name])
                    for name in (
                        "received_on",
                        "expected_reply_on",
                        "first_reply_on",
                        "last_word_on",
                    )
                ),
                row["badge"][1],
            ]

    def _get_portal_moment(self, moment):
        """Return a moment where the reader is, as a table takes it; "" without one."""
        if not moment:
            return ""
        local = fields.Datetime.context_timestamp(self, moment)
        return f"{local:%Y-%m-%d %H:%M}"

    # ------------------------------------------------------------
    # Words
    # ------------------------------------------------------------

    @api.model
    def _get_portal_search_sources(self, word, customer_ids):
        """Extend: what was asked, and what both sides wrote about it.

        Notes of staff are not looked through.
        """
        within = self._get_portal_searched_domain(customer_ids)
        asked = self._search(within, bypass_access=True)
        asked.add_where(
            self._get_text_sql(
                self._field_to_sql(asked.table, "description", asked), word
            )
        )
        # The rules say which tickets are seen.
        # sudo: messages of those whose list is searched
        messages = self.env["mail.message"].sudo()
        comment_id = self.env["ir.model.data"]._xmlid_to_res_id("mail.mt_comment")
        written = messages._search(
            Domain("model", "=", self._name)
            & Domain("message_type", "in", WORDS)
            & Domain("subtype_id", "=", comment_id)
            & messages._get_search_domain_share()
        )
        ticket_id = messages._field_to_sql(written.table, "res_id", written)
        own = self._search(within, bypass_access=True)
        written.add_where(SQL("%s IN (%s)", ticket_id, own.select()))
        written.add_where(
            self._get_text_sql(
                messages._field_to_sql(written.table, "body", written), word
            )
        )
        return [
            *super()._get_portal_search_sources(word, customer_ids),
            asked.select(),
            written.select(ticket_id),
        ]

    @api.model
    def _get_text_sql(self, column, word):
        """Return the condition that a word stands in the text of an HTML column.

        An index finds what has it anywhere; only that is rid of its tags, in a CASE,
        which PostgreSQL takes for half of the rows and not for one in thousands.
        """
        unaccent = self.env.registry.unaccent

        def has(text, spelling):
            escaped = spelling.replace("\\", "\\\\")
            escaped = escaped.replace("%", "\\%").replace("_", "\\_")
            return SQL(
                "%s ILIKE %s", unaccent(text), unaccent(SQL("%s", f"%{escaped}%"))
            )

        plain = SQL("regexp_replace(%s, %s, ' ', 'g')", column, TAG)
        return SQL(
            "(%s)",
            SQL(" OR ").join(
                SQL(
                    "(%s AND CASE WHEN %s THEN TRUE ELSE FALSE END)",
                    has(column, spelling),
                    has(plain, spelling),
                )
                for spelling in sorted(word.spellings)
            ),
        )
