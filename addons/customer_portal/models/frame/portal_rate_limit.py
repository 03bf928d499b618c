import hashlib
import ipaddress
import logging
import math
from contextlib import contextmanager
from datetime import timedelta
from typing import NamedTuple

import psycopg2
from psycopg2.pool import PoolError

from odoo import SUPERUSER_ID, api, fields, models
from odoo.sql_db import Cursor
from odoo.tools import SQL
from odoo.tools.misc import hmac

from ...exceptions import TooManyRequests
from ...tools.again import get_start

_logger = logging.getLogger(__name__)

WAIT_WITHOUT_COUNTER = 5  # seconds
KEPT = timedelta(days=2)  # longer than any window
LARGEST_LIMIT = 10**6


class Limit(NamedTuple):
    """How often within how many seconds; None is not counted."""

    seconds: int
    account: int | None
    address: int | None
    overall: int | None


MINUTE, HOUR, DAY = 60, 3600, 86400

# The first figure that is not None can be changed: `customer_portal.limit_<kind>`.
# An office shares one address, so that an address may do more than a person.
LIMITS = {
    # Wrong ones only: what succeeds is taken back.
    "sign_in": Limit(15 * MINUTE, 10, 50, 2000),
    "sign_in_device": Limit(15 * MINUTE, 10, None, None),
    "api_key": Limit(15 * MINUTE, None, 50, 2000),
    "sign_in_notice": Limit(6 * HOUR, 1, None, None),
    "reset": Limit(HOUR, None, 60, 1000),
    "reset_mail": Limit(HOUR, 3, None, None),
    "sign_up": Limit(HOUR, None, 20, 500),
    # Forms for access, wrong ones too; and mails to one typed address.
    "registration": Limit(HOUR, None, 30, 300),
    "registration_mail": Limit(DAY, 3, None, None),
    # A pasted list of a hundred, and another one.
    "invitation": Limit(HOUR, 300, None, 3000),
    "invitation_mail": Limit(HOUR, 3, None, None),
    "invitation_customer": Limit(DAY, 600, None, 6000),
    "search": Limit(MINUTE, 60, 300, None),
    # While somebody types: a few for each word.
    "suggestion": Limit(MINUTE, 200, 1000, None),
    "export": Limit(MINUTE, 20, 100, None),
    "pdf": Limit(MINUTE, 30, 150, None),
    "pay": Limit(10 * MINUTE, 30, 150, 5000),
    # Forms of the links in mails of invoices; mails with a new link for one invoice.
    "pay_link": Limit(10 * MINUTE, None, 60, 3000),
    "pay_link_mail": Limit(DAY, 3, None, 1000),
    # A review tries the change, and may ask a carrier for a price.
    "order_change": Limit(10 * MINUTE, 60, None, None),
    "message": Limit(10 * MINUTE, 30, 150, 5000),
    "upload": Limit(HOUR, 60, 300, None),
    "upload_kib": Limit(DAY, 200 * 1024, 1024 * 1024, None),
}


# At these doors strangers come together with those who belong here. Beyond the figure
# for all, nobody is refused for what others do: each address still may so often in a
# window, and only RESERVE times the figure ends it.
SLOWED = {"sign_in": 5, "reset": 5, "pay_link": 10}
RESERVE = 5


class Verdict(NamedTuple):
    """What came of a hit; `is_first` marks the first refusal of a window."""

    allowed: bool
    seconds: int = 0
    is_first: bool = False


