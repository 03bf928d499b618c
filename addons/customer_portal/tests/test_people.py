import re
from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user

from .common import PortalCommon, PortalHttpCommon


class PeopleCommon(PortalCommon):
    """Northwind's administrator is `boss`; the others have the usual role."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.memberships = cls.env["portal.membership"]
        cls.administrator = cls.env.ref("customer_portal.role_administrator")
        cls.buyer_role = cls.env.ref("customer_portal.role_buyer")
        cls.viewer_role = cls.env.ref("customer_portal.role_viewer")
        cls.boss = cls._create_portal_user("boss", cls.customer)
        cls._member(cls.boss).role_id = cls.administrator

    @classmethod
    def _member(cls, user, customer=None):
        customer = customer or user.partner_id.commercial_partner_id
        return user.portal_membership_ids.filtered(
            lambda member: member.partner_id == customer
        )

    @classmethod
    def _person(cls, email, **values):
        return {
            "email": email,
            "name": "",
            "role": cls.buyer_role,
            "scope": "company",
            "order_limit": None,
            **values,
        }

    @classmethod
    def _invite(cls, *emails, customer=None, **values):
        """Invite people in the rights of the administrator; return the answers."""
        return (
            cls.memberships.with_user(cls.boss)
            .with_company(cls.company)
            ._invite(
                customer or cls.customer,
                [cls._person(email, **values) for email in emails],
                inviter=cls.boss,
            )
        )


class TestInvitation(PeopleCommon):
    def test_invites_new_people(self):
        [answer] = self._invite("Ann <ANN@new.example>", name="Ann", order_limit=50)
        membership = answer["membership"]
        self.assertEqual(answer["error"], "")
        self.assertEqual(membership.state, "invited")
        self.assertEqual(membership.email, "ann@new.example")
        self.assertEqual(membership.name, "Ann")
        self.assertEqual(membership.order_limit, 50)
        self.assertTrue(membership.has_order_limit)
        user = membership.user_id
        self.assertEqual(user.login, "ann@new.example")
        self.assertEqual(user.partner_id.parent_id, self.customer)
        self.assertTrue(user._is_portal())
        self.assertEqual(user.portal_membership_ids, membership)
        self.assertFalse(user._get_portal_rights().customer_ids)

    def test_mail_has_the_link_and_waits_in_the_queue(self):
        [answer] = self._invite("ann@new.example")
        mail = answer["membership"].mail_id
        self.assertEqual(mail.state, "outgoing")
        self.assertEqual(mail.email_to, "ann@new.example")
        self.assertIn("/web/signup?", mail.body_html)
        self.assertFalse(mail.recipient_ids)

    def test_mail_is_in_the_language_of_the_customer(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.customer.lang = "fr_FR"
        [answer] = self._invite("ann@new.example")
        self.assertEqual(answer["membership"]._get_invitation_lang(), "fr_FR")
        self.assertEqual(answer["membership"].user_id.lang, "fr_FR")

    def test_uses_the_contact_of_that_address(self):
        contact = self.env["res.partner"].create(
            {
                "name": "Ann Archer",
                "email": "Ann@New.example",
                "parent_id": self.customer.id,
            }
        )
        [answer] = self._invite("ann@new.example", name="A.")
        self.assertEqual(answer["membership"].user_id.partner_id, contact)
        self.assertEqual(contact.name, "Ann Archer")

    def test_says_what_is_wrong_line_by_line(self):
        self._invite("invited@new.example")
        gone = self._create_portal_user("gone@northwind.example", self.customer)
        self._member(gone).state = "disabled"
        answers = self._invite(
            "ann@new.example",
            "nonsense",
            "ann@new.example",
            self.boss.email,
            "invited@new.example",
            "gone@northwind.example",
            self.env.user.login,
        )
        self.assertEqual(
            [answer["error"] for answer in answers],
            [
                "",
                "nonsense cannot be invited. Check the address.",
                "ann@new.example is in the list twice.",
                "boss@northwind.example works for you already.",
                "invited@new.example is invited already. Send the invitation again.",
                "The access of gone@northwind.example is disabled. Enable it again.",
                f"{self.env.user.login} cannot be invited. Check the address.",
            ],
        )
        self.assertEqual(
            [answer["email"] for answer in answers][:2], ["ann@new.example", "nonsense"]
        )

    def test_staff_and_closed_accounts_look_like_an_unusable_address(self):
        new_test_user(self.env, "staff", email="staff@seller.example")
        closed = self._create_portal_user("closed@new.example", self.other_customer)
        closed.active = False
        for address in ("staff@seller.example", "closed@new.example"):
            with self.subTest(address):
                [answer] = self._invite(address)
                self.assertEqual(
                    answer["error"], f"{address} cannot be invited. Check the address."
                )

    def test_tells_nothing_about_people_of_other_customers(self):
        known = self._create_portal_user("known@south.example", self.other_customer)
        known.name = "Secret Name"
        answers = self._invite("known@south.example", "new@south.example", name="Typed")
        self.assertEqual([answer["error"] for answer in answers], ["", ""])
        rows = []
        for answer in answers:
            member = answer["membership"].with_user(self.boss)
            fields_ = [
                name
                for name in member._fields
                if member._has_field_access(member._fields[name], "read")
            ]
            values = member.read(fields_)[0]
            for name in ("id", "display_name", "email", "create_date", "write_date"):
                values.pop(name, None)
            rows.append(values)
            self.assertFalse(
                self.env["res.users"]
                .with_user(self.boss)
                .search([("id", "=", answer["membership"].user_id.id)])
            )
            contact = (
                self.env["res.partner"]
                .with_user(self.boss)
                .search([("email", "=", answer["email"])])
            )
            self.assertEqual(contact.mapped("name"), ["Typed"])
            entry = (
                self.env["portal.activity"]
                .with_user(self.boss)
                .search([("action", "=", "invited")], limit=1)
            )
            self.assertNotIn("Secret", str(entry.read()))
        self.assertEqual(*rows)
        self.assertNotIn("Secret", str(rows))

    def test_link_is_not_read_by_the_inviter(self):
        [answer] = self._invite("ann@new.example")
        message = answer["membership"].mail_id.mail_message_id
        messages = self.env["mail.message"].with_user(self.boss)
        self.assertFalse(messages.search([("id", "=", message.id)]))
        self.assertFalse(message.with_user(self.boss).has_access("read"))

    def test_mail_that_failed_is_shown(self):
        [answer] = self._invite("ann@new.example")
        membership = answer["membership"]
        self.assertFalse(membership.is_undelivered)
        membership.mail_id.state = "exception"
        self.assertTrue(membership.is_undelivered)
        membership._mail_invitation()
        self.assertFalse(membership.is_undelivered)
        membership.contact_id._message_receive_bounce(
            "ann@new.example", membership.contact_id
        )
        self.assertTrue(membership.is_undelivered)

    def test_address_that_a_person_chose_finds_nobody(self):
        """Who writes another's address into the own contact gets no invitation."""
        self.stranger.with_user(self.stranger).write({"email": "cfo@northwind.example"})
        [answer] = self._invite("cfo@northwind.example")
        self.assertNotEqual(answer["membership"].user_id, self.stranger)

    def test_cost_does_not_grow_with_the_list(self):
        self._invite("warm@new.example")

        def count(prefix, people):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self._invite(*(f"{prefix}{number}@new.example" for number in range(people)))
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        few, many = count("few", 5), count("many", 45)
        # Core's own creation of users and mails costs some queries for each.
        self.assertLess((many - few) / 40, 12)


