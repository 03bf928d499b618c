from odoo import fields, models
from odoo.tools import SQL


class PortalLedgerLock(models.Model):
    """One row for each customer of a company; changing it is the lock.

    Transactions run in REPEATABLE READ: a request that waits for a row lock goes
    on with its old snapshot when the row did not change. A real UPDATE makes
    PostgreSQL refuse the waiter, Odoo runs its request again on fresh data, and
    the second of two payments of one invoice sees the first.
    """

    _name = "portal.ledger.lock"
    _description = "Lock of a customer's account"
    _log_access = False

    company_id = fields.Many2one("res.company", required=True, ondelete="cascade")
    partner_id = fields.Many2one("res.partner", required=True, ondelete="cascade")
    sequence = fields.Integer(default=0, required=True)

    _company_partner_unique = models.UniqueIndex("(company_id, partner_id)")

    def _lock(self, company, partners):
        """Hold the accounts of these customers until the end of the transaction.

        Take it before anything is decided about money and before a provider is
        called. Rows are taken in the order of their ids, so that two requests
        cannot wait for each other.
        """
        for partner in partners.commercial_partner_id.sorted("id"):
            self.env.cr.execute(
                SQL(
                    """
                    INSERT INTO portal_ledger_lock (company_id, partner_id, sequence)
                         VALUES (%s, %s, 1)
                    ON CONFLICT (company_id, partner_id)
                      DO UPDATE SET sequence = portal_ledger_lock.sequence + 1
                    """,
                    company.id,
                    partner.id,
                ),
                log_exceptions=False,
            )
        self.invalidate_model()
