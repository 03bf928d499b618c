"""A company that asks for access."""

import re
from html import unescape
from urllib.parse import urlsplit

from odoo import Command
from odoo.tests import new_test_user

from .common import PortalHttpCommon


class RegistrationCommon(PortalHttpCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["ir.config_parameter"].set_param("customer_portal.registration", "True")
        cls.env["ir.config_parameter"].set_param(
            "customer_portal.limit_registration", "1000000"
        )
        cls.registrations = cls.env["portal.registration"].sudo()
        cls.env.ref("base.public_user").sudo().write(
            {
                "company_ids": [Command.set(cls.company.ids)],
                "company_id": cls.company.id,
            }
        )
        cls.country = cls.env.ref("base.be")
        cls.customer.write({"vat": "BE0477472701", "country_id": cls.country.id})
        cls.manager = cls._create_staff(
            "registrar", "customer_portal.group_portal_manager"
        )
        cls.sales = cls._create_staff("seller", "sales_team.group_sale_salesman")
        cls.administrator = cls.env.ref("customer_portal.role_administrator")
        cls.member = cls.env.ref("customer_portal.role_member")

    @classmethod
    def _create_staff(cls, login, groups):
        return new_test_user(
            cls.env,
            login=login,
            groups=groups,
            email=f"{login}@seller.example",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )

    def setUp(self):
        super().setUp()
        self._sign_in(None)

    def _get_form(self, **values):
        return {
            "company_name": "Eastwind GmbH",
            "vat": "BE 0403.170.701",
            "country_id": str(self.country.id),
            "person_name": "Ann Archer",
            "email": "ann@eastwind.example",
            "phone": "+32 2 555 01 42",
            "message": "Two lines.\nWe buy bolts.",
            "request_key": "a" * 32,
            **values,
        }

    def _ask(self, **values):
        return self._post("/registration", **self._get_form(**values))

    def _get_registrations(self):
        return self.registrations.search([])

    def _get_mails(self, address="ann@eastwind.example"):
        return (
            self.env["mail.mail"]
            .sudo()
            .search([("email_to", "=", address)], order="id")
        )

    def _get_link(self, mail=None):
        """Return path and query of the button of a mail, by default the last."""
        mail = mail or self._get_mails()[-1]
        [link] = re.findall(r'href="([^"]*/registration/request[^"]*)"', mail.body_html)
        parts = urlsplit(unescape(link))
        return f"{parts.path}?{parts.query}"

    @staticmethod
    def _get_token(link):
        return link.partition("token=")[2]

    def _confirm(self, link=None):
        link = link or self._get_link()
        return self._post("/registration/request/confirm", token=self._get_token(link))

    def _ask_and_confirm(self, **values):
        """Return a request that waits for staff, in the manager's rights."""
        self._ask(**values)
        self.assertEqual(self._confirm().status_code, 303)
        self.env.invalidate_all()
        return self._get_registrations()[0].with_user(self.manager)