class TestAcceptance(PeopleCommon, PortalHttpCommon):
    def test_link_leads_to_the_first_sign_in_which_accepts(self):
        for scope in ("b2b", "b2c"):
            with self.subTest(scope):
                self.env["ir.config_parameter"].set_param(
                    "auth_signup.invitation_scope", scope
                )
                [answer] = self._invite(f"{scope}@new.example")
                membership = answer["membership"]
                link = (
                    re.search(
                        r'href="([^"]+/web/signup[^"]+)"',
                        str(membership.mail_id.body_html),
                    )
                    .group(1)
                    .replace("&amp;", "&")
                )
                self.authenticate(None, None)
                path = link.split("/web/", 1)[1]
                page = self.url_open("/web/" + path)
                self.assertEqual(page.status_code, 200)
                self.assertIn(f"{scope}@new.example", page.text)
                token = re.search(r"token=([^&]+)", link).group(1)
                answer = self._post(
                    "/web/signup",
                    login=f"{scope}@new.example",
                    name="Ann",
                    password="Long-Secret-77",
                    confirm_password="Long-Secret-77",
                    token=token,
                    redirect="/my",
                )
                self.assertEqual(answer.status_code, 303)
                membership.invalidate_recordset()
                self.assertEqual(membership.state, "active")
                self.assertEqual(self._get("/my").status_code, 200)
                # The link works once.
                self.authenticate(None, None)
                again = self.url_open("/web/" + path)
                self.assertIn("Invalid signup token", again.text)

    def test_expired_invitation_is_not_accepted(self):
        [answer] = self._invite("ann@new.example")
        membership = answer["membership"]
        membership.expires_on = fields.Datetime.now() - timedelta(seconds=1)
        membership.user_id.password = "Long-Secret-77"
        self.authenticate("ann@new.example", "Long-Secret-77")
        self.assertEqual(membership.state, "invited")
        self.assertFalse(membership.user_id._get_portal_rights().customer_ids)

    def test_person_of_another_customer_accepts_on_a_page(self):
        known = self._create_portal_user("known@south.example", self.other_customer)
        [answer] = self._invite("known@south.example", name="Typed")
        # Who has never signed in chooses a password first.
        self.assertIn(
            "redirect=%2Fmy%2Fcompany", answer["membership"].mail_id.body_html
        )
        answer["membership"].unlink()
        self.authenticate(known.login, known.login + "-secret")
        [answer] = self._invite("known@south.example", name="Typed")
        membership = answer["membership"]
        self.assertIn('/my/company"', membership.mail_id.body_html)
        self.assertNotIn("token", membership.mail_id.body_html)
        self.assertEqual(membership.state, "invited")
        page = self._get("/my")
        self.assertIn("1 invitation", page.text)
        page = self._get("/my/company")
        self.assertIn("Northwind", page.text)
        path = f"/my/company/invitations/{membership.id}"
        self.assertURLEqual(
            self._post(path, action="accept").headers["Location"], "/my?notice=accepted"
        )
        self.assertEqual(membership.state, "active")
        self.assertEqual(membership.name, known.name)
        self.assertIn(self.customer.id, known._get_portal_rights().customer_ids)
        # It is answered once.
        self.assertEqual(self._post(path, action="decline").status_code, 404)

    def test_declined_invitation_leaves_nothing(self):
        known = self._create_portal_user("known@south.example", self.other_customer)
        known.name = "Secret Name"
        [answer] = self._invite("known@south.example")
        self.authenticate(known.login, known.login + "-secret")
        path = f"/my/company/invitations/{answer['membership'].id}"
        self.assertEqual(self._post(path, action="decline").status_code, 303)
        self.assertFalse(answer["membership"].exists())
        entries = self.env["portal.activity"].with_user(self.boss).search([])
        self.assertIn("invitation_declined", entries.mapped("action"))
        self.assertNotIn("Secret", str(entries.read()))

    def test_others_cannot_answer(self):
        known = self._create_portal_user("known@south.example", self.other_customer)
        self._invite(known.login)
        membership = self._member(known, self.customer)
        self._sign_in(self.stranger)
        answer = self._post(f"/my/company/invitations/{membership.id}", action="accept")
        self.assertEqual(answer.status_code, 404)
        self.assertEqual(membership.state, "invited")

    def test_expired_invitation_is_refused_on_the_page(self):
        known = self._create_portal_user("known@south.example", self.other_customer)
        [answer] = self._invite(known.login)
        answer["membership"].expires_on = fields.Datetime.now() - timedelta(seconds=1)
        self.authenticate(known.login, known.login + "-secret")
        answer = self._post(
            f"/my/company/invitations/{answer['membership'].id}", action="accept"
        )
        self.assertEqual(answer.status_code, 422)
        self.assertIn("expired", answer.text)

    def test_sign_in_is_written_once_for_each_customer(self):
        entries = self.env["portal.activity"].search([("action", "=", "sign_in")])
        self.memberships.create(
            {
                "user_id": self.stranger.id,
                "partner_id": self.customer.id,
                "role_id": self.viewer_role.id,
            }
        )
        self.authenticate(None, None)
        page = self.url_open("/web/login")
        token = re.search(r'csrf_token" value="([^"]+)"', page.text).group(1)
        self.url_open(
            "/web/login",
            data={
                "login": "stranger",
                "password": "stranger-secret",
                "csrf_token": token,
            },
        )
        self.assertEqual(self._get("/my").status_code, 200)
        new = self.env["portal.activity"].search([("action", "=", "sign_in")]) - entries
        self.assertEqual(new.user_id, self.stranger)
        self.assertEqual(
            sorted(new.partner_id.ids),
            sorted((self.customer | self.other_customer).ids),
        )
        self.assertEqual(len(new), 2)


