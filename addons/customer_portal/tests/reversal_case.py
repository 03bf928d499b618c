"""A payment that accounting may take back."""

from odoo import Command
from odoo.tests import new_test_user

from .common import PortalCommon


class ReversalCommon(PortalCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.accountant = new_test_user(
            cls.env,
            login="accountant",
            groups="account.group_account_invoice",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )

    def _settle(self):
        """Return a paid remittance of two invoices and a credit, as accounting."""
        self.first = self._create_posted_invoice(100.0, days_overdue=20)
        self.second = self._create_posted_invoice(60.0)
        self.credit = self._create_credit_note(30.0)
        remittance = self._open_remittance(
            {self.first: 100.0, self.second: 50.0, self.credit: 30.0}
        )
        self._pay(remittance)
        self._assert_open(0.0, 10.0, 0.0)
        return remittance

    def _assert_open(self, first, second, credit):
        self.assertEqual(
            [move.amount_residual for move in (self.first, self.second, self.credit)],
            [first, second, credit],
        )

    def _assert_invariant(self, remittance):
        """I1: what came in is applied, on account or given back."""
        applied = remittance._get_net_applied()
        self.assertEqual(
            remittance.currency_id.compare_amounts(
                remittance.amount_cash,
                applied + remittance.amount_on_account + remittance.amount_refunded,
            ),
            0,
        )
