"""Promising in the portal: pages, links of mails, who may, and who is told."""

from datetime import timedelta

from lxml import html

from odoo.tools import mute_logger

from ..common import PortalHttpCommon
from ..promise_case import PromiseMixin
from ..reminder_case import MONDAY
from ..role_case import RolesMixin

KEY = "a" * 32
FRIDAY = MONDAY + timedelta(days=4)


class TestPromisePage(PromiseMixin, RolesMixin, PortalHttpCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["ir.config_parameter"].set_param(
            "customer_portal.limit_pay_link", "1000000"
        )
        cls.invoice = cls._owe(300.0)
        cls.other = cls._owe(100.0, MONDAY + timedelta(days=3))

    def setUp(self):
        super().setUp()
        self.enterContext(self._on(0))
        self._sign_in(self.buyer)

    def _send(self, invoices=None, path="/my/promise", **fields_):
        """Send the form, and return the answer."""
        values = {"day": str(FRIDAY), **fields_}
        if invoices is not None:
            values["documents"] = ",".join(map(str, invoices.ids))
        answer = self._post(path, **values)
        self.env.invalidate_all()
        return answer

    def _get_all(self):
        return self.promises.search([], order="id")

    def _read(self, path, query):
        """Return the texts that an xpath finds on a page."""
        page = html.fromstring(self._get(path).text)
        return [
            " ".join(found.text_content().split()).replace("\N{NO-BREAK SPACE}", " ")
            for found in page.xpath(query)
        ]

    # ------------------------------------------------------------
    # Make
    # ------------------------------------------------------------

    def test_an_invoice_is_promised_and_both_pages_say_so(self):
        path = f"/my/invoices/{self.invoice.id}"
        [link] = html.fromstring(self._get(path).text).xpath(
            "//a[starts-with(@href, '/my/promise?')]/@href"
        )
        form = self._get(link)
        self.assertEqual(self._get_figures(form, "left"), ["300.00"])
        answer = self._send(self.invoice, request_key=KEY)
        promise = self._get_all()
        self.assertEqual(
            [promise.amount, promise.day, promise.user_id, promise.source],
            [300.0, FRIDAY, self.buyer, "portal"],
        )
        self.assertEqual(answer.status_code, 303)
        page = self._get(answer.headers["Location"])
        self.assertIn("You will not be reminded", page.text)
        self.assertEqual(self._get_figures(page, "promised"), ["300.00"])
        self.assertEqual(
            self._read(path, "//div[@name='promises']/div"),
            ["You promised to pay $ 300.00 on 03/14/2036. Change or withdraw"],
        )
        self.assertNotIn("/my/promise?", self._get(path).text)
        for place in ("/my/invoices", "/my/pay"):
            texts = self._read(place, "//td[@data-label='Status']")
            told = [text for text in texts if "promised" in text]
            self.assertEqual(len(told), 1, place)
            self.assertIn("$ 300.00 on 03/14/2036", told[0])

    def test_a_colleague_reads_it_without_you(self):
        self._promise(self.invoice)
        ann = self._create_portal_user("ann", self.customer)
        self._sign_in(ann)
        self.assertEqual(
            self._read(
                f"/my/invoices/{self.invoice.id}", "//div[@name='promises']/div"
            ),
            ["$ 300.00 is promised for 03/14/2036. Change or withdraw"],
        )
        self.assertIn("buyer", self._get(f"/my/promises/{self._get_all().id}").text)

    def test_several_that_are_ticked_on_the_pay_page(self):
        self.assertIn('name="promise"', self._get("/my/pay").text)
        answer = self._post(
            "/my/pay",
            promise="1",
            **{f"document_{one.id}": "on" for one in (self.invoice, self.other)},
            **{f"amount_{self.invoice.id}": "300", f"amount_{self.other.id}": "50"},
        )
        self.assertEqual(answer.status_code, 303)
        page = self._get(answer.headers["Location"])
        self.assertEqual(self._get_figures(page, "left"), ["400.00"])
        fields_ = {
            field.get("name"): field.get("value")
            for field in html.fromstring(page.text).xpath("//main//input[@value]")
        }
        self.assertEqual(
            (fields_["documents"], fields_["amount"]),
            (f"{self.invoice.id},{self.other.id}", "350.00"),
        )
        self._send(self.invoice | self.other, amount="350")
        self.assertEqual(self._get_all().line_ids.mapped("amount"), [300.0, 50.0])
        self.assertFalse(self.env["portal.remittance"].sudo().search([]))

    def test_what_is_promised_already_is_left_out(self):
        self._promise(self.other)
        page = self._get(f"/my/promise?documents={self.invoice.id},{self.other.id}")
        self.assertEqual(self._get_figures(page, "left"), ["300.00"])
        self.assertIn(f"Already promised: <bdi>{self.other.name}</bdi>", page.text)
        page = self._get(f"/my/promise?documents={self.other.id}")
        self.assertNotIn('name="day"', page.text)

    def test_a_wrong_amount_comes_back_on_the_pay_page(self):
        answer = self._post(
            "/my/pay",
            promise="1",
            **{f"document_{self.invoice.id}": "on", f"amount_{self.invoice.id}": "x"},
        )
        self.assertEqual(answer.status_code, 422)
        self.assertIn("Enter a number", answer.text)

    def test_a_double_click_and_two_tabs_make_one(self):
        first = self._send(self.invoice, request_key=KEY)
        again = self._send(self.invoice, request_key=KEY)
        self.assertEqual(again.status_code, 303)
        self.assertEqual(
            again.headers["Location"].split("?")[0],
            first.headers["Location"].split("?")[0],
        )
        tab = self._send(self.invoice, request_key="b" * 32)
        self.assertEqual(tab.status_code, 422)
        self.assertIn("already promised for 03/14/2036", tab.text)
        self.assertEqual(len(self._get_all()), 1)

    def test_what_is_wrong_stands_at_its_field_and_nothing_is_lost(self):
        answer = self._send(self.invoice, day="", amount="12")
        self.assertEqual(answer.status_code, 422)
        self.assertIn("Choose a day.", answer.text)
        self.assertIn('value="12"', answer.text)
        for fields_, sentence in (
            ({"amount": "x"}, "Enter a number"),
            ({"amount": "-1"}, "not negative"),
            ({"amount": "300.01"}, "is left to pay"),
            ({"day": "2036-02-31"}, "Enter a date"),
            ({"day": "2036-03-09"}, "Choose a day from 03/10/2036 to 03/24/2036."),
            ({"day": "2036-03-25"}, "Choose a day from 03/10/2036 to 03/24/2036."),
        ):
            with self.subTest(fields_):
                answer = self._send(self.invoice, **fields_)
                self.assertEqual(answer.status_code, 422)
                self.assertIn(sentence, answer.text)
        self.assertFalse(self._get_all())

    def test_switched_off_it_is_offered_nowhere(self):
        self.company.portal_promises = False
        for path in (f"/my/invoices/{self.invoice.id}", "/my/pay"):
            page = self._get(path).text
            self.assertNotIn("/my/promise", page)
            self.assertNotIn('name="promise"', page)
        self.assertEqual(self._send(self.invoice).status_code, 422)
        self.assertIn(
            "cannot be promised",
            self._get(f"/my/promise?documents={self.invoice.id}").text,
        )
        self.assertFalse(self._get_all())

    # ------------------------------------------------------------
    # Change and withdraw
    # ------------------------------------------------------------

    def test_it_is_changed_and_withdrawn_and_the_history_stays(self):
        promise = self._promise(self.invoice)
        path = f"/my/promises/{promise.id}"
        form = html.fromstring(self._get(f"{path}/change").text)
        self.assertEqual(form.xpath("//input[@name='amount']/@value"), ["300.00"])
        answer = self._send(path=f"{path}/change", day="2036-03-13", amount="200")
        changed = self._get_all()[-1]
        self.assertURLEqual(
            answer.headers["Location"],
            f"/my/promises/{changed.id}?notice=promise_changed",
        )
        self.assertEqual([promise.state, changed.amount], ["replaced", 200.0])
        answer = self._post(f"/my/promises/{changed.id}/withdraw")
        self.assertEqual(answer.status_code, 303)
        self.env.invalidate_all()
        self.assertEqual(changed.state, "withdrawn")
        again = self._post(f"/my/promises/{changed.id}/withdraw")
        self.assertEqual(again.status_code, 422)
        self.assertEqual(
            self._read(
                f"/my/invoices/{self.invoice.id}", "//div[@name='promises']/div"
            ),
            ["Promised for 03/13/2036: $ 200.00 Withdrawn"],
        )

    def test_a_change_that_is_sent_twice_is_one(self):
        path = f"/my/promises/{self._promise(self.invoice).id}/change"
        first = self._send(path=path, request_key=KEY)
        again = self._send(path=path, request_key=KEY)
        self.assertEqual(
            again.headers["Location"], first.headers["Location"].split("?")[0]
        )
        self.assertEqual(len(self._get_all()), 2)

    # ------------------------------------------------------------
    # Who
    # ------------------------------------------------------------

    def test_who_may_not_pay_promises_nothing_and_sees_it(self):
        viewer = self._create_portal_user("viewer", self.customer)
        self._give_role(viewer, "viewer")
        promise = self._promise(self.other)
        self._sign_in(viewer)
        self.assertNotIn(
            "/my/promise?", self._get(f"/my/invoices/{self.invoice.id}").text
        )
        page = self._get(f"/my/promises/{promise.id}")
        self.assertEqual(page.status_code, 200)
        self.assertNotIn("withdraw", page.text)
        self.assertEqual(self._send(self.invoice).status_code, 403)
        self.assertEqual(self._get("/my/promise").status_code, 403)
        for name in ("change", "withdraw"):
            answer = self._send(path=f"/my/promises/{promise.id}/{name}")
            self.assertEqual(answer.status_code, 403)
        self.assertEqual([self._get_all(), promise.state], [promise, "open"])

    def test_foreign_and_missing_documents_are_alike(self):
        foreign = self._owe(10.0, partner=self.other_customer)
        for documents in (foreign, foreign.browse(2147480000)):
            answer = self._send(documents)
            self.assertEqual(answer.status_code, 422)
            self.assertIn("at least one open invoice", answer.text)
        self.assertFalse(self._get_all())

    def test_a_branch_sees_of_a_promise_only_its_own_document(self):
        own = self._owe(40.0, partner=self.branch)
        with self._on(0):
            promise = self.promises._make(
                self.branch, own | self.invoice, FRIDAY, user=self.buyer
            )
        self._sign_in(self.colleague)
        page = self._get(f"/my/promises/{promise.id}").text
        self.assertIn(own.name, page)
        self.assertNotIn(self.invoice.name, page)
        self.assertIn("Another document", page)

    def test_a_branch_reads_what_the_head_office_promised_and_opens_nothing(self):
        own = self._owe(40.0, partner=self.branch)
        promise = self._promise(own | self.invoice)
        self._sign_in(self.colleague)
        self.assertEqual(
            self._read(f"/my/invoices/{own.id}", "//div[@name='promises']/div"),
            ["$ 40.00 is promised for 03/14/2036."],
        )
        self.assertEqual(self._get(f"/my/promises/{promise.id}").status_code, 404)

    def test_contacts_read_no_note_and_write_nothing(self):
        promise = self._promise(self.invoice, source="staff", note="Secret")
        own = promise.with_user(self.buyer).sudo(False)
        self.assertEqual(own.read(["amount"])[0]["amount"], 300.0)
        with mute_logger("odoo.addons.base.models.ir_rule"):
            for name in ("note", "line_ids"):
                with self.assertRaisesRegex(Exception, "access"):
                    own.read([name])
            for change in (
                lambda: own.write({"amount": 1.0}),
                own.unlink,
                own.action_withdraw,
                own.action_open_documents,
                lambda: self.customer.with_user(self.buyer).action_open_promises(),
            ):
                with self.assertRaisesRegex(Exception, "(?i)access|allowed|by hand"):
                    change()
        self.assertNotIn("Secret", self._get(f"/my/promises/{promise.id}").text)

    # ------------------------------------------------------------
    # The link of a mail
    # ------------------------------------------------------------

    def test_the_link_of_a_mail_promises_its_one_invoice(self):
        path = f"/pay/{self.env['portal.pay.link']._make_token(self.invoice)}"
        self._sign_in(None)
        self.assertIn("I will pay later", self._get(path).text)
        answer = self._send(path=f"{path}/promise")
        self.assertEqual(answer.status_code, 303)
        promise = self._get_all()
        self.assertEqual(
            [promise.source, promise.amount, promise.line_ids.move_id],
            ["link", 300.0, self.invoice],
        )
        page = self._get(answer.headers["Location"]).text
        self.assertIn("You will not be reminded", page)
        self.assertIn("is promised for", page)
        self._send(path=f"{path}/promise", day="2036-03-12")
        self.assertEqual(self._get_all().mapped("state"), ["open", "replaced"][::-1])
        late = self._send(path=f"{path}/promise", day="2036-04-30")
        self.assertEqual(late.status_code, 422)

    def test_a_link_does_not_change_what_a_person_promised(self):
        promise = self._promise(self.invoice)
        path = f"/pay/{self.env['portal.pay.link']._make_token(self.invoice)}"
        self._sign_in(None)
        page = self._get(path).text
        self.assertNotIn("Choose another day", page)
        self.assertNotIn("buyer", page)
        self.assertEqual(self._send(path=f"{path}/promise").status_code, 422)
        self.assertEqual([self._get_all(), promise.state], [promise, "open"])

    def test_an_ended_or_wrong_link_promises_nothing(self):
        path = f"/pay/{self.env['portal.pay.link']._make_token(self.invoice)}"
        self._sign_in(None)
        self.assertEqual(self._send(path=f"{path[:-1]}x/promise").status_code, 404)
        self.customer.action_end_pay_links()
        self.assertEqual(self._send(path=f"{path}/promise").status_code, 410)
        self.assertFalse(self._get_all())

    # ------------------------------------------------------------
    # Told
    # ------------------------------------------------------------

    def _get_told(self, code, days=0):
        """Tell what waits so many days after Monday, and return {login: [title]}."""
        notices = self.env["portal.notice"].sudo()
        before = notices.search([])
        with self._on(days, 12):
            news = self.env["portal.news"].sudo()
            domain = [("code", "=", code), ("state", "=", "waiting")]
            for one in news.search(domain):
                one._tell()
        told = {}
        for notice in notices.search([("event_id.code", "=", code)]) - before:
            told.setdefault(notice.user_id.login, []).append(notice.title)
        return told

    def test_colleagues_who_pay_are_told_of_a_promise(self):
        self._create_portal_user("ann", self.customer)
        self._send(self.invoice)
        title = "A payment of $\N{NO-BREAK SPACE}300.00 is promised for 03/14/2036."
        self.assertEqual(self._get_told("promise_made"), {"ann": [title]})

    def test_who_promised_is_told_once_that_it_is_broken(self):
        self._create_portal_user("ann", self.customer)
        self._promise(self.invoice)
        self._look(5)
        self._look(6)
        self.assertEqual(len(self._get_told("promise_broken", 6)["buyer"]), 1)
        self.assertEqual(self._get_told("promise_broken", 6), {})

    def test_who_got_the_reminder_is_not_told_twice(self):
        ann = self._create_portal_user("ann", self.customer)
        self.env["portal.contact.function"].create(
            {
                "partner_id": self.customer.id,
                "function": "reminders",
                "contact_id": self.buyer.partner_id.id,
            }
        )
        self._promise(self.invoice | self.other, 11)
        [reminder] = self._run(MONDAY + timedelta(days=14))
        self.assertEqual(reminder.recipient_ids, self.buyer.partner_id)
        self.assertEqual(self._get_all().state, "broken")
        self.assertEqual(self._get_told("promise_broken", 14), {})
        self.assertTrue(ann)

    def test_nobody_is_told_of_one_that_was_paid_meanwhile(self):
        self._promise(self.invoice)
        self._look(5)
        self._pay_by_bank(self.invoice, 300.0, 5)
        self.assertEqual(self._get_told("promise_broken", 5), {})

    def test_the_export_of_a_person_has_the_own_ones(self):
        promise = self._promise(self.invoice)
        for user, found in ((self.buyer, promise), (self.colleague, promise.browse())):
            own = [("user_id", "=", user.id)]
            sections = user.with_user(user)._get_portal_data_sections(own)
            [section] = [one for one in sections if one.name == "promises"]
            self.assertEqual(self.promises.search(section.domain), found)

    # ------------------------------------------------------------
    # What it costs
    # ------------------------------------------------------------

    def test_pages_cost_a_query_more_and_no_more_for_many(self):
        self.company.portal_promise_open = 100
        few = {}
        paths = (f"/my/invoices/{self.invoice.id}", "/my/invoices", "/my/pay")

        def count(path):
            for _twice in range(2):  # what is remembered
                self.env.flush_all()
                self.env.invalidate_all()
                before = self.env.cr.sql_log_count
                self._get(path)
            return self.env.cr.sql_log_count - before

        none = {path: count(path) for path in paths}
        self._promise(self.invoice)
        few = {path: count(path) for path in paths}
        for _ in range(8):
            self._promise(self._owe(10.0))
        for path in paths:
            with self.subTest(path):
                self.assertLessEqual(few[path], none[path] + 2)
                self.assertEqual(count(path), few[path])
