import json
import re
import secrets
from datetime import timedelta
from typing import NamedTuple

from odoo import api, fields, models
from odoo.tools import SQL
from odoo.tools.misc import hash_sign, verify_hash_signed

from ...tools.fold import fold_name

SCOPE = "customer_portal.search_log"
SEAL_HOURS = 12  # how long what was shown can be reported
LONGEST_SEAL = 32 * 1024
LONGEST_WORDS = 100
MOST_SHOWN = 50
LONGEST_TITLE = 60  # of a result, in the seal
CHAIN_MINUTES = 5  # between two searches of one intention

WINDOW_HOURS = 24  # if the seller chose nothing
KEPT_DAYS = 180  # likewise

PLACES = [
    ("page", "Search page"),
    ("suggestion", "Suggestions"),
    ("help", "Help"),
    ("ticket", "New ticket"),
]
OUTCOMES = [
    ("waiting", "Still waiting"),
    ("answered", "No ticket followed"),
    ("nothing", "Nothing found, no ticket"),
    ("solved", "Said to be solved"),
    ("ticket", "Ticket followed"),
]
# What is typed by mistake, or into the wrong field: mail addresses and account numbers.
_MAIL = re.compile(r"[^\s@]{1,64}@[^\s@]{1,255}")
_ACCOUNT = re.compile(r"\b[a-z]{2}\d{2}(?: ?[\da-z]{4}){3,}(?: ?[\da-z]{1,4})?\b")


class Shown(NamedTuple):
    """What one search has shown, as its page says under seal."""

    mark: str  # of this very page
    user_id: int  # 0: a visitor
    place: str
    words: str
    lang: str
    company_id: int
    customer_id: int
    found: dict  # {kind: number of results}
    rows: list  # [model, id, title, url]


