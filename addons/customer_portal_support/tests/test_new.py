"""Ask for something: the catalogue, the forms of its types, and what comes of them."""

import base64
from unittest.mock import patch

from freezegun import freeze_time
from lxml import html

from odoo import Command
from odoo.http import Request

from odoo.addons.customer_portal.tests.common import PortalHttpCommon
from odoo.addons.customer_portal.tests.role_case import RolesMixin

KEY = "0123456789abcdef0123456789abcdef"
PICTURE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQ"
    "AAAABJRU5ErkJggg=="
)


class NewTicketCase(RolesMixin, PortalHttpCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.goods, cls.invoices, cls.other, cls.account = (
            cls.env.ref(f"customer_portal_support.type_{name}")
            for name in ("goods", "invoice", "other", "account")
        )
        cls.team = cls.env["portal.ticket.team"].create(
            {"name": "Desk", "company_id": cls.company.id}
        )
        cls.order = cls._create_order()
        cls.foreign = cls._create_order(partner=cls.other_customer)
        cls.env["ir.config_parameter"].set_param(
            "customer_portal.limit_ticket", "1000000"
        )

    def setUp(self):
        super().setUp()
        self._sign_in(self.buyer)

    def _name(self, kind, of, number=0):
        """Return the name of the input of a field of a type."""
        fields_ = of.field_ids.filtered(lambda field: field.kind == kind)
        return f"answer_{fields_[number].id}"

    def _send(self, kind, query="", files=(), **values):
        """POST the form of a type, with files, as its page does."""
        return self.url_open(
            f"/my/tickets/new/{kind.id}{query}",
            data={
                "csrf_token": Request.csrf_token(self),
                "subject": "Help",
                **values,
            },
            files=[*files] or None,
            allow_redirects=False,
        )

    def _send_goods(self, query=None, files=(), **values):
        """Send that goods of the order are damaged."""
        return self._send(
            self.goods,
            f"?order={self.order.id}" if query is None else query,
            files,
            **{
                self._name("order", self.goods): self.order.id,
                self._name("choice", self.goods): "Damaged",
                self._name("long_text", self.goods): "A dent\nin the <middle>.",
                **values,
            },
        )

    def _pay_by_bank(self, partner=None):
        payment = self.env["account.payment"].create(
            {
                "partner_id": (partner or self.customer).id,
                "amount": 12.0,
                "payment_type": "inbound",
                "partner_type": "customer",
            }
        )
        payment.action_post()
        return payment

    def _find(self):
        return self.env["portal.ticket"].search([], order="id")

    def _read_page(self, answer, status=200):
        self.assertEqual(answer.status_code, status, answer.text[:3000])
        return html.fromstring(answer.text)


class TestCatalogue(NewTicketCase):
    def _get_offers(self, query=""):
        page = self._read_page(self._get(f"/my/tickets/new{query}"))
        return [
            (link.text_content(), link.get("href"))
            for link in page.xpath("//ul[contains(@class, 'cp_offers')]//a")
        ]

    def _get_names(self, query=""):
        return [name for name, _url in self._get_offers(query)]

    def test_types_with_their_forms(self):
        offers = self._get_offers()
        self.assertIn(
            (self.goods.name, f"/my/tickets/new/{self.goods.id}"),
            offers,
        )
        for _name, url in offers:
            with self.subTest(url):
                self._read_page(self._get(url))

    def test_offered_by_permission_tag_company_and_activity(self):
        shown = self._get_names()
        tag = self.env["res.partner.category"].create({"name": "Wholesale"})
        second = self.env["res.company"].create({"name": "Second"})
        for field, value, back in (
            ("permission_id", self.env.ref("customer_portal.permission_pay"), False),
            ("customer_tag_ids", tag, False),
            ("company_id", second, False),
            ("active", False, True),
        ):
            with self.subTest(field):
                self._tailor(self.buyer, {"see_tickets": "own", "open_tickets": "own"})
                before = self._get_names()
                self.assertIn(self.other.name, before)
                self.other.write({field: value})
                self.assertEqual(
                    set(before) - set(self._get_names()), {self.other.name}
                )
                answer = self._get(f"/my/tickets/new/{self.other.id}")
                self.assertEqual(answer.status_code, 404)
                answer = self._send(
                    self.other, **{self._name("long_text", self.other): "x"}
                )
                self.assertEqual(answer.status_code, 404)
                self.other.write({field: back})
        self.other.customer_tag_ids = tag
        self.customer.category_id = tag
        self.assertIn(self.other.name, self._get_names())
        self.assertTrue(shown)

    def test_without_permission_nothing_is_offered(self):
        self._tailor(self.buyer, {"see_orders": "company"})
        for path in ("", f"/{self.other.id}", f"?order={self.order.id}"):
            self.assertEqual(self._get(f"/my/tickets/new{path}").status_code, 403)
        self.assertEqual(self._send(self.other).status_code, 403)
        page = self._get(f"/my/orders/{self.order.id}")
        self.assertNotIn("/my/tickets", page.text)

    def test_each_type_says_how_soon_it_was_answered(self):
        self.env["portal.sla.policy"].search([]).active = False
        path = "/my/tickets/new"
        self.assertNotIn("working hour", self._get(path).text)
        with freeze_time(self.today):
            tickets = self.env["portal.ticket"].create(
                [
                    {
                        "subject": "Before",
                        "partner_id": self.buyer.partner_id.id,
                        "team_id": self.team.id,
                        "type_id": self.other.id,
                        "channel": "portal",
                    }
                    for _number in range(20)
                ]
            )
        tickets.write({"first_reply_on": self.today, "first_reply_seconds": 2.5 * 3600})
        self.env.flush_all()
        page = self._get(path)
        self.assertEqual(page.text.count("within 3 working hours"), 1)
        form = self._read_page(self._get(f"{path}/{self.other.id}"))
        self.assertTrue(form.xpath("//p[@data-expected]"))

    def test_many_types_cost_what_few_cost(self):
        def count():
            path = "/my/tickets/new"
            self._get(path)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self._get(path)
            return self.env.cr.sql_log_count - before

        few = count()
        for _number in range(20):
            self.other.copy()
        self.assertEqual(count(), few)
        self.assertLessEqual(few, 12)

    def test_context_leads_to_the_form_where_one_type_fits(self):
        invoice = self._create_posted_invoice(10.0)
        answer = self._get(f"/my/tickets/new?invoice={invoice.id}")
        self.assertEqual(answer.status_code, 303)
        self.assertURLEqual(
            answer.headers["Location"],
            f"/my/tickets/new/{self.invoices.id}?invoice={invoice.id}",
        )
        names = self._get_names(f"?invoice={invoice.id}&all=1")
        self.assertIn(self.other.name, names)
        self.assertEqual(names[0], self.invoices.name)
        offers = self._get_offers(f"?order={self.order.id}")
        self.assertIn(
            (self.goods.name, f"/my/tickets/new/{self.goods.id}?order={self.order.id}"),
            offers,
        )

    def test_foreign_context_is_as_missing(self):
        foreign_invoice = self._create_posted_invoice(10.0, partner=self.other_customer)
        line = self.foreign.order_line.id
        for name, value in (
            ("order", self.foreign.id),
            ("line", line),
            ("invoice", foreign_invoice.id),
            ("payment", 1),
            ("product", self.env["product.product"].create({"name": "New"}).id),
        ):
            for wrong in (value, 99999999, 2**40, "x", ""):
                for path in ("", f"/{self.other.id}"):
                    with self.subTest(name, value=wrong, path=path):
                        answer = self._get(f"/my/tickets/new{path}?{name}={wrong}")
                        self.assertEqual(answer.status_code, 404)


class TestTicketForm(NewTicketCase):
    def test_person_opens_a_ticket_about_an_order_with_a_photo(self):
        form = self._read_page(
            self._get(f"/my/tickets/new/{self.goods.id}?order={self.order.id}")
        )
        [chosen] = form.xpath(
            "//input[@type='radio'][@checked][@value!='']"
            f"[@name='{self._name('order', self.goods)}']"
        )
        self.assertEqual(chosen.get("value"), str(self.order.id))
        [subject] = form.xpath("//input[@name='subject']")
        self.assertEqual(subject.get("value"), f"{self.goods.name}: {self.order.name}")
        answer = self._send_goods(
            files=[
                (self._name("file", self.goods), ("dent.png", PICTURE, "image/png"))
            ],
            subject="Dented bolts",
            urgency="3",
            is_complaint="on",
            request_key=KEY,
        )
        self.assertEqual(answer.status_code, 303, answer.text[:3000])
        ticket = self._find()
        self.assertURLEqual(
            answer.headers["Location"], f"/my/tickets/{ticket.id}?notice=ticket_sent"
        )
        self.assertEqual(
            (
                ticket.subject,
                ticket.urgency,
                ticket.is_complaint,
                ticket.priority,
                ticket.channel,
                ticket.order_id,
                ticket.partner_id,
                ticket.portal_customer_id,
                ticket.team_id,
                ticket.type_id,
                str(ticket.description),
            ),
            (
                "Dented bolts",
                "3",
                True,
                "2",
                "portal",
                self.order,
                self.buyer.partner_id,
                self.customer,
                self.team,
                self.goods,
                "<p>A dent<br>in the &lt;middle&gt;.</p>",
            ),
        )
        self.assertTrue(ticket.number and ticket.expected_reply_on)
        self.assertEqual(
            ticket.value_ids.mapped(lambda value: (value.label, value.text)),
            [("What is wrong", "Damaged"), ("Photos", "dent.png")],
        )
        [value] = ticket.value_ids.filtered(lambda value: value.label == "Photos")
        photo = self.env[value.res_model].browse(value.res_id)
        page = self._get(answer.headers["Location"])
        self.assertIn(f"/my/tickets/{ticket.id}/files/{photo.id}", page.text)
        sent = self._get(f"/my/tickets/{ticket.id}/files/{photo.id}")
        self.assertEqual(sent.content, PICTURE)
        self.assertEqual(
            (photo.raw, photo.res_model, photo.res_id),
            (PICTURE, "portal.ticket", ticket.id),
        )

    def test_sent_twice_is_one_ticket(self):
        first, second = (self._send_goods(request_key=KEY) for _time in range(2))
        self.assertEqual([first.status_code, second.status_code], [303, 303])
        self.assertEqual(first.headers["Location"], second.headers["Location"])
        self.assertEqual(len(self._find()), 1)
        self._send_goods(request_key=KEY[::-1])
        self.assertEqual(len(self._find()), 2)

    def test_mistake_is_said_beside_its_field_and_nothing_is_lost(self):
        choice = self._name("choice", self.goods)
        text = self._name("long_text", self.goods)
        order = self._name("order", self.goods)
        file = self._name("file", self.goods)
        for name, values in (
            (choice, {choice: ""}),
            (choice, {choice: "Enchanted"}),
            (order, {order: ""}),
            (order, {order: self.foreign.id}),
            ("subject", {"subject": ""}),
            ("subject", {"subject": "x" * 300}),
        ):
            with self.subTest(name, values=values):
                page = self._read_page(
                    self._send_goods(is_complaint="on", urgency="2", **values), 422
                )
                [field] = page.xpath(f"//form//*[@name='{name}' or @id='{name}'][1]")[
                    :1
                ]
                error_id = field.get("aria-describedby")
                self.assertTrue(page.xpath(f"//*[@id='{error_id}']")[0].text_content())
                [area] = page.xpath(f"//textarea[@name='{text}']")
                self.assertEqual(area.text, "A dent\nin the <middle>.")
                self.assertTrue(page.xpath("//input[@id='is_complaint'][@checked]"))
                self.assertTrue(page.xpath("//input[@id='urgency_2'][@checked]"))
        wrong = self._send_goods(files=[(file, ("a.exe", b"MZ", "image/png"))])
        self.assertEqual(wrong.status_code, 422)
        self.assertIn("a.exe", wrong.text)
        many = self._send_goods(
            files=[(file, (f"{n}.png", PICTURE, "image/png")) for n in range(21)]
        )
        self.assertEqual(many.status_code, 422)
        wrong = self._send_goods(
            **{choice: ""}, files=[(file, ("a.png", PICTURE, "image/png"))]
        )
        self.assertIn("choose the files again", wrong.text)
        self.assertFalse(self._find())

    def test_every_kind_of_field(self):
        kinds = ("text", "date", "number", "payment", "product")
        kind = self.env["portal.ticket.type"].create(
            {
                "name": "All",
                "field_ids": [
                    Command.create({"name": f"The {name}", "kind": name})
                    for name in kinds
                ],
            }
        )
        payment = self._pay_by_bank()
        product = self.order.order_line.product_id
        values = {
            "text": "One\x00 line",
            "date": "2026-05-01",
            "number": "2.5",
            "payment": payment.id,
            "product": product.id,
        }
        names = {name: self._name(name, kind) for name in kinds}
        answer = self._send(kind, **{names[key]: values[key] for key in kinds})
        self.assertEqual(answer.status_code, 303, answer.text[:3000])
        ticket = self._find()
        self.assertEqual((ticket.payment_id, ticket.product_id), (payment, product))
        self.assertEqual(
            ticket.value_ids.mapped(
                lambda value: (value.label, value.text, value.number, str(value.date))
            ),
            [
                ("The text", "One  line", 0.0, "False"),
                ("The date", "2026-05-01", 0.0, "2026-05-01"),
                ("The number", "2.5", 2.5, "False"),
            ],
        )
        for name, wrong in (
            ("text", "x" * 201),
            ("date", "2026-13-45"),
            ("number", "1e400"),
            ("number", "-1"),
            ("payment", self._pay_by_bank(self.other_customer).id),
            ("product", self.env["product.product"].create({"name": "New"}).id),
        ):
            with self.subTest(name, wrong=wrong):
                answer = self._send(kind, **{names[name]: wrong})
                self.assertEqual(answer.status_code, 422)
        self.assertEqual(self._find(), ticket)

    def test_paper_is_searched_without_a_script(self):
        older = [self._create_order(client_order_ref=f"PO-{n}") for n in range(9)]
        order = self._name("order", self.goods)
        page = self._read_page(self._get(f"/my/tickets/new/{self.goods.id}"))

        def read(page):
            return [
                int(value)
                for value in page.xpath(f"//input[@name='{order}']/@value")
                if value
            ]

        self.assertEqual(
            read(page), [found.id for found in reversed(older)][: len(read(page))]
        )
        self.assertIn("There are more", page.text_content())
        wanted = older[0]
        for press in ({"find": order}, {}):
            with self.subTest(press):
                page = self._read_page(
                    self._send_goods(
                        "", **{order: "", f"find_{order}": "PO-0", **press}
                    )
                )
                self.assertEqual(read(page), [wanted.id])
                text = self._name("long_text", self.goods)
                [area] = page.xpath(f"//textarea[@name='{text}']")
                self.assertEqual(area.text, "A dent\nin the <middle>.")
        page = self._read_page(
            self._send_goods(
                "", **{order: "", f"find_{order}": self.foreign.name, "find": order}
            )
        )
        self.assertEqual(read(page), [])
        self.assertIn("Nothing was found", page.text_content())
        self.assertFalse(self._find())
        answer = self._send_goods(
            "",
            **{
                order: wanted.id,
                f"find_{order}": "PO-0",
                f"found_{order}": "PO-0",
            },
        )
        self.assertEqual(answer.status_code, 303)
        self.assertEqual(self._find().order_id, wanted)

    def test_products_are_those_of_the_chosen_order(self):
        other = self.env["product.product"].create({"name": "Nut", "type": "consu"})
        second = self._create_order(
            order_line=[Command.create({"product_id": other.id})]
        )
        product = self._name("product", self.goods)

        def read(query):
            page = self._read_page(self._get(f"/my/tickets/new/{self.goods.id}{query}"))
            values = page.xpath(f"//input[@name='{product}']/@value")
            return {int(value) for value in values if value}

        bolt = self.order.order_line.product_id
        self.assertEqual(read(""), {bolt.id, other.id})
        self.assertEqual(read(f"?order={second.id}"), {other.id})
        self.assertEqual(read(f"?line={second.order_line.id}"), {other.id})
        answer = self._send_goods(**{product: other.id})
        self.assertEqual(answer.status_code, 422)
        page = self._read_page(
            self._send_goods("", **{f"find_{product}": "nut", "find": product})
        )
        values = page.xpath(f"//input[@name='{product}'][@value!='']/@value")
        # Of the order that is chosen there is none.
        self.assertEqual(values, [])
        page = self._read_page(
            self._send(self.goods, **{f"find_{product}": "nut", "find": product})
        )
        values = page.xpath(f"//input[@name='{product}'][@value!='']/@value")
        self.assertEqual(values, [str(other.id)])

    def test_ticket_is_of_the_customer_of_its_papers(self):
        self._tailor(
            self.buyer,
            {
                "see_orders": "branches",
                "see_tickets": "branches",
                "open_tickets": "branches",
            },
        )
        of_branch = self._create_order(partner=self.branch)
        order = self._name("order", self.goods)
        answer = self._send_goods("", **{order: of_branch.id})
        self.assertEqual(answer.status_code, 303)
        self.assertEqual(self._find().portal_customer_id, self.branch)
        self._tailor(self.buyer, {"see_orders": "branches", "open_tickets": "company"})
        self._send_goods("", **{order: of_branch.id})
        self.assertEqual(
            self._find().mapped("portal_customer_id"), self.branch | self.customer
        )
        self._tailor(self.buyer, {"see_orders": "branches"})
        answer = self._get(f"/my/tickets/new?order={of_branch.id}")
        self.assertEqual(answer.status_code, 403)

    def test_who_does_not_see_tickets_is_told_all_the_same(self):
        self._tailor(self.buyer, {"see_orders": "company", "open_tickets": "own"})
        answer = self._send_goods()
        self.assertURLEqual(answer.headers["Location"], "/my?notice=ticket_sent")
        self.assertIn("We have your request", self._get("/my?notice=ticket_sent").text)

    def test_full_disk_makes_no_ticket(self):
        attachments = type(self.env["ir.attachment"])
        file = (self._name("file", self.goods), ("a.png", PICTURE, "image/png"))
        with (
            patch.object(attachments, "_file_write", side_effect=OSError),
            self.assertLogs("odoo.addons.customer_portal", "ERROR"),
        ):
            answer = self._send_goods(files=[file])
        self.assertEqual(answer.status_code, 422)
        self.assertFalse(self._find())
