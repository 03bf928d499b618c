"""Papers stay with the customer of their day: the table in `moved_rows.py`."""

from odoo import Command
from odoo.tests import tagged

from ..common import PortalCommon
from ..role_case import RolesMixin
from ..rows import find_rows, join

AMOUNT = 100.0
# What is used of the credit: an order, an invoice, an opening balance, less a payment.
USED = AMOUNT + 40.0 + 7.0 - 5.0


@tagged("post_install", "-at_install")
class TestMoved(RolesMixin, PortalCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.account_use_credit_limit = True
        partners = cls.env["res.partner"]
        cls.sales = partners.create({"name": "Sales", "parent_id": cls.customer.id})
        clerk = partners.create({"name": "Clerk", "parent_id": cls.sales.id})
        cls.users = {
            "buyer": cls.buyer,
            "colleague": cls.colleague,
            "stranger": cls.stranger,
            "contact": cls._create_portal_user("contact", cls.customer),
            "single": cls._create_portal_user("single", partners),
        }
        cls.partners = {
            **{name: user.partner_id for name, user in cls.users.items()},
            "northwind": cls.customer,
            "north": cls.branch,
            "southwind": cls.other_customer,
            "sales": cls.sales,
            "clerk": clerk,
        }
        cls.rows = find_rows(cls.env, "moved_rows")
        cls._get_product()  # once, not in each situation

    # ------------------------------------------------------------
    # What there is, and what happens
    # ------------------------------------------------------------

    def _create_papers(self, contact):
        """Return {kind: record} of papers that name this contact."""
        order = self._create_order(partner=contact, quantity=1.0, price=AMOUNT)
        invoice = self._create_posted_invoice(40.0, partner=contact)
        payment = self.env["account.payment"].create(
            {"partner_id": contact.id, "amount": 5.0, "partner_type": "customer"}
        )
        payment.action_post()
        customer = contact.commercial_partner_id
        remittances = self.env["portal.remittance"].sudo()
        change = self.env["portal.order.change"].sudo()
        state = order._get_change_state()
        disputes = self.env["portal.dispute"].sudo()
        reason = self.env.ref("customer_portal.short_payment_price")
        papers = {
            "dispute": disputes._open(invoice, self.buyer, reason, amount=1.0),
            "order": order,
            "quote": self._create_order(partner=contact, state="sent"),
            "change": change.create(
                {
                    **change._prepare_record(order, self.buyer, {}, state, state),
                    "state": "requested",
                }
            ),
            "invoice": invoice,
            "payment": self.env["portal.payment"].browse(payment.id * 2),
            "remittance": remittances._open(
                customer, self.buyer.partner_id, {invoice: 1.0}
            ),
        }
        for rows in self.rows:
            if hasattr(rows, "add_moved_papers"):
                papers.update(rows.add_moved_papers(self, contact))
        return papers

    def _create_opening_balance(self, contact):
        """Book 7.00 on a contact, as opening balances are imported."""
        receivable = self.company_data["default_account_receivable"]
        other = self.company_data["default_account_revenue"]
        move = self.env["account.move"].create(
            {
                "move_type": "entry",
                "line_ids": [
                    Command.create(
                        {
                            "account_id": receivable.id,
                            "partner_id": contact.id,
                            "debit": 7.0,
                        }
                    ),
                    Command.create({"account_id": other.id, "credit": 7.0}),
                ],
            }
        )
        move.action_post()

    def _let_happen(self, happens):
        for who, what in happens:
            if who == "merge":
                into, *others = (self.partners[name] for name in what)
                wizard = self.env["base.partner.merge.automatic.wizard"].create({})
                wizard._merge([into.id, *(other.id for other in others)], into)
                continue
            self.partners[who].write(
                {
                    field: self.partners[value].id if value in self.partners else value
                    for field, value in what.items()
                }
            )

    # ------------------------------------------------------------
    # The table
    # ------------------------------------------------------------

    def _check(self, name, situation):
        contact = self.partners[situation.of]
        before = self._get_used()
        papers = self._create_papers(contact)
        self._create_opening_balance(contact)
        self._let_happen(situation.happens)
        self.env.flush_all()
        self.env.invalidate_all()
        for person, user in self.users.items():
            for kind, paper in papers.items():
                seen = paper.with_user(user).search([("id", "=", paper.id)])
                with self.subTest(name, person=person, kind=kind):
                    self.assertEqual(bool(seen), person in situation.seen_by)
                    if seen:  # what a list says of it is readable, too
                        seen.read(["display_name"])
        used = {
            customer: amount - before[customer]
            for customer, amount in self._get_used().items()
            if amount != before[customer]
        }
        with self.subTest(name, figure="used credit"):
            self.assertEqual(used, dict.fromkeys(situation.credit, USED))

    def _get_used(self):
        customers = ("northwind", "north", "southwind", "contact", "single")
        found = {}
        for name in customers:
            partner = self.partners[name].exists()
            own = partner if partner.commercial_partner_id == partner else partner[:0]
            found[name] = own.portal_credit_used if own else 0.0
        return found

    def test_table(self):
        for name, situation in join(self.rows, "SITUATIONS").items():
            with self.env.cr.savepoint(flush=True) as savepoint:
                self._check(name, situation)
                savepoint.rollback()
            self.env.invalidate_all(flush=False)
