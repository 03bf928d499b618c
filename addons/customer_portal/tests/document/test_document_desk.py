"""What staff do with documents and requests, and who is told."""

import io
import json
import zipfile
from base64 import b64encode
from datetime import timedelta

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from ..common import PortalCommon
from ..document_papers import PDF, DocumentCast


@tagged("post_install", "-at_install")
class TestDocumentDesk(DocumentCast, PortalCommon):
    """What staff do, and who is told."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.seller = new_test_user(
            cls.env,
            login="seller",
            groups="sales_team.group_sale_salesman",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )

    def _run(self, name):
        """Run a scheduled action."""
        with self.enter_registry_test_mode():
            self.env.ref(f"customer_portal.cron_{name}").method_direct_trigger()
        self.env.invalidate_all()

    def _told(self, code, user=None):
        domain = [("event_id.code", "=", code)]
        if user:
            domain.append(("user_id", "=", user.id))
        return self.env["portal.notice"].search(domain)

    def test_sales_makes_documents_with_the_form(self):
        document = self.documents.with_user(self.seller).create(
            {
                "name": "Contract",
                "kind_id": self.kind.id,
                "audience": "customer",
                "partner_id": self.customer.id,
                "version_ids": [
                    Command.create({"name": "../../c.pdf", "content": b64encode(PDF)})
                ],
            }
        )
        version = document.version_ids
        self.assertEqual(
            (version.number, version.name, version.size, version.author_name),
            (1, "c.pdf", len(PDF), self.company.name),
        )
        self.assertEqual(document.current_version_id, version)
        self.assertEqual(document.file_name, "c.pdf")
        self.assertTrue(self._sees(self.buyer, document))
        with self.assertRaises(UserError):
            version.name = "other.pdf"
        with self.assertRaises(UserError):
            document.write({"version_ids": [Command.create({"name": "x.pdf"})]})
        with self.assertRaises(AccessError):
            document.unlink()

    def test_versions_are_kept_and_counted(self):
        document = self._create_document("Prices")
        second = document._add_version("b.pdf", PDF + b"2")
        self.assertEqual(sorted(document.version_ids.mapped("number")), [1, 2])
        self.assertEqual(document.current_version_id, second)
        self.assertEqual(document.added_on, second.added_on)

    def test_readers_are_told_of_new_versions_once(self):
        document = self._create_document(
            "Contract", "customer", partner_id=self.customer.id
        )
        later = self._create_document(
            "Later", valid_from=self.today + timedelta(days=1)
        )
        for _turn in range(2):
            self._run("documents_added")
        notices = self._told("document_added")
        self.assertEqual(notices.user_id, self.buyer)
        self.assertEqual(notices.url, f"/my/documents/{document.id}")
        document._add_version("b.pdf", PDF)
        later.valid_from = False
        self._run("documents_added")
        self.assertIn(
            "There is a new version of Contract.",
            self._told("document_added", self.buyer).mapped("title"),
        )
        self.assertEqual(
            self._told("document_added")
            .filtered(lambda notice: notice.url.endswith(f"/{later.id}"))
            .user_id
            & (self.buyer | self.colleague | self.stranger),
            self.buyer | self.colleague | self.stranger,
        )

    def test_people_of_a_branch_read_what_they_are_told(self):
        document = self._create_document(
            "Contract",
            "customer",
            partner_id=self.customer.id,
            include_branches=True,
            valid_until=self.today,
        )
        self._run("documents_added")
        self._run("documents_expiring")
        notices = self.env["portal.notice"].with_user(self.colleague)
        found = notices.search([("url", "=", f"/my/documents/{document.id}")])
        self.assertEqual(len(found), 2)

    def test_export_of_own_data_holds_what_one_sees_and_sent(self):
        self._create_document("Prices")
        self._create_document("Foreign", "customer", partner_id=self.other_customer.id)
        sent = self._receive_document("Drawing", self.buyer)
        self._receive_document("Plan", self.colleague)
        openings = self.env["portal.document.access"]
        openings.with_user(self.buyer)._log(sent.version_ids, self.customer)
        openings.with_user(self.colleague)._log(sent.version_ids, self.branch)
        export = self.env["portal.data.export"].sudo()
        export = export.create({"user_id": self.buyer.id})
        export._make()
        archive = zipfile.ZipFile(io.BytesIO(export._get_attachment().raw))
        data = json.loads(archive.read("data.json"))
        self.assertEqual(
            {row["title"] for row in data["documents"]}, {"Prices", "Drawing", "Plan"}
        )
        self.assertEqual(
            [(row["document"], row["version"]) for row in data["document_openings"]],
            [("Drawing", 1)],
        )
        files = [name for name in archive.namelist() if name.startswith("files/")]
        self.assertEqual([name.partition("-")[2] for name in files], ["Drawing.pdf"])
        self.assertEqual(archive.read(files[0]), PDF)

    def test_the_end_is_told_once(self):
        until = self.today + timedelta(days=10)
        document = self._create_document(
            "Contract",
            "customer",
            partner_id=self.customer.id,
            user_id=self.seller.id,
            valid_until=until,
            notice_days=9,
        )
        self._run("documents_expiring")
        self.assertFalse(self._told("document_expiring"))
        document.notice_days = 10
        for _turn in range(2):
            self._run("documents_expiring")
        self.assertEqual(self._told("document_expiring").user_id, self.buyer)
        self.assertEqual(len(self._told("document_expiring")), 1)
        self.assertEqual(document.activity_ids.user_id, self.seller)
        document.valid_until = until - timedelta(days=1)
        self._run("documents_expiring")
        self.assertEqual(len(self._told("document_expiring")), 2)

    def test_uploads_are_accepted_or_sent_back_once(self):
        self.customer.user_id = self.seller
        document = self._receive_document("Drawing", self.buyer)
        self.assertEqual(document.state, "to_check")
        self.assertEqual(document.activity_ids.user_id, self.seller)
        own = document.with_user(self.seller)
        with self.assertRaises(UserError):
            own.action_send_back()
        own.answer = "It is not signed."
        own.action_send_back()
        self.assertEqual(document.state, "sent_back")
        self.assertFalse(document.activity_ids)
        notice = self._told("document_requested", self.buyer)
        self.assertEqual(notice.detail, "It is not signed.")
        with self.assertRaises(UserError):
            own.action_accept()
        document.with_user(self.buyer).sudo()._receive_version("b.pdf", PDF)
        own.invalidate_recordset()
        own.action_accept()
        self.assertEqual((document.state, document.answer), ("accepted", False))
        with self.assertRaises(UserError):
            document.with_user(self.buyer).sudo()._withdraw()
        log = self.env["portal.activity"].search([("res_model", "=", document._name)])
        self.assertEqual(
            sorted(log.mapped("action")),
            ["document_decided"] * 2 + ["document_sent"] * 2,
        )

    def test_request_is_answered_and_followed(self):
        asked = self._ask_for_document()
        self.assertEqual(self._told("document_requested").user_id, self.buyer)
        asked.with_user(self.buyer).sudo()._receive()
        document = (
            self.documents.with_user(self.buyer)
            .sudo()
            ._receive(
                self.customer,
                {"name": "It", "kind_id": self.kind.id},
                "it.pdf",
                PDF,
                request=asked,
            )
        )
        self.assertEqual(asked.state, "received")
        asked.answer = "Last year's."
        asked.with_user(self.seller).action_send_back()
        self.assertEqual((asked.state, document.state), ("sent_back", "sent_back"))
        document._receive_version("new.pdf", PDF)
        self.assertEqual(asked.state, "received")
        asked.with_user(self.seller).action_accept()
        self.assertEqual((asked.state, document.state), ("accepted", "accepted"))
        with self.assertRaises(UserError):
            asked._receive()
        with self.assertRaises(UserError):
            asked.action_cancel()

    def test_withdrawn_answer_opens_the_request_again(self):
        asked = self._ask_for_document()
        asked._receive()
        document = self._receive_document("It", self.buyer)
        document.request_id = asked
        document.with_user(self.buyer).sudo()._withdraw()
        self.assertEqual(asked.state, "open")
        self.assertFalse(self._sees(self.buyer, document))

    def test_customers_are_reminded_before_and_after(self):
        asked = self._ask_for_document(
            due_date=self.today + timedelta(days=5), remind_days=3
        )
        count = len(self._told("document_requested"))

        def days_later(days):
            asked.due_date = self.today + timedelta(days=5 - days)
            asked.env.cr.execute(
                "UPDATE portal_document_request SET create_date = %s WHERE id = %s",
                (self.today - timedelta(days=days), asked.id),
            )
            asked.invalidate_recordset()
            for _turn in range(2):
                self._run("documents_requested")
            return len(self._told("document_requested")) - count

        self.assertEqual(days_later(1), 0)
        self.assertEqual(days_later(2), 1)
        asked.reminded_on = self.today - timedelta(days=1)
        self.assertEqual(days_later(3), 1)
        asked.reminded_on = self.today - timedelta(days=6)
        self.assertEqual(days_later(8), 2)
        asked.action_cancel()
        asked.reminded_on = False
        self.assertEqual(days_later(9), 3)  # that it is not needed any more

    def test_many_customers_are_asked_at_once(self):
        tag = self.env["res.partner.category"].create({"name": "Exempt"})
        (self.customer | self.other_customer).category_id = tag
        self._ask_for_document("Exemption")
        wizard = (
            self.env["portal.document.request.wizard"]
            .with_user(self.seller)
            .create(
                {
                    "name": "Exemption",
                    "kind_id": self.kind.id,
                    "due_date": self.today,
                    "category_id": tag.id,
                    "partner_ids": [Command.set(self.branch.ids)],
                }
            )
        )
        self.assertEqual(wizard.customer_count, 3)
        wizard.action_ask()
        asked = self.env["portal.document.request"].search([("name", "=", "Exemption")])
        self.assertEqual(len(asked), 3)
        self.assertEqual(
            asked.partner_id, self.customer | self.branch | self.other_customer
        )

    def test_staff_see_the_readers(self):
        document = self._create_document("Prices")
        action = document.with_user(self.seller).action_open_readers()
        members = self.env["portal.membership"].search(action["domain"])
        self.assertLessEqual(
            self.buyer | self.colleague | self.stranger, members.user_id
        )
        self._give_role(self.stranger, "buyer", self.branch)
        document.write({"audience": "customer", "partner_id": self.branch.id})
        action = document.with_user(self.seller).action_open_readers()
        members = self.env["portal.membership"].search(action["domain"])
        self.assertEqual(
            {(member.user_id, member.partner_id) for member in members},
            {
                (self.buyer, self.customer),
                (self.colleague, self.branch),
                (self.stranger, self.branch),
            },
        )
        self.assertEqual(action["name"], "3 people at 2 customers can see Prices")

    def test_staff_of_another_company_see_nothing(self):
        company = self.env["res.company"].create({"name": "Elsewhere"})
        document = self._create_document("Prices", company_id=company.id)
        asked = self._ask_for_document(company_id=company.id)
        for record in (document, document.version_ids, asked):
            self.assertFalse(record.with_user(self.seller).has_access("read"))
