from urllib.parse import quote

from lxml import html

from odoo.tools.misc import format_date

from ..access_case import HOSTILE, mix
from ..common import PortalHttpCommon
from ..people_case import PeopleCommon


class TestPeoplePages(PeopleCommon, PortalHttpCommon):
    def _read_names(self, page):
        rows = html.fromstring(page.text).iterfind(".//tr[@data-member]")
        return [row.findtext(".//td[@class='cp_main']/a/bdi") for row in rows]

    def test_list_searches_filters_and_sorts(self):
        self._invite("zoe@new.example", name="Zoe")
        self._member(self.buyer).state = "disabled"
        self._sign_in(self.boss)
        names = {user: user.name for user in (self.boss, self.buyer, self.colleague)}
        for path, expected in (
            ("/my/people", {"Zoe", names[self.boss], names[self.colleague]}),
            ("/my/people?filterby=invited", {"Zoe"}),
            ("/my/people?filterby=disabled", {names[self.buyer]}),
            ("/my/people?search=zoe", {"Zoe"}),
            ("/my/people?search=ZOE@new", {"Zoe"}),
            (f"/my/people?role={self.administrator.id}", {names[self.boss]}),
            ("/my/people?filterby=expired", set()),
        ):
            with self.subTest(path):
                page = self._get(path)
                self.assertEqual(page.status_code, 200)
                self.assertEqual(set(self._read_names(page)), expected)
        self.assertNotIn("Southwind", self._get("/my/people?filterby=all").text)

    def test_who_may_not_manage_people_sees_no_list(self):
        self._sign_in(self.buyer)
        for path in ("/my/people", "/my/people/invite", "/my/roles", "/my/roles/new"):
            with self.subTest(path):
                answer = self._get(path)
                self.assertEqual(answer.status_code, 403)
                self.assertIn(self.boss.name, answer.text)
        member = self._member(self.boss)
        self.assertEqual(self._get(f"/my/people/{member.id}").status_code, 404)

    def _read_checked(self, page):
        """Return {name: value} of what is preselected in a form."""
        checked = html.fromstring(page.text).iterfind(".//input[@checked]")
        return {field.get("name"): field.get("value") for field in checked}

    def test_form_to_invite_preselects_as_little_as_possible(self):
        self._sign_in(self.boss)
        page = self._get("/my/people/invite")
        self.assertEqual(self._read_checked(page), {"scope": "company"})
        self.assertIn(self.buyer_role.description, page.text)
        for values in ({"role_id": ""}, {"limit_kind": ""}):
            answer = self._send("ann@new.example", **values)
            self.assertEqual(answer.status_code, 422)
        self.assertFalse(
            self.env["portal.membership"].search([("email", "=", "ann@new.example")])
        )

    def test_usual_role_of_the_seller_is_preselected_and_named(self):
        self.env["ir.config_parameter"].set_param(
            "customer_portal.default_role_id", self.viewer_role.id
        )
        self._sign_in(self.boss)
        page = self._get("/my/people/invite")
        checked = {"scope": "company", "role_id": str(self.viewer_role.id)}
        self.assertEqual(self._read_checked(page), checked)
        self.assertIn(f"preselects {self.viewer_role.name}", page.text)

    def _send(self, people, **values):
        values = {
            "role_id": self.buyer_role.id,
            "scope": "company",
            "limit_kind": "none",
            "request_key": "a" * 32,
            **values,
        }
        return self._post("/my/people/invite", people=people, **values)

    def test_pasted_list_sends_the_right_lines_and_keeps_the_wrong(self):
        self._sign_in(self.boss)
        answer = self._send(
            'Ann Archer <ann@new.example>\n\nnonsense\n"Bob, B." <BOB@new.example>\n'
            f"{self.buyer.email}"
        )
        self.assertEqual(answer.status_code, 422)
        text = " ".join(answer.text.split())
        self.assertIn('Line 3, <bdi class="fw-bold">nonsense</bdi>: nonsense', text)
        self.assertIn("Line 5", text)
        self.assertIn("already works for you", text)
        self.assertRegex(answer.text, rf">nonsense\n{self.buyer.email}</textarea>")
        invited = self.memberships.search([("state", "=", "invited")])
        self.assertEqual(
            {(member.name, member.email) for member in invited},
            {("Ann Archer", "ann@new.example"), ("Bob, B.", "bob@new.example")},
        )

    def test_sent_twice_invites_once(self):
        self._sign_in(self.boss)
        for _turn in range(2):
            answer = self._send("ann@new.example\nbob@new.example")
            self.assertEqual(answer.status_code, 303)
        invited = self.memberships.search([("state", "=", "invited")])
        self.assertEqual(len(invited), 2)
        self.assertEqual(
            self.env["mail.mail"].search_count(
                [("email_to", "in", invited.mapped("email"))]
            ),
            2,
        )

    def test_list_says_until_when_an_invitation_is_good(self):
        self._sign_in(self.boss)
        self._send("ann@new.example")
        invited = self.memberships.search([("state", "=", "invited")])
        until = format_date(self.env, invited.expires_on.date())
        badge = f'cp_status_invited">Invitation valid until {until}</span>'
        self.assertIn(badge, self._get("/my/people").text)
        self.assertIn(badge, self._get(f"/my/people/{invited.id}").text)

    def test_wrong_rights_send_nothing_and_lose_nothing(self):
        self._sign_in(self.boss)
        foreign = self.env["portal.role"].create(
            {"name": "Foreign", "partner_id": self.other_customer.id}
        )
        for values in (
            {"role_id": ""},
            {"role_id": foreign.id},
            {"scope": "everything"},
            {"limit_kind": ""},
            {"limit_kind": "limit", "order_limit": ""},
            {"limit_kind": "limit", "order_limit": "-1"},
            {"limit_kind": "limit", "order_limit": "NaN"},
        ):
            with self.subTest(values):
                answer = self._send("ann@new.example", **values)
                self.assertEqual(answer.status_code, 422)
                self.assertIn("ann@new.example</textarea>", answer.text)
        self.assertFalse(self.memberships.search([("state", "=", "invited")]))
        many = "\n".join(f"p{number}@new.example" for number in range(101))
        self.assertEqual(self._send(many).status_code, 422)
        self.assertFalse(self.memberships.search([("state", "=", "invited")]))

    def test_change_disable_and_enable_a_person(self):
        self._member(self.buyer).role_id = self.buyer_role
        draft = self._create_order(state="draft", portal_user_id=self.buyer.id)
        member = self._member(self.buyer)
        path = f"/my/people/{member.id}"
        self._sign_in(self.boss)
        self.assertEqual(self._get(path).status_code, 200)
        answer = self._post(
            path,
            role_id=self.viewer_role.id,
            scope="own",
            limit_kind="limit",
            order_limit="12.50",
        )
        self.assertURLEqual(
            answer.headers["Location"], "/my/people?notice=person_changed"
        )
        self.assertEqual((member.role_id, member.order_limit), (self.viewer_role, 12.5))
        self.assertEqual(self._post(path, role_id="x").status_code, 422)
        page = self._get(f"{path}/disable")
        self.assertIn(draft.name, page.text)
        self.assertEqual(self._post(f"{path}/disable").status_code, 422)
        answer = self._post(f"{path}/disable", successor_id=self.boss.id)
        self.assertEqual(answer.status_code, 303)
        self.assertEqual(member.state, "disabled")
        self.assertEqual(draft.portal_user_id, self.boss)
        self.assertEqual(self._post(f"{path}/enable").status_code, 303)
        self.assertEqual(member.state, "active")
        own = f"/my/people/{self._member(self.boss).id}"
        self.assertIn("your own access", self._get(own).text)
        self.assertEqual(
            self._post(
                own,
                role_id=self.viewer_role.id,
                scope="own",
                limit_kind="none",
            ).status_code,
            422,
        )
        self.assertEqual(self._post(f"{own}/disable").status_code, 422)

    def test_waiting_for_a_second_factor_is_said_calmly(self):
        self.customer.portal_needs_two_factor = True
        self._sign_in(self.buyer)
        for path in ("/my", "/my/account", "/my/security"):
            with self.subTest(path):
                page = self._get(path)
                self.assertEqual(page.status_code, 200)
                self.assertIn("requires two-factor sign-in", page.text)
        self.assertEqual(self._get("/my/orders").status_code, 403)
        self._sign_in(self.stranger)
        self.assertNotIn("requires two-factor", self._get("/my").text)

    def test_two_factor_switch_is_refused_without_one(self):
        self._sign_in(self.boss)
        answer = self._post("/my/people/two_factor", required="1")
        self.assertEqual(answer.status_code, 422)
        self.assertIn("/my/security", answer.text)
        self.assertFalse(self.customer.portal_needs_two_factor)

    def test_last_administrator_keeps_the_account(self):
        self._sign_in(self.boss)
        answer = self._post(
            "/my/deactivate_account", validation="boss", password="boss-secret"
        )
        self.assertIn("last administrator of Northwind", answer.text)
        self.assertTrue(self.boss.active)

    def test_hostile_values_never_break_a_page(self):
        """With the rights of an administrator, whom the pages open to."""
        self._sign_in(self.boss)
        member = self._member(self.buyer)
        lists = ["search", "filterby", "sortby", "limit", "after", "before", "notice"]
        pages = {
            "/my/people": [*lists, "role"],
            "/my/people/invite": ["notice"],
            f"/my/people/{member.id}": ["notice"],
            f"/my/people/{member.id}/disable": ["notice"],
            "/my/roles": ["notice"],
            "/my/roles/new": ["copy"],
            "/my/activity": [*lists, "person", "date_begin", "date_end"],
            "/my/company": ["notice"],
        }
        for path, names in pages.items():
            for params in mix(names):
                with self.subTest(path, params=str(params)[:99]):
                    answer = self.url_open(path, params=params, allow_redirects=False)
                    self.assertEqual(answer.status_code, 200)
                    self.assertNotIn("<script>alert(1)</script>", answer.text)

    def test_hostile_forms_change_nothing(self):
        self._sign_in(self.boss)
        member = self._member(self.buyer)
        self._create_order(state="draft", portal_user_id=self.buyer.id)
        self._member(self.colleague).write(
            {"role_id": self.buyer_role.id, "partner_id": self.customer.id}
        )
        before = self._snapshot()
        for value in HOSTILE:
            rights = {
                "role_id": value,
                "scope": value,
                "limit_kind": value,
                "order_limit": value,
            }
            right = {"role_id": self.buyer_role.id, "scope": "company"}
            for path, post in (
                ("/my/people/invite", {"people": "x@new.example", **rights}),
                ("/my/people/invite", {"people": value, "request_key": value, **right}),
                (f"/my/people/{member.id}", rights),
                (f"/my/people/{member.id}/disable", {"successor_id": value}),
                ("/my/people/two_factor", {"required": "1"}),
                ("/my/roles/new", {"name": value, f"permission_{value}": value}),
                ("/my/roles/new", {"name": "x", "permission_order": value or "x"}),
            ):
                with self.subTest(path, value=value[:20]):
                    self.assertEqual(self._post(path, **post).status_code, 422)
            answer = self._post(f"/my/activity/export?filterby={quote(value)}")
            self.assertEqual(answer.status_code, 200)
        self.assertEqual(self._snapshot(), before)

    def _snapshot(self):
        self.env.invalidate_all()
        member = self._member(self.buyer)
        return (
            self.memberships.search_count([]),
            self.env["res.users"].search_count([]),
            self.env["portal.role"].search_count([]),
            member.role_id,
            member.scope,
            member.state,
            self.customer.portal_needs_two_factor,
        )

    def test_foreign_people_answer_like_missing(self):
        self._sign_in(self.boss)
        foreign = self._member(self.stranger).id
        for membership_id in (foreign, 99999999, 0):
            for path in ("", "/resend", "/enable", "/disable"):
                with self.subTest(path, id=membership_id):
                    answer = self._post(f"/my/people/{membership_id}{path}")
                    self.assertEqual(answer.status_code, 404)

    def test_cost_does_not_grow(self):
        self._sign_in(self.boss)
        pages = ("/my/people?limit=100", "/my/activity?limit=100", "/my/roles")
        self._invite("few0@new.example", "few1@new.example")

        def count(path):
            self._get(path)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.assertEqual(self._get(path).status_code, 200)
            return self.env.cr.sql_log_count - before

        few = {path: count(path) for path in pages}
        self._invite(*(f"many{number}@new.example" for number in range(40)))
        self.memberships.search([("email", "ilike", "many%")])[:20]._accept()
        many = {path: count(path) for path in pages}
        self.assertEqual(few, many)
