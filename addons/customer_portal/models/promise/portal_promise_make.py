"""How a promise comes about, is changed, and is withdrawn."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import format_date

from ...const import INVOICE_TYPES, MAX_DOCUMENTS
from ...tools.choice import fill
from .portal_promise import IN_VAIN

# Staff may record what was said on the phone for any day of a year.
STAFF_DAYS = 365


class PortalPromise(models.Model):
    _inherit = "portal.promise"

    @api.model
    def _make(
        self,
        customer,
        documents,
        day,
        amount=None,
        *,
        user=None,
        source="portal",
        note="",
        replaced=None,
    ):
        """Store that a customer will pay until a day, and return the promise.

        In sudo: the caller has checked that the person may pay these documents. The
        amounts are those of fresh data, under the lock of the customers' accounts.

        :param customer: the commercial partner that the person acts for
        :param documents: invoices of one company and currency
        :param amount: in their currency, shared among the oldest; None for all that
            is left of them
        :param user: the person, or None for who has a link
        :param str source: a key of `source`
        :param replaced: the promise that is changed by this one
        :raise UserError: when it cannot be promised like this
        """
        before = replaced or self.browse()
        company = self._check_documents(documents)
        self.env["portal.ledger.lock"]._lock(
            company, documents.commercial_partner_id | customer
        )
        documents.invalidate_recordset()
        documents.line_ids.invalidate_recordset()
        if before and not before._take(["open"]):
            raise UserError(self.env._("This promise was ended in the meantime."))
        self._check_day(company, day, source, before)
        if source != "staff":
            self._check_allowed(company, customer, documents, before)
        lines = self._share_amount(documents, amount, before)
        before._end("replaced")
        promise = self.create(
            {
                "partner_id": customer.id,
                "company_id": company.id,
                "currency_id": documents.currency_id.id,
                "amount": documents.currency_id.round(
                    sum(line["amount"] for line in lines)
                ),
                "day": day,
                "last_day": company._get_working_day_finder()(day),
                "since": before.since or company._get_accounting_day(),
                "made_on": fields.Datetime.now(),
                "user_id": user.id if user else False,
                "source": source,
                "note": note,
                "replaces_id": before.id,
                "line_ids": [Command.create(line) for line in lines],
            }
        )
        promise._tell_made("promise_changed" if before else "promise_made")
        return promise

    def _check_documents(self, documents):
        """Return the company to which these documents are owed.

        :raise UserError: when one promise cannot cover them
        """
        if not documents:
            raise UserError(self.env._("Choose at least one open invoice."))
        if len(documents) > MAX_DOCUMENTS:
            raise UserError(
                self.env._(
                    "Choose at most %s documents for one promise.", MAX_DOCUMENTS
                )
            )
        if len(documents.company_id) > 1 or len(documents.currency_id) > 1:
            raise UserError(
                self.env._(
                    "One promise covers documents in one currency, of one company."
                )
            )
        return documents.company_id

    @api.model
    def _get_days(self, company, source="portal", before=None):
        """Return the first and the last day for which can be promised.

        :param before: the promise that is changed: its days count from its beginning
        """
        today = company._get_accounting_day()
        if source == "staff":
            return today, today + timedelta(days=STAFF_DAYS)
        since = before.since if before else today
        return today, since + timedelta(days=company.portal_promise_days)

    def _check_day(self, company, day, source, before):
        first, last = self._get_days(company, source, before)
        if last < first:
            raise UserError(
                self.env._("This promise cannot be changed any more. Please pay it.")
            )
        if not first <= day <= last:
            raise UserError(
                self.env._(
                    "Choose a day from %(first)s to %(last)s.",
                    first=format_date(self.env, first),
                    last=format_date(self.env, last),
                )
            )

    def _check_allowed(self, company, customer, documents, before):
        """Refuse what the seller's limits do not allow.

        :raise UserError: likewise
        """
        if not company.portal_promises:
            raise UserError(self.env._("Payments cannot be promised here."))
        if before:
            return
        count = self.search_count(
            [
                ("partner_id", "=", customer.id),
                ("company_id", "=", company.id),
                ("state", "=", "open"),
            ]
        )
        if count >= company.portal_promise_open:
            raise UserError(
                self.env._(
                    "Your company has as many open promises as we accept. Please keep "
                    "one of them first, or write to us."
                )
            )
        rows = self.env["portal.promise.line"]._read_group(
            [("move_id", "in", documents.ids), ("promise_id.state", "in", IN_VAIN)],
            ["move_id"],
            ["__count"],
        )
        for document, times in rows:
            if times >= company.portal_promise_times:
                raise UserError(
                    self.env._(
                        "%s was promised before and not paid. Please pay it now, or "
                        "write to us.",
                        document.name,
                    )
                )

    def _share_amount(self, documents, amount, before):
        """Return values of a line for each document, the oldest first.

        :raise UserError: when more is promised than is left, or some of it twice
        """
        currency = documents.currency_id
        holds = documents._get_holds()
        promised = self.env["portal.promise.line"].search(
            [("move_id", "in", documents.ids), ("is_open", "=", True)]
        )
        for line in promised:
            if line.promise_id != before:
                raise UserError(
                    self.env._(
                        "%(document)s is already promised for %(day)s.",
                        document=line.move_id.name,
                        day=format_date(self.env, line.promise_id.day),
                    )
                )
        documents = documents.sorted(
            lambda move: (move.invoice_date_due or move.date, move.id)
        )
        left = []
        for document in documents:
            is_owed = document.move_type in INVOICE_TYPES
            if not is_owed or not document._is_open_document():
                raise UserError(
                    self.env._("%s is no longer open.", document.name or "")
                )
            left.append(document._get_amount_left(holds))
        total = currency.round(sum(left))
        if currency.compare_amounts(total, 0) <= 0:
            held = documents[0]
            raise UserError(held._get_holds_message(held._pick_holds(holds)))
        chosen = total if amount is None else currency.round(amount)
        if currency.compare_amounts(chosen, 0) <= 0:
            raise UserError(self.env._("Enter an amount above 0."))
        if currency.compare_amounts(chosen, total) > 0:
            raise UserError(
                self.env._("Only %s is left to pay.", currency.format(total))
            )
        shares = fill(left, chosen)
        return [
            {
                "move_id": document.id,
                "amount": currency.round(share),
                # What is under way already will not come because of the promise.
                "open_before": rest,
                "is_open": True,
            }
            for document, rest, share in zip(documents, left, shares, strict=True)
            if not currency.is_zero(share)
        ]

    def _end(self, state):
        """Set the last state of these; the documents can be promised again."""
        if self:
            self.write({"state": state, "ended_on": fields.Datetime.now()})
            self.line_ids.write({"is_open": False})
            self.line_ids.flush_recordset(["is_open"])

    def _withdraw(self):
        """Take a promise back; in sudo: the caller has checked who may.

        :raise UserError: when it ended in the meantime
        """
        self.ensure_one()
        if not self._take(["open"]):
            raise UserError(self.env._("This promise was ended in the meantime."))
        self._end("withdrawn")
        self._log("promise_withdrawn")

    def action_withdraw(self):
        """Take promises back for the customer, who has said so.

        :raise UserError: when one has ended
        """
        self._withdraw_for_customer()

    def _withdraw_for_customer(self):
        self.check_access("write")
        for promise in self.sudo():  # sudo: the right was just asked
            promise._withdraw()

    def action_open_documents(self):
        """Show the documents of these promises."""
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Documents"),
            "res_model": "account.move",
            "view_mode": "list,form",
            "domain": [("id", "in", self.line_ids.move_id.ids)],
            "context": {"create": False},
        }

    def _tell_made(self, action):
        """Note who promised, and have colleagues told."""
        self._log(action)
        self._add_news("promise_made")

    def _log(self, action):
        names = ", ".join(self.line_ids.move_id.mapped("name"))
        self.env["portal.activity"]._log(
            action,
            self.partner_id,
            record=self,
            detail=f"{names}: {format_date(self.env, self.day)}",
        )
