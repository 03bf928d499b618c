from datetime import timedelta
from unittest.mock import patch
from urllib.parse import urlencode

from odoo import Command, fields
from odoo.exceptions import AccessError
from odoo.tests import JsonRpcException, freeze_time, new_test_user
from odoo.tools import mute_logger

from odoo.addons.payment.tests.http_common import PaymentHttpCommon

from ..common import PortalHttpCommon
from ..transfer_case import TransferMixin


class TestPayLink(TransferMixin, PortalHttpCommon, PaymentHttpCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["ir.config_parameter"].set_param(
            "customer_portal.limit_pay_link", "1000000"
        )

    def setUp(self):
        super().setUp()
        self.invoice = self._create_posted_invoice(100.0, days_overdue=10)
        self.path = self._make_path(self.invoice)
        self._sign_in(None)

    def _make_path(self, invoice):
        return f"/pay/{self.env['portal.pay.link']._make_token(invoice)}"

    def _get_remittances(self):
        return self.env["portal.remittance"].search([], order="id")

    def _open(self, choice="full"):
        answer = self._post(self.path, choice=choice)
        remittance = self._get_remittances()[-1:]
        self.assertEqual(answer.status_code, 303)
        self.assertURLEqual(answer.headers["Location"], f"{self.path}/{remittance.id}")
        return remittance

    def _begin(self, remittance, path=None, **params):
        return self.make_jsonrpc_request(
            f"{path or self.path}/{remittance.id}/transaction",
            self._prepare_payment_params(
                tokenization_requested=True, landing_route="/my/elsewhere", **params
            ),
        )

    # ------------------------------------------------------------
    # Pay
    # ------------------------------------------------------------

    def test_pays_the_invoice_and_gives_a_receipt(self):
        page = self._get(self.path)
        self.assertEqual(page.status_code, 200)
        self.assertEqual(self._get_figures(page, "offer"), ["100.00"])
        self.assertEqual(page.headers["Cache-Control"], "no-store")
        self.assertEqual(page.headers["Referrer-Policy"], "same-origin")
        remittance = self._open()
        self.assertEqual(
            [remittance.source, remittance.partner_id, remittance.payer_id],
            ["link", self.customer, self.invoice.partner_id],
        )
        with patch.object(
            type(self.env["payment.transaction"]),
            "_get_processing_values",
            lambda transaction: {"reference": transaction.reference},
        ):
            self._begin(remittance, amount=0.01, partner_id=self.stranger.partner_id.id)
        transaction = remittance.sudo().transaction_ids
        self.assertEqual(
            [transaction.amount, transaction.partner_id, transaction.tokenize],
            [100.0, self.invoice.partner_id, False],
        )
        self.assertEqual(transaction.landing_route, f"{self.path}/{remittance.id}")
        receipt = f"{self.path}/{remittance.id}/receipt"
        self.assertEqual(self._get(receipt).status_code, 404)
        transaction._set_done()
        transaction._post_process()
        self.assertEqual(self.invoice.amount_residual, 0.0)
        self.assertTrue(self._get(receipt).content.startswith(b"%PDF"))
        page = self._get(self.path)
        self.assertIn("This invoice has been paid", page.text)
        self.assertEqual(self._post(self.path, choice="full").status_code, 422)
        self.assertEqual(self._get_remittances(), remittance)

    def test_same_form_twice_opens_one(self):
        self.assertEqual(self._open(), self._open())

    def test_offers_what_the_seller_allows(self):
        later = self._create_posted_invoice(30.0, days_overdue=-5)
        due = self._create_posted_invoice(50.0, days_overdue=1)
        self._create_posted_invoice(70.0, partner=self.other_customer, days_overdue=9)
        self._create_posted_invoice(80.0, partner=self.branch, days_overdue=9)
        self.assertEqual(self._post(self.path, choice="due").status_code, 422)
        self.assertFalse(self._get_remittances())
        self.env["ir.config_parameter"].set_param("customer_portal.pay_link", "due")
        page = self._get(self.path)
        self.assertEqual(self._get_figures(page, "offer"), ["100.00", "150.00"])
        self.assertNotIn(later.name, page.text)
        remittance = self._open("due")
        self.assertEqual(remittance.line_ids.move_id, self.invoice | due)
        self.env["ir.config_parameter"].set_param("customer_portal.pay_link", "no")
        self.assertEqual(self._get(self.path).status_code, 404)

    def test_offers_the_instalments_that_are_due(self):
        term = self.env["account.payment.term"].create(
            {
                "name": "30 now",
                "line_ids": [
                    Command.create(
                        {"value": "percent", "value_amount": share, "nb_days": days}
                    )
                    for share, days in ((30, 0), (70, 60))
                ],
            }
        )
        invoice = self._create_posted_invoice(100.0, date=self.today, term=term)
        self.path = self._make_path(invoice)
        page = self._get(self.path)
        self.assertEqual(self._get_figures(page, "offer"), ["100.00", "30.00"])
        self.assertEqual(self._open("instalments").amount_cash, 30.0)

    def test_announces_a_transfer_and_withdraws_it(self):
        remittance = self._open()
        path = f"{self.path}/{remittance.id}"
        self._post(f"{path}/announce")
        self.assertEqual(remittance.state, "announced")
        self.assertIn(
            remittance._space_reference(remittance.transfer_reference),
            self._get(path).text,
        )
        self.assertIn("under way", self._get(self.path).text)
        self._post(f"{path}/cancel")
        self.assertEqual(remittance.state, "cancelled")
        entries = self.env["portal.activity"].search(
            [("res_model", "=", remittance._name), ("res_id", "=", remittance.id)]
        )
        self.assertEqual(set(entries.mapped("user_name")), {"Visitor, not signed in"})

    # ------------------------------------------------------------
    # Nothing else
    # ------------------------------------------------------------

    def test_reaches_nothing_else(self):
        foreign = self._create_posted_invoice(70.0, partner=self.other_customer)
        own = self._create_posted_invoice(60.0)
        others = [
            self._open_remittance({own: 10.0}),
            self._open_remittance({self.invoice: 10.0}),  # not chosen with the link
            self._open_remittance({foreign: 10.0}, self.stranger),
        ]
        for remittance in others:
            with self.subTest(remittance.name):
                path = f"{self.path}/{remittance.id}"
                self.assertEqual(self._get(path).status_code, 404)
                self.assertEqual(self._get(f"{path}/receipt").status_code, 404)
                for action in ("announce", "cancel"):
                    answer = self._post(f"{path}/{action}")
                    self.assertEqual(answer.status_code, 404)
                with self.assertRaises(JsonRpcException), mute_logger("odoo.http"):
                    self._begin(remittance)
                self.assertEqual(remittance.state, "open")
        page = self._get(self.path).text
        for text in (own.name, foreign.name, "/my/invoices", "/my/payments"):
            self.assertNotIn(text, page)

    def test_invoice_that_is_being_changed_shows_no_figures(self):
        remittance = self._open()
        token = self.invoice._portal_ensure_token()
        self.assertEqual(
            self._get(
                f"/my/invoices/{self.invoice.id}?access_token={token}"
            ).status_code,
            200,
        )
        self.invoice.button_draft()
        self.invoice.invoice_line_ids.price_unit = 12345.67
        page = self._get(self.path)
        self.assertEqual(page.status_code, 200)
        self.assertIn("being changed", page.text)
        for figure in ("amount_total", "amount_due", "offer"):
            self.assertEqual(self._get_figures(page, figure), [])
        self.assertNotIn("12,345.67", page.text)
        self.assertNotIn("100.00", page.text)
        answer = self._get(f"{self.path}/{remittance.id}")
        self.assertURLEqual(answer.headers["Location"], self.path)
        refused = self._post(self.path, choice="full")
        self.assertEqual(refused.status_code, 422)
        self.assertNotIn("12,345.67", refused.text)
        link = f"/my/invoices/{self.invoice.id}?access_token={token}"
        for query in ("", "&report_type=pdf", "&report_type=html&download=true"):
            answer = self._get(link + query)
            self.assertURLEqual(
                answer.headers["Location"],
                "/web/login?"
                + urlencode({"redirect": f"/my/invoices/{self.invoice.id}"}),
            )
        for state in ("cancel", "draft"):
            self.invoice.state = state
            self.assertEqual(self._get_figures(self._get(self.path), "amount_due"), [])

    def test_saved_methods_are_neither_shown_nor_taken(self):
        token = self._create_token(partner_id=self.invoice.partner_id.id)
        remittance = self._open()
        page = self._get(f"{self.path}/{remittance.id}")
        self.assertNotIn(token.payment_details, page.text)
        with self.assertRaises(JsonRpcException), mute_logger("odoo.http"):
            self._begin(remittance, token_id=token.id, flow="token")
        self.assertFalse(remittance.sudo().transaction_ids)

    def test_people_of_the_customer_pay_in_the_portal(self):
        self._sign_in(self.buyer)
        answer = self._get(self.path)
        self.assertURLEqual(
            answer.headers["Location"], f"/my/pay?documents={self.invoice.id}"
        )
        self._sign_in(self.stranger)
        self.assertEqual(self._get(self.path).status_code, 200)

    def test_changed_links_are_none(self):
        other = self._create_posted_invoice(10.0)
        token = self.path.removeprefix("/pay/")
        text, signature = token.split(".")
        swapped = text.replace(str(self.invoice.id), str(other.id), 1)
        for name, path in {
            "another invoice": f"/pay/{swapped}.{signature}",
            "another signature": f"/pay/{text}.{'0' * 64}",
            "cut off": self.path[:-1],
            "text": "/pay/x",
            "long": f"/pay/{'9' * 3000}",
            "big": f"/pay/{'9' * 9}-{'9' * 9}-{'9' * 11}-0.{signature}",
            "odd": "/pay/%F0%9F%92%B6",
        }.items():
            with self.subTest(name):
                self.assertEqual(self._get(path).status_code, 404)
                self.assertEqual(self._post(path, choice="full").status_code, 404)
        for choice in ("", "x", "instalments", "due", "9" * 40):
            with self.subTest(choice):
                self.assertEqual(self._post(self.path, choice=choice).status_code, 422)
        self.assertFalse(self._get_remittances())

    # ------------------------------------------------------------
    # The end of a link
    # ------------------------------------------------------------

    def _get_mails(self):
        return self.env["mail.mail"].sudo().search([("subject", "like", "Pay invoice")])

    def test_old_link_is_renewed_by_mail_only(self):
        self.customer.email = "payables@northwind.example"
        remittance = self._open()
        with freeze_time(fields.Datetime.now() + timedelta(days=31)):
            page = self._get(self.path)
            self.assertEqual(page.status_code, 410)
            self.assertEqual(self._get_figures(page, "amount_due"), [])
            self.assertNotIn("payables@", page.text)
            path = f"{self.path}/{remittance.id}"
            self.assertEqual(self._get(path).status_code, 404)
            self.assertEqual(self._post(self.path, choice="full").status_code, 410)
        paths = [self.path] * 5 + ["/pay/x"]
        answers = [self._post(f"{path}/renew") for path in paths]
        self.assertEqual({answer.status_code for answer in answers}, {200})
        self.assertEqual(len({self._strip(answer) for answer in answers}), 1)
        mails = self._get_mails()
        self.assertEqual(len(mails), 3)  # a day's most
        mail = mails[0]
        self.assertEqual(mail.recipient_ids, self.customer)
        self.assertIn("/pay/", mail.body_html)
        self.assertFalse(mail.model)

    @staticmethod
    def _strip(answer):
        """Return a page without its token of forms, its time and its scripts' name."""
        import re

        varying = r'csrf_token: "[^"]*"|registry_hash[^,]*|nonce="[^"]*"'
        return re.sub(varying, "", answer.text)

    def test_staff_end_all_links_of_a_customer(self):
        with self.assertRaises(AccessError):
            self.customer.with_user(self.buyer).action_end_pay_links()
        salesman = new_test_user(
            self.env, login="salesman", groups="sales_team.group_sale_salesman"
        )
        with self.assertRaises(AccessError):
            self.customer.with_user(salesman).action_end_pay_links()
        self.assertEqual(self._get(self.path).status_code, 200)
        self.customer.with_user(self.accountant).action_end_pay_links()
        self.assertEqual(self._get(self.path).status_code, 410)
        self.path = self._make_path(self.invoice)
        self.assertEqual(self._get(self.path).status_code, 200)

    def test_mail_of_the_invoice_has_the_button(self):
        self.customer.email = "payables@northwind.example"
        template = self.env.ref("account.email_template_edi_invoice")
        self.env["account.move.send"]._generate_and_send_invoices(
            self.invoice, mail_template=template, sending_methods=["email"]
        )
        mail = self.env["mail.mail"].search(
            [("recipient_ids", "=", self.customer.id)], limit=1, order="id desc"
        )
        self.assertIn("Pay now", mail.body_html)
        [path] = {
            part.split('"')[0]
            for part in mail.body_html.replace("&#39;", '"').split('href="')[1:]
            if "/pay/" in part
        }
        self.assertEqual(self._get("/pay/" + path.split("/pay/")[1]).status_code, 200)
