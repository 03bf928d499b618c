from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ...const import PAYMENT_PAID, PAYMENT_TO_DO
from ...tools.search import search_word

# {status: the status of invoices whose colour it has}, where that is another.
TONES = {
    "announced": "pending",
    "booking": "pending",
    "checked": "partial",
    "reversed": "cancelled",
    "failed": "overdue",
}


class PortalPayment(models.Model):
    """One list of all payments of a customer; a view, nothing is stored.

    Money that came or went by whatever way is an `account.payment`. What was chosen
    in the portal and has none - not paid yet, under way, failed, settled by credits
    alone - is a `portal.remittance`.
    """

    _name = "portal.payment"
    _inherit = ["portal.scoped.mixin", "portal.listed.mixin", "portal.news.mixin"]
    _description = "Payment of a customer"
    _auto = False
    _order = "date desc, id desc"

    _portal_code = "see_invoices"
    _portal_search_numbers = ("name", "memo")
    _portal_search_amounts = ("amount",)
    _portal_list = "payments"
    _portal_partner_is_customer = True

    _depends = {
        "account.payment": [
            "name",
            "date",
            "amount",
            "payment_type",
            "partner_type",
            "state",
            "memo",
            "currency_id",
            "company_id",
            "partner_id",
            "portal_customer_id",
            "move_id",
        ],
        "portal.remittance": [
            "name",
            "state",
            "partner_id",
            "payer_id",
            "company_id",
            "currency_id",
            "amount_cash",
            "amount_credit",
            "payment_id",
            "move_id",
            "settled_on",
        ],
        "payment.transaction": ["portal_remittance_id", "state"],
    }

    name = fields.Char("Reference", readonly=True)
    date = fields.Date(readonly=True)
    kind = fields.Selection(
        [
            ("payment", "Payment"),
            ("refund", "Refund"),
            ("credit", "Credits used"),
        ],
        readonly=True,
    )
    status = fields.Selection(
        [
            ("open", "Not paid yet"),
            ("failed", "Failed"),
            ("announced", "Transfer announced"),
            ("pending", "Under way"),
            ("booking", "Received, being booked"),
            ("paid", "Paid"),
            ("checked", "Paid, being checked"),
            ("reversed", "Reversed"),
        ],
        readonly=True,
    )
    amount = fields.Monetary(
        readonly=True, help="Positive from the customer, negative to the customer."
    )
    amount_credit = fields.Monetary("Credits used", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    partner_id = fields.Many2one("res.partner", "Customer", readonly=True)
    payer_id = fields.Many2one("res.partner", "Paid by", readonly=True)
    memo = fields.Char(readonly=True)
    remittance_id = fields.Many2one("portal.remittance", readonly=True)
    payment_id = fields.Integer("Number of the payment", readonly=True)
    move_id = fields.Integer("Number of the entry", readonly=True)

    @property
    def _table_query(self):
        # Even ids are payments, odd ones remittances without one.
        return SQL(
            """
            SELECT payment.id * 2 AS id,
                   COALESCE(remittance.name, payment.name, payment.memo) AS name,
                   payment.date,
                   CASE WHEN payment.payment_type = 'inbound' THEN 'payment'
                        ELSE 'refund' END AS kind,
                   CASE WHEN payment.state = 'rejected' THEN 'failed'
                        WHEN remittance.state = 'exception' THEN 'checked'
                        WHEN remittance.state IN ('reversed', 'booking')
                        THEN remittance.state
                        ELSE 'paid' END AS status,
                   CASE WHEN payment.payment_type = 'inbound' THEN payment.amount
                        ELSE -payment.amount END AS amount,
                   COALESCE(remittance.amount_credit, 0) AS amount_credit,
                   payment.currency_id, payment.company_id,
                   payment.portal_customer_id AS partner_id,
                   COALESCE(remittance.payer_id, payment.partner_id) AS payer_id,
                   payment.memo, remittance.id AS remittance_id,
                   payment.id AS payment_id, payment.move_id
              FROM account_payment payment
         LEFT JOIN portal_remittance remittance ON remittance.payment_id = payment.id
             WHERE payment.partner_type = 'customer'
               AND payment.portal_customer_id IS NOT NULL
               AND payment.state IN ('in_process', 'paid', 'rejected')
         UNION ALL
            SELECT remittance.id * 2 + 1, remittance.name,
                   COALESCE(remittance.settled_on, remittance.create_date)::date,
                   CASE WHEN remittance.amount_cash = 0 THEN 'credit'
                        ELSE 'payment' END,
                   CASE remittance.state
                        WHEN 'settled' THEN 'paid'
                        WHEN 'exception' THEN 'checked'
                        WHEN 'processing' THEN 'pending'
                        WHEN 'open' THEN CASE
                             WHEN EXISTS (
                                  SELECT FROM payment_transaction attempt
                                   WHERE attempt.portal_remittance_id = remittance.id
                                     AND attempt.state IN ('error', 'cancel'))
                             THEN 'failed' ELSE 'open' END
                        ELSE remittance.state END,
                   remittance.amount_cash, remittance.amount_credit,
                   remittance.currency_id, remittance.company_id,
                   remittance.partner_id, remittance.payer_id,
                   NULL, remittance.id, NULL, remittance.move_id
              FROM portal_remittance remittance
             WHERE remittance.state != 'cancelled'
               AND NOT EXISTS (
                   SELECT FROM account_payment payment
                    WHERE payment.id = remittance.payment_id
                      AND payment.state IN ('in_process', 'paid', 'rejected'))
            """
        )

    def _get_portal_own_domain(self, user):
        """Override: what the person pays."""
        return Domain("payer_id", "=", user.partner_id.id)

    @api.model
    def _get_portal_word_domain(self, word, customer_ids):
        """Extend: the person who paid, the transfer's reference, what was settled."""
        person = Domain("payer_id", "any!", search_word(word, ["name"]))
        transfer = Domain("transfer_reference", "ilike", word.number)
        moves = self.env["account.move"]
        documents = moves._get_portal_searched_domain(
            customer_ids
        ) & moves._get_portal_number_domain(word)
        return (
            super()._get_portal_word_domain(word, customer_ids)
            | person
            | Domain("remittance_id", "any!", transfer)
            | self._get_documents_domain(documents)
        )

    def _get_documents_domain(self, moves_domain):
        """Return the domain of payments that have to do with certain documents.

        :param moves_domain: of account.move, in the rights of the caller: whoever
            searches learns nothing of documents that he or she does not read
        """
        moves = self.env["account.move"]._search(moves_domain)
        return Domain.custom(
            to_sql=lambda model, alias, _query: SQL(
                """
                (EXISTS (SELECT FROM portal_remittance_line line
                          WHERE line.remittance_id = %(remittance)s
                            AND line.move_id IN %(moves)s)
                 OR EXISTS (SELECT FROM account_move_line own
                              JOIN account_partial_reconcile part
                                ON part.credit_move_id = own.id
                              JOIN account_move_line item
                                ON item.id = part.debit_move_id
                             WHERE own.move_id = %(move)s
                               AND item.move_id IN %(moves)s)
                 OR EXISTS (SELECT FROM account_move_line own
                              JOIN account_partial_reconcile part
                                ON part.debit_move_id = own.id
                              JOIN account_move_line item
                                ON item.id = part.credit_move_id
                             WHERE own.move_id = %(move)s
                               AND item.move_id IN %(moves)s))
                """,
                remittance=SQL.identifier(alias, "remittance_id"),
                move=SQL.identifier(alias, "move_id"),
                moves=moves.subselect(),
            )
        )

    def _get_newest_domain(self, customers, count, before=None):
        """Return the domain of the days of the newest payments of these customers.

        It leaves out none of the newest `count`, and lets a page of them be found by
        the index of days instead of sorting all that was ever paid. Of each customer
        no more than that many are looked at.

        :param customers: all of whose payments the list shows
        :param date before: only those of earlier days count
        """
        until = SQL("payment.date < %s", before) if before else SQL("TRUE")
        return Domain.custom(
            to_sql=lambda model, alias, _query: SQL(
                """
                %(date)s >= COALESCE((
                    SELECT newest.date
                      FROM res_partner customer
                CROSS JOIN LATERAL (
                           SELECT payment.date
                             FROM account_payment payment
                            WHERE payment.portal_customer_id = customer.id
                              AND payment.partner_type = 'customer'
                              AND payment.state IN ('in_process', 'paid', 'rejected')
                              AND payment.company_id IN %(companies)s
                              AND %(until)s
                         ORDER BY payment.date DESC
                            LIMIT %(count)s) newest
                     WHERE customer.id IN %(customers)s
                  ORDER BY newest.date DESC
                    OFFSET %(skipped)s LIMIT 1), '-infinity')
                """,
                date=SQL.identifier(alias, "date"),
                companies=tuple(self.env.companies.ids),
                customers=tuple(customers.ids),
                until=until,
                count=count,
                skipped=count - 1,
            )
        )

    def _get_portal_status_labels(self):
        """Return what people read for each status."""
        return dict(self._fields["status"]._description_selection(self.env))

    def _prepare_portal_status(self):
        """Return how the status of a payment is shown.

        :return: dict with tone (the colour's key), label, and advice (what the person
            does now, or "")
        """
        self.ensure_one()
        _ = self.env._
        label = self._get_portal_status_labels()[self.status]
        if self.status == "paid" and self.kind == "refund":
            label = _("Paid to you")
        elif self.status == "paid" and self.kind == "credit":
            label = _("Settled by credits")
        advice = {
            "failed": _("Nothing was charged."),
            "announced": _("Use this reference for the transfer."),
            "pending": _("You do not need to do anything."),
            "booking": _("You do not need to do anything."),
            "checked": _("Our accounting team is looking into it."),
        }.get(self.status, "")
        if self.status == "failed" and not self.remittance_id:
            advice = _("Please ask your contact.")
        return {
            "tone": TONES.get(self.status, self.status),
            "label": label,
            "advice": advice,
        }

    def _get_url(self):
        """Return the address of the page of this payment."""
        self.ensure_one()
        if self.remittance_id:
            return f"/my/pay/{self.remittance_id.id}"
        return f"/my/payments/{self.payment_id}"

    def _get_receipt_url(self):
        """Return the address of the receipt, nothing when there is none."""
        self.ensure_one()
        if self.status not in PAYMENT_PAID:
            return ""
        return f"{self._get_url()}/receipt"

    def _get_amounts_by_document(self):
        """Return {payment: {document's id: amount}}, with a constant count of queries.

        The amount is what was settled of the document; of a remittance that is not
        booked, what was chosen. Credits count negative.
        """
        found = {payment: {} for payment in self}
        by_move = {payment.move_id: payment for payment in self if payment.move_id}
        # sudo: ids of entries alone; which documents are shown is decided after
        entries = self.env["account.move"].sudo().browse(by_move)
        for row in entries._get_settlements():
            documents = found[by_move[row["move_id"]]]
            is_credit = row["other_type"] in ("out_refund", "in_invoice")
            sign = -1 if is_credit else 1
            amount = documents.get(row["other_id"], 0.0)
            documents[row["other_id"]] = amount + sign * row["other_amount"]
        waiting = {
            payment.remittance_id.id: payment
            for payment in self
            if payment.remittance_id and not found[payment]
        }
        # sudo: as above
        lines = self.env["portal.remittance.line"].sudo()
        lines = lines.search_fetch(
            [("remittance_id", "in", list(waiting))],
            ["remittance_id", "move_id", "kind", "amount_requested"],
        )
        for line in lines if waiting else ():
            sign = -1 if line.kind == "credit" else 1
            documents = found[waiting[line.remittance_id.id]]
            documents[line.move_id.id] = sign * line.amount_requested
        return found

    def _prepare_portal_rows(self):
        """Return what the list shows of each payment.

        :return: list of dicts with payment, documents (account.move that the caller
            reads), others (how many documents he or she does not read), memo (where it
            says more than the rest), and to_pay (whether it waits for the person)
        """
        amounts = self._get_amounts_by_document()
        ids = {move_id for documents in amounts.values() for move_id in documents}
        # In the caller's own rights: the record rules decide.
        moves = self.env["account.move"].search_fetch(
            [("id", "in", sorted(ids))], ["name", "move_type"], order="id"
        )
        rows = []
        for payment in self:
            documents = moves.filtered(lambda move, of=amounts[payment]: move.id in of)
            known = (payment.name, *documents.mapped("name"))
            is_ours = bool(payment.remittance_id)
            rows.append(
                {
                    "payment": payment,
                    "documents": documents,
                    "others": len(amounts[payment]) - len(documents),
                    "memo": "" if is_ours or payment.memo in known else payment.memo,
                    "to_pay": is_ours and payment.status in PAYMENT_TO_DO,
                }
            )
        return rows

    # ------------------------------------------------------------
    # List as a file
    # ------------------------------------------------------------

    def _get_portal_list_label(self):
        return self.env._("Payments")

    def _get_portal_list_columns(self):
        _ = self.env._
        return [
            _("Reference"),
            _("Type"),
            _("Date"),
            _("Memo"),
            _("Documents"),
            _("Company"),
            _("Currency"),
            _("Amount"),
            _("Credits used"),
            _("Status"),
        ]

    def _prepare_portal_list_rows(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        states = dict(self._fields["status"]._description_selection(self.env))
        for row in self._prepare_portal_rows():
            payment = row["payment"]
            digits = payment.currency_id.decimal_places
            yield [
                payment.name,
                kinds[payment.kind],
                payment.date,
                payment.memo,
                ", ".join(row["documents"].mapped("name")),
                payment.partner_id.name,
                payment.currency_id.name,
                (payment.amount, digits),
                (payment.amount_credit, digits),
                states[payment.status],
            ]

    # ------------------------------------------------------------
    # What people are told
    # ------------------------------------------------------------

    @api.model
    def _find_rows(self, *, payments=None, remittances=None):
        """Return the rows of account.payment, or of remittances without one, in sudo.

        What the list does not show has none.
        """
        ids = [payment.id * 2 for payment in payments or ()]
        ids += [remittance.id * 2 + 1 for remittance in remittances or ()]
        if not ids:
            return self.browse()
        # sudo: the caller has just changed them
        return self.sudo().search([("id", "in", ids)])

    def _filtered_news(self, code):
        """Override: what is paid, or still failed; in sudo."""
        self.fetch(["amount", "currency_id", "kind", "payment_id", "status"])
        if code == "payment_failed":
            return self.filtered(lambda payment: payment.status == "failed")
        return self.filtered(
            lambda payment: (
                payment.kind == "payment"
                and payment.status in (*PAYMENT_PAID, "booking")
            )
        )

    def _prepare_news(self, code):
        """Override: the sentences; in sudo."""
        _ = self.env._
        told = {}
        for payment in self:
            currency = payment.currency_id.with_env(self.env)
            amount = currency.format(payment.amount)
            if code == "payment_failed":
                title = _(
                    "The payment %(name)s of %(amount)s failed.",
                    name=payment.name,
                    amount=amount,
                )
                detail = _("Nothing was charged. You can pay again.")
            else:
                title = _("We received your payment of %s.", amount)
                detail = _("Its reference is %s.", payment.name)
            told[payment] = {
                "title": title,
                "detail": detail,
                "url": payment._get_url(),
            }
        return told

    def _prepare_many_news(self, code):
        """Override: one sentence about many; in sudo."""
        _ = self.env._
        if code == "payment_failed":
            title = _("%s payments failed.", len(self))
        else:
            title = _("We received %s payments.", len(self))
        return {"title": title, "url": "/my/payments"}

    def _get_news_knowers(self, code):
        """Override: who paid in the portal reads on the page that it is received."""
        if code != "payment_received":
            return {}
        self.remittance_id.payer_id.fetch(["user_ids"])
        return {payment: payment.remittance_id.payer_id.user_ids for payment in self}

    def _get_mailed_records(self):
        """Override: receipts are sent of the payment."""
        return {
            payment: self.env["account.payment"].browse(payment.payment_id)
            for payment in self
            if payment.payment_id
        }
