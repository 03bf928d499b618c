"""What becomes of searches with time: their windows close, and they are forgotten."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from .portal_search_log import KEPT_DAYS

PORTION = 5000
SIGNAL_DAYS = 7


class PortalSearchLog(models.Model):
    _inherit = "portal.search.log"

    @api.model
    def _follow_all(self):
        """Close windows, raise signals, and forget (scheduled)."""
        self._close_windows()
        self.env["portal.search.signal"]._raise_all()
        self._forget_old()

    @api.model
    def _close_windows(self):
        """Say of searches that no ticket followed, and forget who searched.

        A search that found nothing has answered nothing, even if nobody wrote.
        """
        before = fields.Datetime.now() - self._get_window()
        self._do_in_portions(
            SQL("user_id IS NOT NULL AND last_on < %s", before),
            SQL(
                """
                user_id = NULL,
                outcome = CASE WHEN outcome <> 'waiting' THEN outcome
                               WHEN found_count > 0 THEN 'answered'
                               ELSE 'nothing' END
                """
            ),
        )

    @api.model
    def _forget_old(self):
        """Forget customers that no signal looks for, and rows after their time."""
        now = fields.Datetime.now()
        days = self.env["ir.config_parameter"]._get_portal_number(
            "search_days", KEPT_DAYS, most=3650
        )
        self._do_in_portions(
            SQL(
                "partner_id IS NOT NULL AND date < %s",
                now - max(timedelta(days=SIGNAL_DAYS + 1), self._get_window()),
            ),
            SQL("partner_id = NULL"),
        )
        self._do_in_portions(SQL("date < %s", now - timedelta(days=days)), None)

    def _do_in_portions(self, where, change):
        """Change all rows of a condition, or delete them, a portion at a time."""
        self.flush_model()
        cron = self.env["ir.cron"]
        what = SQL("UPDATE portal_search_log SET %s", change)
        if change is None:
            what = SQL("DELETE FROM portal_search_log")
        while True:
            self.env.cr.execute(
                SQL(
                    """
                    %s WHERE id IN (
                        SELECT id FROM portal_search_log WHERE %s LIMIT %s
                           FOR UPDATE SKIP LOCKED
                    )
                    """,
                    what,
                    where,
                    PORTION,
                )
            )
            done = self.env.cr.rowcount
            if done < PORTION or not cron._commit_progress(done):
                break
        self.invalidate_model()
