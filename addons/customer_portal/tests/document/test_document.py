"""Who sees which document, in which version, and who is told of it."""

from datetime import timedelta

from lxml import html

from odoo import Command, fields
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import new_test_user
from odoo.tools import mute_logger

from ..document_papers import PDF, DocumentCommon


class TestDocumentAudience(DocumentCommon):
    def test_all(self):
        document = self._create_document("Prices")
        self._assert_seen_by(document, self.buyer, self.colleague, self.stranger)

    def test_one_customer(self):
        document = self._create_document(
            "Contract", "customer", partner_id=self.customer.id
        )
        self._assert_seen_by(document, self.buyer)
        document.include_branches = True
        self._assert_seen_by(document, self.buyer, self.colleague)

    def test_branch_is_seen_by_the_head_office(self):
        document = self._create_document(
            "Contract", "customer", partner_id=self.branch.id
        )
        self._assert_seen_by(document, self.buyer, self.colleague)
        self._tailor(self.buyer, {"see_documents": "company"})
        self._assert_seen_by(document, self.colleague)

    def test_tag_acts_at_once(self):
        tag = self.env["res.partner.category"].create({"name": "Retail"})
        document = self._create_document(
            "Certificate", "tags", category_ids=[Command.set(tag.ids)]
        )
        self._assert_seen_by(document)
        self.branch.category_id = tag
        self._assert_seen_by(document, self.buyer, self.colleague)
        self.branch.category_id = False
        self._assert_seen_by(document)

    def test_product_is_owned_when_something_came(self):
        document = self._create_document(
            "Manual",
            "product",
            product_tmpl_ids=[Command.set(self._get_product().product_tmpl_id.ids)],
        )
        order = self._create_order(partner=self.colleague.partner_id)
        self._assert_seen_by(document)
        order.order_line.qty_delivered = 1
        self._assert_seen_by(document, self.buyer, self.colleague)
        order._action_cancel()
        self._assert_seen_by(document)

    def test_service_is_owned_when_it_is_ordered(self):
        service = self.env["product.product"].create(
            {"name": "Training", "type": "service", "taxes_id": [Command.clear()]}
        )
        document = self._create_document(
            "Slides",
            "product",
            product_tmpl_ids=[Command.set(service.product_tmpl_id.ids)],
        )
        order = self._create_order(
            partner=self.other_customer,
            state="sent",
            order_line=[Command.create({"product_id": service.id})],
        )
        self._assert_seen_by(document)
        order.action_confirm()
        self._assert_seen_by(document, self.stranger)

    def test_only_owned_products_are_named(self):
        secret = self.env["product.product"].create({"name": "Secret prototype"})
        products = self._get_product().product_tmpl_id | secret.product_tmpl_id
        document = self._create_document(
            "Manual", "product", product_tmpl_ids=[Command.set(products.ids)]
        )
        self._create_order().order_line.qty_delivered = 1
        own = document.with_user(self.buyer)
        self.assertEqual(own.product_names, "Bolt M8")
        self._sign_in(self.buyer)
        page = self._get("/my/documents?search=bolt").text
        self.assertIn("For <bdi>Bolt M8</bdi>", page)
        self.assertNotIn("Secret prototype", page)

    def test_own_uploads(self):
        document = self._receive_document("Drawing", self.buyer)
        self._assert_seen_by(document, self.buyer)
        branch = self._receive_document("Plan", self.colleague)
        self._assert_seen_by(branch, self.buyer, self.colleague)
        for scopes, values in (
            ({"send_documents": "branches"}, {}),
            ({"see_documents": "branches"}, {"scope": "own"}),
        ):
            self._tailor(self.buyer, scopes, **values)
            self.assertTrue(self._sees(self.buyer, document))
            self.assertFalse(self._sees(self.buyer, branch))

    def test_without_the_permission_nothing_is_seen(self):
        document = self._create_document("Prices")
        self._tailor(self.buyer, {"see_orders": "branches"})
        self.assertFalse(self._sees(self.buyer, document))
        self._sign_in(self.buyer)
        self.assertEqual(self._get("/my/documents").status_code, 403)
        self.assertEqual(self._get(f"/my/documents/{document.id}").status_code, 404)

    def test_section_is_switched_off(self):
        document = self._create_document("Prices")
        self.env.ref("customer_portal.section_documents").is_on = False
        self._assert_seen_by(document)

    def test_other_company(self):
        company = self.env["res.company"].create({"name": "Elsewhere"})
        document = self._create_document("Prices", company_id=company.id)
        self._assert_seen_by(document)
        document.company_id = False
        self._assert_seen_by(document, self.buyer, self.colleague, self.stranger)

    def test_time(self):
        document = self._create_document("Prices")
        yesterday = self.today - timedelta(days=1)
        document.valid_from = self.today + timedelta(days=1)
        self.assertFalse(self._sees(self.buyer, document))
        document.valid_from = yesterday
        document.valid_until = yesterday
        self.assertTrue(self._sees(self.buyer, document))
        self._sign_in(self.buyer)
        self.assertNotIn("Prices", self._get("/my/documents").text)
        self.assertIn("Prices", self._get("/my/documents?filterby=expired").text)

    def test_archived_and_empty_ones_are_hidden(self):
        document = self._create_document("Prices", content=None)
        self.assertFalse(self._sees(self.buyer, document))
        document._add_version("a.pdf", PDF)
        self.assertTrue(self._sees(self.buyer, document))
        document.active = False
        own = document.with_user(self.buyer).with_context(active_test=False)
        self.assertFalse(own.search([("id", "=", document.id)]))
        self.assertFalse(own.has_access("read"))

    def test_archived_kind_keeps_its_documents(self):
        document = self._create_document("Prices")
        self.kind.active = False
        self.assertTrue(self._sees(self.buyer, document))
        self._sign_in(self.buyer)
        self.assertIn(self.kind.name, self._get(f"/my/documents/{document.id}").text)
        self.assertNotIn(f'value="{self.kind.id}"', self._get("/my/documents").text)

    def test_what_a_customer_sent_is_for_nobody_else(self):
        document = self._receive_document("Drawing", self.buyer)
        with self.assertRaises(ValidationError):
            document.audience = "all"
        with self.assertRaises(ValidationError):
            self._create_document("Contract", "customer")
        with self.assertRaises(ValidationError):
            document.partner_id = self.buyer.partner_id

    def test_nothing_is_written_by_rpc(self):
        document = self._receive_document("Drawing", self.buyer)
        for record in (
            document,
            document.version_ids,
            self._ask_for_document(),
            self.env["portal.document.access"],
        ):
            own = record.with_user(self.buyer)
            for operation in ("create", "write", "unlink"):
                with self.subTest(record._name, operation=operation):
                    self.assertFalse(own.has_access(operation))
        for method in ("action_accept", "action_send_back"):
            with self.subTest(method), self.assertRaises(AccessError):
                getattr(document.with_user(self.buyer), method)()

    def test_file_is_staff_s_past_the_portal_s_route(self):
        document = self._create_document("Prices")
        version = document.version_ids
        attachment = self.env["ir.attachment"].search(
            [
                ("res_model", "=", version._name),
                ("res_id", "=", version.id),
                ("res_field", "=", "content"),
            ]
        )
        self.assertEqual(attachment.raw, PDF)
        self.assertFalse(attachment.public)
        own = version.with_user(self.buyer)
        with self.assertRaises(AccessError):
            own.read(["content"])
        self.assertFalse(attachment.with_user(self.buyer).has_access("read"))
        self._sign_in(self.buyer)
        for path in (
            f"/web/content/{attachment.id}",
            f"/web/content/{attachment.id}?access_token={attachment.access_token}",
            f"/web/image/{attachment.id}",
            f"/web/content/portal.document.version/{version.id}/content",
            f"/web/image/portal.document.version/{version.id}/content",
            f"/mail/attachment/pdf_first_page/{attachment.id}",
        ):
            with self.subTest(path):
                answer = self._get(path)
                self.assertNotIn(b"%PDF", answer.content)


