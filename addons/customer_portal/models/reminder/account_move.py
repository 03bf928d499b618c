from odoo import fields, models
from odoo.tools.misc import format_date

from ...const import INVOICE_TYPES, OPEN_STATES
from ...tools.reminder import Pause
from .portal_reminder import OPEN
from .res_partner import STAFF

LINE_FIELDS = ["days", "is_counted", "item_id", "level_id", "reminder_id"]


class AccountMove(models.Model):
    _inherit = "account.move"

    portal_reminder_last = fields.Char(
        "Last one", compute="_compute_portal_reminder", groups=STAFF
    )
    portal_reminder_next = fields.Char(
        "Next one", compute="_compute_portal_reminder", groups=STAFF
    )
    portal_reminder_pause = fields.Char(
        "Paused", compute="_compute_portal_reminder", groups=STAFF
    )

    def _compute_portal_reminder(self):
        """Compute what the customer sees too, for the form."""
        for move in self:
            # sudo: staff who may read the invoice
            facts = move.sudo()._get_reminder_facts() or {}
            move.portal_reminder_last = self._describe_reminder(facts.get("last"))
            move.portal_reminder_next = self._describe_reminder(facts.get("next"))
            move.portal_reminder_pause = ", ".join(
                f"{pause['label']} {move.currency_id.format(pause['amount'])}"
                if pause["amount"]
                else pause["label"]
                for pause in facts.get("pauses", ())
            )

    def _describe_reminder(self, fact):
        return f"{fact['name']}, {format_date(self.env, fact['day'])}" if fact else ""

    def _get_reminder_pauses(self):
        """Return why nobody is reminded of these documents, or of a part of them.

        In sudo, with a constant number of queries. Extend it for another reason, and
        `_get_reminder_pause_labels` for what people read of it.

        :return: {(move id, customer id, currency id): [Pause, ..]}
        """
        return {
            key: [
                Pause("announced" if hold.transfer else "under_way", hold.amount)
                for hold in holds
            ]
            for key, holds in self._get_holds().items()
        }

    def _get_reminder_pause_labels(self):
        """Return {code of a Pause: what people read}."""
        _ = self.env._
        return {
            "announced": _("bank transfer announced"),
            "under_way": _("payment under way"),
        }

    # ------------------------------------------------------------
    # Last and next one
    # ------------------------------------------------------------

    def _get_reminder_facts(self):
        """Return what both sides see of the reminders of an invoice; in sudo.

        :return: None where nobody is reminded of it, else a dict with last and next
            (each None or {"name", "day"}), pauses, [{"label", "amount"}], and
            is_excluded: staff want no reminders of it
        """
        self.ensure_one()
        company = self.company_id
        if not company._sends_reminders() or self.move_type not in INVOICE_TYPES:
            return None
        lines = self.env["portal.reminder.line"].search_fetch(
            [("move_id", "=", self.id)], LINE_FIELDS, order="id desc"
        )
        lines.reminder_id.fetch(["level_id", "sent_day", "state"])
        sent = lines.filtered(lambda line: line.reminder_id.state == "sent")
        last = None
        if newest := max(sent.reminder_id, key=lambda one: one.sent_day, default=None):
            last = {"name": newest.level_id.name, "day": newest.sent_day}
        facts = {"last": last, "next": None, "pauses": [], "is_excluded": False}
        if self.state != "posted" or self.payment_state not in OPEN_STATES:
            return facts if last else None
        facts |= self._get_reminder_outlook(company, lines)
        return facts if any(facts.values()) else None

    def _get_reminder_outlook(self, company, lines):
        """Return what is still to come of an open invoice: a part of the facts.

        :param lines: of reminders of it
        """
        customer = self.commercial_partner_id.with_company(company)
        reminders = self.env["portal.reminder"]
        waiting = lines.reminder_id.filtered(lambda one: one.state in OPEN)[:1]
        if customer.portal_no_reminders or self.no_followup:
            return {"is_excluded": True}
        if waiting.state == "held":
            return {"pauses": [{"label": self.env._("on hold"), "amount": 0.0}]}
        schedule = reminders._get_schedules_of(company, customer).get(customer)
        if not schedule:
            return {}
        key = (customer, self.currency_id)
        planned = list(
            reminders._prepare_lines(
                key, self._get_open_items(), self._get_reminder_pauses()
            )
        )
        labels = self._get_reminder_pause_labels()
        return {
            "next": reminders._get_next_of(company, schedule, key, planned, lines),
            "pauses": [
                {
                    "label": labels.get(values["pause"], ""),
                    "amount": values["amount_paused"],
                }
                for values in planned
                if values["pause"]
            ],
        }
