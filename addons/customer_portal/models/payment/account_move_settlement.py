"""What settled a document, and what a payment settled: the matched journal items."""

from odoo import models
from odoo.tools import SQL

from ...const import PAYABLE_TYPES

DOCUMENT_TYPES = (*PAYABLE_TYPES, "in_invoice", "in_refund")


class AccountMove(models.Model):
    _inherit = "account.move"

    def _get_hidden_papers(self):
        """Return those papers that the person who asks does not read; in sudo.

        None for staff. Entries, which no customer reads, are not among them.
        """
        papers = self.filtered(lambda move: move.move_type in DOCUMENT_TYPES)
        if not self.env.user.share:
            return papers.browse()
        # sudo: taken away, so that the record rules decide
        return papers - papers.sudo(False).search([("id", "in", papers.ids)])

    def _get_settlements(self):
        """Return what these entries are matched with, one row a pair of entries.

        SQL, which knows no rules: the caller has checked who reads these entries, and
        decides what of the other side is shown. Exchange differences are left out.

        :return: list of dicts with move_id and other_id (account.move), amount and
            other_amount (positive, in the currency of either side), currency_id and
            other_currency_id, other_type (move_type), other_name, date (of the other
            entry), matched_on and payment_id (account.payment of the other entry),
            the oldest first
        """
        if not self:
            return []
        for model in (
            "account.partial.reconcile",
            "account.move.line",
            "account.move",
            "account.payment",
        ):
            self.env[model].flush_model()
        return self.env.execute_query_dict(
            SQL(
                """
                SELECT own.move_id, other.move_id AS other_id,
                       own.currency_id, other.currency_id AS other_currency_id,
                       SUM(part.amount) AS amount,
                       SUM(part.other_amount) AS other_amount,
                       entry.move_type AS other_type, entry.name AS other_name,
                       entry.date, MAX(part.max_date) AS matched_on,
                       MAX(payment.id) AS payment_id
                  FROM account_move_line own
                  JOIN account_account account ON account.id = own.account_id
                       AND account.account_type IN
                           ('asset_receivable', 'liability_payable')
                  JOIN LATERAL (
                       SELECT credit_move_id AS other_id, max_date,
                              debit_amount_currency AS amount,
                              credit_amount_currency AS other_amount
                         FROM account_partial_reconcile
                        WHERE debit_move_id = own.id
                    UNION ALL
                       SELECT debit_move_id, max_date,
                              credit_amount_currency,
                              debit_amount_currency
                         FROM account_partial_reconcile
                        WHERE credit_move_id = own.id
                       ) part ON TRUE
                  JOIN account_move_line other ON other.id = part.other_id
                  JOIN account_move entry ON entry.id = other.move_id
             LEFT JOIN account_payment payment ON payment.move_id = entry.id
                 WHERE own.move_id = ANY(%s) AND part.amount > 0
              GROUP BY own.move_id, other.move_id, own.currency_id, other.currency_id,
                       entry.id
              ORDER BY entry.date, other.move_id
                """,
                list(self.ids),
            )
        )
