"""What is set aside of documents, being paid or disputed: every door asks it."""

from odoo import api, fields, models
from odoo.tools import SQL

from ...const import HOLDING_STATES, LIVE_STATES
from ...tools.drawing import Drawing
from ...tools.holding import NOTHING, Hold, Holds

ATTEMPT_FIELDS = [
    "create_date",
    "operation",
    "outcome_unknown",
    "payment_id",
    "payment_method_id",
    "portal_remittance_id",
    "provider_id",
    "source_transaction_id",
    "state",
]
# What the amounts of a sentence are called.
FIGURES = ("under_way", "under_way_of")
INSTALMENT_FIGURES = ("instalment_under_way", "instalment_under_way_of")


class AccountMove(models.Model):
    _inherit = "account.move"

    def _get_holds(self, *, without=None, with_choices=False):
        """Return what holds how much of these documents, with one query.

        A remittance says how much it pays of each document. It holds that from the
        moment a provider is asked, or a transfer is announced, until it is booked,
        failed or withdrawn; an attempt that was not answered as long as
        `payment.transaction._get_under_way_domain` says. How much an attempt pays
        that has no remittance, or one that is booked already, cannot be known: it
        holds all of its documents. What is disputed is held too, see
        `_get_further_holds`.

        In sudo of its own: that a payment is under way is no secret of who pays.

        :param without: the remittance whose own amounts do not count
        :param bool with_choices: also what was chosen and nobody pays, which holds
            nothing: see `Hold.is_choice`
        :return: {(move id, customer id, currency id): Holds}; of an entry each
            customer has its own items, of a paper only its customer of today counts
        """
        if not self:
            return {}
        papers = SQL("move.id IN %s", tuple(self.ids) or (0,))
        query = self._get_holds_query(
            SQL("line.move_id IN %s", tuple(self.ids) or (0,)),
            papers,
            without=without,
            with_choices=with_choices,
        )
        rows = self.env.execute_query(SQL("%s ORDER BY began, attempt_id", query))
        space = self.env["portal.remittance"]._space_reference
        found = {}
        for key, values in ((row[:3], row[4:]) for row in rows):
            *values, day, began, reference = values
            move_id, customer_id, currency_id = key
            hold = Hold(
                *values,
                began=day or began,
                reference=space(reference) if day else reference or "",
            )
            found.setdefault((move_id, customer_id, currency_id), []).append(hold)
        return {key: Holds(holds) for key, holds in found.items()}

    @api.model
    def _get_holds_query(self, chosen, papers, *, without=None, with_choices=False):
        """Return the query of what is set aside: the rule of `_get_holds`.

        :param SQL chosen: which lines of remittances count (line, remittance, move)
        :param SQL papers: which documents (move) count of attempts that have no
            remittance to say what they pay, and of what `_get_further_holds` adds
        :return: SQL of rows that begin with move_id, customer_id, currency_id,
            company_id, amount and state
        """
        self.env["portal.remittance"].flush_model()
        self.env["portal.remittance.line"].flush_model()
        self.env["payment.transaction"].flush_model([*ATTEMPT_FIELDS, "invoice_ids"])
        self.flush_model(["commercial_partner_id", "company_id", "currency_id"])
        return SQL(
            """
            SELECT line.move_id,
                   COALESCE(line.partner_id, move.commercial_partner_id) AS customer_id,
                   remittance.currency_id, remittance.company_id,
                   line.amount_requested AS amount, remittance.state, remittance.id,
                   attempt.id AS attempt_id, attempt.payment_method_id,
                   remittance.payer_id,
                   CASE remittance.state WHEN 'announced'
                        THEN remittance.announced_on END,
                   COALESCE(attempt.create_date, remittance.create_date) AS began,
                   remittance.transfer_reference
              FROM portal_remittance_line line
              JOIN portal_remittance remittance ON remittance.id = line.remittance_id
              JOIN account_move move ON move.id = line.move_id
         LEFT JOIN LATERAL (
                   SELECT id, payment_method_id, create_date
                     FROM payment_transaction
                    WHERE portal_remittance_id = remittance.id AND %(under_way)s
                 ORDER BY id DESC
                    LIMIT 1
                   ) attempt ON TRUE
             WHERE %(chosen)s
               AND remittance.id != %(without)s
               AND remittance.state IN %(live)s
               AND (remittance.state IN %(holding)s OR attempt.id IS NOT NULL
                    OR %(with_choices)s)
         UNION ALL
            SELECT move.id, move.commercial_partner_id, move.currency_id,
                   move.company_id, NULL, '', remittance.id, payment_transaction.id,
                   payment_transaction.payment_method_id,
                   payment_transaction.partner_id, NULL,
                   payment_transaction.create_date, NULL
              FROM account_invoice_transaction_rel paid
              JOIN account_move move ON move.id = paid.invoice_id
              JOIN payment_transaction ON payment_transaction.id = paid.transaction_id
         LEFT JOIN payment_transaction source
                ON source.id = payment_transaction.source_transaction_id
         LEFT JOIN portal_remittance remittance
                ON remittance.id = COALESCE(
                   source.portal_remittance_id,
                   payment_transaction.portal_remittance_id)
             WHERE %(papers)s
               AND %(under_way)s
               AND (remittance.id IS NULL
                    OR (remittance.state NOT IN %(live)s
                        AND remittance.id != %(without)s))
               AND NOT EXISTS (
                   SELECT FROM portal_remittance_line foreign_line
                    WHERE foreign_line.remittance_id = remittance.id
                      AND foreign_line.move_id = move.id
                      AND foreign_line.partner_id != move.commercial_partner_id)
            %(further)s
            """,
            under_way=self.env["payment.transaction"]._get_under_way_sql(),
            chosen=chosen,
            papers=papers,
            without=without.id if without else 0,
            live=LIVE_STATES,
            holding=HOLDING_STATES,
            with_choices=with_choices,
            further=SQL(" ").join(
                SQL("UNION ALL %s", select)
                for select in self._get_further_holds(papers)
            ),
        )

    @api.model
    def _get_further_holds(self, papers):
        """Return the SELECTs of what else is set aside of documents.

        A seam, asked with the others in one query. Their columns: the document, its
        customer, currency and company, then the fields of a Hold in their order, with
        the day of an announcement before the moment when it began, and the reference.

        :param SQL papers: which documents (move) count
        :return: list of SQL
        """
        return []

    def _pick_holds(self, holds):
        """Return those of this invoice or credit note.

        :param dict holds: of `_get_holds`
        """
        key = (self.id, self.commercial_partner_id.id, self.currency_id.id)
        return holds.get(key, NOTHING)

    def _key_holds(self, holds):
        """Return what `_get_holds` would, of the Holds of this one paper."""
        key = (self.id, self.commercial_partner_id.id, self.currency_id.id)
        return {key: holds} if holds else {}

    def _get_amount_left(self, holds):
        """Return what of this invoice or credit note no payment is under way of.

        :param dict holds: of `_get_holds`
        """
        return self._pick_holds(holds).left(self.amount_residual, self.currency_id)

    # ------------------------------------------------------------
    # What people read
    # ------------------------------------------------------------

    @staticmethod
    def _get_hold_key(row):
        """Return the key of `_get_holds` for a row with the fields of a paper."""
        return row["id"], row["commercial_partner_id"], row["currency_id"]

    def _get_partly_held(self, rows, holds, currencies):
        """Return {document id: amount under way} of those with a part that is not.

        :param list rows: with the fields of the documents
        :param dict holds: of `_get_holds`
        :param dict currencies: by id
        """
        if not holds:
            return {}
        partly = {}
        for row in rows:
            own = holds.get(self._get_hold_key(row), NOTHING)
            left = own.left(row["amount_residual"], currencies[row["currency_id"]])
            if own and left > 0:
                partly[row["id"]] = own.take(row["amount_residual"])
        return partly

    def _add_under_way_texts(self, rows):
        """Say of rows what is under way of them, where their status does not.

        :param list rows: of papers or of entries; each gets under_way
        """
        told = []
        for row in rows:
            row["under_way"] = []
            if holds := row["holds"]:
                if holds.is_pending and not row["payable"]:
                    holds = holds.disputes
                told += [(row, hold, abs(row["residual"])) for hold in holds]
        texts = self._describe_holds(
            [(hold, open_, row["currency"]) for row, hold, open_ in told], self.env.user
        )
        for (row, _hold, _open), text in zip(told, texts, strict=True):
            row["under_way"].append(text)

    def _get_overdue_left(self, held):
        """Return what is overdue of documents beyond what is under way of them.

        A payment goes to what is due first.

        :param dict held: {move id: amount that is under way}
        :return: as `_get_overdue_amounts`
        """
        items = (
            self.env["account.move.line"]
            .sudo()  # sudo: the caller could read the documents these lines belong to
            .search_fetch(
                [
                    ("move_id", "in", list(held)),
                    ("display_type", "=", "payment_term"),
                    ("reconciled", "=", False),
                    ("amount_residual_currency", ">", 0),
                    ("amount_residual", "!=", 0),
                    ("date_maturity", "<", fields.Date.context_today(self)),
                ],
                ["move_id", "currency_id", "date_maturity", "amount_residual_currency"],
                order="date_maturity, id",
            )
        )
        rest, found = dict(held), {}
        for item in items:
            move_id, amount = item.move_id.id, item.amount_residual_currency
            taken = min(rest[move_id], amount)
            rest[move_id] = item.currency_id.round(rest[move_id] - taken)
            left = item.currency_id.round(amount - taken)
            if left:
                total, oldest = found.get(move_id, (0.0, item.date_maturity))
                found[move_id] = item.currency_id.round(total + left), oldest
        return found

    def _describe_holds(self, holds, user, figures=FIGURES):
        """Return what people read of payments under way, one sentence for each.

        Who pays is told to those who may read the payment.

        :param list holds: of (Hold, what is open of its document, currency)
        :param user: who reads
        :param figures: names of the amount, and of what is open
        :return: list of texts as HTML, in the same order
        """
        if not holds:
            return []
        holders = [hold for hold, _open, _currency in holds]
        readable = self._get_readable_payments(holders, user)
        # sudo: how and by whom, for those who may read that
        methods = self.env["payment.method"].sudo()
        methods = methods.browse({hold.method_id for hold in holders} - {None})
        methods.fetch(["name"])
        people = self.env["res.partner"].sudo()  # sudo: as above
        people = people.browse({hold.payer_id for hold in holders} - {None})
        people.fetch(["name"])
        methods = {method.id: method.name for method in methods}
        people = {person.id: person.name for person in people}
        drawing = Drawing(self.env)
        texts = []
        for hold, open_, currency in holds:
            amount = open_ if hold.amount is None else min(hold.amount, open_)
            payer = hold.remittance_id in readable and people.get(hold.payer_id)
            texts.append(
                self._get_hold_text(
                    hold,
                    has_payer=bool(payer),
                    held=drawing.figure(amount, currency, figures[0]),
                    open=drawing.figure(open_, currency, figures[1]),
                    method=drawing.name(
                        methods.get(hold.method_id) or self.env._("online payment")
                    ),
                    date=drawing.date(hold.began),
                    payer=drawing.name(payer),
                )
            )
        return texts

    def _get_readable_payments(self, holds, user):
        """Return the ids of the remittances of these holds that a person reads."""
        if not user.share or user._is_public():
            return set()
        # sudo: taken away, so that the record rules decide
        found = self.env["portal.remittance"].with_user(user).sudo(False)
        ids = [hold.remittance_id for hold in holds if hold.remittance_id]
        return set(found.search([("id", "in", ids)]).ids)

    def _get_hold_text(self, hold, *, has_payer, **values):
        _ = self.env._
        if hold.state == "announced" and has_payer:
            return _(
                (
                    "Under way: %(held)s of %(open)s (bank transfer, announced on "
                    "%(date)s by %(payer)s)"
                ),
                **values,
            )
        if hold.state == "announced":
            return _(
                (
                    "Under way: %(held)s of %(open)s (bank transfer, announced on "
                    "%(date)s)"
                ),
                **values,
            )
        if has_payer:
            return _(
                (
                    "Under way: %(held)s of %(open)s (%(method)s, started on "
                    "%(date)s by %(payer)s)"
                ),
                **values,
            )
        return _(
            "Under way: %(held)s of %(open)s (%(method)s, started on %(date)s)",
            **values,
        )
