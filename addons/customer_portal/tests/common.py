"""The people and papers of the tests.

Northwind is the customer: `buyer` works there. It has a branch, Northwind North,
where `colleague` works; the head office sees the branch's papers, the branch sees
only its own. `stranger` works at another customer, Southwind. A `visitor` is not
signed in. No demo data is used.
"""

from datetime import timedelta

from odoo import Command, fields
from odoo.tests import HttpCase, new_test_user, tagged

from odoo.addons.account_payment.tests.common import AccountPaymentCommon

from . import compiled, prepared


class PortalCast(AccountPaymentCommon):
    """The people, made once for all classes of a database: see `prepared`."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.user.group_ids |= cls.env.ref("sales_team.group_sale_manager")
        cls.company = cls.company_data["company"]
        cls.usd = cls.company.currency_id
        cls.eur = cls.setup_other_currency("EUR", rates=[("1900-01-01", 0.5)])
        cls.bank = cls.company_data["default_journal_bank"]
        partners = cls.env["res.partner"]
        cls.customer = partners.create({"name": "Northwind", "is_company": True})
        cls.branch = partners.create(
            {
                "name": "Northwind North",
                "is_company": True,
                "parent_id": cls.customer.id,
            }
        )
        cls.other_customer = partners.create({"name": "Southwind", "is_company": True})
        cls.buyer = cls._create_portal_user("buyer", cls.customer)
        cls.colleague = cls._create_portal_user("colleague", cls.branch)
        cls.stranger = cls._create_portal_user("stranger", cls.other_customer)

    @classmethod
    def _create_portal_user(cls, login, company_partner):
        user = new_test_user(
            cls.env,
            login=login,
            password=login + "-secret",
            groups="base.group_portal",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
            email=f"{login}@northwind.example",
        )
        user.partner_id.write({"parent_id": company_partner.id, "is_company": False})
        return user


@tagged("post_install", "-at_install")
class PortalCommon(PortalCast):
    """Papers: rules and figures, without HTTP."""

    @classmethod
    def setUpClass(cls):
        compiled.keep(cls)
        if prepared.is_allowed():
            prepared.set_up(cls, PortalCast)
        else:
            super().setUpClass()
        cls.today = fields.Date.context_today(cls.env["res.partner"])

    def setUp(self):
        super().setUp()
        compiled.watch(self)

    # ------------------------------------------------------------
    # Papers
    # ------------------------------------------------------------

    @classmethod
    def _create_posted_invoice(cls, amount, **kwargs):
        """Return a posted invoice or credit note; see `_prepare_invoice`."""
        return cls._create_posted_invoices([{"amount": amount, **kwargs}])

    @classmethod
    def _create_posted_invoices(cls, papers):
        """Return posted invoices in one go, each of what `_prepare_invoice` takes."""
        moves = cls.env["account.move"].create(
            [cls._prepare_invoice(**paper) for paper in papers]
        )
        moves.action_post()
        return moves

    @classmethod
    def _prepare_invoice(
        cls,
        amount,
        *,
        days_overdue=0,
        partner=None,
        currency=None,
        move_type="out_invoice",
        date=None,
        term=None,
        ref=False,
    ):
        """Return the values of an invoice or credit note without tax.

        :param int days_overdue: how long it has been due; negative: still to come
        :param date: the invoice date, by default 60 days before it is due
        """
        due = cls.today - timedelta(days=days_overdue)
        values = {
            "move_type": move_type,
            "partner_id": (partner or cls.customer).id,
            "currency_id": (currency or cls.usd).id,
            "invoice_date": date or due - timedelta(days=60),
            "ref": ref,
            "invoice_line_ids": [
                Command.create(
                    {
                        "name": "Bolts",
                        "price_unit": amount,
                        "tax_ids": [Command.clear()],
                    }
                )
            ],
        }
        if term:
            values["invoice_payment_term_id"] = term.id
        else:
            values["invoice_payment_term_id"] = False
            values["invoice_date_due"] = due
        return values

    @classmethod
    def _create_credit_note(cls, amount, **kwargs):
        return cls._create_posted_invoice(amount, move_type="out_refund", **kwargs)

    @classmethod
    def _create_order(
        cls, *, partner=None, quantity=2.0, price=50.0, state="sale", **values
    ):
        order = cls.env["sale.order"].create(
            {
                "partner_id": (partner or cls.customer).id,
                "order_line": [
                    Command.create(
                        {
                            "product_id": cls._get_product().id,
                            "product_uom_qty": quantity,
                            "price_unit": price,
                            "tax_ids": [Command.clear()],
                        }
                    )
                ],
                **values,
            }
        )
        if state == "sale":
            order.action_confirm()
        elif state == "sent":
            order.action_quotation_sent()
        return order

    @classmethod
    def _get_product(cls):
        if not hasattr(cls, "_product"):
            cls._product = cls.env["product.product"].create(
                {
                    "name": "Bolt M8",
                    "default_code": "B-8",
                    "list_price": 55.0,
                    "type": "consu",
                    "invoice_policy": "order",
                    "taxes_id": [Command.clear()],
                }
            )
        return cls._product

    # ------------------------------------------------------------
    # Payments
    # ------------------------------------------------------------

    def _open_remittance(self, amounts, user=None):
        """Return a remittance of {document: amount}, as the pay page opens it."""
        user = user or self.buyer
        return (
            self.env["portal.remittance"]
            .sudo()
            ._open(user._get_portal_customer(), user.partner_id, amounts)
        )

    def _create_attempt(self, remittance, reference=None, **values):
        """Return a transaction of a remittance, as a provider's form begins it."""
        return self._create_transaction(
            "direct",
            reference=reference
            or f"{remittance.name}-{len(remittance.transaction_ids)}",
            amount=remittance.amount_cash,
            currency_id=remittance.currency_id.id,
            partner_id=remittance.payer_id.id,
            **remittance._prepare_transaction_values(),
            **values,
        )

    def _begin_payment(self, flow="direct", **values):
        """Return a transaction as a person begins it on a page of Odoo: guarded."""
        self.env["payment.transaction"].sudo()._check_person_pays(
            {
                "payment_method_id": self.payment_method_id,
                "amount": self.amount,
                "currency_id": self.currency.id,
                "provider_id": self.provider.id,
                "partner_id": self.partner.id,
                "operation": f"online_{flow}",
                **values,
            }
        )
        return self._create_transaction(flow, **values)

    def _pay(self, remittance):
        """Pay a remittance with success and return the transaction."""
        transaction = self._create_attempt(remittance)
        transaction._set_done()
        transaction._post_process()
        return transaction


