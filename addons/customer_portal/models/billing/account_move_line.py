from odoo import fields, models
from odoo.tools import SQL

from ...tools.search import get_text_index

# Within a query: to ask for the accounts before would cost one. As an array, and not a
# join, so that the indexes below are read for these accounts alone.
RECEIVABLE_ACCOUNTS = SQL(
    "ARRAY(SELECT id FROM account_account WHERE account_type = 'asset_receivable')"
)
# The condition that something of `line` is open. On receivable accounts the second one
# follows from the first; it is said for the index, which leaves out what is on the many
# accounts that are never reconciled.
IS_OPEN = SQL(
    "line.reconciled IS NOT TRUE"
    " AND (line.amount_residual != 0 OR line.amount_residual_currency != 0)"
)


def get_receivable_condition(companies, customers, line="line", partner="partner"):
    """Return the condition of the posted receivable lines of these customers.

    :param companies: `res.company`, of which
    :param str line, partner: what the query calls the lines, and their partners
    """
    return SQL(
        """
        %(line)s.parent_state = 'posted'
        AND %(line)s.account_id = ANY(%(accounts)s)
        AND %(line)s.company_id IN %(companies)s
        AND %(partner)s.commercial_partner_id IN %(customers)s
        """,
        line=SQL.identifier(line),
        partner=SQL.identifier(partner),
        accounts=RECEIVABLE_ACCOUNTS,
        companies=tuple(companies.ids),
        customers=tuple(customers.ids),
    )


class AccountMoveLine(models.Model):
    _name = "account.move.line"
    _inherit = ["account.move.line", "portal.closed.mixin"]

    # What the seller notes about the goods, which core lets every contact read.
    _portal_closed_fields = ("sale_line_warn_msg",)

    remittance_line_id = fields.Many2one(
        "portal.remittance.line",
        "Paid document",
        readonly=True,
        copy=False,
        index="btree_not_null",
        groups="account.group_account_invoice,account.group_account_readonly",
    )

    # What is open of a customer, and what ever moved the account, without the table.
    _portal_open_idx = models.Index(
        "(partner_id, account_id) INCLUDE (company_id, currency_id, date_maturity,"
        " amount_residual, amount_residual_currency, display_type)"
        " WHERE parent_state = 'posted' AND reconciled IS NOT TRUE"
        " AND (amount_residual != 0 OR amount_residual_currency != 0)"
    )
    _portal_ledger_idx = models.Index(
        "(partner_id, account_id, date)"
        " INCLUDE (company_id, currency_id, amount_currency)"
        " WHERE parent_state = 'posted'"
    )

    # What is searched on the lines of documents.
    _portal_name_idx = models.Index(
        get_text_index("name", "display_type = 'product' AND parent_state = 'posted'")
    )

    def _get_portal_rule_domain(self, user):
        """Return the domain of the record rule: the lines of what the person sees."""
        moves = self.env["account.move"]._get_portal_rule_domain(user)
        return fields.Domain("move_id", "any!", moves)
