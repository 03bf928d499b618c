"""Paying short for a reason: what is left out is disputed when the rest is paid."""

from datetime import timedelta

from odoo import Command

from ..common import PortalCommon
from ..dispute_case import DisputeMixin
from ..transfer_case import TransferMixin


class TestDisputeShort(DisputeMixin, TransferMixin, PortalCommon):
    def setUp(self):
        super().setUp()
        self.invoice = self._bill()

    def _choose(self, amount, reason="price", invoice=None, note="Too dear"):
        invoice = invoice or self.invoice
        remittances = self.env["portal.remittance"].with_user(self.buyer).sudo()
        reason = self.env.ref(f"customer_portal.short_payment_{reason}")
        return (
            remittances._open(
                self.customer,
                self.buyer.partner_id,
                {invoice: amount},
                reasons={invoice: (reason, note)},
            )
            .with_env(self.env)
            .sudo()
        )

    def _find(self, invoice=None):
        domain = [("move_id", "=", (invoice or self.invoice).id)]
        return self.env["portal.dispute"].sudo().search(domain)

    def test_only_what_is_paid_disputes_the_rest(self):
        remittance = self._choose(100.0)
        self.assertFalse(self._find())
        self._pay(remittance)
        dispute = self._find()
        self.assertEqual(
            [
                dispute.amount_disputed,
                dispute.state,
                dispute.author_id,
                dispute.reason_id,
                dispute.text,
                dispute.remittance_id,
            ],
            [38.0, "open", self.buyer, self.reason, "Too dear", remittance],
        )
        self.assertEqual(
            [self.invoice.amount_residual, self._left(self.invoice)], [38.0, 0.0]
        )
        self.assertFalse(remittance._find_violations())

    def test_announced_transfer_disputes_at_once_and_withdrawn_takes_it_back(self):
        remittance = self._choose(100.0)
        remittance._announce()
        dispute = self._find()
        self.assertEqual(
            [dispute.amount_disputed, self._left(self.invoice)], [38.0, 0.0]
        )
        remittance._cancel_by_customer()
        self.assertEqual(dispute.state, "withdrawn")
        self.assertEqual(self._left(self.invoice), 138.0)

    def test_withdrawn_transfer_leaves_what_was_answered(self):
        remittance = self._choose(100.0)
        remittance._announce()
        self._decide(self._find())._ask("Which price?")
        remittance._cancel_by_customer()
        self.assertEqual(self._find().state, "question")

    def test_payment_that_fails_and_is_made_again_disputes_once(self):
        remittance = self._choose(100.0)
        attempt = self._create_attempt(remittance)
        attempt._set_pending()
        attempt._set_error("Refused")
        self.assertEqual(len(self._find()), 1)
        self.assertFalse(remittance._get_obstacle())
        self._pay(remittance)
        self.assertEqual(self._find().amount_disputed, 38.0)
        self.assertEqual(self.invoice.amount_residual, 38.0)

    def test_rest_that_follows_later_is_no_dispute(self):
        self._pay(self._choose(100.0, "later"))
        self.assertFalse(self._find())
        self.assertEqual(self._left(self.invoice), 38.0)

    def test_second_short_payment_adds_to_the_dispute(self):
        self._pay(self._choose(100.0, "later"))
        self._pay(self._choose(30.0))
        self.assertEqual(self._find().amount_disputed, 8.0)
        self.assertEqual(self._left(self.invoice), 0.0)
        self._find()._withdraw(self.buyer)
        self._dispute(self.invoice, amount=2.0)
        self._pay(self._choose(5.0))
        dispute = self._find().filtered(lambda one: one.state == "open")
        self.assertEqual(
            [
                dispute.amount_disputed,
                dispute.line_ids.amount,
                self._left(self.invoice),
            ],
            [3.0, 3.0, 0.0],
        )

    def test_of_an_instalment_only_what_lacks_of_it_is_disputed(self):
        halves = self.env["account.payment.term"].create(
            {
                "name": "Halves",
                "line_ids": [
                    Command.create(
                        {"value": "percent", "value_amount": 50, "nb_days": days}
                    )
                    for days in (0, 90)
                ],
            }
        )
        invoice = self._create_posted_invoice(
            200.0, term=halves, date=self.today - timedelta(days=30)
        )
        self._pay(self._choose(90.0, invoice=invoice))
        self.assertEqual(self._find(invoice).amount_disputed, 10.0)
        self.assertEqual(self._left(invoice), 100.0)
        [row] = invoice.with_user(self.buyer)._prepare_portal_rows()
        self.assertEqual([row["overdue"], row["overdue_left"]], [10.0, 0.0])

    def test_accepted_rest_is_settled_by_its_credit_note(self):
        self._pay(self._choose(100.0))
        dispute = self._find()
        note = self._decide(dispute)._accept({dispute.line_ids: 38.0})
        note.action_post()
        self.assertIn(self.invoice.payment_state, ("paid", "in_payment"))
        self.assertEqual([note.amount_total, note.amount_residual], [38.0, 0.0])
