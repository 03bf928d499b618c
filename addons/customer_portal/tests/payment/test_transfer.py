import re
from base64 import b64decode
from datetime import timedelta
from unittest.mock import patch

import qrcode
from qrcode.util import MODE_8BIT_BYTE, QRData
from stdnum import iso11649

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time, new_test_user, tagged

from ...report import epc
from ..common import PortalCommon, PortalHttpCommon
from ..transfer_case import IBAN, TransferMixin


@tagged("post_install", "-at_install")
class TestTransfer(TransferMixin, PortalCommon):
    def setUp(self):
        super().setUp()
        self.invoice = self._create_posted_invoice(100.0, days_overdue=10)
        self.other = self._create_posted_invoice(71.14, days_overdue=5)

    def _get_payments(self):
        return self.env["account.payment"].search(
            [("partner_id", "=", self.customer.id)]
        )

    def _get_bank_balance(self):
        account = self.bank.default_account_id
        lines = self.env["account.move.line"].search([("account_id", "=", account.id)])
        return sum(lines.mapped("balance"))

    # ------------------------------------------------------------
    # Announce
    # ------------------------------------------------------------

    def test_gets_an_own_valid_reference(self):
        remittances = [
            self._announce({move: 10.0}) for move in (self.invoice, self.other)
        ]
        references = [remittance.transfer_reference for remittance in remittances]
        self.assertEqual(len(set(references)), 2)
        for reference in references:
            self.assertTrue(iso11649.is_valid(reference), reference)

    def test_holds_its_documents_on_every_route(self):
        remittance = self._announce({self.invoice: 100.0})
        self.assertEqual(remittance.state, "announced")
        with self.assertRaisesRegex(UserError, "was announced"):
            self._open_remittance({self.invoice: 10.0})
        with self.assertRaisesRegex(UserError, "under way"):
            self._create_attempt(remittance)
        with self.assertRaisesRegex((UserError, ValidationError), "was announced"):
            self._begin_payment(
                reference="core",
                amount=10.0,
                partner_id=self.customer.id,
                invoice_ids=[(6, 0, self.invoice.ids)],
            )
        self.assertFalse(remittance.transaction_ids)
        [row] = self.invoice._prepare_portal_rows()
        self.assertEqual([row["status"], row["payable"]], ["pending", False])
        self.assertEqual(row["transfer"]["date"], self.today)
        remittance._cancel_by_customer()
        self._open_remittance({self.invoice: 10.0})

    def test_announced_twice_is_once(self):
        remittance = self._announce({self.invoice: 40.0})
        log = [("action", "=", "transfer_announced")]
        count = self.env["portal.activity"].search_count(log)
        remittance._announce()
        self.assertEqual(self.env["portal.activity"].search_count(log), count)

    def test_cannot_be_announced_when_it_is_paid_or_under_way(self):
        remittance = self._open_remittance({self.invoice: 40.0})
        self._create_attempt(remittance)
        with self.assertRaisesRegex(UserError, "not known"):
            remittance._announce()
        self.assertEqual(remittance.state, "open")
        self.env.company.partner_id.bank_ids.active = False
        with self.assertRaisesRegex(UserError, "no bank account"):
            self._open_remittance({self.other: 1.0})._announce()

    def test_odoo_s_wire_transfer_announces_too(self):
        remittance = self._open_remittance({self.invoice: 100.0})
        wire = self._create_attempt(remittance)
        # The addon of wire transfers is not among the tests' addons.
        self.env.cr.execute(
            "UPDATE payment_provider SET code = 'custom' WHERE id = %s",
            [wire.provider_id.id],
        )
        self.env.invalidate_all()
        wire._set_pending()
        self.assertEqual(remittance.state, "announced")
        with self.assertRaisesRegex(UserError, "was announced"):
            self._open_remittance({self.invoice: 10.0})
        self._import_line(100.0, remittance.transfer_reference)
        self._book(remittance)
        self.assertEqual([wire.state, wire.payment_id], ["done", self._get_payments()])
        wire._post_process()
        self.assertEqual(len(self._get_payments()), 1)

    # ------------------------------------------------------------
    # The bank's statement
    # ------------------------------------------------------------

    def test_statement_proposes_and_books_exactly_the_choice_once(self):
        credit = self._create_credit_note(20.0)
        remittance = self._announce(
            {self.invoice: 100.0, self.other: 33.33, credit: 12.34}
        )
        self.assertEqual(remittance.user_id, self.invoice.invoice_user_id)
        spaced = remittance._space_reference(remittance.transfer_reference).lower()
        line = self._import_line(120.99, f"SEPA {spaced}NORTHWIND 12")
        self.assertEqual(line.portal_remittance_id, remittance)
        self.assertIn("120.99", remittance.bank_proposal)
        self.assertFalse(self._get_payments())
        self._book(remittance)
        self.assertEqual(remittance.state, "settled")
        self.assertEqual(
            [self.invoice.amount_residual, self.other.amount_residual],
            [0.0, 37.81],
        )
        self.assertEqual(credit.amount_residual, 7.66)
        payment = self._get_payments()
        self.assertEqual([payment.amount, payment.is_matched], [120.99, True])
        self.assertEqual(self.invoice.payment_state, "paid")
        self.assertTrue(line.is_reconciled)
        self.assertEqual(self._get_bank_balance(), 120.99)
        with self.assertRaisesRegex(UserError, "already been booked"):
            self._book(remittance)
        self.assertEqual(self._get_payments(), payment)

    def test_less_and_more_than_announced(self):
        for came, residuals, on_account in (
            (60.0, [40.0, 71.14], 0.0),
            (200.0, [0.0, 0.0], 28.86),
        ):
            with self.subTest(came), self.env.cr.savepoint() as savepoint:
                remittance = self._announce({self.invoice: 100.0, self.other: 71.14})
                self._import_line(came, remittance.transfer_reference)
                self._book(remittance)
                self.assertEqual(remittance.state, "exception")
                self.assertEqual(
                    [self.invoice.amount_residual, self.other.amount_residual],
                    residuals,
                )
                self.assertEqual(remittance.amount_on_account, on_account)
                self.assertEqual(self._get_bank_balance(), came)
                self.assertEqual(remittance.sudo()._find_violations(), [])
                savepoint.rollback()
                self.env.invalidate_all()

    # (name, sums that come, which of the three transfers each names, what is left of
    # each document, what stays on account). The documents are of 100.00, 60.00, 40.00.
    SUMS = [
        ("two in one sum", [160.0], ["12"], [0, 0, 40], 0),
        ("two, in the other order", [160.0], ["21"], [0, 0, 40], 0),
        ("three in one sum", [200.0], ["123"], [0, 0, 0], 0),
        ("named twice", [160.0], ["1212"], [0, 0, 40], 0),
        ("too little: the first is whole", [130.0], ["12"], [0, 30, 40], 0),
        ("too little for the second", [90.0], ["12"], [10, 60, 40], 0),
        ("too much stays on account", [170.0], ["12"], [0, 0, 40], 10),
        ("one in two parts", [40.0, 60.0], ["1", "1"], [0, 60, 40], 0),
        ("one in two like parts", [50.0, 50.0], ["1", "1"], [0, 60, 40], 0),
        ("one in three parts", [20.0, 30.0, 50.0], ["1"] * 3, [0, 60, 40], 0),
        ("parts that are too much", [40.0, 65.0], ["1", "1"], [0, 60, 40], 5),
        ("parts that are too little", [40.0, 50.0], ["1", "1"], [10, 60, 40], 0),
        ("a part, then the rest and another", [40.0, 120.0], ["1", "12"], None, 0),
        ("another customer's is left out", [1099.0], ["1F"], [0, 60, 40], 999),
    ]

    def test_sums_of_the_bank_are_shared_and_add_up(self):
        for name, sums, named, left, on_account in self.SUMS:
            with self.subTest(name), self.env.cr.savepoint() as savepoint:
                papers = [
                    self._create_posted_invoice(amount)
                    for amount in (100.0, 60.0, 40.0)
                ]
                transfers = {
                    str(number): self._announce({paper: paper.amount_residual})
                    for number, paper in enumerate(papers, 1)
                }
                foreign = self._create_posted_invoice(
                    999.0, partner=self.other_customer
                )
                transfers["F"] = self._open_remittance({foreign: 999.0}, self.stranger)
                transfers["F"]._announce()
                for came, names in zip(sums, named, strict=True):
                    text = " ".join(transfers[key].transfer_reference for key in names)
                    line = self._import_line(came, f"Invoices {text}")
                    self._book(line.portal_remittance_id)
                    self.assertTrue(line.is_reconciled)
                if left is None:
                    left = [0, 0, 40]
                self.assertEqual([paper.amount_residual for paper in papers], left)
                self.assertEqual(foreign.amount_residual, 999.0)
                self.assertEqual(self._get_bank_balance(), sum(sums))
                payments = self._get_payments()
                self.assertEqual(sum(payments.mapped("amount")), sum(sums))
                remittances = self.env["portal.remittance"].search([])
                kept = sum(remittances.mapped("amount_on_account"))
                self.assertEqual(kept, on_account)
                self.assertEqual(remittances.sudo()._find_violations(), [])
                if not on_account and not any(left[:1]):
                    self.assertEqual(transfers["1"].state, "settled")
                savepoint.rollback()
                self.env.invalidate_all()

    def test_later_part_pays_nothing_that_was_given_away(self):
        transfer = self._announce({self.invoice: 100.0})
        self._import_line(40.0, transfer.transfer_reference)
        self._book(transfer)
        self.invoice.line_ids.remove_move_reconcile()
        self.invoice.button_draft()
        self.invoice.partner_id = self.other_customer
        self.invoice.action_post()
        self._import_line(60.0, transfer.transfer_reference)
        self._book(transfer)
        self.assertEqual(self.invoice.amount_residual, 100.0)
        self.assertFalse(transfer.rest_ids)
        self.assertEqual(self._get_bank_balance(), 100.0)

    def test_by_hand_first_and_then_on_the_statement_is_one_payment(self):
        remittance = self._announce({self.invoice: 100.0})
        self._receive_by_hand(remittance)
        self.assertEqual(remittance.state, "settled")
        payment = self._get_payments()
        line = self._import_line(100.0, remittance.transfer_reference)
        self._book(remittance)
        self.assertEqual(self._get_payments(), payment)
        self.assertTrue(line.is_reconciled and payment.is_matched)
        self.assertEqual(self._get_bank_balance(), 100.0)
        # The same again is other money: it stays on account.
        self._import_line(100.0, remittance.transfer_reference)
        self._book(remittance)
        self.assertEqual(len(self._get_payments()), 2)
        self.assertEqual(remittance.state, "exception")
        self.assertEqual(self._get_bank_balance(), 200.0)
        self.assertEqual(remittance.sudo()._find_violations(), [])

    def test_money_for_a_withdrawn_transfer_is_booked(self):
        remittance = self._announce({self.invoice: 100.0})
        remittance._cancel_by_customer()
        line = self._import_line(100.0, remittance.transfer_reference)
        self.assertEqual(line.portal_remittance_id, remittance)
        self._book(remittance)
        self.assertEqual(self.invoice.amount_residual, 0.0)

    def test_text_without_the_reference_proposes_nothing(self):
        remittance = self._announce({self.invoice: 100.0})
        reference = remittance.transfer_reference
        wrong = reference[:-1] + str((int(reference[-1]) + 1) % 10)
        for text, amount in ((wrong, 100.0), ("rent", 100.0), (reference, -100.0)):
            with self.subTest(text, amount=amount):
                self.assertFalse(self._import_line(amount, text).portal_remittance_id)

    def test_method_that_books_to_the_bank_does_not_double_the_money(self):
        method = self.bank.inbound_payment_method_line_ids[:1]
        method.payment_account_id = self.bank.default_account_id
        remittance = self._announce({self.invoice: 100.0})
        self._import_line(100.0, remittance.transfer_reference)
        self._book(remittance)
        self.assertEqual(self._get_bank_balance(), 100.0)
        self.assertEqual(self.invoice.payment_state, "paid")
        by_hand = self._announce({self.other: 71.14})
        self._receive_by_hand(by_hand)
        self._import_line(71.14, by_hand.transfer_reference)
        with self.assertRaisesRegex(UserError, "to the bank already"):
            self._book(by_hand)

    # ------------------------------------------------------------
    # The desk
    # ------------------------------------------------------------

    def test_only_accounting_of_the_company_decides(self):
        remittance = self._announce({self.invoice: 100.0})
        seller = new_test_user(
            self.env, login="seller", groups="sales_team.group_sale_manager"
        )
        elsewhere = new_test_user(
            self.env,
            login="elsewhere",
            groups="account.group_account_invoice",
            company_id=self.env["res.company"].create({"name": "Elsewhere"}).id,
        )
        for user in (seller, elsewhere, self.buyer):
            for method in ("action_release_transfer", "action_receive_transfer"):
                with (
                    self.subTest(user.login, method=method),
                    self.assertRaises(AccessError),
                ):
                    getattr(remittance.with_user(user), method)()
        self.assertEqual(remittance.state, "announced")

    def test_decided_once(self):
        remittance = self._announce({self.invoice: 100.0})
        desk = remittance.with_user(self.accountant)
        desk.action_release_transfer()
        self.assertEqual(remittance.state, "open")
        with self.assertRaisesRegex(UserError, "already"):
            desk.action_release_transfer()
        with self.assertRaisesRegex(UserError, "already"):
            self._receive_by_hand(remittance)
        self.assertFalse(self._get_payments())
        for amount, date in ((0.0, self.today), (5.0, self.today + timedelta(days=1))):
            held = self._announce({self.other: 1.0})
            with self.assertRaises(UserError):
                self._receive_by_hand(held, amount, date=date)
            held._cancel_by_customer()

    def test_payer_is_told_what_became_of_it(self):
        remittance = self._announce({self.invoice: 100.0})
        events = self.env["portal.notice"].search([("user_id", "=", self.buyer.id)])
        self._receive_by_hand(remittance)
        told = (
            self.env["portal.notice"].search([("user_id", "=", self.buyer.id)]) - events
        )
        self.assertEqual(told.mapped("event_id.code"), ["transfer_received"])
        self.assertEqual(told.url, f"/my/pay/{remittance.id}")

    def test_paid_another_way_is_given_up_in_silence(self):
        remittance = self._announce({self.invoice: 100.0})
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=self.invoice.ids
        ).create({})._create_payments()
        notices = self.env["portal.notice"].search_count([])
        remittance.with_user(self.accountant).action_release_transfer()
        self.assertEqual(remittance.state, "cancelled")
        self.assertEqual(self.env["portal.notice"].search_count([]), notices)

    def test_days_remind_and_end_it(self):
        remittance = self._announce({self.invoice: 100.0})
        self.assertEqual(remittance.transfer_until, self.today + timedelta(days=14))
        notices = [
            ("user_id", "=", self.buyer.id),
            ("event_id.code", "=", "transfer_expiring"),
        ]
        for days, state, count in (
            (5, "announced", 0),
            (12, "announced", 1),
            (13, "announced", 1),
            (15, "open", 2),
            (16, "open", 2),
        ):
            with (
                self.subTest(days),
                freeze_time(fields.Datetime.now() + timedelta(days=days)),
                patch.object(type(self.env["ir.cron"]), "_commit_progress") as progress,
            ):
                progress.return_value = 60.0
                self.env["portal.remittance"].sudo()._follow_transfers()
                self.assertEqual(remittance.state, state)
                self.assertEqual(self.env["portal.notice"].search_count(notices), count)

    def test_what_accounting_booked_is_not_reminded_of(self):
        """Money that came past the announcement: nothing is left to pay."""
        remittance = self._announce({self.invoice: 100.0})
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=self.invoice.ids
        ).create({"payment_date": self.today})._create_payments()
        notices = self.env["portal.notice"]
        before = notices.search_count([])
        for days, state in ((12, "announced"), (15, "cancelled")):
            with (
                self.subTest(days),
                freeze_time(fields.Datetime.now() + timedelta(days=days)),
                patch.object(type(self.env["ir.cron"]), "_commit_progress") as progress,
            ):
                progress.return_value = 60.0
                self.env["portal.remittance"].sudo()._follow_transfers()
                self.assertEqual(remittance.state, state)
                self.assertEqual(notices.search_count([]), before)

    # ------------------------------------------------------------
    # The code for banks
    # ------------------------------------------------------------

    def test_code_is_offered_where_it_is_read(self):
        invoice = self._create_posted_invoice(50.0, currency=self.eur)
        remittance = self._announce({invoice: 12.3})
        details = remittance._get_transfer_details()
        self.assertTrue(details["qr"].startswith("data:image/svg+xml;base64,"))
        dollars = self._announce({self.invoice: 12.3})
        self.assertFalse(dollars._get_transfer_details()["qr"])

    def test_code_is_drawn_as_another_library_draws_it(self):
        payload = epc.build_payload(
            name="Müller",
            account_number=IBAN,
            bic=False,
            amount=5,
            reference="RF18539007547034",
        )
        svg = b64decode(epc.draw(payload).partition(",")[2]).decode()
        dark = {
            (int(row) - epc.QUIET, int(column) - epc.QUIET)
            for column, row in re.findall(r"M(\d+),(\d+)h1", svg)
        }
        size = max(max(place) for place in dark) + 1
        drawn = set()
        for mask in range(8):
            code = qrcode.QRCode(
                version=(size - 17) // 4,
                error_correction=qrcode.constants.ERROR_CORRECT_M,
                mask_pattern=mask,
            )
            code.add_data(QRData(payload.encode(), mode=MODE_8BIT_BYTE))
            code.make(fit=False)
            drawn.add(
                frozenset(
                    (row, column)
                    for row, cells in enumerate(code.modules)
                    for column, is_dark in enumerate(cells)
                    if is_dark
                )
            )
        self.assertIn(dark, drawn)

    def test_code_says_what_the_guideline_wants(self):
        payload = epc.build_payload(
            name="Müller & Söhne " + "x" * 80,
            account_number=IBAN,
            bic="COBADEFFXXX",
            amount=171.1,
            reference="RF18 5390 0754 7034",
        )
        lines = payload.split("\n")
        self.assertEqual(lines[:4], ["BCD", "002", "1", "SCT"])
        self.assertEqual(lines[4], "COBADEFFXXX")
        self.assertEqual(len(lines[5]), 70)
        self.assertEqual(
            lines[6:], ["DE89370400440532013000", "EUR171.10", "", "RF18539007547034"]
        )
        for number, currency, amount, expected in (
            (IBAN, "EUR", 0.01, True),
            (IBAN, "EUR", 999999999.99, True),
            (IBAN, "EUR", 1000000000.0, False),
            (IBAN.lower().replace(" ", ""), "EUR", 1.0, True),
            # right check digits, and a digit too much or too little
            ("DE81 3704 0044 0532 0130 000", "EUR", 1.0, False),
            ("DE51 3704 0044 0532 0130 0", "EUR", 1.0, False),
            ("LT12 1000 0111 0100 1000", "EUR", 1.0, True),
            # joined SEPA in 2024 and 2025
            ("AL47 2121 1009 0000 0002 3569 8741", "EUR", 1.0, True),
            ("ME25 5050 0001 2345 6789 51", "EUR", 1.0, True),
            ("MD24 AG00 0225 1000 1310 4168", "EUR", 1.0, True),
            ("MK07 2501 2000 0058 984", "EUR", 1.0, True),
            ("RS35 2600 0560 1001 6113 79", "EUR", 1.0, True),
            ("GI75 NWBK 0000 0000 7099 453", "EUR", 1.0, True),
            # never did
            ("TR33 0006 1005 1978 6457 8413 26", "EUR", 1.0, False),
            ("UA21 3223 1300 0002 6007 2335 6600 1", "EUR", 1.0, False),
            (IBAN, "EUR", 0.0, False),
            (IBAN, "USD", 1.0, False),
            (IBAN.replace("89", "88"), "EUR", 1.0, False),
            ("BR18 0036 0305 0000 1000 9795 493C 1", "EUR", 1.0, False),
            ("12345", "EUR", 1.0, False),
            (False, "EUR", 1.0, False),
        ):
            with self.subTest(number, currency=currency, amount=amount):
                found = epc.is_payable(number, currency, amount)
                self.assertEqual(found, expected)


