"""What becomes of a promise: it is kept when the money comes, else broken."""

import logging
from datetime import datetime, timedelta

from psycopg2 import OperationalError

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, format_date

from ...tools.holding import NOTHING

PORTION = 200  # promises between two commits
# So long after its end a promise follows what the books say: money that came in time
# is booked late, and a debit bounces after weeks.
FOLLOWED_DAYS = 60
FOLLOWED = ("open", "kept", "broken")

_logger = logging.getLogger(__name__)


class PortalPromise(models.Model):
    _inherit = "portal.promise"

    # ------------------------------------------------------------
    # What came
    # ------------------------------------------------------------

    def _get_followed_domain(self):
        """Return the domain of promises that follow what happens to their documents."""
        since = fields.Datetime.now() - timedelta(days=FOLLOWED_DAYS)
        return Domain("state", "in", FOLLOWED) & (
            Domain("ended_on", "=", False) | Domain("ended_on", ">=", since)
        )

    def _get_arrivals(self):
        """Return how much of each promise has come, in one query; in sudo.

        That is by how much less its documents are open than when it was made, by
        whatever way: a payment, the bank, a credit. What is dated after the last day
        does not count. A payment that has no entry until the bank has it counts all the
        same, and a document that is posted no longer does not.

        :return: {promise: (promised, come)}
        """
        if not self:
            return {}
        for name, names in (
            ("account.move", ["payment_state", "state"]),
            ("account.move.line", ["amount_residual_currency", "display_type"]),
            ("account.partial.reconcile", None),
            ("portal.promise", ["last_day", "is_under_way"]),
            ("portal.promise.line", None),
        ):
            self.env[name].flush_model(names)
        rows = self.env.execute_query(
            SQL(
                """
                SELECT promise.id,
                       COALESCE(SUM(line.amount), 0),
                       COALESCE(SUM(GREATEST(
                           line.open_before - left_now.amount - late.amount, 0)), 0)
                  FROM portal_promise promise
             LEFT JOIN (portal_promise_line line
                        JOIN account_move move ON move.id = line.move_id
                             AND move.state = 'posted')
                    ON line.promise_id = promise.id
             LEFT JOIN LATERAL (
                       SELECT COALESCE(SUM(item.amount_residual_currency), 0) AS amount
                         FROM account_move_line item
                        WHERE item.move_id = line.move_id
                          AND item.display_type = 'payment_term'
                          AND move.payment_state != 'in_payment'
                       ) left_now ON TRUE
             LEFT JOIN LATERAL (
                       SELECT COALESCE(SUM(part.debit_amount_currency), 0) AS amount
                         FROM account_move_line item
                         JOIN account_partial_reconcile part
                           ON part.debit_move_id = item.id
                        WHERE item.move_id = line.move_id
                          AND item.display_type = 'payment_term'
                          AND part.max_date > promise.last_day
                          AND promise.is_under_way IS NOT TRUE
                       ) late ON TRUE
                 WHERE promise.id = ANY(%s)
              GROUP BY promise.id
                """,
                list(self.ids),
            )
        )
        by_id = {promise.id: promise for promise in self}
        return {
            by_id[promise_id]: (float(promised), float(come))
            for promise_id, promised, come in rows
        }

    def _get_coming(self, line, holds):
        """Return how much of a document is under way since it was promised.

        :param dict holds: of `_get_holds`
        """
        own = holds.get(
            (
                line.move_id.id,
                line.move_id.commercial_partner_id.id,
                self.currency_id.id,
            ),
            NOTHING,
        )
        since = own.__class__(hold for hold in own if self._is_since(hold.began))
        return since.take(line.move_id.amount_residual)

    def _is_since(self, moment):
        """Return whether something began after this was promised, or on that day."""
        if isinstance(moment, datetime):
            return moment >= self.made_on
        return moment >= self.made_on.date()

    # ------------------------------------------------------------
    # The outcome
    # ------------------------------------------------------------

    def _settle(self, *, is_final=True):
        """Let these promises follow what happened to their documents; in sudo.

        With a constant number of queries, and as often as one likes.

        :param bool is_final: whether those that are over may be broken; in the middle
            of a booking nothing is
        """
        arrivals = self._get_arrivals()
        outcomes = {"kept": self.browse(), "open": self.browse()}
        over = self.browse()
        for promise, (promised, come) in arrivals.items():
            is_kept = promise.currency_id.compare_amounts(come, promised) >= 0
            day = promise.company_id._get_accounting_day()
            if not promised and promise.state != "open":
                continue  # its documents were taken back after it had ended
            if promised and is_kept:
                outcomes["kept"] += promise
            elif is_final and day <= promise.last_day:
                outcomes["open"] += promise
            elif is_final:
                over += promise
        outcomes |= over._get_late_outcomes(arrivals)
        for state, promises in outcomes.items():
            promises.filtered(lambda one, state=state: one.state != state)._follow(
                state
            )

    def _get_late_outcomes(self, arrivals):
        """Return {state: promises} of those whose last day is over and that lack money.

        :param dict arrivals: of `_get_arrivals`
        """
        outcomes = {"broken": self.browse(), "withdrawn": self.browse()}
        waiting = self.filtered(lambda one: one.state == "open")
        holds = waiting.line_ids.move_id._get_holds()
        for promise in self:
            promised, come = arrivals[promise]
            coming = 0.0
            if promise in waiting:
                coming = sum(
                    promise._get_coming(line, holds) for line in promise.line_ids
                )
            currency = promise.currency_id
            if not promised:
                # Nothing of it is owed any more.
                outcomes["withdrawn"] += promise
            elif coming and currency.compare_amounts(come + coming, promised) >= 0:
                promise.is_under_way = True
            else:
                outcomes["broken"] += promise
        return outcomes

    def _follow(self, state):
        """Give these the state that the books say."""
        if not self:
            return
        if state == "open":
            # What was promised anew in the meantime counts instead.
            taken = self.env["portal.promise.line"].search(
                [("move_id", "in", self.line_ids.move_id.ids), ("is_open", "=", True)]
            )
            again = self.filtered(lambda one: not one.line_ids.move_id & taken.move_id)
            again.write({"state": "open", "ended_on": False})
            again.line_ids.write({"is_open": True})
            (self - again).filtered(lambda one: one.state == "kept")._follow("broken")
            return
        self._end(state)
        if state == "broken":
            self.write({"is_under_way": False})
            self._add_news("promise_broken")
            for promise in self:
                promise._give_todo(
                    promise._get_todo_summary,
                    group="account.group_account_invoice",
                    company=promise.company_id,
                    salesperson=promise.partner_id.user_id,
                )
        else:
            self.activity_ids.unlink()

    def _get_todo_summary(self, env):
        """Return what accounting is to do about a broken promise."""
        return env._(
            "Promised for %s and not paid",
            format_date(env, self.day),
        )

    # ------------------------------------------------------------
    # Scheduled
    # ------------------------------------------------------------

    @api.model
    def _settle_all(self):
        """Let all promises follow what happened (scheduled).

        A portion at a time; one that fails says so in the log and holds up no other.
        """
        cron = self.env["ir.cron"]
        domain = self._get_followed_domain()
        cron._commit_progress(remaining=self.search_count(domain))
        last = 0
        while portion := self.search(
            domain & Domain("id", ">", last), order="id", limit=PORTION
        ):
            last = portion[-1].id
            portion._try_to_settle()
            if not cron._commit_progress(len(portion)):
                return
        cron._commit_progress(remaining=0)

    def _try_to_settle(self):
        try:
            with self.env.cr.savepoint():
                self._settle()
        except OperationalError:
            # Somebody changes the same records now: the scheduled action comes again.
            raise
        except Exception:
            if len(self) > 1:
                for promise in self:
                    promise._try_to_settle()
            else:
                _logger.exception("The promise %s failed", self.id)
