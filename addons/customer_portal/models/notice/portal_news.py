"""What happened and is to be told: written where it happens, told in the background."""

import logging
from datetime import timedelta

from psycopg2 import OperationalError

from odoo import api, fields, models
from odoo.tools import SQL

PORTION = 500  # rows between two commits
# What is taken back so soon was a slip, and nobody hears of it.
PATIENCE = timedelta(minutes=10)
# After a longer pause of the scheduled action, what became due before is not told.
MOST_DAYS = 7
# Long enough that nothing is told anew because its row is gone.
KEPT_DAYS = 730

_logger = logging.getLogger(__name__)


class PortalNews(models.Model):
    """That something happened to a record, of which people are to be told once.

    A row is written in the transaction in which it happens; a scheduled action asks
    later whether it is still true, and makes the notices.
    """

    _name = "portal.news"
    _description = "What people are to be told"
    _order = "id"
    _rec_name = "code"

    code = fields.Char(required=True, readonly=True, help="Of an event.")
    res_model = fields.Char("Model", required=True, readonly=True)
    res_id = fields.Many2oneReference(
        "Record", model_field="res_model", required=True, readonly=True
    )
    # What tells two tellings of one record apart: a day, or the own id of what was
    # told and may happen again.
    key = fields.Char(required=True, readonly=True)
    repeats = fields.Boolean(readonly=True, help="It can be told again later.")
    partner_id = fields.Many2one(
        "res.partner", "Customer", required=True, readonly=True, ondelete="cascade"
    )
    author_id = fields.Many2one("res.users", "By", readonly=True, ondelete="set null")
    tell_on = fields.Datetime("Not before", required=True, readonly=True)
    state = fields.Selection(
        [
            ("waiting", "To tell"),
            ("told", "Told"),
            ("void", "Nobody to tell, or not true any more"),
            ("failed", "Failed"),
        ],
        required=True,
        readonly=True,
    )

    _once = models.UniqueIndex("(code, res_model, res_id, key)")
    _waiting_index = models.Index("(code, partner_id, id) WHERE state = 'waiting'")
    _partner_index = models.Index("(partner_id)")

    # ------------------------------------------------------------
    # Write down
    # ------------------------------------------------------------

    @api.model
    def _add(
        self,
        code,
        records,
        *,
        key="",
        repeats=False,
        soon=False,
        unless=None,
        author=None,
    ):
        """Write down that something happened to records, in one query for all.

        Nothing is written for customers for whom nobody works in the portal, nor
        twice; nor with `portal_no_news` in the context, which an import sets. In sudo:
        the caller did what is told.

        :param records: of a model with portal.news.mixin
        :param str key: what tells it from the same thing at another time
        :param repeats: whether it is told again when it happens again after it was
            told; until then several times are one
        :param bool soon: without waiting whether it is taken back, see PATIENCE
        :param str unless: code of what would tell it, too, while that waits
        :param author: who did it and is not told, by default the current user
        :return: the records of which it is told by these very rows
        """
        if self.env.context.get("portal_no_news"):
            return records.browse()
        customers = records._get_portal_customers()
        for name, fields_read in (
            ("portal.membership", ["partner_id", "scope", "state"]),
            ("res.partner", ["parent_id"]),
        ):
            self.env[name].flush_model(fields_read)
        self.flush_model()
        now = fields.Datetime.now()
        rows = self.env.execute_query(
            SQL(
                """
                WITH RECURSIVE paper AS MATERIALIZED (
                    SELECT * FROM unnest(%(ids)s::int[], %(customers)s::int[])
                               AS paper(id, customer_id)
                ),
                above(customer_id, id) AS (
                    SELECT customer_id, customer_id FROM paper
                     UNION
                    SELECT above.customer_id, partner.parent_id
                      FROM above
                      JOIN res_partner partner ON partner.id = above.id
                     WHERE partner.parent_id IS NOT NULL
                )
                INSERT INTO portal_news (
                    code, res_model, res_id, key, repeats, partner_id, author_id,
                    tell_on, state, create_uid, write_uid, create_date, write_date
                )
                SELECT %(code)s, %(model)s, paper.id, %(key)s, %(repeats)s,
                       paper.customer_id, %(author)s, %(tell_on)s, 'waiting',
                       %(user)s, %(user)s, %(now)s, %(now)s
                  FROM paper
                 WHERE paper.customer_id IN (
                       SELECT above.customer_id
                         FROM above
                         JOIN portal_membership membership
                           ON membership.partner_id = above.id
                        WHERE membership.state = 'active'
                          AND (membership.scope = 'branches'
                               OR above.id = above.customer_id))
                   AND NOT EXISTS (
                       SELECT FROM portal_news other
                        WHERE other.code = %(unless)s
                          AND other.res_model = %(model)s
                          AND other.res_id = paper.id
                          AND other.state = 'waiting')
              ORDER BY paper.id
                ON CONFLICT DO NOTHING
             RETURNING res_id
                """,
                ids=list(records.ids),
                customers=[customers[record].id for record in records],
                code=code,
                model=records._name,
                key=key,
                repeats=repeats,
                unless=unless,
                author=(author or self.env.user).id,
                tell_on=now if soon else now + PATIENCE,
                user=self.env.uid,
                # Of the transaction, as messages have it: which came later is asked.
                now=self.env.cr.now(),
            )
        )
        return records.browse(res_id for [res_id] in rows)

    # ------------------------------------------------------------
    # What comes with the days
    # ------------------------------------------------------------

    @api.model
    def _look_at_days(self):
        """Write down what happened by itself because days have passed.

        Once a day of each company's books. The first time nothing is: what was due
        when the portal came is no news.
        """
        companies = self.env["res.company"].search([("active", "=", True)])
        for company in companies.sudo():  # sudo: the day is nobody's to read
            today = company._get_accounting_day()
            last = company.portal_news_day
            if last and last >= today:
                continue
            if last:
                first = max(
                    last + timedelta(days=1), today - timedelta(days=MOST_DAYS - 1)
                )
                self._add_of_days(company, first, today)
            company.portal_news_day = today
            self.env["ir.cron"]._commit_progress()

    @api.model
    def _add_of_days(self, company, first, last):
        """Write down what becomes true on these days; addons extend it. In sudo.

        :param company: of the seller, whose days they are
        :param date first: the first day that was not looked at
        :param date last: today
        """

    # ------------------------------------------------------------
    # Tell
    # ------------------------------------------------------------

    @api.model
    def _tell_waiting(self):
        """Tell people what has happened (scheduled).

        That it is told is written with the notices, and each portion is committed:
        what breaks, or is run twice, tells nothing twice.
        """
        self._look_at_days()
        domain = [("state", "=", "waiting"), ("tell_on", "<=", fields.Datetime.now())]
        cron = self.env["ir.cron"]
        cron._commit_progress(remaining=self.search_count(domain))
        while portion := self._take(domain):
            portion._try_to_tell()
            if not cron._commit_progress(len(portion)):
                return
        cron._commit_progress(remaining=0)  # the rest is another job's

    @api.model
    def _take(self, domain):
        """Hold the first rows that wait, and leave out what another job holds.

        All of one event and customer come together, so that many are one notice.
        """
        portion = self.search(domain, order="code, partner_id.id, id", limit=PORTION)
        if not portion:
            return portion
        last = portion[-1]
        portion |= self.search(
            [*domain, ("code", "=", last.code), ("partner_id", "=", last.partner_id.id)]
        )
        return portion.try_lock_for_update()

    def _try_to_tell(self):
        """Tell these; what fails holds up nothing of other customers and events."""
        for news in self.grouped(lambda one: (one.code, one.res_model)).values():
            try:
                with self.env.cr.savepoint():
                    news._tell()
            except OperationalError:
                # Somebody changes the same records now: the action comes again.
                raise
            except Exception:
                groups = news.grouped("partner_id")
                if len(groups) > 1:
                    for group in groups.values():
                        group._try_to_tell()
                else:
                    _logger.exception("The news %s failed", news.ids)
                    news.state = "failed"

    def _tell(self):
        """Tell the people what these are about, all of one event and model."""
        code, model = self[0].code, self[0].res_model
        event = self.env["portal.notification.event"]._find(code)
        authors = {news.res_id: news.author_id for news in self}
        # sudo: the system tells; whom, is decided by their rights
        records = self.env[model].sudo().browse(self.mapped("res_id")).exists()
        records = records._filtered_news(code) if event else records.browse()
        readers = records._get_portal_readers_by_record(event._get_codes())
        knowers = records._get_news_knowers(code)
        told = {
            record: readers[record]
            - authors[record.id]
            - knowers.get(record, authors[record.id])
            for record in records
        }
        self.env["portal.notice"]._tell_many(event, told)
        reached = {record.id for record, people in told.items() if people}
        for news in self:
            news.state = "told" if news.res_id in reached else "void"
            if news.repeats:
                news.key = str(news.id)

    @api.autovacuum
    def _gc_old_news(self):
        """Forget what was told long ago."""
        limit = fields.Datetime.now() - timedelta(days=KEPT_DAYS)
        self.search([("create_date", "<", limit)], limit=10000).unlink()
