"""An invoice is given to another customer after somebody chose to pay it."""

from datetime import timedelta

from odoo.exceptions import UserError
from odoo.tests import tagged

from ..common import PortalHttpCommon
from ..transfer_case import TransferMixin


@tagged("post_install", "-at_install")
class TestGivenAway(TransferMixin, PortalHttpCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.invoice = cls._create_posted_invoice(100.0)
        cls.kept = cls._create_posted_invoice(60.0)

    def _give_away(self, partner=None):
        """Staff had taken the wrong customer: reset, change, post again."""
        self.invoice.button_draft()
        self.invoice.partner_id = partner or self.other_customer
        self.invoice.action_post()
        self.env.flush_all()

    def _sell(self, branch):
        branch.parent_id = self.other_customer

    def _assert_untouched(self):
        """Nothing of the other customer's invoice was paid, and nobody else's is."""
        self.assertEqual(self.invoice.amount_residual, 100.0)
        lines = self.invoice.line_ids
        self.assertFalse(lines.matched_credit_ids)

    def _get_on_account(self, customer):
        items = self.env["account.move.line"].search(
            [
                ("partner_id", "=", customer.id),
                ("account_type", "=", "asset_receivable"),
                ("parent_state", "=", "posted"),
                ("amount_residual", "<", 0),
            ]
        )
        return -sum(items.mapped("amount_residual"))

    # ------------------------------------------------------------
    # The choice
    # ------------------------------------------------------------

    def test_an_old_choice_is_refused_with_a_word(self):
        remittance = self._open_remittance({self.invoice: 100.0, self.kept: 60.0})
        name = self.invoice.name
        self._give_away()
        word = f"{name} no longer belongs to Northwind. Please choose again."
        with self.assertRaisesRegex(UserError, word):
            self._create_attempt(remittance)
        with self.assertRaisesRegex(UserError, word):
            remittance._announce()
        self._sign_in(self.buyer)
        page = self._get(f"/my/pay/{remittance.id}").text
        self.assertIn("no longer belongs to Northwind", page)
        self.assertNotIn("Southwind", page)
        answer = self._ask(
            f"/my/pay/{remittance.id}/transaction", self._prepare_payment_params()
        )
        self.assertIn("no longer belongs to Northwind", answer)
        self.assertFalse(remittance.transaction_ids)

    def _ask(self, path, params):
        answer = self.url_open(path, json={"params": params}).json()
        return str(answer.get("error") or answer.get("result"))

    def test_credits_alone_are_refused_too(self):
        credit = self._create_credit_note(100.0)
        remittance = self._open_remittance({self.invoice: 100.0, credit: 100.0})
        self._give_away()
        with self.assertRaisesRegex(UserError, "no longer belongs"):
            remittance._apply_credits()
        self.assertEqual(credit.amount_residual, 100.0)
        self._assert_untouched()

    def test_what_the_choice_was_for_decides(self):
        """Ask of each row: what happens, and whether it can be paid afterwards."""
        branch_invoice = self._create_posted_invoice(70.0, partner=self.branch)
        for word, (document, happens, is_payable) in {
            "nothing": (self.invoice, lambda: None, True),
            "reset and posted again": (
                self.invoice,
                lambda: self._give_away(self.customer),
                True,
            ),
            "to another contact of the same": (
                self.invoice,
                lambda: self._give_away(self.buyer.partner_id),
                True,
            ),
            "to a branch": (self.invoice, lambda: self._give_away(self.branch), False),
            "to another customer": (self.invoice, self._give_away, False),
            "the branch is sold": (
                branch_invoice,
                lambda: self._sell(self.branch),
                False,
            ),
            "the branch is closed": (
                branch_invoice,
                lambda: self.branch.write({"is_company": False}),
                True,
            ),
        }.items():
            with self.env.cr.savepoint() as savepoint:
                remittance = self._open_remittance({document: 50.0})
                happens()
                with self.subTest(word):
                    self.assertEqual(not remittance._get_obstacle(), is_payable)
                savepoint.rollback()
            self.env.invalidate_all(flush=False)

    # ------------------------------------------------------------
    # Money that comes all the same
    # ------------------------------------------------------------

    def test_money_of_a_provider_stays_on_the_account_of_who_sent_it(self):
        remittance = self._open_remittance({self.invoice: 100.0, self.kept: 60.0})
        transaction = self._create_attempt(remittance)
        self._give_away()
        transaction._set_done()
        transaction._post_process()
        self._assert_untouched()
        self.assertEqual(self.kept.amount_residual, 0.0)
        self.assertEqual(remittance.state, "exception")
        self.assertEqual(remittance.amount_on_account, 100.0)
        self.assertEqual(self._get_on_account(self.customer), 100.0)
        self.assertEqual(self._get_on_account(self.other_customer), 0.0)
        self.assertFalse(remittance._find_violations())
        self.assertNotIn(self.invoice, remittance.payment_id.invoice_ids)

    def test_money_for_the_invoice_of_a_sold_branch(self):
        document = self._create_posted_invoice(70.0, partner=self.branch)
        remittance = self._open_remittance({document: 70.0})
        transaction = self._create_attempt(remittance)
        self._sell(self.branch)
        transaction._set_done()
        transaction._post_process()
        self.assertEqual(document.amount_residual, 70.0)
        self.assertEqual(self._get_on_account(self.customer), 70.0)

    def test_an_announced_transfer_settles_what_is_left_of_it(self):
        remittance = self._announce({self.invoice: 100.0, self.kept: 60.0})
        self._give_away()
        self._import_line(160.0, f"Northwind {remittance.transfer_reference}")
        self._book(remittance)
        self._assert_untouched()
        self.assertEqual(self.kept.amount_residual, 0.0)
        self.assertEqual(self._get_on_account(self.customer), 100.0)

    def test_a_payment_that_is_confirmed_again_does_not_come_back(self):
        remittance = self._open_remittance({self.invoice: 100.0})
        self._pay(remittance)
        payment = remittance.payment_id
        payment.action_draft()
        self._give_away()
        payment.action_post()
        self._assert_untouched()
        self.assertEqual(self._get_on_account(self.customer), 100.0)

    # ------------------------------------------------------------
    # The other customer pays
    # ------------------------------------------------------------

    def test_neither_transfer_nor_attempt_blocks_the_new_customer(self):
        for word, begin in {
            "chosen": self._open_remittance,
            "announced": self._announce,
            "under way": lambda amounts: (
                self._create_attempt(
                    self._open_remittance(amounts)
                ).portal_remittance_id
            ),
        }.items():
            with self.env.cr.savepoint() as savepoint:
                former = begin({self.invoice: 100.0, self.kept: 60.0})
                state = former.state
                self._give_away()
                with self.subTest(word):
                    self.assertFalse(
                        self.invoice._pick_holds(self.invoice._get_holds())
                    )
                    new = self._open_remittance({self.invoice: 100.0}, self.stranger)
                    self.assertEqual(former.state, state)
                    self._pay(new)
                    self.assertEqual(self.invoice.amount_residual, 0.0)
                    self.assertEqual(new.state, "settled")
                savepoint.rollback()
            self.env.invalidate_all(flush=False)

    def test_pages_of_the_new_customer_tell_nothing_of_the_former(self):
        remittance = self._announce({self.invoice: 100.0})
        self._give_away()
        self._sign_in(self.stranger)
        for path in (f"/my/invoices/{self.invoice.id}", "/my/invoices", "/my/pay"):
            page = self._get(path)
            with self.subTest(path):
                self.assertEqual(page.status_code, 200)
                for told in (remittance.name, remittance.transfer_reference[:8]):
                    self.assertNotIn(told, page.text)
                self.assertNotIn("Northwind", page.text)

    def test_links_of_the_former_customer_open_nothing(self):
        self.invoice._portal_ensure_token()
        token = self.invoice.access_token
        link = self.env["portal.pay.link"].sudo()._make_token(self.invoice.sudo())
        order = self._create_order(state="sent")
        order._portal_ensure_token()
        order_token = order.access_token
        self._give_away()
        order.partner_id = self.other_customer
        self.env.flush_all()
        self._sign_in(None)
        for path in (
            f"/my/invoices/{self.invoice.id}?access_token={token}",
            f"/pay/{link}",
            f"/my/orders/{order.id}?access_token={order_token}",
        ):
            with self.subTest(path):
                page = self._get(path)
                self.assertNotIn("Southwind", page.text)
                self.assertNotIn("100.00", page.text)

    def test_a_choice_by_link_is_not_the_next_customer_s(self):
        links = self.env["portal.pay.link"].sudo()
        link = links._read(links._make_token(self.invoice.sudo()))
        former = links._open_remittance(link, "full")
        self._give_away()
        link = links._read(links._make_token(self.invoice.sudo()))
        new = links._open_remittance(link, "full")
        self.assertNotEqual(new, former)
        self.assertEqual(new.partner_id, self.other_customer)

    def test_a_discount_goes_with_the_document(self):
        term = self.env["account.payment.term"].create(
            {
                "name": "2 percent",
                "early_discount": True,
                "discount_percentage": 2,
                "discount_days": 10,
            }
        )
        self.invoice = self._create_posted_invoice(
            100.0, term=term, date=self.today - timedelta(days=1)
        )
        remittance = self._open_remittance({self.invoice: 100.0, self.kept: 60.0})
        self.assertEqual(remittance.amount_cash, 158.0)
        transaction = self._create_attempt(remittance)
        self._give_away()
        transaction._set_done()
        transaction._post_process()
        self._assert_untouched()
        self.assertEqual(remittance.amount_on_account, 98.0)
        self.assertEqual(remittance.amount_discount, 0.0)