class TestDocumentPages(DocumentCommon):
    def _names(self, path):
        page = self._get(path)
        self.assertEqual(page.status_code, 200)
        rows = html.fromstring(page.text).iterfind(".//tr[@data-document]")
        return [row.findtext(".//a/bdi") for row in rows]

    def test_export_holds_what_the_list_shows_and_no_formula(self):
        self._create_document("=HYPERLINK(1)")
        self._create_document("Hidden", "customer", partner_id=self.other_customer.id)
        self._sign_in(self.buyer)
        answer = self._post("/my/documents/export?search=HYPER")
        self.assertEqual(answer.status_code, 200)
        self.assertIn("attachment", answer.headers["Content-Disposition"])
        header, *rows = answer.content.decode("utf-8-sig").splitlines()
        self.assertIn("Title", header)
        self.assertEqual([row.split(",")[0] for row in rows], ["'=HYPERLINK(1)"])
        self.assertNotIn("Hidden", self._post("/my/documents/export").text)
        self._tailor(self.buyer, {"see_documents": "branches"})
        self.assertEqual(self._post("/my/documents/export").status_code, 403)

    def test_list_searches_filters_and_sorts(self):
        soon = self.today + timedelta(days=5)
        self._create_document("Prices", valid_until=soon)
        self._create_document("Contract", "customer", partner_id=self.customer.id)
        self._receive_document("Drawing", self.buyer)
        self._create_document("Foreign", "customer", partner_id=self.other_customer.id)
        self._sign_in(self.buyer)
        for path, names in (
            ("", ["Drawing", "Contract", "Prices"]),
            ("?sortby=name", ["Contract", "Drawing", "Prices"]),
            ("?sortby=valid_until", ["Prices", "Contract", "Drawing"]),
            ("?filterby=from_us", ["Contract", "Prices"]),
            ("?filterby=from_you", ["Drawing"]),
            ("?filterby=expiring", ["Prices"]),
            ("?filterby=expired", []),
            ("?filterby=all", ["Drawing", "Contract", "Prices"]),
            ("?search=prices.pdf", ["Prices"]),
            (f"?kind={self.kind.id}&search=contr", ["Contract"]),
            (f"?kind={self.env.ref('customer_portal.kind_manual').id}", []),
            ("?search=Foreign&filterby=all", []),
        ):
            with self.subTest(path):
                self.assertEqual(self._names(f"/my/documents{path}"), names)

    def test_pages_go_on_where_the_last_one_ended(self):
        for number in range(45):
            self._create_document(f"D{number:02}")
        self._sign_in(self.buyer)
        for sorting in ("newest", "name", "valid_until"):
            path, seen = f"/my/documents?sortby={sorting}", []
            while path:
                page = html.fromstring(self._get(path).text)
                seen += [
                    row.findtext(".//a/bdi")
                    for row in page.iterfind(".//tr[@data-document]")
                ]
                path = next(iter(page.xpath("//a[@rel='next']/@href")), None)
            with self.subTest(sorting):
                self.assertEqual(len(seen), 45)
                self.assertEqual(len(set(seen)), 45)

    def test_file_is_saved_and_never_shown(self):
        document = self._create_document("Prices", content=b"<html>hello</html>")
        document.version_ids._write({"name": "a\u202e \"';\u00e9.html"})
        document.invalidate_recordset()
        self._sign_in(self.buyer)
        answer = self._get(f"/my/documents/{document.id}/download")
        self.assertEqual(answer.content, b"<html>hello</html>")
        headers = answer.headers
        self.assertTrue(headers["Content-Disposition"].startswith("attachment;"))
        self.assertIn("filename*=UTF-8''", headers["Content-Disposition"])
        self.assertEqual(headers["Content-Type"], "application/octet-stream")
        self.assertEqual(headers["X-Content-Type-Options"], "nosniff")
        self.assertEqual(
            headers["Content-Security-Policy"], "default-src 'none'; sandbox"
        )
        self.assertEqual(headers["Cache-Control"], "no-store")

    def test_openings_are_written_down_once_a_minute(self):
        document = self._create_document("Prices")
        first = document.version_ids
        document._add_version("Prices 2.pdf", PDF + b"2")
        openings = self.env["portal.document.access"]
        self._sign_in(self.buyer)
        self.assertIn("Not opened yet", self._get("/my/documents").text)
        path = f"/my/documents/{document.id}"
        for _turn in range(3):
            self.assertEqual(self._get(f"{path}/download").content, PDF + b"2")
        self.assertEqual(self._get(f"{path}/versions/{first.id}/download").content, PDF)
        self.assertEqual(
            openings.search([("document_id", "=", document.id)], order="id").mapped(
                lambda line: (line.user_id, line.partner_id, line.version_id.number)
            ),
            [(self.buyer, self.customer, 2), (self.buyer, self.customer, 1)],
        )
        self.assertNotIn("Not opened yet", self._get("/my/documents").text)
        openings.sudo().search([]).date = fields.Datetime.now() - timedelta(minutes=2)
        self.env.flush_all()
        self._get(f"{path}/download")
        self.assertEqual(openings.search_count([("version_id", "!=", first.id)]), 2)

    def test_pages_write_no_opening(self):
        document = self._create_document("Prices")
        self._sign_in(self.buyer)
        self._get("/my/documents")
        self._get(f"/my/documents/{document.id}")
        self.url_open(f"/my/documents/{document.id}/download", method="HEAD")
        self.assertFalse(self.env["portal.document.access"].search_count([]))

    def test_openings_are_for_who_sees_the_activity_of_the_own_customer(self):
        document = self._create_document("Prices")
        for user in (self.buyer, self.stranger):
            self._sign_in(user)
            self._get(f"/my/documents/{document.id}/download")
        self._sign_in(self.buyer)
        page = self._get(f"/my/documents/{document.id}").text
        self.assertNotIn("Who opened it", page)
        openings = self.env["portal.document.access"]
        self.assertFalse(openings.with_user(self.buyer).search([]))
        self._tailor(
            self.buyer, {"see_documents": "branches", "see_activity": "branches"}
        )
        page = self._get(f"/my/documents/{document.id}").text
        self.assertIn("Who opened it", page)
        self.assertIn(self.buyer.name, page)
        self.assertNotIn(self.stranger.name, page)
        own = openings.with_user(self.buyer).search([])
        self.assertEqual(own.user_id, self.buyer)
        self._tailor(self.buyer, {"see_activity": "branches"})
        self.assertFalse(openings.with_user(self.buyer).search([]))

    def test_document_of_another_own_customer_switches_to_it(self):
        document = self._create_document("Plan", "customer", partner_id=self.branch.id)
        self._give_role(self.stranger, "buyer", self.branch)
        self._sign_in(self.stranger)
        self.assertEqual(self._names("/my/documents"), [])
        self.assertEqual(self._get(f"/my/documents/{document.id}").status_code, 200)
        self.assertEqual(self._names("/my/documents"), ["Plan"])
        self._get(f"/my/documents/{document.id}/download")
        opening = self.env["portal.document.access"].search([])
        self.assertEqual(opening.partner_id, self.branch)

    def test_looking_as_a_customer_changes_nothing(self):
        staff = new_test_user(
            self.env,
            login="staff",
            password="staff-secret",
            groups="sales_team.group_sale_salesman,customer_portal.group_portal_viewer",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        document = self._receive_document("Drawing", self.buyer)
        wizard = self.env["portal.view.wizard"].with_user(staff)
        wizard = wizard.create(
            {
                "membership_id": self.buyer.portal_membership_ids.id,
                "reason": "Asked by phone",
                "minutes": "15",
            }
        )
        self._sign_in(staff)
        self.make_jsonrpc_request(
            "/web/dataset/call_kw",
            {
                "model": wizard._name,
                "method": "action_open",
                "args": [wizard.ids],
                "kwargs": {},
            },
        )
        path = f"/my/documents/{document.id}"
        self.assertIn("You see the portal as", self._get(path).text)
        self.assertEqual(self._get(f"{path}/download").content, PDF)
        self.assertFalse(self.env["portal.document.access"].search_count([]))
        for form in (path + "/versions", path + "/withdraw", "/my/documents/send"):
            with self.subTest(form):
                answer = self._upload(form, ("a.pdf", PDF), kind_id=self.kind.id)
                self.assertEqual(answer.status_code, 403)
        self.assertTrue(document.active)
        self.assertEqual(document.version_count, 1)
        self.assertEqual(self.documents.search_count([]), 1)

    def test_version_of_another_document_is_missing(self):
        one, other = self._create_document("One"), self._create_document("Other")
        self._sign_in(self.buyer)
        answer = self._get(
            f"/my/documents/{one.id}/versions/{other.version_ids.id}/download"
        )
        self.assertEqual(answer.status_code, 404)

    def test_lost_file_is_missing(self):
        document = self._create_document("Prices")
        attachment = self.env["ir.attachment"].search(
            [("res_model", "=", "portal.document.version"), ("res_field", "!=", False)]
        )
        attachment.unlink()
        self._sign_in(self.buyer)
        with mute_logger("odoo.http"):
            answer = self._get(f"/my/documents/{document.id}/download")
        self.assertEqual(answer.status_code, 404)
        self.assertFalse(self.env["portal.document.access"].search_count([]))
