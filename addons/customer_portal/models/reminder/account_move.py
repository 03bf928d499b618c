from collections import defaultdict

from odoo import fields, models
from odoo.tools import SQL
from odoo.tools.misc import format_date

from ...const import INVOICE_TYPES, OPEN_STATES
from ...tools.reminder import Pause, Step
from .portal_reminder import DONE, OPEN
from .res_partner import STAFF


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
                move._describe_pause(pause) for pause in facts.get("pauses", ())
            )

    def _describe_reminder(self, fact):
        if not fact:
            return ""
        day = format_date(self.env, fact["day"])
        return ", ".join(filter(None, [fact["name"], day]))

    def _describe_pause(self, pause):
        """Return what staff read of a pause.

        :param dict pause: of `_get_reminder_facts`
        """
        until = pause["until"]
        parts = [
            pause["label"],
            self.currency_id.format(pause["amount"]) if pause["amount"] else "",
            self.env._("until %s", format_date(self.env, until)) if until else "",
        ]
        return " ".join(filter(None, parts))

    def _get_reminder_pauses(self, holds=None):
        """Return why nobody is reminded of these documents, or of a part of them.

        In sudo, with a constant number of queries. Extend it for another reason, and
        `_get_reminder_pause_labels` for what people read of it.

        :param dict holds: of `_get_holds`, if the caller has it
        :return: {(move id, customer id, currency id): [Pause, ..]}
        """
        holds = self._get_holds() if holds is None else holds
        return {
            key: [Pause(hold.kind, hold.amount) for hold in own]
            for key, own in holds.items()
        }

    def _get_reminder_pause_labels(self):
        """Return {code of a Pause: what people read}."""
        _ = self.env._
        return {
            "announced": _("Bank transfer announced"),
            "under_way": _("Payment under way"),
        }

    # ------------------------------------------------------------
    # Last and next one
    # ------------------------------------------------------------

    def _get_reminder_facts(self, *, items=None, holds=None):
        """Return what both sides see of the reminders of an invoice; in sudo.

        With two queries, where the caller has items and holds.

        :param items: the journal items of the invoice, if the caller has them
        :param dict holds: of `_get_holds`, likewise
        :return: None where nobody is reminded of it, else a dict with last and next
            (each None or {"name", "day"}; the name is empty where it was only listed),
            pauses, [{"label", "amount", "until"}], and is_excluded: staff want no
            reminders of it
        """
        self.ensure_one()
        if not self.company_id._sends_reminders():
            return None
        if self.move_type not in INVOICE_TYPES or self.state != "posted":
            return None
        history = self._read_reminder_history()
        facts = {"last": None, "next": None, "pauses": [], "is_excluded": False}
        last, next_ = history["last"], None
        if self.payment_state in OPEN_STATES:
            items = self.line_ids if items is None else items
            next_ = self._fill_reminder_outlook(facts, history, items, holds)
        levels = self.env["portal.reminder.level"].browse(
            level_id for level_id, _day in filter(None, (last, next_)) if level_id
        )
        levels.fetch(["name"])
        for name, found in (("last", last), ("next", next_)):
            if found:
                level_id, day = found
                level = levels.browse(level_id) if level_id else levels.browse()
                facts[name] = {"name": level.name or "", "day": day}
        return facts if any(facts.values()) else None

    def _read_reminder_history(self):
        """Return what was sent and decided of an invoice and its customer; in sudo.

        With one query.

        :return: dict with tag_ids, is_excluded (the customer), last_day (on which it
            was reminded of anything in the currency), last ((level id, day) for this
            invoice, or None; without a level it was listed beside others), done (as
            `_get_done`) and state (of what is not sent)
        """
        customer = self.commercial_partner_id.with_company(self.company_id)
        for name in ("portal.reminder", "portal.reminder.line"):
            self.env[name].flush_model()
        customer.flush_model(["category_id", "portal_no_reminders"])
        [(tag_ids, is_excluded, last_day, rows)] = self.env.execute_query(
            SQL(
                """
                SELECT ARRAY(
                       SELECT tag.id
                         FROM res_partner_res_partner_category_rel tagged
                         JOIN res_partner_category tag ON tag.id = tagged.category_id
                        WHERE tagged.partner_id = partner.id AND tag.active),
                       %(is_excluded)s,
                       (SELECT MAX(sent_day)
                          FROM portal_reminder
                         WHERE state = 'sent'
                           AND partner_id = partner.id
                           AND company_id = %(company)s
                           AND currency_id = %(currency)s),
                       ARRAY(
                       SELECT JSONB_BUILD_ARRAY(
                              reminder.state, reminder.sent_day, line.item_id,
                              line.days, line.level_id, line.is_counted)
                         FROM portal_reminder_line line
                         JOIN portal_reminder reminder
                           ON reminder.id = line.reminder_id
                        WHERE line.move_id = %(move)s)
                  FROM res_partner partner
                 WHERE partner.id = %(customer)s
                """,
                is_excluded=customer._field_to_sql("partner", "portal_no_reminders"),
                company=self.company_id.id,
                currency=self.currency_id.id,
                move=self.id,
                customer=customer.id,
            )
        )
        history = {
            "tag_ids": set(tag_ids),
            "is_excluded": is_excluded,
            "last_day": last_day,
            "last": None,
            "done": defaultdict(set),
            "state": None,
        }
        sent = []
        for state, day, item_id, days, level_id, is_counted in rows:
            if state == "sent":
                reached = (days, level_id) if is_counted else (-999, 0)
                sent.append((fields.Date.to_date(day), *reached))
            elif state in OPEN:
                history["state"] = state
            if is_counted and state in DONE:
                history["done"][item_id].add(Step(days, level_id))
        if sent:
            day, _days, level_id = max(sent)
            history["last"] = (level_id, day)
        return history

    def _fill_reminder_outlook(self, facts, history, items, holds):
        """Add to the facts what is still to come of an open invoice.

        :param dict history: of `_read_reminder_history`
        :return: (id of the level, day) of the next one, or None
        """
        reminders = self.env["portal.reminder"]
        company = self.company_id
        owed = self._get_items_to_remind(items)
        if history["is_excluded"] or all(item.no_followup for item in owed):
            facts["is_excluded"] = bool(owed)
            return None
        if history["state"] == "held":
            label = self.env._("On hold")
            facts["pauses"] = [{"label": label, "amount": 0.0, "until": None}]
            return None
        rules = self.env["portal.reminder.schedule"]._get_rules(company.id)
        rule = next((one for one in rules if one.is_for(history["tag_ids"])), None)
        if not rule:
            return None
        key = (self.commercial_partner_id, self.currency_id)
        planned = list(
            reminders._prepare_lines(key, owed, self._get_reminder_pauses(holds))
        )
        facts["pauses"] = self._sum_pauses(planned)
        return reminders._get_next_of(
            company, rule, planned, history["done"], history["last_day"]
        )

    @staticmethod
    def _get_items_to_remind(items):
        """Return those that are owed, the oldest first."""
        return items.filtered(
            lambda item: (
                item.display_type == "payment_term"
                and not item.reconciled
                and item.amount_residual_currency > 0
                and item.amount_residual
                and item.date_maturity
            )
        ).sorted(lambda item: (item.date_maturity, item.id))

    def _sum_pauses(self, planned):
        """Return what people read of the pauses of an invoice.

        :param planned: of `_prepare_lines`
        """
        labels = self._get_reminder_pause_labels()
        amounts = defaultdict(float)
        for values in planned:
            for pause, amount in values["shares"]:
                amounts[pause.code, pause.until] += amount
        return [
            {
                "label": labels.get(code, ""),
                "amount": self.currency_id.round(amount),
                "until": until,
            }
            for (code, until), amount in amounts.items()
        ]
