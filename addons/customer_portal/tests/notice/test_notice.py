"""What people are told: at the bell, at once by mail, or in a digest."""

import re
from ast import literal_eval
from base64 import b64encode
from unittest.mock import patch

from freezegun import freeze_time
from lxml import html

from odoo import fields
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tools import mute_logger

from ..common import PortalCommon, PortalHttpCommon
from ..role_case import RolesMixin


class NoticeCommon(RolesMixin, PortalCommon):
    def _tell(self, users, code="order_changed", **values):
        return self.env["portal.notice"]._tell(
            code,
            users,
            values.pop("customer", self.customer),
            "/my/orders/1",
            lambda env: env._("Order %s was changed.", "S1"),
            **values,
        )

    def _choose(self, user, mail, code="order_changed", *, has_portal=True):
        event = self.env["portal.notification.event"].search([("code", "=", code)])
        self.env["portal.notification.preference"]._choose(
            user, {event.id: (has_portal, mail)}
        )
        return event

    def _send(self):
        """Run the scheduled action; return the mails that it has queued."""
        mails = self.env["mail.mail"]
        before = mails.search([])
        cron = type(self.env["ir.cron"])
        with patch.object(cron, "_commit_progress", lambda *_args, **_kwargs: 1.0):
            self.env["portal.notice"].sudo()._send_mails()
        return mails.search([]) - before


class TestNotice(NoticeCommon):
    def test_tells_each_person_but_not_who_did_it(self):
        people = self.buyer | self.colleague | self.stranger
        notices = self._tell(people, author=self.colleague)
        self.assertEqual(notices.user_id, self.buyer | self.stranger)
        self.assertEqual(set(notices.mapped("title")), {"Order S1 was changed."})

    def test_tells_neither_staff_nor_who_left(self):
        self.colleague.active = False
        author = self.stranger
        notices = self._tell(self.buyer | self.colleague | self.env.user, author=author)
        self.assertEqual(notices.user_id, self.buyer)

    def test_is_read_by_its_person_only(self):
        notice = self._tell(self.buyer)
        self.assertEqual(notice.with_user(self.buyer).title, "Order S1 was changed.")
        with self.assertRaises(AccessError):
            notice.with_user(self.stranger).check_access("read")
        for operation in ("write", "create", "unlink"):
            self.assertFalse(notice.with_user(self.buyer).has_access(operation))

    def test_of_a_customer_that_one_left_is_gone(self):
        notice = self._tell(self.buyer)
        self.assertEqual(self.buyer._get_portal_unread_count(), 1)
        self.buyer.portal_membership_ids.state = "disabled"
        self.assertEqual(self.buyer._get_portal_unread_count(), 0)
        self.assertFalse(notice.with_user(self.buyer).search([]))

    def test_bell_counts_what_its_page_lists(self):
        nobody = self.env["res.partner"]
        for customer in (self.customer, self.branch, self.other_customer, nobody):
            self._tell(self.buyer | self.colleague, customer=customer)
        self._choose(self.buyer, "none", has_portal=False)
        self._tell(self.buyer)
        notices = self.env["portal.notice"].sudo()
        of_buyer = notices.search([("user_id", "=", self.buyer.id)])
        of_buyer[-1].read_on = fields.Datetime.now()
        for user in (self.buyer, self.colleague):
            domain = notices._get_bell_domain(user) & Domain("read_on", "=", False)
            self.assertEqual(
                user._get_portal_unread_count(), notices.search_count(domain)
            )
        self.assertEqual(self.buyer._get_portal_unread_count(), 2)

    def test_old_ones_vanish(self):
        old, young = self._tell(self.buyer | self.colleague).sorted("id")
        old.flush_recordset()
        self.env.cr.execute(
            "UPDATE portal_notice SET create_date = create_date - interval '181 days'"
            " WHERE id = %s",
            [old.id],
        )
        old.invalidate_recordset()
        self.env["portal.notice"].sudo()._gc_old_notices()
        self.assertEqual((old | young).exists(), young)


