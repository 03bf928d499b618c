"""A seller with two companies: who works with both sees the papers of both."""

from odoo import Command
from odoo.http import request

from odoo.addons.http_routing.models.ir_http import IrHttp

from ..common import PortalHttpCommon
from ..people_case import PeopleCommon


class TestPagesOfBothCompanies(PortalHttpCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.second = cls.env["res.company"].create({"name": "Second seller"})
        cls.here = cls._create_order()
        cls.there = cls._create_order(company_id=cls.second.id, state="draft")
        cls.there.state = "sale"

    def _narrow(self):
        """Do what a website does with each page: only its own company is left."""
        company = self.company
        kept = IrHttp._frontend_pre_dispatch.__func__

        def pre_dispatch(cls):
            kept(cls)
            request.update_context(allowed_company_ids=company.ids)

        self.patch(IrHttp, "_frontend_pre_dispatch", classmethod(pre_dispatch))

    def _get_names(self):
        self._sign_in(self.buyer)
        page = self._get("/my/orders").text
        return {order for order in self.here | self.there if order.name in page}

    def test_website_hides_no_papers_of_the_other(self):
        self.buyer.company_ids |= self.second
        self.assertEqual(self._get_names(), {self.here, self.there})
        self._narrow()
        self.assertEqual(self._get_names(), {self.here, self.there})

    def test_who_deals_with_one_sees_one(self):
        self._narrow()
        self.assertEqual(self._get_names(), {self.here})


class TestCompaniesOfTheInvited(PeopleCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.second = cls.env["res.company"].create({"name": "Second seller"})
        cls.both = cls.company | cls.second

    def _get_companies(self, email="ann@new.example", **values):
        [answer] = self._invite(email, **values)
        self.assertEqual(answer["error"], "")
        return answer["membership"].user_id.company_ids

    def test_colleague_passes_on_both(self):
        self.boss.company_ids = self.both
        self.assertEqual(self._get_companies(), self.both)

    def test_customer_of_one_company_has_that_one(self):
        self.boss.company_ids = self.both
        self.customer.company_id = self.company
        self.assertEqual(self._get_companies(), self.company)

    def test_staff_pass_on_those_that_they_work_with(self):
        staff = self.env.user
        staff.write(
            {
                "company_ids": [Command.link(self.second.id)],
                "company_id": self.company.id,
            }
        )
        for allowed in (self.company, self.both):
            with self.subTest(allowed.mapped("name")):
                members = self.env["portal.membership"].with_context(
                    allowed_company_ids=allowed.ids
                )
                [answer] = members._invite(
                    self.customer,
                    [self._person(f"ann{len(allowed)}@new.example")],
                    inviter=staff,
                )
                user = answer["membership"].user_id
                self.assertEqual(user.company_ids, allowed)

    def test_who_has_a_sign_in_gets_them_when_accepting(self):
        self.boss.company_ids = self.both
        stranger = self._create_portal_user("sam@south.example", self.other_customer)
        self.assertEqual(stranger.company_ids, self.company)
        [answer] = self._invite(stranger.login)
        self.assertEqual(answer["membership"].user_id, stranger)
        self.assertEqual(stranger.company_ids, self.company)
        answer["membership"]._accept()
        self.assertEqual(stranger.company_ids, self.both)