class PortalRateLimit(models.Model):
    """How often somebody did something: one row for each kind and key.

    A window begins with its first hit. Each hit is counted in a short transaction
    of its own, before the work is done: a request that fails has counted, and all
    workers see the same figure. See docs/decisions/0008.
    """

    _name = "portal.rate.limit"
    _description = "Counter of requests"
    _log_access = False
    _rec_name = "kind"

    kind = fields.Char(required=True)
    key = fields.Char(required=True)
    start = fields.Datetime(required=True)
    count = fields.Integer(required=True)

    _kind_key_unique = models.UniqueIndex("(kind, key)")

    # ------------------------------------------------------------
    # Keys
    # ------------------------------------------------------------

    @api.model
    def _get_user_key(self, user):
        return f"user:{user.id}"

    @api.model
    def _get_login_key(self, login):
        """Return the key of a login that is no one's; the table cannot tell whose."""
        return "login:" + self._blind(str(login).strip().casefold())

    @api.model
    def _get_address_key(self, address):
        """Return the key of an address; of IPv6 the /64, which one household has."""
        try:
            parsed = ipaddress.ip_address(address)
        except ValueError:
            return "address:" + self._blind(str(address))
        if parsed.version == 6 and parsed.ipv4_mapped:
            parsed = parsed.ipv4_mapped
        if parsed.version == 6:
            parsed = ipaddress.ip_network((parsed, 64), strict=False)
        return "address:" + self._blind(str(parsed))

    @api.model
    def _is_staff_address(self, address):
        """Return whether an address is of the networks that the settings name."""
        # sudo: a parameter, read before anybody is signed in
        parameters = self.env["ir.config_parameter"].sudo()
        text = parameters.get_param("customer_portal.staff_networks") or ""
        try:
            parsed = ipaddress.ip_address(address)
        except ValueError:
            return False
        if parsed.version == 6 and parsed.ipv4_mapped:
            parsed = parsed.ipv4_mapped
        return any(parsed in network for network in read_networks(text)[0])

    @api.model
    def _blind(self, text):
        return hmac(
            self.env(su=True), "customer_portal.rate_limit", text, hashlib.sha256
        )[:40]

    # ------------------------------------------------------------
    # Count
    # ------------------------------------------------------------

    @api.model
    def _get_limits(self):
        """Return {kind: Limit} before the settings; an addon adds kinds of its own.

        A route is of a kind by `limit=`.
        """
        return dict(LIMITS)

    @api.model
    def _get_limit(self, kind):
        """Return the Limit of a kind, as the system parameters have it.

        A parameter is the figure for an account, or for an address where accounts
        are not counted; the wider figures grow and shrink with it.
        """
        limit = self._get_limits()[kind]
        usual = limit.account or limit.address
        factor = (
            self.env["ir.config_parameter"]._get_portal_number(
                f"limit_{kind}", usual, most=LARGEST_LIMIT
            )
            / usual
        )
        return Limit(
            limit.seconds,
            *(most and max(1, round(most * factor)) for most in limit[1:]),
        )

    @api.model
    def _hit(self, kind, *, account=None, address=None, amount=1):
        """Count one more, and return the Verdict.

        The address is asked first, then the account, then everybody: what one of
        them refuses is not counted on by the next, so that nobody uses up the
        attempts of others. What all do together slows where SLOWED says so. Where the
        database cannot count, the answer is no. A request that Odoo runs again,
        because somebody else was quicker, counts once.

        :param str kind: see `_get_limits`
        :param str account: key of a person, see `_get_user_key`, or none
        :param str address: key of an address, see `_get_address_key`, or none
        :param int amount: how much it counts, for example KiB
        """
        start = get_start()
        hit = (kind, account, address, amount)
        if start and start.is_counted(hit):
            return Verdict(True)
        limit = self._get_limit(kind)
        try:
            with self._own_cursor() as cr:
                limit = self._slow_down(cr, kind, limit)
                for key, most in (
                    (address, limit.address),
                    (account, limit.account),
                    ("all", limit.overall),
                ):
                    if key is None or most is None:
                        continue
                    count, seconds = self._add(cr, kind, key, limit.seconds, amount)
                    if count > most:
                        is_first = count - amount <= most
                        return Verdict(False, max(1, math.ceil(seconds)), is_first)
        except (psycopg2.Error, PoolError) as error:
            _logger.warning("%s cannot be counted: %s", kind, error)
            return Verdict(False, WAIT_WITHOUT_COUNTER)
        if start:
            start.keep(hit)
        return Verdict(True)

    @api.model
    def _check(self, kind, *, account=None, address=None, amount=1):
        """Count one more and refuse what is too much; for parameters see `_hit`.

        :raise TooManyRequests: with a sentence that says when to come again
        """
        verdict = self._hit(kind, account=account, address=address, amount=amount)
        if not verdict.allowed:
            if verdict.is_first:
                self._log_refusal(kind)
            raise self._make_refusal(verdict.seconds, kind)

    @api.model
    def _make_refusal(self, seconds, kind):
        """Return the TooManyRequests of a kind, in the reader's language."""
        if seconds < 2 * MINUTE:
            message = self.env._(
                "Too many attempts. Please try again in %(seconds)s seconds.",
                seconds=seconds,
            )
        else:
            message = self.env._(
                "Too many attempts. Please try again in %(minutes)s minutes.",
                minutes=math.ceil(seconds / MINUTE),
            )
        return TooManyRequests(message, seconds, kind)

    @api.model
    def _forgive(self, kind, *, account=None, address=None):
        """Take back a hit that was no failure, and all failures of the account."""
        if start := get_start():
            start.forget(kind, account or address)
        try:
            with self._own_cursor() as cr:
                if address:
                    self._take_back(cr, kind, address)
                if account:
                    cr.execute(
                        SQL(
                            "DELETE FROM portal_rate_limit"
                            " WHERE kind = %s AND key = %s",
                            kind,
                            account,
                        )
                    )
                self._take_back(cr, kind, "all")
        except (psycopg2.Error, PoolError) as error:
            _logger.warning("%s cannot be taken back: %s", kind, error)

    @api.model
    def _get_wait(self, kind, key):
        """Return for how many seconds an address is refused, without counting."""
        limit = self._get_limit(kind)
        now = fields.Datetime.now()
        self.env.cr.execute(
            SQL(
                """
                SELECT EXTRACT(EPOCH FROM start - %(begin)s)
                  FROM portal_rate_limit
                 WHERE kind = %(kind)s AND key = %(key)s
                   AND start > %(begin)s AND count > %(most)s
                """,
                begin=now - timedelta(seconds=limit.seconds),
                kind=kind,
                key=key,
                most=limit.address,
            )
        )
        row = self.env.cr.fetchone()
        return math.ceil(row[0]) if row else 0

    @staticmethod
    def _slow_down(cr, kind, limit):
        """Return the Limit that holds now, with what all have done in this window."""
        if kind not in SLOWED or limit.overall is None:
            return limit
        begin = fields.Datetime.now() - timedelta(seconds=limit.seconds)
        cr.execute(
            SQL(
                """
                SELECT 1 FROM portal_rate_limit
                 WHERE kind = %s AND key = 'all' AND start > %s AND count >= %s
                """,
                kind,
                begin,
                limit.overall,
            )
        )
        address = limit.address
        if cr.fetchone():
            address = min(address, SLOWED[kind])
        return limit._replace(address=address, overall=limit.overall * RESERVE)

    @contextmanager
    def _own_cursor(self):
        """Open a transaction that is committed whatever becomes of the request."""
        if self.env.cr.readonly:
            # Nothing can be lost, and inside of a transaction that only reads
            # tests cannot open one that writes. Core's res.device.log does so.
            self.env.cr.rollback()  # nosemgrep: commit-or-rollback
        with self.env.registry.cursor() as cr:
            if isinstance(cr, Cursor):
                # Whoever waits for a row counts on from its new figure; Odoo's
                # usual level would fail to serialize. (In tests `cr` is a
                # savepoint of one transaction and nobody waits.)
                cr.execute("SET TRANSACTION ISOLATION LEVEL READ COMMITTED")
            yield cr

    @staticmethod
    def _add(cr, kind, key, seconds, amount):
        """Add to a row, begun anew when its window is over.

        :return: its figure, and the seconds until its window ends
        """
        now = fields.Datetime.now()
        begin = now - timedelta(seconds=seconds)
        cr.execute(
            SQL(
                """
                INSERT INTO portal_rate_limit AS old (kind, key, start, count)
                     VALUES (%(kind)s, %(key)s, %(now)s, %(amount)s)
                ON CONFLICT (kind, key) DO UPDATE
                        SET count = CASE WHEN old.start > %(begin)s
                                         THEN LEAST(old.count, 1000000000) ELSE 0 END
                                    + %(amount)s,
                            start = CASE WHEN old.start > %(begin)s
                                         THEN old.start ELSE %(now)s END
                  RETURNING count, EXTRACT(EPOCH FROM start - %(begin)s)
                """,
                kind=kind,
                key=key,
                now=now,
                begin=begin,
                amount=amount,
            )
        )
        return cr.fetchone()

    @staticmethod
    def _take_back(cr, kind, key):
        cr.execute(
            SQL(
                """UPDATE portal_rate_limit SET count = count - 1
                    WHERE kind = %s AND key = %s AND count > 0""",
                kind,
                key,
            )
        )

    @api.autovacuum
    def _gc_counters(self):
        """Forget what no window holds any more."""
        self.env.cr.execute(
            SQL(
                "DELETE FROM portal_rate_limit WHERE start < %s",
                fields.Datetime.now() - KEPT,
            )
        )

    # ------------------------------------------------------------
    # Tell
    # ------------------------------------------------------------

    @api.model
    def _log_refusal(self, kind, user=None, action="rate_limited"):
        """Note the first refusal of a window in the list of activities.

        :param user: res.users, by default the one who asks
        """
        user = user or self.env.user
        if not user or user._is_public():
            user = self.env.ref("base.public_user")
        with self._own_cursor() as cr:
            env = self.env(cr=cr, user=SUPERUSER_ID)
            user = user.with_env(env)
            env["portal.activity"]._log(
                action,
                user.partner_id.commercial_partner_id if user.share else None,
                user=user,
                detail=self._get_kind_name(kind),
            )

    def _get_kind_name(self, kind):
        """Return what a kind counts, in the reader's words."""
        return self._get_kind_names().get(kind, kind)

    def _get_kind_names(self):
        """Return {kind: what it counts, in the reader's words}; addons add theirs."""
        return {
            "sign_in": self.env._("Signing in"),
            "sign_in_device": self.env._("Signing in on a known device"),
            "api_key": self.env._("Signing in with a key"),
            "reset": self.env._("Password reset requests"),
            "reset_mail": self.env._("Password reset e-mails"),
            "sign_up": self.env._("Signing up"),
            "registration": self.env._("Access requests"),
            "registration_mail": self.env._("E-mails to confirm an address"),
            "invitation": self.env._("Inviting people"),
            "invitation_mail": self.env._("Invitation e-mails"),
            "invitation_customer": self.env._("Invitation e-mails of a customer"),
            "search": self.env._("Searching"),
            "suggestion": self.env._("Suggestions while searching"),
            "export": self.env._("Exporting"),
            "pdf": self.env._("Printing"),
            "pay": self.env._("Starting a payment"),
            "pay_link": self.env._("Paying by link"),
            "pay_link_mail": self.env._("E-mails with a new payment link"),
            "message": self.env._("Writing messages"),
            "upload": self.env._("Sending files"),
            "upload_kib": self.env._("Total size of files sent per day"),
        }


def read_networks(text):
    """Return (networks, what is none) of a text with addresses and networks.

    They stand between commas, spaces or lines, as 192.0.2.0/24 or 2001:db8::/48.
    """
    networks, wrong = [], []
    for word in text.replace(",", " ").split():
        try:
            networks.append(ipaddress.ip_network(word, strict=False))
        except ValueError:
            wrong.append(word)
    return networks, wrong