class TestNoticeMail(NoticeCommon):
    def test_comes_once_with_button_and_way_out(self):
        self._tell(self.buyer)
        [mail] = self._send()
        self.assertFalse(self._send())
        self.assertEqual(mail.state, "outgoing")
        self.assertEqual(mail.email_to, self.buyer.email_formatted)
        self.assertEqual(mail.subject, "Order S1 was changed. (Northwind)")
        self.assertFalse(mail.res_id)
        links = re.findall(r'href="([^"]+)"', str(mail.body_html))
        base = self.buyer.get_base_url()
        notice = self.env["portal.notice"].search([("user_id", "=", self.buyer.id)])
        self.assertEqual(links[0], f"{base}/my/notices/{notice.id}")
        self.assertEqual(links[1], f"{base}/my/notifications")
        headers = literal_eval(mail.headers)
        self.assertEqual(headers["List-Unsubscribe"], f"<{links[2]}>")
        self.assertEqual(headers["List-Unsubscribe-Post"], "List-Unsubscribe=One-Click")

    def test_has_a_text_part(self):
        self._tell(self.buyer)
        [mail] = self._send()
        [values] = mail._prepare_outgoing_list()
        self.assertIn("Order S1 was changed.", values["body_alternative"])
        self.assertIn("/my/notices/", values["body_alternative"])

    def test_comes_from_the_seller_of_the_person(self):
        logo = b64encode(self.env["res.partner"]._avatar_get_placeholder())
        other = self.env["res.company"].create(
            {"name": "Other Seller", "email": "hello@other.example", "logo": logo}
        )
        self.buyer.sudo().company_ids |= other
        for seller, color in ((self.buyer.company_id, "#a01030"), (other, "#103050")):
            with self.subTest(seller.name):
                seller.primary_color, seller.email = color, "seller@example.com"
                self.buyer.sudo().company_id = seller
                self._tell(self.buyer)
                [mail] = self._send()
                body = str(mail.body_html)
                self.assertEqual(mail.email_from, seller.email_formatted)
                self.assertIn(f"background-color: {color}", body)
                self.assertIn(f"<strong>{seller.name}</strong>", body)
        self.assertIn(f"/logo.png?company={other.id}", body)

    def test_is_in_the_language_of_the_person(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        template = self.env.ref("customer_portal.mail_template_notice")
        template.with_context(lang="fr_FR").subject = "Avis : {{ object.title }}"
        self.buyer.lang = "fr_FR"
        self._tell(self.buyer | self.colleague, customer=self.branch)
        subjects = {mail.email_to: mail.subject for mail in self._send()}
        self.assertIn("Avis", subjects[self.buyer.email_formatted])
        self.assertNotIn("Avis", subjects[self.colleague.email_formatted])

    def test_runs_as_the_language_of_the_person(self):
        self.env["res.lang"]._activate_lang("fa_IR")
        self.buyer.lang = "fa_IR"
        self._tell(self.buyer | self.colleague, customer=self.branch)
        bodies = {mail.email_to: str(mail.body_html) for mail in self._send()}
        for person, direction in ((self.buyer, "rtl"), (self.colleague, "ltr")):
            around = html.fromstring(bodies[person.email_formatted]).find("body/div")
            self.assertEqual(around.get("dir"), direction)

    def test_follows_the_choice(self):
        for mail, has_portal, count in (("none", True, 0), ("now", False, 1)):
            with self.subTest(mail):
                self._choose(self.buyer, mail, has_portal=has_portal)
                notice = self._tell(self.buyer)
                self.assertEqual(len(self._send()), count)
                self.assertEqual(notice.is_in_portal, has_portal)
                count = self.buyer._get_portal_unread_count()
                self.assertEqual(count, 1)  # of the first turn

    def test_follows_the_seller_where_nothing_was_chosen(self):
        event = self._choose(self.colleague, "now")
        self.assertFalse(self.env["portal.notification.preference"].search([]))
        event.mail = "none"
        self._tell(self.buyer | self.colleague)
        self.assertFalse(self._send())

    def test_is_not_sent_to_who_lost_the_right(self):
        for name, change in (
            ("left", lambda: self._give_role(self.buyer, "member", state="disabled")),
            ("role", lambda: self._tailor(self.buyer, {"see_invoices": "company"})),
            ("archived", lambda: self.buyer.action_archive()),
        ):
            with self.subTest(name), self.env.cr.savepoint() as savepoint:
                notice = self._tell(self.buyer)
                change()
                self.assertFalse(self._send())
                self.assertEqual(notice.mail_state, "skipped")
                savepoint.rollback()
                self.env.invalidate_all()

    @mute_logger("odoo.addons.customer_portal.models.notice.portal_notice_mail")
    def test_one_that_fails_holds_up_no_other(self):
        bad = self._tell(self.buyer)
        good = self._tell(self.colleague, customer=self.branch)
        queue = type(bad)._queue_mail

        def fail(notice, *args):
            if notice == bad:
                raise ValueError
            return queue(notice, *args)

        with patch.object(type(bad), "_queue_mail", fail):
            [mail] = self._send()
        self.assertEqual(mail.email_to, self.colleague.email_formatted)
        self.assertEqual((bad | good).mapped("mail_state"), ["failed", "sent"])

    def test_events_that_the_role_makes_impossible_are_not_offered(self):
        self._tailor(self.buyer, {"see_documents": "company"})
        preferences = self.env["portal.notification.preference"]
        codes = set(preferences._get_events(self.buyer).mapped("code"))
        self.assertIn("document_added", codes)
        self.assertIn("export_ready", codes)
        self.assertFalse({"order_changed", "address_changed"} & codes)

    def test_preferences_are_one_s_own(self):
        self._choose(self.buyer, "none")
        self.env["portal.notification.digest"]._choose(self.buyer, "weekly", 9)
        for model in ("preference", "digest"):
            name = f"portal.notification.{model}"
            self.assertEqual(self._see(self.buyer, name).user_id, self.buyer)
            self.assertFalse(self._see(self.stranger, name))
            self.assertFalse(self.env[name].with_user(self.buyer).has_access("write"))


class TestDigest(NoticeCommon):
    def setUp(self):
        super().setUp()
        self.buyer.tz = "Europe/Vilnius"  # UTC+2 in winter
        self.digests = self.env["portal.notification.digest"]
        self._choose(self.buyer, "digest")

    def _tell_at(self, moment):
        notice = self._tell(self.buyer)
        notice.flush_recordset()
        self.env.cr.execute(
            "UPDATE portal_notice SET create_date = %s WHERE id = %s",
            [moment, notice.id],
        )
        notice.invalidate_recordset()
        return notice

    def _send_at(self, moment):
        with freeze_time(moment):
            return self._send()

    def test_comes_at_the_hour_of_the_person_and_once(self):
        self._tell_at("2026-11-24 15:00:00")
        self._tell_at("2026-11-24 16:00:00")
        self.assertFalse(self._send_at("2026-11-25 04:59:00"))
        [mail] = self._send_at("2026-11-25 05:01:00")
        self.assertEqual(str(mail.body_html).count("Order S1 was changed."), 2)
        self.assertFalse(self._send_at("2026-11-25 05:31:00"))
        self.assertFalse(self._send_at("2026-11-26 05:31:00"))

    def test_what_comes_later_waits_for_the_next_one(self):
        self._tell_at("2026-11-25 05:10:00")
        self.assertFalse(self._send_at("2026-11-25 23:00:00"))
        self.assertEqual(len(self._send_at("2026-11-26 05:30:00")), 1)

    def test_weekly_comes_on_mondays(self):
        self.digests._choose(self.buyer, "weekly", 8)
        self._tell_at("2026-11-24 15:00:00")  # a Tuesday
        self.assertFalse(self._send_at("2026-11-29 23:00:00"))
        self.assertFalse(self._send_at("2026-11-30 05:59:00"))
        self.assertEqual(len(self._send_at("2026-11-30 06:01:00")), 1)

    def test_hour_that_the_clock_skips(self):
        moment = self.digests._get_last_time(
            self.buyer, "daily", 3, fields.Datetime.to_datetime("2026-03-29 12:00:00")
        )
        self.assertEqual(str(moment), "2026-03-29 01:00:00")

    def test_leaves_out_what_one_may_not_see_any_more(self):
        notice = self._tell_at("2026-11-24 15:00:00")
        self._tailor(self.buyer, {"see_invoices": "company"})
        self.assertFalse(self._send_at("2026-11-25 06:00:00"))
        self.assertEqual(notice.mail_state, "skipped")

    def test_ends_with_one_click(self):
        notice = self._tell_at("2026-11-24 15:00:00")
        self.env["portal.notification.preference"].sudo()._unsubscribe(self.buyer)
        self.assertEqual(notice.mail_state, "skipped")
        self.assertEqual(self._tell(self.buyer).mail, "none")


class TestNoticePages(NoticeCommon, PortalHttpCommon):
    def _token(self, user, code="order_changed"):
        event = self.env["portal.notification.event"].search([("code", "=", code)])
        return self.env["portal.notice"]._make_unsubscribe_token(user, event)

    def _anonymous(self, method, token, **fields_):
        """Ask without a session and without the token of a form."""
        self.authenticate(None, None)
        return self.url_open(
            f"/my/notifications/unsubscribe?token={token}",
            data=fields_ or None,
            method=method,
            allow_redirects=False,
        )

    def test_bell_counts_and_opening_reads(self):
        notice = self._tell(self.buyer)
        self._sign_in(self.buyer)
        self.assertIn("Notices, 1 unread", " ".join(self._get("/my").text.split()))
        self.assertIn("Order S1 was changed.", self._get("/my/notices").text)
        self.assertFalse(notice.read_on)
        answer = self._post(f"/my/notices/{notice.id}/open")
        self.assertEqual(answer.status_code, 303)
        self.assertURLEqual(answer.headers["Location"], "/my/orders/1")
        self.env.invalidate_all()
        self.assertTrue(notice.read_on)
        self.assertIn("none unread", self._get("/my").text)

    def test_opening_acts_for_the_customer_of_the_notice(self):
        self.env["portal.membership"].create(
            {
                "user_id": self.buyer.id,
                "partner_id": self.other_customer.id,
                "role_id": self.env.ref("customer_portal.role_member").id,
            }
        )
        there = self._tell(self.buyer, customer=self.other_customer)
        here = self._tell(self.buyer)
        self._sign_in(self.buyer)
        self._post(f"/my/notices/{there.id}/open")
        self.assertIn('aria-current="true">Southwind', self._get("/my").text)
        # The button of a mail does so too, and changes nothing.
        answer = self._get(f"/my/notices/{here.id}")
        self.assertURLEqual(answer.headers["Location"], "/my/orders/1")
        self.assertIn('aria-current="true">Northwind', self._get("/my").text)
        self.env.invalidate_all()
        self.assertFalse(here.read_on)

    def test_mark_all_leaves_what_the_page_did_not_show(self):
        shown, later = self._tell(self.buyer), self._tell(self.buyer)
        foreign = self._tell(self.stranger)
        self._sign_in(self.buyer)
        self._post("/my/notices/read", newest_id=shown.id)
        self.env.invalidate_all()
        self.assertTrue(shown.read_on)
        self.assertFalse(later.read_on or foreign.read_on)

    def test_notice_leads_to_no_other_site(self):
        notice = self._tell(self.buyer)
        notice.url = "https://evil.example/"
        self._sign_in(self.buyer)
        answer = self._post(f"/my/notices/{notice.id}/open")
        self.assertURLEqual(answer.headers["Location"], "/my/notices")

    def test_preferences_are_saved_and_wrong_ones_kept(self):
        self._sign_in(self.buyer)
        events = self.env["portal.notification.preference"]._get_events(self.buyer)
        event = events.filtered(lambda event: event.code == "order_changed")
        form = {f"mail_{each.id}": each.mail for each in events}
        form |= {f"portal_{each.id}": "on" for each in events if each.has_portal}
        form |= {"period": "weekly", "hour": "9"}
        answer = self._post("/my/notifications", **form)
        self.assertEqual(answer.status_code, 303)
        self.assertFalse(self.env["portal.notification.preference"].search([]))
        del form[f"portal_{event.id}"]
        form[f"mail_{event.id}"] = "digest"
        self._post("/my/notifications", **form)
        [kept] = self.env["portal.notification.preference"].search([])
        self.assertEqual(
            (kept.user_id, kept.event_id, kept.has_portal, kept.mail),
            (self.buyer, event, False, "digest"),
        )
        answer = self._post("/my/notifications", **{**form, "hour": "24"})
        self.assertEqual(answer.status_code, 422)
        self.assertIn("Choose an hour.", answer.text)
        digest = self.env["portal.notification.digest"].search([])
        self.assertEqual((digest.period, digest.hour), ("weekly", 9))

    def test_preferences_are_grouped_and_a_mail_of_its_own_is_no_choice(self):
        self._sign_in(self.buyer)
        page = html.fromstring(self._get("/my/notifications").text)
        headings = [one.text for one in page.iterfind(".//form//section/h2")]
        self.assertEqual(
            headings[:3], ["Quotes and orders", "Invoices and payments", "Documents"]
        )
        events = self.env["portal.notification.preference"]._get_events(self.buyer)
        own = events.filtered(lambda event: event.code == "statement_ready")
        row = page.find(".//tr[@data-event='statement_ready']")
        self.assertIsNone(row.find(".//select"))
        form = {f"mail_{each.id}": each.mail for each in events - own}
        form |= {f"portal_{each.id}": "on" for each in events - own if each.has_portal}
        self._post("/my/notifications", **form, period="daily", hour="7")
        [kept] = self.env["portal.notification.preference"].search([])
        self.assertEqual(
            (kept.event_id, kept.has_portal, kept.mail), (own, False, "none")
        )

    def test_unsubscribe_asks_first_and_works_signed_out(self):
        token = self._token(self.buyer)
        answer = self._anonymous("GET", token)
        self.assertIn("An order was changed", answer.text)
        preferences = self.env["portal.notification.preference"]
        self.assertFalse(preferences.search([]))
        for _twice in range(2):
            answer = self._anonymous("POST", token, **{"List-Unsubscribe": "One-Click"})
            self.assertEqual(answer.status_code, 200)
        [kept] = preferences.search([])
        self.assertEqual((kept.user_id, kept.mail), (self.buyer, "none"))
        self.assertTrue(kept.has_portal)

    def test_unsubscribe_with_a_wrong_link_changes_nothing(self):
        token = self._token(self.buyer)
        missing = self.env["portal.notice"]._make_unsubscribe_token(
            self.env["res.users"].browse(99999999)
        )
        pages = set()
        for wrong in ("", "x", token[:-3], token + "A", "A" * 5000, missing):
            for method in ("GET", "POST"):
                answer = self._anonymous(method, wrong, x="1")
                self.assertEqual(answer.status_code, 200)
                pages.add(re.search(r"<h1[^>]*>(.*?)</h1>", answer.text, re.DOTALL)[1])
        self.assertEqual(len(pages), 1)
        self.assertFalse(self.env["portal.notification.preference"].search([]))


class TestNoticeQueries(NoticeCommon, PortalHttpCommon):
    def _count(self, path):
        self._get(path)
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        self.assertEqual(self._get(path).status_code, 200)
        return self.env.cr.sql_log_count - before

    def test_do_not_grow(self):
        paths = (
            "/my/notices?limit=100",
            "/my/notifications",
            "/my/profile",
            "/my/privacy",
            "/my/security/sessions",
        )
        self._tell(self.buyer)
        self._sign_in(self.buyer)
        few = {path: self._count(path) for path in paths}
        for _number in range(99):
            self._tell(self.buyer)
        many = {path: self._count(path) for path in paths}
        self.assertEqual(few, many)
