"""What people are told of promises."""

from odoo import models
from odoo.tools.misc import format_date

from ...const import OPEN_STATES


class PortalPromise(models.Model):
    _inherit = "portal.promise"

    def _filtered_news(self, code):
        """Override: what is still promised, or still broken and open; in sudo."""
        state = {"promise_made": "open", "promise_broken": "broken"}[code]
        self.line_ids.move_id.fetch(["payment_state"])
        return self.filtered(
            lambda promise: (
                promise.state == state
                and promise.line_ids.move_id.filtered(
                    lambda move: move.payment_state in OPEN_STATES
                )
            )
        )

    def _prepare_news(self, code):
        """Override: the sentences; in sudo."""
        _ = self.env._
        told = {}
        for promise in self:
            values = {
                "amount": promise.currency_id.with_env(self.env).format(promise.amount),
                "day": format_date(self.env, promise.day),
            }
            if code == "promise_made":
                title = _("A payment of %(amount)s is promised for %(day)s.", **values)
                detail = ""
            else:
                title = _(
                    "The payment of %(amount)s that was promised for %(day)s has not "
                    "arrived.",
                    **values,
                )
                detail = _("Please pay it now, or write to us.")
            told[promise] = {
                "title": title,
                "detail": detail,
                "url": f"/my/promises/{promise.id}",
            }
        return told

    def _get_news_knowers(self, code):
        """Override: of a broken one its person is told, and nobody twice.

        Whoever got a reminder since has read it there. In sudo.
        """
        if code != "promise_broken" or not self:
            return {}
        readers = self._get_portal_readers_by_record(("pay",))
        lines = self.env["portal.reminder.line"].search_fetch(
            [
                ("move_id", "in", self.line_ids.move_id.ids),
                ("amount", ">", 0),
                ("reminder_id.state", "=", "sent"),
                ("reminder_id.sent_on", ">=", min(self.mapped("ended_on"))),
            ],
            ["move_id", "reminder_id"],
        )
        knowers = {}
        for promise in self:
            sent = lines.filtered(
                lambda line, promise=promise: (
                    line.move_id in promise.line_ids.move_id
                    and line.reminder_id.sent_on >= promise.ended_on
                )
            ).reminder_id
            person = promise.user_id & readers[promise]
            others = readers[promise] - person if person else person
            knowers[promise] = others | sent.recipient_ids.user_ids
        return knowers
