"""A payment of a part is under way: the rest can be paid, and the part not twice."""

from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time
from lxml import html

from odoo import Command, fields
from odoo.exceptions import UserError
from odoo.tests import JsonRpcException

from ..transfer_case import TransferMixin
from .pay_case import PayCase


class TestPartUnderWay(TransferMixin, PayCase):
    """An invoice of 1,000.00, due in two equal halves, both of them late.

    Equal, so that an amount alone does not say which half is meant.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["ir.config_parameter"].set_param(
            "customer_portal.limit_pay_link", "1000000"
        )
        cls.halves = cls._create_term((50, 0), (50, 20))
        cls.second = cls._create_portal_user("second", cls.customer)

    @classmethod
    def _create_term(cls, *parts, **values):
        return cls.env["account.payment.term"].create(
            {
                "name": "Parts",
                "line_ids": [
                    Command.create(
                        {"value": "percent", "value_amount": share, "nb_days": days}
                    )
                    for share, days in parts
                ],
                **values,
            }
        )

    def setUp(self):
        super().setUp()
        self.invoice = self._create_posted_invoice(
            1000.0, days_overdue=-15, term=self.halves
        )
        self.assertEqual(
            [
                (self.today - item.date_maturity).days
                for item in self.invoice._get_open_items()
            ],
            [45, 25],
        )
        self.other = self._create_posted_invoice(20.0)
        self.first = self._begin(self.SITUATIONS["pending"])

    # ------------------------------------------------------------
    # What is under way of the first half, and the doors to the second
    # ------------------------------------------------------------

    @staticmethod
    def _authorize(attempt):
        attempt.provider_id.support_manual_capture = "full_only"
        attempt._set_authorized()

    @staticmethod
    def _lose_answer(attempt):
        attempt.outcome_unknown = True
        attempt._set_error("No answer")

    SITUATIONS = {
        "begun": lambda attempt: None,
        "pending": lambda attempt: attempt._set_pending(),
        "authorized": _authorize,
        "no answer": _lose_answer,
        "not booked": lambda attempt: attempt._set_done(),
        "announced": None,
    }

    def _begin(self, how, amount=500.0, user=None):
        """Begin to pay the first half, and return its remittance."""
        remittance = self._open_remittance({self.invoice: amount}, user)
        if how is None:
            remittance._announce()
        else:
            how(self._create_attempt(remittance))
        return remittance

    def _get_doors(self):
        """Return {door: how a person goes through it as its page says}.

        Each returns the remittance that it opened, or None where it is refused.
        """
        return {
            "pay page": self._pay_on_page,
            "pay page, announced": self._announce_on_page,
            "pay overdue": lambda: self._pay_on_page("?select=overdue"),
            "oldest first": lambda: self._pay_on_page(
                f"?amount=500&company={self.company.id}&currency={self.usd.id}"
            ),
            "link of a mail": self._pay_by_link,
            "page of the invoice": self._pay_on_odoo_s_form,
        }

    def _read_form(self, query=""):
        """Return what the pay page would send, as it is shown; {} without ticks."""
        page = html.fromstring(self._get(f"/my/pay{query}").text)
        [row] = page.findall(f".//tr[@data-document='{self.invoice.id}']")
        inputs = {field.get("name"): field.get("value") for field in row.iter("input")}
        ticks = [name for name in inputs if name.startswith("document_")]
        if not ticks:
            return {}
        return {**inputs, ticks[0]: "on"}

    def _pay_on_page(self, query=None, user=None):
        self._sign_in(user or self.second)
        query = f"?documents={self.invoice.id}" if query is None else query
        return self._send(self._read_form(query))

    def _send(self, form):
        if not form:
            return None
        answer = self._post("/my/pay", **form)
        if answer.status_code != 303:
            self.assertEqual(answer.status_code, 422)
            return None
        return self._get_newest()

    def _announce_on_page(self):
        remittance = self._pay_on_page()
        if remittance:
            self._post(f"/my/pay/{remittance.id}/announce")
            self.assertEqual(remittance.state, "announced")
        return remittance

    def _pay_by_link(self):
        self._sign_in(None)
        path = f"/pay/{self.env['portal.pay.link']._make_token(self.invoice)}"
        page = html.fromstring(self._get(path).text)
        if page.find(".//input[@value='full']") is None:
            return None
        answer = self._post(path, choice="full")
        self.assertEqual(answer.status_code, 303)
        return self._get_newest()

    def _pay_on_odoo_s_form(self):
        self._sign_in(None)
        token = self.invoice._portal_ensure_token()
        path = f"/my/invoices/{self.invoice.id}?access_token={token}"
        page = html.fromstring(self._get(path).text)
        form = page.find(".//form[@id='o_payment_form']")
        if form is None:
            return None
        route, amount = form.get("data-transaction-route"), form.get("data-amount")
        self.assertIsNone(self._begin_on_route(route, amount=float(amount)))
        return self._get_newest()

    def _begin_on_route(self, route, **values):
        """Return the refusal of Odoo's route, None where a payment begins."""
        with patch.object(
            type(self.env["payment.transaction"]),
            "_get_processing_values",
            lambda transaction: {"reference": transaction.reference},
        ):
            try:
                self.make_jsonrpc_request(
                    route,
                    self._prepare_payment_params(
                        access_token=self.invoice._portal_ensure_token(), **values
                    ),
                )
            except JsonRpcException as error:
                return str(error)
        return None

    def _get_newest(self):
        return self._get_remittances().sudo().sorted("id")[-1:]

    def _hold(self, remittance):
        """Let what a door opened be under way, however far it is already."""
        if remittance.state == "open" and not remittance.transaction_ids:
            self._create_attempt(remittance)

    def test_each_door_pays_the_rest_once_in_each_situation(self):
        self.first.transaction_ids._set_canceled()
        for situation, how in self.SITUATIONS.items():
            for door in self._get_doors():
                with self.env.cr.savepoint() as savepoint:
                    with self.subTest(situation, door=door):
                        first = self._begin(how)
                        state = first.state
                        second = self._get_doors()[door]()
                        self.assertTrue(second and second != first, "refused")
                        self.assertEqual(second.amount_cash, 500.0)
                        self.assertEqual(first.state, state)
                        self._hold(second)
                        self.assertEqual(
                            self._get_held(), {first: 500.0, second: 500.0}
                        )
                        self.assertIsNone(self._get_doors()[door](), "a third one")
                    savepoint.rollback()
                self.env.invalidate_all(flush=False)

    def test_what_is_wholly_under_way_passes_no_door(self):
        self.first.transaction_ids._set_canceled()
        for situation, how in self.SITUATIONS.items():
            with self.env.cr.savepoint() as savepoint:
                self._begin(how, 1000.0)
                for door, pay in self._get_doors().items():
                    with self.subTest(situation, door=door):
                        count = len(self._get_remittances())
                        self.assertIsNone(pay())
                        self.assertEqual(len(self._get_remittances()), count)
                savepoint.rollback()
            self.env.invalidate_all(flush=False)

    def _get_held(self):
        held = {}
        for hold in self.invoice._pick_holds(self.invoice._get_holds()):
            remittance = self.env["portal.remittance"].browse(hold.remittance_id)
            held[remittance] = hold.amount
        return held

    # ------------------------------------------------------------
    # Who does not know of it
    # ------------------------------------------------------------

    def test_page_opened_before_pays_nothing(self):
        """Two tabs, two people: the second half is not paid for the first one."""
        self.first.transaction_ids._set_canceled()
        self._sign_in(self.second)
        form = self._read_form(f"?documents={self.invoice.id}")
        form[f"amount_{self.invoice.id}"] = "500"
        self._begin(self.SITUATIONS["begun"])
        answer = self._post("/my/pay", **form)
        self.assertEqual(answer.status_code, 422)
        self.assertIn("has changed since you opened the page", answer.text)
        self.assertEqual(self._get_figures(answer, "under_way"), ["500.00"])
        # What comes back knows of it, and is what the person wanted or not.
        page = html.fromstring(answer.text)
        [left] = page.findall(f".//input[@name='left_{self.invoice.id}']")
        self.assertTrue(self._send({**form, left.get("name"): left.get("value")}))

    def test_page_opened_before_somebody_paid_half_pays_nothing(self):
        self.first.transaction_ids._set_canceled()
        self._sign_in(self.second)
        form = self._read_form(f"?documents={self.invoice.id}")
        form[f"amount_{self.invoice.id}"] = "500"
        self._pay(self.first)
        self.assertEqual(self.invoice.amount_residual, 500.0)
        self.assertIsNone(self._send(form))
        self.assertEqual(self._pay_on_page().amount_cash, 500.0)

    def test_page_opened_before_it_failed_is_asked_again(self):
        self._sign_in(self.second)
        form = self._read_form(f"?documents={self.invoice.id}")
        self.first.transaction_ids._set_error("Declined")
        self.assertIsNone(self._send(form))
        self.first.transaction_ids._set_done()
        self.first.transaction_ids._post_process()
        # The first half came after all: what is left is what the page showed.
        self.assertEqual(self._send(form).amount_cash, 500.0)

    def test_one_payment_of_two_documents_is_told_once(self):
        other = self._create_posted_invoice(50.0)
        self._create_attempt(self._open_remittance({other: 50.0, self.other: 20.0}))
        self._sign_in(self.second)
        answer = self._open({other: "50", self.other: "20"})
        self.assertEqual(answer.status_code, 422)
        self.assertEqual(answer.text.count("was started and its result"), 1)

    def test_numbers_of_the_browser_decide_nothing(self):
        self._sign_in(self.second)
        form = self._read_form(f"?documents={self.invoice.id}")
        name, amount = f"left_{self.invoice.id}", f"amount_{self.invoice.id}"
        for value in ("", "0", "-50000", "50000.0", "100000", "9" * 40, "\u0665"):
            with self.subTest(value):
                self.assertIsNone(self._send({**form, name: value}))
        for value in ("500.01", "1000"):
            with self.subTest(value):
                self.assertIsNone(self._send({**form, amount: value}))

    def test_route_of_odoo_pays_the_rest_for_who_knows_of_it(self):
        self._sign_in(None)
        route = f"/invoice/transaction/{self.invoice.id}"
        for query in ("", "?left=", "?left=100000", "?left=x", "?left=-1", "?left=0"):
            with self.subTest(query):
                self.assertTrue(self._begin_on_route(route + query, amount=500.0))
        self.assertTrue(self._begin_on_route(f"{route}?left=50000", amount=500.01))
        self.assertIsNone(self._begin_on_route(f"{route}?left=50000", amount=500.0))
        self.assertTrue(self._begin_on_route(f"{route}?left=50000", amount=500.0))
        self._sign_in(self.buyer)
        self.assertTrue(
            self._begin_on_route("/invoice/transaction/overdue", amount=500.0)
        )

    def test_form_of_odoo_that_was_opened_before_pays_nothing(self):
        self.first.transaction_ids._set_canceled()
        self._sign_in(None)
        token = self.invoice._portal_ensure_token()
        path = f"/my/invoices/{self.invoice.id}?access_token={token}"
        page = html.fromstring(self._get(path).text)
        route = page.find(".//form[@id='o_payment_form']").get("data-transaction-route")
        begun = self._begin(self.SITUATIONS["begun"])
        self.assertTrue(self._begin_on_route(route, amount=500.0))
        begun.transaction_ids._set_done()
        begun.transaction_ids._post_process()
        self.assertEqual(self.invoice.amount_residual, 500.0)
        self.assertTrue(self._begin_on_route(route, amount=500.0))
        self.assertEqual(self._pay_on_odoo_s_form().amount_cash, 500.0)

    # ------------------------------------------------------------
    # What becomes of them
    # ------------------------------------------------------------

    def test_both_are_booked_in_any_order(self):
        for late in (False, True):
            with self.env.cr.savepoint() as savepoint, self.subTest(late=late):
                second = self._pay_on_page()
                attempts = [self.first.transaction_ids, self._create_attempt(second)]
                for attempt in reversed(attempts) if late else attempts:
                    for _again in range(2):
                        attempt._set_done()
                        attempt._post_process()
                self.assertEqual(self.invoice.amount_residual, 0.0)
                for remittance in (self.first, second):
                    self.assertEqual(remittance.state, "settled")
                    self.assertEqual(remittance.amount_on_account, 0.0)
                savepoint.rollback()
            self.env.invalidate_all(flush=False)

    def test_failed_part_is_due_again(self):
        second = self._pay_on_page()
        self._create_attempt(second)._set_pending()
        self.assertIsNone(self._pay_on_page())
        self.first.transaction_ids._set_error("Declined")
        self.assertEqual(self.first.state, "open")
        [row] = self.invoice.with_user(self.second)._prepare_portal_rows()
        self.assertEqual([row["left"], row["payable"]], [500.0, True])
        # Tried again, and booked before the other one.
        self._pay(self.first)
        second.transaction_ids._set_done()
        second.transaction_ids._post_process()
        self.assertEqual(self.invoice.amount_residual, 0.0)

    def test_choice_that_nobody_pays_gives_way(self):
        second = self._pay_on_page()
        third = self._pay_on_page()
        self.assertEqual([second.state, third.state], ["cancelled", "open"])
        self.assertEqual(self.first.state, "processing")
        with self.assertRaisesRegex(UserError, "cancelled or replaced"):
            self._create_attempt(second)

    def test_chosen_before_a_payment_of_others_began_is_refused(self):
        self.first.transaction_ids._set_canceled()
        chosen = self._open_remittance({self.invoice: 600.0})
        self.first.transaction_ids._set_done()
        self.assertEqual(self.first.state, "processing")
        for begin in (lambda: self._create_attempt(chosen), chosen._announce):
            with self.assertRaisesRegex(UserError, "under way"):
                begin()
        self.assertIn("under way", self._get(f"/my/pay/{chosen.id}").text)
        fits = self._open_remittance({self.invoice: 500.0})
        self._create_attempt(fits)

    def test_document_that_shrinks_meanwhile_takes_no_more_than_is_open(self):
        second = self._pay_on_page()
        attempts = self.first.transaction_ids | self._create_attempt(second)
        credit = self._create_credit_note(300.0)
        (self.invoice._get_open_items()[:1] | credit._get_open_items()).reconcile()
        for attempt in attempts:
            attempt._set_done()
            attempt._post_process()
        self.assertEqual(self.invoice.amount_residual, 0.0)
        self.assertEqual(
            [self.first.amount_on_account, second.amount_on_account], [0.0, 300.0]
        )
        self.assertEqual(second.state, "exception")

    def test_attempt_without_an_answer_holds_its_part_for_a_while(self):
        self.first.transaction_ids._set_canceled()
        begun = self._begin(self.SITUATIONS["begun"])
        self.assertEqual(self._get_held(), {begun: 500.0})
        with freeze_time(fields.Datetime.now() + timedelta(minutes=16)):
            self.assertEqual(self._get_held(), {})
            self._open_remittance({self.invoice: 1000.0})
        self.assertEqual(begun.state, "cancelled")

    def test_withdrawn_transfer_opens_its_part(self):
        second = self._announce_on_page()
        self.assertIsNone(self._pay_on_page())
        second._cancel_by_customer()
        self.assertEqual(self._pay_on_page().amount_cash, 500.0)

    # ------------------------------------------------------------
    # Discounts, reasons, credits, currencies, entries
    # ------------------------------------------------------------

    def test_rest_has_no_discount(self):
        term = self._create_term(
            (100, 30), early_discount=True, discount_percentage=2, discount_days=10
        )
        self.first.transaction_ids._set_canceled()
        self.invoice = self._create_posted_invoice(100.0, date=self.today, term=term)
        self._begin(self.SITUATIONS["pending"], 60.0)
        for door, pay in self._get_doors().items():
            if door == "pay overdue":
                continue  # it is not due yet
            with self.env.cr.savepoint() as savepoint, self.subTest(door):
                if door == "oldest first":
                    pay = self._pay_on_page
                rest = pay()
                self.assertEqual([rest.amount_cash, rest.amount_discount], [40.0, 0.0])
                savepoint.rollback()
            self.env.invalidate_all(flush=False)

    def test_part_of_the_rest_is_a_short_payment(self):
        self._sign_in(self.second)
        form = self._read_form(f"?documents={self.invoice.id}")
        form[f"amount_{self.invoice.id}"] = "200"
        self.assertIsNone(self._send(form))
        reason = self.env.ref("customer_portal.short_payment_price")
        short = self._send({**form, f"reason_{self.invoice.id}": reason.id})
        self.assertEqual(short.line_ids.reason_id, reason)
        self._create_attempt(short)
        form = self._read_form(f"?documents={self.invoice.id}")
        self.assertEqual(form[f"left_{self.invoice.id}"], "30000")
        self.assertEqual(self._send(form).amount_cash, 300.0)

    def test_smallest_payment_is_never_more_than_the_rest(self):
        self.company.portal_short_payment_amount = 450.0
        self._begin(self.SITUATIONS["pending"], 100.0)
        self._sign_in(self.second)
        form = self._read_form(f"?documents={self.invoice.id}")
        reason = self.env.ref("customer_portal.short_payment_price").id
        form[f"reason_{self.invoice.id}"] = reason
        form[f"amount_{self.invoice.id}"] = "399"
        self.assertIsNone(self._send(form))
        form[f"amount_{self.invoice.id}"] = "400"
        self.assertEqual(self._send(form).amount_cash, 400.0)

    def test_credit_that_is_used_in_part_gives_its_rest(self):
        credit = self._create_credit_note(80.0)
        other = self._create_posted_invoice(200.0)
        self._create_attempt(self._open_remittance({other: 100.0, credit: 30.0}))
        with self.assertRaisesRegex(UserError, "at most .*50.00"):
            self._open_remittance({self.invoice: 500.0, credit: 50.01})
        rest = self._open_remittance({self.invoice: 500.0, credit: 50.0})
        self.assertEqual([rest.amount_cash, rest.amount_credit], [450.0, 50.0])

    def test_own_currency_of_the_invoice(self):
        self.first.transaction_ids._set_canceled()
        self.invoice = self._create_posted_invoice(
            99.99, days_overdue=-15, term=self.halves, currency=self.eur
        )
        [step, _all] = self.invoice._get_due_steps()
        self._begin(self.SITUATIONS["pending"], step[0])
        rest = self._pay_on_page()
        self.assertEqual(rest.currency_id, self.eur)
        self.assertEqual(self.eur.compare_amounts(rest.amount_cash + step[0], 99.99), 0)

    def test_attempt_without_a_remittance_holds_all(self):
        """What staff begin is shared by Odoo: how much of what, nobody can know."""
        self.first.transaction_ids._set_canceled()
        self.first._cancel()
        for values in ({}, {"payment_id": True}):
            self.invoice = self._create_posted_invoice(100.0)
            if values:
                payment = self.env["account.payment"].create({"amount": 10.0})
                values = {"payment_id": payment.id}
            with patch.object(
                type(self.env["payment.transaction"]),
                "_name_paid_invoices",
                lambda *_args: None,
            ):
                self._create_transaction(
                    "token",
                    reference=f"staff {self.invoice.id}",
                    amount=10.0,
                    invoice_ids=[Command.set(self.invoice.ids)],
                    **values,
                )._set_pending()
            for door, pay in self._get_doors().items():
                with self.subTest(door, values=values):
                    self.assertIsNone(pay())

    # ------------------------------------------------------------
    # What people read
    # ------------------------------------------------------------

    def test_pages_say_what_is_under_way_and_by_whom(self):
        self._sign_in(self.second)
        day = self.env["ir.qweb.field.date"].value_to_html(self.today, {})
        for path in (f"/my/invoices/{self.invoice.id}", "/my/invoices", "/my/pay"):
            with self.subTest(path):
                page = self._get(path)
                [text] = self._get_sentences(page)
                self.assertIn("Under way: $ 500.00 of $ 1,000.00 (", text)
                self.assertIn(f"by {self.buyer.name})", text)
                self.assertIn(str(self.today.year), text, day)
                self.assertIn("Overdue by 25 days", page.text)
                self.assertNotIn("Overdue by 45 days", page.text)

    @staticmethod
    def _get_sentences(page):
        tree = html.fromstring(page.text)
        texts = [
            " ".join(figure.getparent().text_content().split())
            for figure in tree.iterfind(".//data[@data-figure='under_way']")
        ]
        return [text.replace("\N{NO-BREAK SPACE}", " ") for text in texts]

    def test_instalment_that_is_under_way_is_not_overdue(self):
        self._sign_in(self.second)
        page = html.fromstring(self._get(f"/my/invoices/{self.invoice.id}").text)
        cells = [
            " ".join(row.text_content().split())
            for row in page.iterfind(".//table//tr")
            if row.find(".//data[@data-figure='instalment']") is not None
        ]
        self.assertEqual(len(cells), 2)
        self.assertNotIn("Overdue", cells[0])
        self.assertIn("Under way", cells[0])
        self.assertIn("Overdue", cells[1])
        self.assertNotIn("Under way", cells[1])

    def test_visitors_do_not_read_who_pays(self):
        self._sign_in(None)
        token = self.invoice._portal_ensure_token()
        link = self.env["portal.pay.link"]._make_token(self.invoice)
        for path in (
            f"/my/invoices/{self.invoice.id}?access_token={token}",
            f"/pay/{link}",
        ):
            with self.subTest(path):
                page = self._get(path)
                self.assertEqual(self._get_figures(page, "under_way"), ["500.00"])
                self.assertNotIn(self.buyer.name, page.text)

    def test_branch_does_not_read_who_pays_at_the_head_office(self):
        self.invoice = self._create_posted_invoice(
            1000.0, partner=self.branch, days_overdue=-15, term=self.halves
        )
        self._begin(self.SITUATIONS["pending"])
        self._sign_in(self.colleague)
        for path in (f"/my/invoices/{self.invoice.id}", "/my/invoices", "/my/pay"):
            with self.subTest(path):
                page = self._get(path)
                self.assertEqual(self._get_figures(page, "under_way"), ["500.00"])
                self.assertNotIn(f"by {self.buyer.name}", page.text)

    def test_figures_of_the_overview_agree(self):
        [summary] = [
            summary
            for summary in self.customer._add_under_way(
                self.customer._get_receivable_summary(),
                self.customer._get_under_way_sums(),
            )
            if summary["currency"] == self.usd
        ]
        self.assertEqual(summary["overdue_under_way"], 500.0)
        [row] = self.invoice.with_user(self.buyer)._prepare_portal_rows()
        self.assertEqual([row["overdue"], row["overdue_left"]], [1000.0, 500.0])
