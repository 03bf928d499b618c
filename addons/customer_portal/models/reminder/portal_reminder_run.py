"""The run of a day: it looks at every customer once, and goes on where it stopped."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from ..billing.account_move_line import IS_OPEN, RECEIVABLE_ACCOUNTS

PORTION = 50  # customers between two commits
AGAIN = timedelta(minutes=30)  # later: what broke off goes on


class PortalReminderRun(models.Model):
    """One for each company and day of its books."""

    _name = "portal.reminder.run"
    _description = "Run of reminders"
    _order = "day desc, id desc"
    _rec_name = "day"

    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, ondelete="cascade"
    )
    day = fields.Date(required=True, readonly=True)
    last_id = fields.Integer("Last customer", readonly=True)
    is_done = fields.Boolean("Done", readonly=True)
    looked_at = fields.Integer("Customers looked at", readonly=True)
    made = fields.Integer("Reminders made", readonly=True)

    _company_day_unique = models.UniqueIndex("(company_id, day)")

    @api.model
    def _run_all(self):
        """Make what is due, and send what is approved (scheduled, every day)."""
        reminders = self.env["portal.reminder"]
        reminders._end_holds()
        for company in self.env["res.company"]._get_reminding():
            day = company._get_accounting_day()
            run = self._get_run(company, day)
            if not run.is_done:
                self._wake_up(fields.Datetime.now() + AGAIN)
            # Committed before it is held: who comes at the same instant sees it.
            self.env["ir.cron"]._commit_progress()
            if not run._make_reminders():
                return  # the scheduled action goes on with it
        reminders._send_approved()

    @api.model
    def _get_run(self, company, day):
        values = {"company_id": company.id, "day": day}
        domain = [(name, "=", value) for name, value in values.items()]
        return self.search(domain) or self.create(values)

    @api.model
    def _ask(self, company):
        """Have all customers of a company looked at again, soon.

        The caller has checked that the person may decide about reminders.
        """
        # sudo: as said above
        run = self.sudo()._get_run(company, company._get_accounting_day())
        run.write({"is_done": False, "last_id": 0, "looked_at": 0})
        self._wake_up()

    @api.model
    def _wake_up(self, moment=None):
        # sudo: who decides about reminders may have them made and sent
        self.env.ref("customer_portal.cron_reminders").sudo()._trigger(moment)

    def _make_reminders(self):
        """Look at the customers that are left, a portion at a time.

        Each portion is committed with the place where it ends. Two runs cannot be at
        the same place: the row is held, and whoever comes with an older view of it
        fails to serialize.

        :return: whether there is time left
        """
        cron = self.env["ir.cron"]
        company = self.company_id
        while not self.is_done:
            if not self.try_lock_for_update():
                return True  # another one is at it
            customers, left = self._get_portion()
            reminders = self.env["portal.reminder"]
            made = reminders._prepare_for(company, customers, self.day)
            self.write(
                {
                    "looked_at": self.looked_at + len(customers),
                    "made": self.made + made,
                    "last_id": max(customers.ids, default=self.last_id),
                    "is_done": left <= len(customers),
                }
            )
            if not cron._commit_progress(len(customers), remaining=left):
                return self.is_done
        return True

    def _get_portion(self):
        """Return the next customers that owe something, and how many are left.

        Those whose reminder waits are looked at too: it may be paid by now.
        """
        self.env["account.move.line"].flush_model()
        self.env["res.partner"].flush_model(["commercial_partner_id"])
        self.env["portal.reminder"].flush_model(["company_id", "partner_id", "state"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT id, COUNT(*) OVER ()
                  FROM (SELECT partner.commercial_partner_id AS id
                          FROM account_move_line line
                          JOIN res_partner partner ON partner.id = line.partner_id
                         WHERE line.parent_state = 'posted'
                           AND line.account_id = ANY(%(accounts)s)
                           AND line.company_id = %(company)s
                           AND line.amount_residual_currency > 0
                           AND line.date_maturity IS NOT NULL
                           AND %(is_open)s
                         UNION
                        SELECT partner_id
                          FROM portal_reminder
                         WHERE company_id = %(company)s
                           AND state IN ('waiting', 'failed')) customer
                 WHERE id > %(last)s
              ORDER BY id
                 LIMIT %(portion)s
                """,
                accounts=RECEIVABLE_ACCOUNTS,
                company=self.company_id.id,
                is_open=IS_OPEN,
                last=self.last_id,
                portion=PORTION,
            )
        )
        customers = self.env["res.partner"].browse(row[0] for row in rows)
        return customers, rows[0][1] if rows else 0