class TestTransferPages(TransferMixin, PortalHttpCommon):
    def setUp(self):
        super().setUp()
        self.invoice = self._create_posted_invoice(100.0, days_overdue=10)
        self.remittance = self._open_remittance({self.invoice: 100.0})
        self.path = f"/my/pay/{self.remittance.id}"
        self._sign_in(self.buyer)

    def test_announces_and_withdraws(self):
        self.assertIn(f"{self.path}/announce", self._get(self.path).text)
        for _twice in range(2):
            answer = self._post(f"{self.path}/announce", send_on=str(self.today))
            self.assertURLEqual(answer.headers["Location"], self.path)
        self.assertEqual(self.remittance.state, "announced")
        page = self._get(self.path)
        reference = self.remittance._space_reference(self.remittance.transfer_reference)
        for text in (reference, IBAN, "COBADEFFXXX"):
            self.assertIn(text, page.text)
        self.assertNotIn("o_payment_form", page.text)
        self.assertIn(reference, self._get("/my/invoices").text)
        answer = self._post(f"{self.path}/cancel")
        self.assertURLEqual(
            answer.headers["Location"], f"/my/pay?documents={self.invoice.id}"
        )
        self.assertEqual(self.remittance.state, "cancelled")

    def test_odd_days_are_refused(self):
        for day in (
            "x",
            "2026-13-45",
            str(self.today - timedelta(days=1)),
            "9999-01-01",
        ):
            with self.subTest(day):
                answer = self._post(f"{self.path}/announce", send_on=day)
                self.assertEqual(answer.status_code, 422)
        self.assertEqual(self.remittance.state, "open")

    def test_another_customer_announces_nothing(self):
        self._sign_in(self.stranger)
        self.assertEqual(self._post(f"{self.path}/announce").status_code, 404)
        self.assertEqual(self.remittance.state, "open")