class PortalHttpCommon(PortalCommon, HttpCase):
    """Pages: the papers, over HTTP.

    A test asks for more pages in a minute than a person, so the limits of pages are
    lifted; `test_front_door` tests them.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for kind in (
            "search",
            "suggestion",
            "export",
            "pdf",
            "pay",
            "message",
            "dispute",
            "order_change",
        ):
            cls.env["ir.config_parameter"].set_param(
                f"customer_portal.limit_{kind}", "1000000"
            )

    def url_open(self, url, *args, timeout=120, **kwargs):
        """Extend: with patience on a busy machine; texts are what they mostly are.

        Of a text that names no encoding, as JSON does not, `requests` tries them all.
        """
        answer = super().url_open(url, *args, timeout=timeout, **kwargs)
        answer.encoding = answer.encoding or "utf-8"
        return answer

    def _sign_in(self, user):
        if user is None:
            self.authenticate(None, None)
        else:
            self.authenticate(user.login, user.login + "-secret")

    def _get(self, path):
        return self.url_open(path, allow_redirects=False)

    def _post(self, path, **fields_):
        """POST a form with its token, as a page of the portal does."""
        from odoo.http import Request

        return self.url_open(
            path,
            data={"csrf_token": Request.csrf_token(self), **fields_},
            allow_redirects=False,
        )

    def _prepare_payment_params(self, **values):
        """Return what Odoo's payment form sends to its routes."""
        return {
            "provider_id": self.provider.id,
            "payment_method_id": self.payment_method_id,
            "token_id": None,
            "flow": "direct",
            "tokenization_requested": False,
            "landing_route": "/my",
            **values,
        }

    @staticmethod
    def _get_figures(response, name):
        """Return the values of all figures of that name on a page, as text."""
        from lxml import html

        return [
            element.get("value")
            for element in html.fromstring(response.text).iterfind(
                f".//data[@data-figure='{name}']"
            )
        ]
