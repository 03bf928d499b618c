"""What people are told of invoices and credit notes."""

from datetime import timedelta

from odoo import fields, models
from odoo.tools.misc import format_date

from ...const import INVOICE_TYPES, NEWS_DAYS, OPEN_STATES

NEWS_FIELDS = [
    "amount_residual",
    "amount_residual_signed",
    "amount_total",
    "commercial_partner_id",
    "company_id",
    "currency_id",
    "invoice_date_due",
    "move_type",
    "name",
    "payment_state",
    "ref",
    "state",
]


class AccountMove(models.Model):
    _inherit = "account.move"

    def _post(self, soft=True):
        """Extend: people are to be told of invoices and credit notes."""
        posted = super()._post(soft)
        posted._add_posted_news()
        return posted

    def _add_posted_news(self):
        """Write down that invoices and credit notes were posted.

        Not of those with an old date: they were brought from another program.
        """
        first = fields.Date.today() - timedelta(days=NEWS_DAYS)
        young = self.filtered(
            lambda move: move.invoice_date and move.invoice_date >= first
        )
        young.filtered(lambda move: move.move_type in INVOICE_TYPES)._add_news(
            "invoice_issued"
        )
        young.filtered(lambda move: move.move_type == "out_refund")._add_news(
            "credit_note_issued"
        )

    def _filtered_news(self, code):
        """Override: what is posted, to pay, and not being paid."""
        self.fetch(NEWS_FIELDS)
        posted = self.filtered(lambda move: move.state == "posted")
        if code == "credit_note_issued":
            return posted.filtered(lambda move: move.move_type == "out_refund")
        to_pay = posted.filtered(
            lambda move: (
                move.move_type in INVOICE_TYPES
                and move.payment_state in OPEN_STATES
                and not self._is_residue_of(
                    move, move.currency_id, move.company_id.currency_id
                )
            )
        )
        if code == "invoice_issued":
            return to_pay
        amounts = to_pay._get_news_amounts(code)
        return to_pay.filtered(lambda move: move.id in amounts)

    def _get_news_amounts(self, code):
        """Return {move id: (amount, day)}: overdue, or due within the days of notice.

        On the day of each company's books, and without what is under way.
        """
        amounts = {}
        for company, moves in self.grouped("company_id").items():
            rows = company._keep_days(moves)._prepare_portal_rows()
            if code == "invoice_overdue":
                amounts |= {
                    row["id"]: (row["overdue_left"], row["due"])
                    for row in rows
                    if row["overdue_left"]
                }
            else:
                amounts |= moves._get_due_amounts(rows, company._get_accounting_day())
        return amounts

    def _get_due_amounts(self, rows, today):
        """Return {move id: (amount, day)} of what is due within the days of notice.

        What is under way pays what is due first.

        :param list rows: of `_prepare_portal_rows`
        """
        until = today + timedelta(days=self.env["portal.news"]._get_due_days())
        items = self.env["account.move.line"]._read_group(
            [
                ("move_id", "in", self.ids),
                ("display_type", "=", "payment_term"),
                ("reconciled", "=", False),
                ("amount_residual_currency", ">", 0),
                ("date_maturity", "<=", until),
            ],
            ["move_id"],
            ["amount_residual_currency:sum", "date_maturity:max"],
        )
        due = {move.id: (amount, day) for move, amount, day in items}
        amounts = {}
        for row in rows:
            total, day = due.get(row["id"], (0.0, None))
            left = row["holds"].left(total, row["currency"]) - row["overdue_left"]
            if day and day >= today and row["currency"].compare_amounts(left, 0) > 0:
                amounts[row["id"]] = (left, day)
        return amounts

    def _prepare_news(self, code):
        """Override: the sentences; in sudo."""
        dated = code in ("invoice_due", "invoice_overdue")
        amounts = self._get_news_amounts(code) if dated else {}
        return {
            move: {
                "url": f"/my/invoices/{move.id}",
                **move._prepare_one_news(code, *amounts.get(move.id, (None, None))),
            }
            for move in self
        }

    def _prepare_one_news(self, code, amount, day):
        """Return title and detail; amount and day are of what is due, if asked for."""
        _ = self.env._
        name = self.name
        currency = self.currency_id.with_env(self.env)
        if code == "credit_note_issued":
            title = _("Credit note %s was issued.", name)
            total = currency.format(self.amount_total)
            return {"title": title, "detail": _("Its total is %s.", total)}
        if code == "invoice_issued":
            return {
                "title": _("Invoice %s was issued.", name),
                "detail": _(
                    "%(amount)s is due on %(day)s.",
                    amount=currency.format(self.amount_residual),
                    day=format_date(self.env, self.invoice_date_due),
                ),
            }
        values = {
            "amount": currency.format(amount or 0.0),
            "day": format_date(self.env, day),
        }
        if code == "invoice_due":
            return {
                "title": _("Invoice %(name)s is due on %(day)s.", name=name, **values),
                "detail": _("Amount due: %s", values["amount"]),
            }
        return {
            "title": _("Invoice %s is overdue.", name),
            "detail": _("%(amount)s was due on %(day)s.", **values),
        }

    def _prepare_many_news(self, code):
        """Override: one sentence about many."""
        _ = self.env._
        count = len(self)
        titles = {
            "invoice_issued": _("%s invoices were issued.", count),
            "credit_note_issued": _("%s credit notes were issued.", count),
            "invoice_due": _("%s invoices are due soon.", count),
            "invoice_overdue": _("%s invoices are overdue.", count),
        }
        url = "/my/invoices"
        if code == "invoice_overdue":
            url += "?filterby=overdue"
        return {"title": titles[code], "url": url}