class PortalSearchLog(models.Model):
    """What was searched, and what became of it: one row for each intention.

    Searches write nothing. A page says under seal what it shows, and the browser sends
    the seal back, beside the page: so a search stays a page that only reads, and
    nobody can report what was never shown. Who searched is known until the window is
    over, and for which customer as long as the signals look back; then both are
    forgotten. Of visitors neither is ever known.
    """

    _name = "portal.search.log"
    _description = "Search in the portal"
    _order = "date desc, id desc"
    _rec_name = "words"
    _log_access = False

    date = fields.Datetime(required=True, readonly=True, index=True)
    last_on = fields.Datetime("Last words", required=True, readonly=True)
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, ondelete="cascade"
    )
    place = fields.Selection(PLACES, required=True, readonly=True)
    words = fields.Char(readonly=True)
    first_words = fields.Char(readonly=True)
    lang_id = fields.Many2one(
        "res.lang", "Language", readonly=True, ondelete="set null"
    )
    segment_id = fields.Many2one(
        "res.partner.category", "Customer tag", readonly=True, ondelete="set null"
    )
    partner_id = fields.Many2one(
        "res.partner",
        "Customer",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
    )
    user_id = fields.Many2one(
        "res.users",
        "Person",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
        groups="base.group_system",
    )
    found = fields.Json("Results of each kind", readonly=True)
    found_count = fields.Integer("Results", readonly=True)
    refined_count = fields.Integer("Changed words", readonly=True)
    opened_count = fields.Integer("Opened results", readonly=True)
    opened_ids = fields.One2many("portal.search.opened", "log_id", "What was opened")
    # Empty: of a visitor, whom no ticket can be told of.
    outcome = fields.Selection(OUTCOMES, readonly=True, index="btree_not_null")
    mark = fields.Char(readonly=True, groups="base.group_system")

    _mark_unique = models.Constraint("UNIQUE (mark)", "This is noted already.")

    # ------------------------------------------------------------
    # Seal
    # ------------------------------------------------------------

    @api.model
    def _is_on(self):
        # sudo: a parameter of the portal, which customers may not read
        parameters = self.env["ir.config_parameter"].sudo()
        return not parameters.get_param("customer_portal.no_search_log")

    @api.model
    def _seal(self, place, text, found, rows):
        """Return what a page has shown, for its browser to send back, or "".

        Nothing is written or asked. Empty where nothing is recorded: switched off, or
        staff that looks.

        :param str place: a key of PLACES
        :param str text: what was looked for
        :param dict found: {kind: number of results}
        :param rows: the results that can be opened: (model, id, title, address)
        """
        user = self.env.user
        is_visitor = user._is_public()
        if not (is_visitor or user.share) or not self._is_on():
            return ""
        customer = None if is_visitor else user._get_portal_customer()
        shown = Shown(
            mark=secrets.token_urlsafe(12),
            user_id=0 if is_visitor else user.id,
            place=place,
            words=self._fold_words(text),
            lang=self.env.lang or "",
            company_id=self.env.company.id,
            customer_id=customer.id if customer else 0,
            found=found,
            rows=[
                [model, record_id, (title or "")[:LONGEST_TITLE], url]
                for model, record_id, title, url in list(rows)[:MOST_SHOWN]
            ],
        )
        # sudo: the secret of the signature
        return hash_sign(
            self.env(su=True), SCOPE, list(shown), expiration_hours=SEAL_HOURS
        )

    @api.model
    def _open_seal(self, seal):
        """Return the `Shown` of a seal of this very person, or None."""
        if not seal or not seal.isascii() or len(seal) > LONGEST_SEAL:
            return None
        try:
            # sudo: the secret of the signature
            values = verify_hash_signed(self.env(su=True), SCOPE, seal)
        except ValueError:  # also what is no base64, or no text
            return None
        shown = Shown(*values) if values else None
        user = self.env.user
        is_own = shown and shown.user_id == (0 if user._is_public() else user.id)
        return shown if is_own else None

    @api.model
    def _fold_words(self, text):
        """Return words as they are counted, without what names a person."""
        words = _ACCOUNT.sub("…", _MAIL.sub("…@…", fold_name(text)))
        return words[:LONGEST_WORDS]

    # ------------------------------------------------------------
    # Write
    # ------------------------------------------------------------

    @api.model
    def _hear(self, seal, opened=""):
        """Note what a page has shown, and which of it was opened; each once.

        In sudo within: the seal is the right to say this, and nobody has another one.

        :param str seal: of `_seal`
        :param str opened: an address among the rows
        :return: the row in sudo, or none
        """
        # sudo: as said above
        logs = self.sudo()
        shown = self._open_seal(seal) if self._is_on() else None
        if not shown:
            return logs.browse()
        log = logs._note(shown)
        if opened and log:
            log._note_opened(shown, opened)
        return log

    def _note(self, shown):
        """Return the row of a search, which is written unless it is known."""
        known = self.search([("mark", "=", shown.mark)], limit=1)
        if known:
            return known
        now = fields.Datetime.now()
        count = sum(shown.found.values())
        seen = {"found": shown.found, "found_count": count, "mark": shown.mark}
        if chain := self._find_chain(shown, now):
            is_new = chain.words != shown.words
            chain.write(
                {
                    **seen,
                    "words": shown.words,
                    "last_on": now,
                    "refined_count": chain.refined_count + is_new,
                }
            )
            return chain
        # sudo is the caller's: the tags of the customer
        customer = self.env["res.partner"].browse(shown.customer_id).exists()
        if not self.env["res.company"].browse(shown.company_id).exists():
            return self.browse()
        return insert_once(
            self,
            {
                **seen,
                "found": json.dumps(shown.found),
                "date": now,
                "last_on": now,
                "company_id": shown.company_id,
                "place": shown.place,
                "words": shown.words,
                "first_words": shown.words,
                "lang_id": self.env["res.lang"]._get_data(code=shown.lang).id or None,
                "segment_id": customer.category_id.sorted("name")[:1].id or None,
                "partner_id": customer.id or None,
                "user_id": shown.user_id or None,
                "refined_count": 0,
                "opened_count": 0,
                "outcome": "waiting" if shown.user_id else None,
            },
        )

    def _find_chain(self, shown, now):
        """Return the row that a search goes on with: of the same intention, or none.

        Other words of the same person a moment later, before anything was opened; or
        the same words again.
        """
        if not shown.user_id:
            return self.browse()
        row = self.search(
            [
                ("user_id", "=", shown.user_id),
                ("place", "=", shown.place),
                ("company_id", "=", shown.company_id),
                ("outcome", "=", "waiting"),
                ("last_on", ">=", now - timedelta(minutes=CHAIN_MINUTES)),
            ],
            order="last_on desc, id desc",
            limit=1,
        )
        goes_on = not row.opened_count or row.words == shown.words
        return row if goes_on else self.browse()

    def _note_opened(self, shown, opened):
        """Note which of the results was opened."""
        row = next((row for row in shown.rows if _leads_to(opened, row[3])), None)
        if not row:
            return
        model, record_id, title, url = row
        new = insert_once(
            self.env["portal.search.opened"],
            {
                "log_id": self.id,
                "date": fields.Datetime.now(),
                "res_model": model,
                "res_id": record_id,
                "title": title,
                "url": url,
            },
        )
        if new:
            self.opened_count += 1

    # ------------------------------------------------------------
    # What became of it
    # ------------------------------------------------------------

    @api.model
    def _get_hours(self):
        """Return for how long after a search a ticket is the one that followed it.

        Nothing where searches are not recorded.
        """
        return self._is_on() and self.env["ir.config_parameter"]._get_portal_number(
            "search_window", WINDOW_HOURS, most=24 * 14
        )

    @api.model
    def _get_window(self):
        return timedelta(hours=self._get_hours() or WINDOW_HOURS)

    @api.model
    def _get_asked_before(self, user):
        """Return what a person searched within the window, in sudo."""
        # sudo: of this person, for who answers the ticket
        return self.sudo().search(
            [
                ("user_id", "=", user.id),
                ("outcome", "=", "waiting"),
                ("last_on", ">=", fields.Datetime.now() - self._get_window()),
            ]
        )

    def _end(self, outcome):
        """Say what became of these rows, once; in sudo.

        Whoever comes second changes nothing: the row says that it waits no more.

        :return: whether anything was changed
        """
        if not self:
            return False
        self.flush_recordset()
        rows = self.env.execute_query(
            SQL(
                """
                UPDATE portal_search_log SET outcome = %s
                 WHERE id IN %s AND outcome = 'waiting'
             RETURNING id
                """,
                outcome,
                tuple(self.ids),
            )
        )
        self.invalidate_recordset(["outcome"])
        return bool(rows)


def insert_once(model, values):
    """Return a new record, or none if somebody has written the same one; in sudo."""
    model.flush_model()
    rows = model.env.execute_query(
        SQL(
            "INSERT INTO %s (%s) VALUES %s ON CONFLICT DO NOTHING RETURNING id",
            SQL.identifier(model._table),
            SQL(", ").join(SQL.identifier(name) for name in values),
            tuple(values.values()),
        )
    )
    return model.browse(row_id for [row_id] in rows)


def _leads_to(opened, url):
    """Return whether an address is that one, perhaps with a language in front."""
    front = opened.removesuffix(url)
    return not front or (front != opened and front.count("/") == 1)
