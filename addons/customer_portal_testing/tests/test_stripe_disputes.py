"""W12: what a bank takes back is taken back here, and accounting is told."""

from .stripe_case import StripeCase


class TestStripeDisputes(StripeCase):
    def _pay_and_book(self, *invoices):
        """Pay by card; return (the remittance, the transaction)."""
        remittance = self._choose(*invoices)
        transaction = self._pay_by_card(remittance)
        self._send_all()
        self._book()
        self.assertEqual(remittance.state, "settled")
        return remittance, transaction

    def _get_disputes(self):
        return self.env["portal.stripe.dispute"].sudo().search([])

    def _get_activities(self, invoice):
        return invoice.activity_ids.filtered(lambda one: "Dispute" in one.summary)

    def test_w12_lost_dispute_opens_all_that_was_paid(self):
        remittance, transaction = self._pay_and_book(self.invoice, self.branch_invoice)
        dispute = self.standin.open_dispute(transaction.provider_reference)
        self._send_all()
        self.assertEqual(remittance.state, "settled")  # it may be won
        self.assertEqual(self._get_disputes().status, "needs_response")
        first = (self.invoice | self.branch_invoice).activity_ids
        self.assertIn("Answer in Stripe's dashboard", str(first.note))
        self.standin.close_dispute(dispute["id"], "lost")
        self._send_all()
        self.assertEqual(remittance.state, "reversed")
        self.assertEqual(self.invoice.amount_residual, 100.0)
        self.assertEqual(self.branch_invoice.amount_residual, 50.0)
        [kept] = self._get_disputes()
        self.assertEqual((kept.amount, kept.fee, kept.status), (150.0, 15.0, "lost"))
        notices = self.env["portal.notice"].sudo().search([])
        self.assertIn("was reversed", " ".join(notices.mapped("title")))

    def test_w12_dispute_is_taken_back_once(self):
        remittance, transaction = self._pay_and_book(self.invoice)
        dispute = self.standin.open_dispute(transaction.provider_reference)
        self.standin.close_dispute(dispute["id"], "lost")
        events = self._take_events()
        for event in [*events, *events, *reversed(events)]:
            self._send(event)
            self._handle()
        self._run("portal.stripe.event", "_read_lists")
        entry = transaction.payment_id.move_id
        self.assertEqual(len(entry.reversal_move_ids), 1)
        self.assertEqual(self.invoice.amount_residual, 100.0)
        self.assertEqual(remittance.state, "reversed")

    def test_w12_won_dispute_changes_nothing(self):
        remittance, transaction = self._pay_and_book(self.invoice)
        dispute = self.standin.open_dispute(transaction.provider_reference)
        self.standin.close_dispute(dispute["id"], "won")
        self._send_all()
        self.assertEqual(remittance.state, "settled")
        self.assertEqual(self._get_disputes().status, "won")
        self.assertFalse(transaction.payment_id.move_id.reversal_move_ids)

    def test_w12_what_was_taken_back_can_be_paid_again(self):
        _remittance, transaction = self._pay_and_book(self.invoice)
        dispute = self.standin.open_dispute(transaction.provider_reference)
        self.standin.close_dispute(dispute["id"], "lost")
        self._send_all()
        again, _transaction = self._pay_and_book(self.invoice)
        self.assertEqual(self.invoice.amount_residual, 0.0)
        self.assertEqual(again.state, "settled")

    def test_w12_debit_that_the_bank_returns_is_taken_back(self):
        eur = self._create_posted_invoice(60.0, currency=self.eur)
        method = self.env.ref("payment.payment_method_sepa_direct_debit")
        method.active = True
        self.provider.payment_method_ids += method
        self.payment_method_id = method.id
        remittance = self._choose(eur)
        values = self._begin(remittance)
        client = self.provider._get_stripe_gateway()._client
        debit = client.payment_methods.create(
            {"type": "sepa_debit", "sepa_debit": {"iban": "DE35370400440532013002"}}
        )
        client.payment_intents.confirm(
            values["client_secret"].partition("_secret_")[0],
            {"payment_method": debit.id},
        )
        self._send_all()
        self.assertEqual(remittance.state, "processing")
        self.standin.advance(days=5)
        # The news of the return before that of the success.
        for event in reversed(self._take_events()):
            self._send(event)
        self._handle()
        self.assertEqual(self._find(values).state, "done")
        self.assertEqual(remittance.state, "reversed")
        self.assertEqual(eur.amount_residual, 60.0)

    def test_w12_fee_is_booked_once_where_its_account_is_known(self):
        account = self.company_data["default_account_expense"]
        self.provider.stripe_fee_account_id = account
        _remittance, transaction = self._pay_and_book(self.invoice)
        dispute = self.standin.open_dispute(transaction.provider_reference)
        self._send_all()
        self.standin.close_dispute(dispute["id"], "lost")
        self._send_all()
        lines = self.env["account.move.line"].search(
            [("account_id", "=", account.id), ("name", "ilike", "Fee of dispute")]
        )
        self.assertEqual(lines.mapped("balance"), [15.0])
        self.assertEqual(self._get_disputes().fee_move_id, lines.move_id)

    def test_w12_dispute_of_a_part_takes_back_that_part(self):
        self.provider.stripe_fee_account_id = self.company_data[
            "default_account_expense"
        ]
        remittance, transaction = self._pay_and_book(self.invoice, self.branch_invoice)
        intent_id = transaction.provider_reference
        dispute = self.standin.open_dispute(intent_id, amount=7000)
        self._send_all()
        self.assertEqual(remittance.state, "settled")
        self.standin.close_dispute(dispute["id"], "lost")
        for event in self._take_events() * 2:
            self._send(event)
            self._handle()
        # What is due last is taken back first.
        self.assertEqual(self.branch_invoice.amount_residual, 50.0)
        self.assertEqual(self.invoice.amount_residual, 20.0)
        [kept] = self._get_disputes()
        [taken] = kept.reversal_ids
        self.assertEqual(taken.origin_payment_id.amount, 70.0)
        self.assertEqual(kept.fee_move_id.amount_total, 15.0)
        self.assertEqual(remittance.amount_refunded, 70.0)
        titles = self.env["portal.notice"].sudo().search([]).mapped("title")
        self.assertIn("was taken back by the bank", " ".join(titles))

    def test_w12_dispute_of_what_a_refund_has_left(self):
        _remittance, transaction = self._pay_and_book(self.invoice)
        self.standin.refund(transaction.provider_reference, 4000)
        self._send_all()
        self._book()
        dispute = self.standin.open_dispute(transaction.provider_reference)
        self.standin.close_dispute(dispute["id"], "lost")
        self._send_all()
        self.assertEqual(self._get_disputes().amount, 60.0)
        self.assertEqual(self.invoice.amount_residual, 100.0)

    def test_w12_lost_dispute_that_is_won_after_all_comes_back(self):
        for amount in (None, 3000):
            with self.subTest(amount):
                remittance, transaction = self._pay_and_book(self.invoice)
                dispute = self.standin.open_dispute(
                    transaction.provider_reference, amount=amount
                )
                self.standin.close_dispute(dispute["id"], "lost")
                self._send_all()
                opened = 100.0 if amount is None else 30.0
                self.assertEqual(self.invoice.amount_residual, opened)
                self.standin.close_dispute(dispute["id"], "won")
                for event in self._take_events() * 2:
                    self._send(event)
                    self._handle()
                self.assertEqual(self.invoice.amount_residual, 0.0)
                self.assertEqual(remittance.state, "settled")
                self.assertFalse(self._get_disputes()[0].reversal_ids)
                self.invoice = self._create_posted_invoice(100.0)

    def test_w12_more_than_is_left_is_told_to_accounting(self):
        remittance, transaction = self._pay_and_book(self.invoice)
        payment = remittance.payment_id
        payment._refund_by_hand(
            {self.invoice.id: 80.0},
            payment.journal_id._get_available_payment_method_lines("outbound")[:1],
            self.today,
            "",
        )
        dispute = self.standin.open_dispute(transaction.provider_reference)
        self.standin.close_dispute(dispute["id"], "lost")
        self._send_all()
        self.assertEqual(self.invoice.amount_residual, 100.0)
        notes = " ".join(str(one.note) for one in self.invoice.activity_ids)
        self.assertIn("80.00 more than is left", notes.replace("\xa0", ""))

    def test_w12_dispute_of_several_captures_takes_from_each(self):
        self.provider.payment_method_ids = self.card
        self.provider.capture_manually = True
        self.provider.stripe_multicapture = self.standin.account.multicapture = True
        transaction = self._pay_by_card(self._choose(self.invoice, self.branch_invoice))
        transaction._capture(100.0)
        transaction._capture(50.0)
        self._send_all()
        self._book()
        dispute = self.standin.open_dispute(transaction.provider_reference)
        self.standin.close_dispute(dispute["id"], "lost")
        self._send_all()
        self.assertEqual(self.invoice.amount_residual, 100.0)
        self.assertEqual(self.branch_invoice.amount_residual, 50.0)
        self.assertEqual(len(self._get_disputes().reversal_ids), 2)
