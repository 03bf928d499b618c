import re
from datetime import timedelta
from html import unescape
from urllib.parse import parse_qsl, urlsplit

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import new_test_user

from ..common import PortalHttpCommon
from ..people_case import PeopleCommon


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

    def test_mail_goes_to_the_invited_person_only(self):
        self.customer.email = "office@northwind.example"
        template = self.env.ref("customer_portal.mail_template_invitation")
        for use_default_to in (False, True):
            with self.subTest(use_default_to):
                template.use_default_to = use_default_to
                [answer] = self._invite(f"ann{use_default_to}@new.example")
                mail = answer["membership"].mail_id
                self.assertEqual(mail.email_to, answer["membership"].email)
                self.assertFalse(mail.recipient_ids)
                self.assertFalse(mail.partner_ids)

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
                "ann@new.example is listed twice.",
                "boss@northwind.example already works for you.",
                "invited@new.example has already been invited. "
                "Send the invitation again.",
                "Access for gone@northwind.example is disabled. Enable it first.",
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
        rows, contacts = [], []
        for answer in answers:
            member = answer["membership"].with_user(self.boss)
            rows.append(self._read_all(member))
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
            contacts.append(self._read_all(contact))
            entry = (
                self.env["portal.activity"]
                .with_user(self.boss)
                .search([("action", "=", "invited")], limit=1)
            )
            self.assertNotIn("Secret", str(entry.read()))
        self.assertEqual(*rows)
        self.assertEqual(*contacts)
        self.assertNotIn("Secret", str(rows + contacts))

    @staticmethod
    def _read_all(record):
        """Return all that may be read, but for the address and the times."""
        names = [
            name
            for name, field in record._fields.items()
            if record._has_field_access(field, "read")
        ]
        values = {}
        record.env.flush_all()
        record.env.invalidate_all()
        for name in names:
            try:
                values[name] = record.read([name])[0][name]
            except AccessError:
                values[name] = "refused"
        for name in list(values):
            if name in ("id", "self", "display_name", "message_ids") or name.endswith(
                "_date"
            ):
                del values[name]
            elif "@south.example" in str(values[name]):
                values[name] = values[name].replace("known@", "new@")
        return values

    def test_logins_are_compared_without_case(self):
        known = self._create_portal_user("Known@South.example", self.other_customer)
        [answer] = self._invite("known@south.example")
        self.assertEqual(answer["membership"].user_id, known)
        [answer] = self._invite("KNOWN@south.example")
        self.assertIn("has already been invited", answer["error"])

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

    def _follow(self, membership):
        """Choose a password with the link of an invitation; return the answer."""
        link = re.search(
            r'href="([^"]+/web/signup[^"]+)"', str(membership.mail_id.body_html)
        )[1]
        query = dict(parse_qsl(urlsplit(unescape(link)).query))
        self.authenticate(None, None)
        return self._post(
            "/web/signup",
            login=membership.email,
            name="Ann",
            password="Long-Secret-77",
            confirm_password="Long-Secret-77",
            token=query["token"],
            redirect=query["redirect"],
        )

    def test_who_invites_first_does_not_own_the_person(self):
        """A rival invites somebody's person before the own company does."""
        for withdraws, first_name in ((False, "Fool"), (True, "Fool")):
            email = f"ann{withdraws}@rival.example"
            [first] = self._invite(email, name=first_name)
            [second] = self._invite(
                email, customer=self.other_customer, name="Ann Archer"
            )
            first, second = first["membership"], second["membership"]
            person = second.user_id
            if withdraws:
                first.with_user(self.boss).sudo()._disable()
            with self.subTest(withdraws=withdraws):
                self.assertEqual(self._follow(second).status_code, 303)
                self.authenticate(email, "Long-Secret-77")
                if not withdraws:
                    self.assertEqual(second.state, "invited")
                    path = f"/my/company/invitations/{second.id}"
                    self._post(path, action="accept")
                self.env.invalidate_all()
                self.assertEqual(second.state, "active")
                # The company's own contact is the person's, not the rival's.
                self.assertEqual(
                    person.partner_id.commercial_partner_id, self.other_customer
                )
                self.assertEqual(second.name, "Ann Archer")
                self.assertEqual(
                    person._get_portal_rights().customer_ids, [self.other_customer.id]
                )
                self.assertEqual(self._get("/my").status_code, 200)
                if not withdraws:
                    self.assertEqual(first.state, "invited")
                    path = f"/my/company/invitations/{first.id}"
                    self._post(path, action="accept")
                    self.assertEqual(first.state, "active")
                    self.assertEqual(
                        person.partner_id.commercial_partner_id, self.other_customer
                    )

    def test_of_several_invitations_none_is_accepted_unasked(self):
        [first] = self._invite("ann@new.example")
        [second] = self._invite("ann@new.example", customer=self.other_customer)
        person = first["membership"].user_id
        self.assertEqual(second["membership"].user_id, person)
        person.password = "Long-Secret-77"
        self.authenticate("ann@new.example", "Long-Secret-77")
        self.assertEqual(first["membership"].state, "invited")
        self.assertEqual(second["membership"].state, "invited")
        page = self._get("/my/company")
        self.assertIn("Northwind", page.text)
        self.assertIn("Southwind", page.text)

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
