from odoo import fields, models

from ...tools.reminder import Pause
from .portal_promise import STAFF

LINE_FIELDS = ["amount", "is_open", "move_id", "open_before", "promise_id"]
PROMISE_FIELDS = [
    "amount",
    "company_id",
    "currency_id",
    "day",
    "is_under_way",
    "last_day",
    "made_on",
    "partner_id",
    "state",
    "user_id",
]


class AccountMove(models.Model):
    _inherit = "account.move"

    portal_promise_line_ids = fields.One2many(
        "portal.promise.line", "move_id", "Promises", groups=STAFF
    )

    # ------------------------------------------------------------
    # Reminders
    # ------------------------------------------------------------

    def _get_reminder_pauses(self, holds=None):
        """Extend: what is promised, until its day, and not under way or paid yet."""
        holds = self._get_holds() if holds is None else holds
        pauses = super()._get_reminder_pauses(holds)
        lines = self._get_promised_lines().filtered("is_open")
        if not lines:
            return pauses
        days = {
            company: company._get_accounting_day()
            for company in lines.promise_id.company_id
        }
        for line in lines:
            promise, move = line.promise_id, line.move_id
            if promise.last_day < days[promise.company_id]:
                continue
            come = max(line.open_before - move.amount_residual, 0.0)
            rest = promise.currency_id.round(
                line.amount - come - promise._get_coming(line, holds)
            )
            if rest > 0:
                key = (move.id, move.commercial_partner_id.id, move.currency_id.id)
                pause = Pause("promised", rest, until=promise.last_day)
                pauses[key] = [*pauses.get(key, ()), pause]
        return pauses

    def _get_reminder_pause_labels(self):
        """Extend: promises."""
        labels = super()._get_reminder_pause_labels()
        return {**labels, "promised": self.env._("payment promised")}

    def _get_promised_lines(self):
        """Return what was promised of these documents, the newest first, in sudo.

        In one query where nothing was promised, and remembered: the page of an
        invoice asks twice.
        """
        # sudo: the caller could read the documents that these lines belong to
        moves_sudo = self.sudo()
        moves_sudo.fetch(["portal_promise_line_ids"])
        lines = moves_sudo.portal_promise_line_ids.sorted("id", reverse=True)
        lines.fetch(LINE_FIELDS)
        lines.promise_id.fetch(PROMISE_FIELDS)
        return lines

    # ------------------------------------------------------------
    # Rows
    # ------------------------------------------------------------

    def _prepare_portal_rows(self, overdue=None, holds=None):
        """Extend: what is promised of each document.

        promise_lines are all promises of it, the newest first, in sudo; promise is the
        open one, None or a dict as of `_prepare_portal_row`.
        """
        rows = super()._prepare_portal_rows(overdue, holds)
        promised = {}
        for line in self._get_promised_lines():
            promised.setdefault(line.move_id.id, []).append(line)
        for row in rows:
            row["promise_lines"] = lines = promised.get(row["id"], [])
            open_lines = [line for line in lines if line.is_open and row["payable"]]
            row["promise"] = open_lines[0]._prepare_portal_row() if open_lines else None
        return rows
