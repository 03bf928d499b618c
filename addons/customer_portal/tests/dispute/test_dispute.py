"""What a dispute sets aside, and what becomes of it."""

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form

from ..common import PortalCommon
from ..dispute_case import DisputeMixin
from ..transfer_case import TransferMixin


class TestDispute(DisputeMixin, TransferMixin, PortalCommon):
    def setUp(self):
        super().setUp()
        self.invoice = self._bill()
        self.bolts, self.nuts = self.invoice.invoice_line_ids

    # ------------------------------------------------------------
    # How much it is
    # ------------------------------------------------------------

    def test_amount_is_reckoned_with_the_taxes_of_the_line(self):
        wishes = {
            "all": ((None, None), 115.0),
            "quantity": ((8.0, None), 23.0),
            "price": ((None, 9.0), 11.5),
            "both": ((8.0, 9.0), 32.2),
        }
        for kind, (wish, amount) in wishes.items():
            with self.subTest(kind):
                invoice = self._bill()
                dispute = self._dispute(
                    invoice, wishes={invoice.invoice_line_ids[0]: wish}
                )
                self.assertEqual(dispute.line_ids.kind, kind)
                self.assertEqual(dispute.amount_disputed, amount)
                self.assertEqual(self._left(invoice), 138.0 - amount)

    def test_undisputed_rest_is_payable_and_no_more(self):
        self._dispute(self.invoice, wishes={self.nuts: (None, None)})
        with self.assertRaises(UserError):
            self._open_remittance({self.invoice: 120.0})
        self._pay(self._open_remittance({self.invoice: 115.0}))
        self.assertEqual(self.invoice.amount_residual, 23.0)
        [row] = self.invoice.with_user(self.buyer)._prepare_portal_rows()
        self.assertEqual(
            [row["status"], row["label"], row["payable"], row["left"]],
            ["disputed", "Disputed", False, 0.0],
        )
        self.assertIn("Disputed", row["under_way"][0])

    def test_overdue_rest_is_still_called_overdue(self):
        self._dispute(self.invoice, wishes={self.nuts: (None, None)})
        [row] = self.invoice.with_user(self.buyer)._prepare_portal_rows()
        self.assertEqual(
            [row["status"], row["overdue"], row["overdue_left"]],
            ["overdue", 138.0, 115.0],
        )

    def test_payment_shrinks_what_is_held(self):
        self._dispute(self.invoice, amount=100.0)
        self._register_payment(self.invoice, amount=98.0)
        self.assertEqual(self.invoice.amount_residual, 40.0)
        holds = self.invoice._pick_holds(self.invoice._get_holds())
        self.assertEqual([holds.take(40.0), self._left(self.invoice)], [40.0, 0.0])

    def test_one_dispute_for_a_line_and_for_the_whole(self):
        first = self._dispute(self.invoice, wishes={self.nuts: (None, None)})
        with self.assertRaisesRegex(UserError, f"Nuts.*{first.name}"):
            self._dispute(self.invoice, wishes={self.nuts: (4.0, None)})
        whole = self._dispute(self.invoice, amount=15.0)
        with self.assertRaisesRegex(UserError, whole.name):
            self._dispute(self.invoice, amount=1.0)
        with self.assertRaisesRegex(UserError, "At most"):
            self._dispute(self.invoice, wishes={self.bolts: (None, None)})
        self._dispute(self.invoice, wishes={self.bolts: (2.0, None)})
        self.assertEqual(self._left(self.invoice), 138.0 - 23.0 - 15.0 - 92.0)

    def test_what_was_credited_is_not_disputed_again(self):
        dispute = self._dispute(self.invoice, wishes={self.nuts: (None, None)})
        self._decide(dispute)._accept({dispute.line_ids: 20.0})
        with self.assertRaisesRegex(UserError, "At most"):
            self._dispute(self.invoice, wishes={self.nuts: (None, None)})
        self._dispute(self.invoice, wishes={self.nuts: (4.5, None)})

    def test_what_is_no_open_paper_cannot_be_disputed(self):
        draft = self.env["account.move"].create(self._prepare_invoice(10.0))
        credit = self._create_credit_note(10.0)
        for move in (draft, credit):
            with self.assertRaises(UserError):
                self._dispute(move, amount=1.0)

    # ------------------------------------------------------------
    # Decisions
    # ------------------------------------------------------------

    def test_accepted_is_credited_line_by_line_and_then_settled(self):
        dispute = self._dispute(
            self.invoice, wishes={self.bolts: (8.0, 9.0), self.nuts: (None, 3.0)}
        )
        note = self._decide(dispute)._accept(
            {line: line.amount for line in dispute.line_ids}, "You are right."
        )
        self.assertEqual(dispute.state, "accepted")
        self.assertEqual([note.state, note.amount_total], ["draft", 32.2 + 5.75])
        self.assertEqual(
            note.invoice_line_ids.sorted("price_unit").mapped(
                lambda line: (line.name, line.quantity, line.price_unit)
            ),
            [("Nuts", 5.0, 1.0), ("Bolts", 8.0, 1.0), ("Bolts", 2.0, 10.0)],
        )
        # Nothing of it is due while the credit note is prepared.
        self.assertEqual(self._left(self.invoice), 138.0 - 37.95)
        note.with_user(self.accountant).action_post()
        self.assertEqual(self.invoice.amount_residual, 138.0 - 37.95)
        self.assertEqual(self._left(self.invoice), 138.0 - 37.95)
        self.assertEqual(
            dispute.event_ids.mapped("kind"), ["opened", "accepted", "credited"]
        )

    def test_part_that_is_accepted_is_credited_to_the_cent(self):
        for amount in (0.01, 7.77, 12.34, 22.99):
            for of_line in (True, False):
                with self.subTest(amount=amount, of_line=of_line):
                    invoice = self._bill(lines=((3, 3.33), (7, 1.99), (1, 30.0)))
                    wish = {"wishes": {invoice.invoice_line_ids[2]: (None, None)}}
                    dispute = self._dispute(
                        invoice, **(wish if of_line else {"amount": 23.0})
                    )
                    note = self._decide(dispute)._accept({dispute.line_ids: amount})
                    self.assertEqual(note.amount_total, amount)
                    self.assertEqual(dispute.state, "partial")
                    note.action_post()
                    self.assertEqual(
                        invoice.amount_residual,
                        invoice.currency_id.round(invoice.amount_total - amount),
                    )

    def test_rest_of_a_part_is_due_with_days_of_grace(self):
        self.company.portal_dispute_grace_days = 5
        dispute = self._dispute(self.invoice, wishes={self.nuts: (None, None)})
        self._decide(dispute)._accept({dispute.line_ids: 13.0}, "Half of it.")
        self.assertEqual(self._left(self.invoice), 125.0)
        self.assertEqual(dispute.grace_until, fields.Date.add(self.today, days=5))

    def test_refused_is_due_again(self):
        dispute = self._dispute(self.invoice)
        with self.assertRaisesRegex(UserError, "reason"):
            self._decide(dispute)._refuse("  ")
        self._decide(dispute)._refuse("The price is that of your contract.")
        self.assertEqual(self._left(self.invoice), 138.0)
        with self.assertRaisesRegex(UserError, "closed"):
            self._decide(dispute)._accept({dispute.line_ids: 1.0})

    def test_days_to_the_decision_are_of_what_was_decided(self):
        disputes = self._dispute(self.invoice)
        self.env.flush_all()
        disputes.env.cr.execute(
            "UPDATE portal_dispute SET create_date = create_date - interval '2 days'"
            " WHERE id = %s",
            [disputes.id],
        )
        disputes.invalidate_recordset()
        self._decide(disputes)._refuse("The price is that of your contract.")
        disputes |= self._dispute(self._bill())
        for model, name in (
            ("portal.dispute", "id"),
            ("portal.dispute.line", "dispute_id"),
        ):
            ((days, count),) = (
                self.env[model]
                .with_user(self.accountant)
                ._read_group(
                    [(name, "in", disputes.ids)],
                    aggregates=["decision_days:avg", "__count"],
                )
            )
            self.assertEqual([round(days, 2), count], [2.0, 2], model)

    def test_question_goes_to_the_customer_and_the_reply_back(self):
        dispute = self._dispute(self.invoice)
        self.assertEqual(dispute.activity_ids.user_id, dispute.user_id)
        self._decide(dispute)._ask("Which box?")
        self.assertEqual([dispute.state, len(dispute.activity_ids)], ["question", 0])
        dispute.with_user(self.buyer).sudo()._reply(self.buyer, "The red one.")
        self.assertEqual([dispute.state, len(dispute.activity_ids)], ["open", 1])
        self.assertEqual(
            dispute.event_ids.mapped(lambda event: (event.kind, event.text)),
            [("opened", False), ("asked", "Which box?"), ("replied", "The red one.")],
        )

    def test_withdrawn_once(self):
        dispute = self._dispute(self.invoice)
        self.assertTrue(dispute._withdraw(self.buyer))
        self.assertFalse(dispute._withdraw(self.buyer))
        self.assertEqual(self._left(self.invoice), 138.0)
        self.assertFalse(dispute.activity_ids)
        self._dispute(self.invoice)

    def test_draft_that_is_gone_is_decided_again(self):
        for name in ("unlink", "button_cancel"):
            with self.subTest(name):
                dispute = self._dispute(self.invoice)
                note = self._decide(dispute)._accept({dispute.line_ids: 115.0})
                getattr(note.with_user(self.accountant), name)()
                self.assertEqual(
                    [dispute.state, dispute.amount_accepted, self._left(self.invoice)],
                    ["open", 0.0, 23.0],
                )
                dispute._withdraw(self.buyer)

    def test_credit_note_that_is_taken_back_holds_its_part_again(self):
        dispute = self._dispute(self.invoice)
        note = self._decide(dispute)._accept({dispute.line_ids: 115.0})
        note.action_post()
        self.assertEqual(self.invoice.amount_residual, 23.0)
        note.button_draft()  # core leaves it paired
        self.assertEqual(
            [self.invoice.amount_residual, self._left(self.invoice)], [23.0, 23.0]
        )
        note.line_ids.remove_move_reconcile()
        self.assertEqual(
            [self.invoice.amount_residual, self._left(self.invoice)], [138.0, 23.0]
        )

    def test_paid_invoice_is_disputed_and_credited_too(self):
        self._register_payment(self.invoice)
        dispute = self._dispute(self.invoice, wishes={self.nuts: (None, None)})
        [row] = self.invoice.with_user(self.buyer)._prepare_portal_rows()
        self.assertIn(row["status"], ("processing", "paid"))
        note = self._decide(dispute)._accept({dispute.line_ids: 23.0})
        note.action_post()
        self.assertEqual(note.amount_residual, 23.0)

    def test_only_accounting_decides_and_nobody_rewrites(self):
        dispute = self._dispute(self.invoice)
        for user in (self.buyer, self.stranger):
            mine = dispute.with_user(user)
            with self.assertRaises(AccessError):
                mine._refuse("No")
            with self.assertRaises(AccessError):
                mine.write({"user_id": user.id})
        with self.assertRaises(AccessError):
            self._decide(dispute).write({"amount_accepted": 1.0})
        self._decide(dispute).action_assign_to_me()
        self.assertEqual(dispute.user_id, self.accountant)

    def test_wizard_offers_all_and_takes_less(self):
        dispute = self._dispute(self.invoice, wishes={self.nuts: (None, None)})
        action = self._decide(dispute).action_accept()
        wizard = self.env[action["res_model"]].with_user(self.accountant)
        form = Form(wizard.browse(action["res_id"]))
        with form.line_ids.edit(0) as line:
            self.assertEqual([line.amount, line.amount_accepted], [23.0, 23.0])
            line.amount_accepted = 24.0
        with self.assertRaisesRegex(UserError, "at most"):
            form.save().action_decide()
        with form.line_ids.edit(0) as line:
            line.amount_accepted = 11.5
        result = form.save().action_decide()
        self.assertEqual(
            self.env["account.move"].browse(result["res_id"]).amount_total, 11.5
        )

    # ------------------------------------------------------------
    # Figures
    # ------------------------------------------------------------

    def test_figures_show_the_disputed_part_apart(self):
        self._open_remittance({self.invoice: 100.0})._announce()
        self._dispute(self.invoice, amount=30.0)
        other = self._bill(days_overdue=-10)
        self._dispute(other, amount=8.0)
        [summary] = [
            summary
            for summary in self.customer._add_under_way(
                self.customer._get_receivable_summary(),
                self.customer._get_under_way_sums(),
            )
            if summary["currency"] == self.usd
        ]
        names = (
            "balance",
            "overdue",
            "under_way",
            "disputed",
            "overdue_disputed",
            "overdue_to_pay",
        )
        self.assertEqual(
            [summary[name] for name in names], [276.0, 138.0, 100.0, 38.0, 30.0, 8.0]
        )

    def test_what_is_accepted_is_credited_as_the_invoice_reckons(self):
        """Taxes in the price, discounts, another currency, and taxes by the total."""
        included = self.env["account.tax"].create(
            {
                "name": "19 % in the price",
                "amount": 19.0,
                "price_include_override": "tax_included",
            }
        )
        for rounding in ("round_per_line", "round_globally"):
            self.company.tax_calculation_rounding_method = rounding
            invoice = self.env["account.move"].create(
                {
                    **self._prepare_invoice(1.0, currency=self.eur),
                    "invoice_line_ids": [
                        Command.create(
                            {
                                "name": "Bolts",
                                "quantity": 7,
                                "price_unit": 13.37,
                                "discount": 12.5,
                                "tax_ids": [Command.set(tax.ids)],
                            }
                        )
                        for tax in (included, self.company_data["default_tax_sale"])
                    ],
                }
            )
            invoice.action_post()
            for line in invoice.invoice_line_ids:
                for wish, share in (
                    ((6.0, None), 1.0),
                    ((None, 11.11), 1.0),
                    ((5.0, 12.0), 1.0),
                    ((3.0, None), 0.37),
                ):
                    with self.subTest(rounding, line=line.price_total, wish=wish):
                        dispute = self._dispute(invoice, wishes={line: wish})
                        amount = self.eur.round(dispute.amount_disputed * share)
                        note = self._decide(dispute)._accept({dispute.line_ids: amount})
                        self.assertEqual(note.currency_id, self.eur)
                        self.assertEqual(note.amount_total, amount)
                        note.unlink()
                        dispute._withdraw(self.buyer)
            dispute = self._dispute(invoice, amount=invoice.amount_total)
            note = self._decide(dispute)._accept(
                {dispute.line_ids: invoice.amount_total}
            )
            self.assertEqual(note.amount_total, invoice.amount_total)
            self.assertEqual(
                note.amount_untaxed, invoice.amount_untaxed, "the same taxes"
            )
            self.assertEqual(
                dispute.line_ids.amount_company, abs(invoice.amount_total_signed)
            )

    def test_order_gets_back_the_quantity_and_not_the_price(self):
        for wish, invoiced in (((1.0, None), 1.0), ((None, 40.0), 2.0)):
            order = self._create_order(quantity=2.0, price=50.0)
            invoice = order._create_invoices()
            invoice.action_post()
            dispute = self._dispute(invoice, wishes={invoice.invoice_line_ids: wish})
            line = dispute.line_ids
            self._decide(dispute)._accept({line: line.amount}).action_post()
            with self.subTest(wish):
                self.assertEqual(order.order_line.qty_invoiced, invoiced)

    def test_merged_customer_keeps_what_is_disputed(self):
        dispute = self._dispute(self.invoice)
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        both = [self.other_customer.id, self.customer.id]
        wizard._merge(both, self.other_customer)
        self.env.invalidate_all()
        self.assertEqual(dispute.partner_id, self.other_customer)
        self.assertEqual(self._left(self.invoice), 23.0)
        seen = self.env["portal.dispute"].with_user(self.stranger).search([])
        self.assertEqual(seen.ids, dispute.ids)

    def test_invoice_of_another_customer_now_is_not_held(self):
        self._dispute(self.invoice)
        self.invoice.button_draft()
        self.invoice.partner_id = self.other_customer
        self.invoice.action_post()
        self.assertEqual(self._left(self.invoice), 138.0)