class TestAdministration(PeopleCommon):
    """What an administrator may do with whom; refused with a sentence."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.member_role = cls._member(cls.buyer).role_id

    def _as(self, user, membership):
        return membership.with_user(user).with_company(self.company).sudo()

    def _change(self, membership, role=None, scope=None, limit=None, user=None):
        membership = self._as(user or self.boss, membership)
        membership._change(role or membership.role_id, scope or "company", limit)

    def test_changes_rights_and_writes_it_down(self):
        member = self._member(self.buyer)
        self._change(member, self.buyer_role, "own", 100)
        self.assertEqual(
            (member.role_id, member.scope, member.has_order_limit, member.order_limit),
            (self.buyer_role, "own", True, 100),
        )
        entry = self.env["portal.activity"].search(
            [("action", "=", "member_changed")], limit=1
        )
        self.assertEqual(entry.user_id, self.boss)
        self.assertEqual(entry.partner_id, self.customer)
        self.assertIn("Buyer, Own documents, $\xa0100.00", entry.detail)

    def test_zero_is_a_limit(self):
        member = self._member(self.buyer)
        self._change(member, limit=0.0)
        self.assertTrue(member.has_order_limit)
        self.assertEqual(member.order_limit, 0)

    def test_nobody_changes_the_own_access(self):
        own = self._member(self.boss)
        for act in (
            lambda: self._change(own, self.administrator, "branches"),
            lambda: self._as(self.boss, own)._disable(),
        ):
            with self.assertRaisesRegex(UserError, "your own access"):
                act()

    def test_who_may_not_manage_people_changes_nobody(self):
        with self.assertRaises(AccessError):
            self._change(self._member(self.boss), user=self.buyer)
        with self.assertRaises(AccessError):
            self._change(self._member(self.buyer), user=self.stranger)

    def test_gives_no_role_beyond_the_own(self):
        clerk_role = self.env["portal.role"].create(
            {
                "name": "Clerk",
                "line_ids": [
                    Command.create(
                        {
                            "permission_id": self.env.ref(
                                f"customer_portal.permission_{code}"
                            ).id,
                            "scope": scope,
                        }
                    )
                    for code, scope in (
                        ("manage_people", "company"),
                        ("see_orders", "company"),
                        ("see_invoices", "own"),
                    )
                ],
            }
        )
        clerk = self._create_portal_user("clerk", self.customer)
        self._member(clerk).role_id = clerk_role
        target = self._member(self.buyer)
        orders = self.env["portal.role"].create(
            {
                "name": "Looks at orders",
                "line_ids": [
                    Command.create(
                        {
                            "permission_id": self.env.ref(
                                "customer_portal.permission_see_orders"
                            ).id,
                            "scope": "branches",
                        }
                    )
                ],
            }
        )
        target.write({"role_id": orders.id, "scope": "company"})
        self._change(target, orders, "company", user=clerk)
        for role, scope in (
            (orders, "branches"),
            (self.administrator, "company"),
            (self.buyer_role, "own"),
        ):
            with (
                self.subTest(role.name),
                self.assertRaisesRegex(UserError, "more than"),
            ):
                self._change(target, role, scope, user=clerk)
        with self.assertRaisesRegex(UserError, "may do more than you"):
            self._as(clerk, self._member(self.boss))._disable()
        self.assertNotIn(
            self.administrator,
            self._as(clerk, self.memberships)._get_roles_to_give(self.customer),
        )
        with self.assertRaisesRegex(UserError, "more than your own"):
            self._as(clerk, self.memberships)._invite_for_customer(
                self.customer,
                [{"email": "x@new.example", "name": ""}],
                role=self.administrator,
                scope="company",
                order_limit=None,
            )

    def test_gives_no_higher_limit_than_the_own(self):
        second = self._create_portal_user("second", self.customer)
        self._member(second).write(
            {
                "role_id": self.administrator.id,
                "has_order_limit": True,
                "order_limit": 500,
            }
        )
        target = self._member(self.buyer)
        for limit in (None, 501.0):
            with (
                self.subTest(limit),
                self.assertRaisesRegex(UserError, "may do more than you"),
            ):
                self._change(target, limit=limit, user=second)
        target.write({"has_order_limit": True, "order_limit": 400})
        for limit in (None, 501.0):
            with (
                self.subTest(limit),
                self.assertRaisesRegex(UserError, "Your own order limit"),
            ):
                self._change(target, limit=limit, user=second)
        self._change(target, limit=500.0, user=second)
        self.assertEqual(target.order_limit, 500)

    def test_role_of_another_customer_cannot_be_given(self):
        foreign = self.env["portal.role"].create(
            {"name": "Foreign", "partner_id": self.other_customer.id}
        )
        with self.assertRaisesRegex(UserError, "cannot be given"):
            self._change(self._member(self.buyer), foreign)

    def test_company_s_role_does_not_reach_a_branch(self):
        self._member(self.boss).scope = "company"
        with self.assertRaises(AccessError):
            self._change(self._member(self.colleague))

    def test_last_administrator_stays(self):
        second = self._create_portal_user("second", self.customer)
        self._member(second).role_id = self.administrator
        own, other = self._member(self.boss), self._member(second)
        self.assertFalse(own._is_last_administrator())
        self._as(self.boss, other)._disable()
        self.assertTrue(own._is_last_administrator())
        # The second one removed the first at the same instant, and waits for the
        # lock: it decides on fresh data.
        with self.assertRaises(AccessError):
            self._as(second, own)._disable()
        for act in (
            lambda: own._check_not_last_administrator(),
            lambda: self.boss._deactivate_portal_user(),
        ):
            with self.assertRaisesRegex(UserError, "last administrator of Northwind"):
                act()
        self.assertEqual(own.state, "active")
        self.assertTrue(self.boss.active)

    def test_head_office_counts_as_administrator_of_a_branch(self):
        head = self._create_portal_user("head", self.branch)
        self._member(head).role_id = self.administrator
        self.assertFalse(self._member(head)._is_last_administrator())
        self._member(self.boss).scope = "company"
        self.assertTrue(self._member(head)._is_last_administrator())

    def test_leaver_s_drafts_go_to_the_successor(self):
        draft = self._create_order(state="draft", portal_user_id=self.buyer.id)
        second = self._create_portal_user("second", self.customer)
        self._member(second).role_id = self.buyer_role
        self._member(self.buyer).role_id = self.buyer_role
        member = self._as(self.boss, self._member(self.buyer))
        self.assertEqual(member._get_open_work()[0][1], draft)
        self.assertIn(second, member._get_successors())
        self.assertNotIn(self.stranger, member._get_successors())
        for wrong in (self.env["res.users"], self.stranger, self.buyer):
            with self.assertRaisesRegex(UserError, "Choose who takes over"):
                member._disable(wrong)
        member._disable(second)
        self.assertEqual(draft.portal_user_id, second)
        self.assertEqual(member.state, "disabled")
        self.assertFalse(self.buyer._get_portal_rights().customer_ids)
        actions = (
            self.env["portal.activity"]
            .search([("user_id", "=", self.boss.id)], limit=2)
            .mapped("action")
        )
        self.assertEqual(actions, ["member_disabled", "work_handed_over"])
        member._enable()
        self.assertEqual(member.state, "active")

    def test_withdrawn_invitation_leaves_nothing(self):
        [answer] = self._invite("ann@new.example")
        person = answer["membership"].user_id
        self._as(self.boss, answer["membership"])._disable()
        self.assertFalse(answer["membership"].exists())
        self.assertFalse(person.partner_id.signup_type)
        [answer] = self._invite("ann@new.example")
        self.assertEqual(answer["error"], "")
        self.assertEqual(answer["membership"].user_id, person)

    def test_resent_invitation_holds_anew(self):
        [answer] = self._invite("ann@new.example")
        member = answer["membership"]
        member.expires_on = fields.Datetime.now() - timedelta(days=1)
        self.assertEqual(member._get_portal_status(), "expired")
        self._as(self.boss, member)._resend()
        self.assertEqual(member._get_portal_status(), "invited")

    def test_two_factor_is_not_required_by_who_has_none(self):
        memberships = self._as(self.boss, self.memberships)
        with self.assertRaisesRegex(UserError, "for yourself first"):
            memberships._require_two_factor(self.customer, True)
        self.assertFalse(self.customer.portal_needs_two_factor)
        self.env.cr.execute(
            "UPDATE res_users SET totp_secret = 'X' WHERE id = %s", [self.boss.id]
        )
        self.env.invalidate_all()
        without = memberships._count_without_second_factor(self.customer)
        memberships._require_two_factor(self.customer, True)
        self.assertTrue(self.customer.portal_needs_two_factor)
        self.assertTrue(self.boss._portal_can("manage_people"))
        self.assertFalse(self.buyer._portal_can("see_orders"))
        self.assertIn("two-factor", self.buyer._get_portal_refusal())
        self.assertEqual(without, 1)


class TestPeoplePages(PeopleCommon, PortalHttpCommon):
    def _read_names(self, page):
        from lxml import html

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
        self.assertIn("works for you already", text)
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
