"""Who gets monthly statements, and how the credit limits came to be."""

from odoo import api, fields, models
from odoo.fields import Command

from . import plan


class PortalDemo(models.AbstractModel):
    _inherit = "portal.demo"

    @api.model
    def _load_account(self, today=None):
        """Let two people get monthly statements, and date the credit limits back."""
        demo = self.with_context(demo_today=today or fields.Date.context_today(self))
        subscriptions = demo.env["portal.statement.subscription"]
        for user, customer in (
            ("user_alder_payable", "alder_works"),
            ("user_birch_admin", "birch_supply"),
        ):
            subscriptions._subscribe(demo._ref(user), demo._ref(customer))
        demo._date_credit_limits()
        demo._open_books()

    def _date_credit_limits(self):
        """Make the limits old ones, the one of Alder Works a limit that was raised."""
        accountant = self._ref("user_accounting")
        author = {"user_id": accountant.id, "user_name": accountant.name}
        customers = [self._ref(key).id for key in plan.CREDIT_LIMITS]
        changes = self.env["portal.credit.limit.change"].search(
            [("partner_id", "in", customers)]
        )
        changes.write({**author, "date": self._moment(200)})
        first = changes.filtered(
            lambda change: change.partner_id == self._ref("alder_works")
        )
        raised = first.copy(
            {"date": self._moment(40), "old_limit": plan.FORMER_ALDER_LIMIT}
        )
        first.new_limit = raised.old_limit

    def _open_books(self):
        """Take over what Cedar Retail owed in the books before, as an entry."""
        company = self.env.ref("base.main_company")
        env = self.with_company(company).env
        journal = env["account.journal"].search(
            [("type", "=", "general"), ("company_id", "=", company.id)], limit=1
        )
        balance = env["account.account"].search(
            [
                ("account_type", "in", ("equity", "equity_unaffected")),
                ("company_ids", "in", company.ids),
            ],
            limit=1,
        )
        customer = self._ref("cedar_retail")
        receivable = customer.with_company(company).property_account_receivable_id
        common = {"name": "Opening balance, invoice 8841"}
        entry = env["account.move"].create(
            {
                "journal_id": journal.id,
                "date": self._day(60),
                "line_ids": [
                    Command.create(
                        {
                            **common,
                            "account_id": receivable.id,
                            "partner_id": customer.id,
                            "debit": plan.CEDAR_OPENING,
                            "date_maturity": self._day(20),
                        }
                    ),
                    Command.create(
                        {
                            **common,
                            "account_id": balance.id,
                            "credit": plan.CEDAR_OPENING,
                        }
                    ),
                ],
            }
        )
        entry.action_post()
        self._name_records({"opening_cedar": entry})
