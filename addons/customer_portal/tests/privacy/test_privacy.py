"""What a person agrees to, takes along, and has deleted."""

import io
import json
import zipfile
from datetime import timedelta
from unittest.mock import patch

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user
from odoo.tools import mute_logger

from ..common import PortalHttpCommon
from ..role_case import RolesMixin


class PrivacyCommon(RolesMixin, PortalHttpCommon):
    def _create_text(self, code="terms", version=1, **values):
        return (
            self.env["portal.consent.text"]
            .sudo()
            .create(
                {
                    "code": code,
                    "version": version,
                    "title": code.capitalize(),
                    "text": f"<p>Words of {code} {version}</p>",
                    **values,
                }
            )
        )

    def _get_answers(self, user=None):
        user = user or self.buyer
        return self.env["portal.consent"].sudo().search([("user_id", "=", user.id)])

    def _run_exports(self):
        cron = type(self.env["ir.cron"])
        with patch.object(cron, "_commit_progress", lambda *_args, **_kwargs: 1.0):
            self.env["portal.data.export"].sudo()._prepare_exports()

    def _export(self, user):
        """Return the ZIP that a person gets, as zipfile.ZipFile."""
        export = self.env["portal.data.export"]._ask(user)
        self._run_exports()
        self.assertEqual(export.state, "ready")
        return zipfile.ZipFile(io.BytesIO(export._get_attachment().raw))


class TestConsents(PrivacyCommon):
    def test_new_version_asks_again_and_keeps_the_old_answer(self):
        text = self._create_text()
        self._sign_in(self.buyer)
        self.assertIn("Waiting for your answer", self._get("/my").text)
        path = f"/my/privacy/consents/{text.id}"
        for _twice in range(2):
            self._post(path, answer="give")
        self.assertNotIn("Waiting for your answer", self._get("/my").text)
        [first] = self._get_answers()
        self.assertEqual(
            (first.state, first.version, str(first.text)),
            ("given", 1, "<p>Words of terms 1</p>"),
        )
        action = text.action_new_version()
        newer = text.browse(action["res_id"])
        newer.text = "<p>Words of terms 2</p>"
        self.assertEqual(newer.version, 2)
        self.assertIn("Waiting for your answer", self._get("/my").text)
        self._post(f"/my/privacy/consents/{newer.id}", answer="give")
        self.assertEqual(self._get_answers().mapped("version"), [2, 1])
        # The former version is not in force any more.
        self.assertEqual(self._post(path, answer="refuse").status_code, 404)

    def test_withdrawn_one_keeps_both_days(self):
        text = self._create_text()
        self._sign_in(self.buyer)
        for answer in ("give", "refuse", "refuse", "give"):
            self._post(f"/my/privacy/consents/{text.id}", answer=answer)
        newest, first = self._get_answers()
        self.assertEqual((first.state, newest.state), ("withdrawn", "given"))
        self.assertTrue(first.answered_on and first.withdrawn_on)
        actions = self.env["portal.activity"].search(
            [("action", "=like", "consent_%")], order="id"
        )
        self.assertEqual(
            actions.mapped("action"),
            ["consent_given", "consent_withdrawn", "consent_given"],
        )

    def test_optional_one_is_asked_once_and_needed_one_until_it_is_given(self):
        for is_required in (False, True):
            with self.subTest(is_required):
                code = "needed" if is_required else "optional"
                text = self._create_text(code, is_required=is_required)
                waiting = self.env["portal.consent"]._get_waiting
                self.assertEqual(waiting(self.buyer), text)
                self.env["portal.consent"]._answer(self.buyer, text, False)
                self.assertEqual(bool(waiting(self.buyer)), is_required)
                self.env["portal.consent"]._answer(self.buyer, text, True)
                self.assertFalse(waiting(self.buyer))

    def test_text_of_tomorrow_does_not_count_yet(self):
        text = self._create_text()
        self._create_text(version=2, date_from=self.today + timedelta(days=1))
        current = self.env["portal.consent.text"]._get_current()
        self.assertEqual(current, text)

    def test_words_that_somebody_agreed_to_stay(self):
        text = self._create_text()
        text.text = "<p>Better</p><script>alert(1)</script>"
        self.assertEqual(str(text.text), "<p>Better</p>")
        self.env["portal.consent"]._answer(self.buyer, text, True)
        with self.assertRaises(UserError):
            text.text = "<p>Other</p>"

    def test_answers_are_one_s_own(self):
        text = self._create_text()
        self.env["portal.consent"]._answer(self.buyer, text, True)
        self.assertEqual(self._see(self.buyer, "portal.consent").user_id, self.buyer)
        self.assertFalse(self._see(self.stranger, "portal.consent"))
        for operation in ("write", "create", "unlink"):
            own = self.env["portal.consent"].with_user(self.buyer)
            self.assertFalse(own.has_access(operation))
        self.assertFalse(
            self.env["portal.consent.text"].with_user(self.buyer).has_access("read")
        )


class TestDataExport(PrivacyCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.papers = {}
        for customer, word in (
            (cls.customer, "HEAD"),
            (cls.branch, "BRANCH"),
            (cls.other_customer, "OTHER"),
        ):
            cls.papers[word] = cls._create_papers(customer, word)
        cls.own_order = cls._create_order(
            partner=cls.buyer.partner_id, client_order_ref="CANARY-OWN"
        )

    @classmethod
    def _create_papers(cls, customer, word):
        """Create what an export can hold of a customer, marked by a word."""
        order = cls._create_order(partner=customer, client_order_ref=f"CANARY-{word}")
        move = cls._create_posted_invoice(10, partner=customer, ref=f"CANARY-{word}")
        for record in (order, move):
            record.message_post(body="CANARY-NOTE", subtype_xmlid="mail.mt_note")
        cls.env["ir.attachment"].sudo().create(
            {
                "name": f"CANARY-{word}.pdf",
                "res_model": "account.move",
                "res_id": move.id,
                "res_field": "invoice_pdf_report_file",
                "raw": b"%PDF-1.4 CANARY",
                "mimetype": "application/pdf",
            }
        )
        # What staff keep with a document is not for people of the customer.
        cls.env["ir.attachment"].sudo().create(
            {
                "name": "CANARY-STAFF.pdf",
                "res_model": "account.move",
                "res_id": move.id,
                "raw": b"%PDF-1.4 CANARY-STAFF",
                "mimetype": "application/pdf",
            }
        )
        cls.env["res.partner"].create(
            {"name": f"CANARY-{word}", "type": "delivery", "parent_id": customer.id}
        )
        return order, move

    def _get_words(self, user):
        """Return which of the canaries stand in the export of a person."""
        archive = self._export(user)
        self.assertIsNone(archive.testzip())
        text = " ".join(archive.namelist())
        for name in archive.namelist():
            text += archive.read(name).decode(errors="replace")
        json.loads(archive.read("data.json"))
        return {
            word
            for word in ("HEAD", "BRANCH", "OTHER", "OWN", "STAFF", "NOTE")
            if f"CANARY-{word}" in text
        }

    def test_holds_what_one_sees_and_nothing_of_others(self):
        for user, words in (
            (self.buyer, {"HEAD", "BRANCH", "OWN"}),
            (self.colleague, {"BRANCH"}),
            (self.stranger, {"OTHER"}),
        ):
            with self.subTest(user.login):
                self.assertEqual(self._get_words(user), words)

    def test_follows_the_role_at_that_moment(self):
        own = dict.fromkeys(("see_orders", "see_invoices"), "own")
        for scopes, words in (
            (own, {"OWN"}),
            ({"see_orders": "company"}, {"HEAD", "OWN"}),
        ):
            with self.subTest(scopes):
                self._tailor(self.buyer, scopes)
                addresses = self.env["res.partner"].sudo()
                addresses = addresses.search([("name", "=like", "CANARY-%")])
                addresses.name = "Address"
                self.assertEqual(self._get_words(self.buyer), words)

    def test_of_several_customers_holds_all(self):
        self.env["portal.membership"].create(
            {
                "user_id": self.colleague.id,
                "partner_id": self.other_customer.id,
                "role_id": self.env.ref("customer_portal.role_member").id,
            }
        )
        self.assertEqual(self._get_words(self.colleague), {"BRANCH", "OTHER"})

    def test_holds_messages_files_and_roles_of_the_person(self):
        order = self.own_order
        message = (
            order.with_user(self.buyer)
            .sudo()
            .message_post(
                body="Where is it?",
                author_id=self.buyer.partner_id.id,
                attachments=[("../../drawing.txt", b"a drawing")],
                subtype_xmlid="mail.mt_comment",
                message_type="comment",
            )
        )
        order.sudo().message_post(
            body="CANARY-COLLEAGUE", author_id=self.colleague.partner_id.id
        )
        archive = self._export(self.buyer)
        data = json.loads(archive.read("data.json"))
        self.assertEqual(data["person"]["sign_in"], "buyer")
        self.assertEqual(
            [(row["document"], row["text"]) for row in data["messages"]],
            [(order.name, "Where is it?")],
        )
        self.assertEqual([row["company"] for row in data["roles"]], ["Northwind"])
        self.assertIn(order.name, [row["number"] for row in data["orders_and_quotes"]])
        name = f"files/{message.attachment_ids.id}-drawing.txt"
        self.assertEqual(archive.read(name), b"a drawing")
        readme = archive.read("README.txt").decode()
        self.assertIn("data.json", readme)

    def test_has_the_lists_of_all_sections(self):
        data = json.loads(self._export(self.buyer).read("data.json"))
        lists = {
            *("person", "roles", "activity", "sessions", "consents", "messages"),
            *("notices", "notification_choices", "digest_choices"),
            *("deletion_requests", "changes_of_orders", "changes_of_company_data"),
            *("mails_of_the_company", "addresses", "documents", "document_openings"),
            *("orders_and_quotes", "order_lines", "invoices", "invoice_lines"),
            "payments",
        }
        self.assertFalse(lists - data.keys())
        self.assertEqual(
            [row["number"] for row in data["invoices"]],
            [move.name for _order, move in map(self.papers.get, ("HEAD", "BRANCH"))],
        )

    def test_is_told_and_downloaded_by_its_person_only(self):
        self._sign_in(self.buyer)
        for _twice in range(2):
            self._post("/my/privacy/exports")
        [export] = self.env["portal.data.export"].search([])
        self.assertIn("Your export is being prepared", self._get("/my/privacy").text)
        path = f"/my/privacy/exports/{export.id}/download"
        self.assertEqual(self._get(path).status_code, 404)
        self._run_exports()
        notice = self.env["portal.notice"].search([("user_id", "=", self.buyer.id)])
        self.assertEqual((notice.event_id.code, notice.mail), ("export_ready", "now"))
        self.assertIn(path, self._get("/my/privacy").text)
        answer = self._get(path)
        self.assertEqual(answer.headers["Content-Type"], "application/zip")
        self.assertIn("attachment", answer.headers["Content-Disposition"])
        zipfile.ZipFile(io.BytesIO(answer.content))
        self._sign_in(self.stranger)
        self.assertEqual(self._get(path).status_code, 404)
        file_id = export._get_attachment().id
        manager = new_test_user(
            self.env, "manager", "customer_portal.group_portal_manager"
        )
        for person in (self.stranger, self.buyer, manager):
            with self.assertRaises(AccessError):
                file = self.env["ir.attachment"].with_user(person).browse(file_id)
                file.check_access("read")

    def test_is_not_for_staff(self):
        staff = new_test_user(
            self.env, "clerk", "base.group_user", password="clerk-secret"
        )
        self._sign_in(staff)
        self.assertEqual(self._get("/my/privacy").status_code, 403)
        self.assertEqual(self._post("/my/privacy/exports").status_code, 403)
        self.assertFalse(self.env["portal.data.export"].sudo().search([]))

    def test_is_deleted_after_a_week(self):
        self._export(self.buyer)
        [export] = self.env["portal.data.export"].sudo().search([])
        export.expires_on = fields.Datetime.now() - timedelta(minutes=1)
        self.assertFalse(export._get_attachment())
        self._run_exports()
        self.assertEqual(export.state, "expired")
        self.assertFalse(export._get_files())

    @mute_logger("odoo.addons.customer_portal.models.frame.portal_export_mixin")
    def test_one_that_fails_holds_up_no_other(self):
        exports = self.env["portal.data.export"]
        bad, good = exports._ask(self.buyer), exports._ask(self.stranger)
        store = type(bad)._store_file

        def fail(export):
            if export == bad:
                raise ValueError
            store(export)

        with patch.object(type(bad), "_store_file", fail):
            self._run_exports()
        self.assertEqual((bad.state, good.state), ("failed", "ready"))

    def test_is_read_in_portions(self):
        for _number in range(5):
            self._create_order(partner=self.customer)
        with patch("odoo.addons.customer_portal.tools.archive.PORTION", 2):
            data = json.loads(self._export(self.buyer).read("data.json"))
        numbers = [row["number"] for row in data["orders_and_quotes"]]
        seen = self.env["sale.order"].with_user(self.buyer).search([])
        self.assertEqual(set(numbers), set(seen.mapped("name")))
        self.assertEqual(len(numbers), len(seen))


class TestDeletion(PrivacyCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = new_test_user(
            cls.env,
            login="manager",
            groups="customer_portal.group_portal_manager",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
            email="manager@seller.example",
        )
        cls._get_product()
        cls.boss = cls._create_portal_user("boss", cls.customer)
        cls._give_role(cls.boss, "administrator")

    def _ask(self, user=None):
        asked = self.env["portal.deletion.request"]._ask(user or self.buyer, "I move")
        return asked.with_user(self.manager)

    def test_is_asked_once_with_password_and_tick(self):
        self._sign_in(self.buyer)
        requests = self.env["portal.deletion.request"].sudo()
        for form in ({}, {"is_sure": "1"}, {"is_sure": "1", "password": "wrong"}):
            answer = self._post("/my/privacy/deletion", reason="I move", **form)
            self.assertEqual(answer.status_code, 422)
            self.assertIn("I move", answer.text)
        self.assertFalse(requests.search([]))
        form = {"is_sure": "1", "password": "buyer-secret"}
        for _twice in range(2):
            self.assertEqual(
                self._post("/my/privacy/deletion", **form).status_code, 303
            )
        [asked] = requests.search([])
        self.assertEqual(
            (asked.user_id, asked.customer_id), (self.buyer, self.customer)
        )
        self.assertEqual(asked.activity_ids.user_id, self.manager)
        self._post("/my/privacy/deletion/withdraw")
        self.env.invalidate_all()
        self.assertEqual(asked.state, "withdrawn")
        self.assertFalse(asked.activity_ids)

    def test_page_says_what_is_kept_and_until_when(self):
        invoice = self._create_posted_invoice(10, partner=self.buyer.partner_id)
        self._sign_in(self.buyer)
        [kept] = self.buyer._get_kept_documents()
        year = invoice.date.year + 10
        self.assertEqual(
            (kept["kind"], kept["count"], str(kept["until"])),
            ("invoices", 1, f"{year}-12-31"),
        )
        self.env["ir.config_parameter"].set_param(
            "customer_portal.retention_years", "6"
        )
        self.assertIn("keep them for 6 years", self._get("/my/privacy").text)

    def test_makes_the_person_unknown_and_keeps_documents(self):
        partner = self.buyer.partner_id
        partner.write({"phone": "+3212345", "image_1920": False})
        invoice = self._create_posted_invoice(10, partner=partner)
        order = self._create_order(partner=partner)
        self.env["portal.notice"]._tell(
            "order_changed",
            self.buyer,
            self.customer,
            "/my/orders",
            lambda env: env._("Order %s was changed.", "S1"),
        )
        self._export(self.buyer)
        self._sign_in(self.buyer)
        self.assertEqual(self._get("/my").status_code, 200)
        message = order.sudo().message_post(
            body="Thanks", author_id=partner.id, email_from=partner.email_formatted
        )
        self.env["portal.activity"]._log(
            "invited", self.customer, detail=f"{partner.email}, Buyer"
        )
        self.env["portal.activity"]._log("sign_in", self.customer, user=self.buyer)
        before = (invoice.name, invoice.amount_total, order.state, order.amount_total)
        name = partner.name
        asked = self._ask()
        self.assertIn("Invoices: 1", asked.kept)
        asked.action_delete()
        self.env.invalidate_all()
        self.assertEqual(
            (invoice.name, invoice.amount_total, order.state, order.amount_total),
            before,
        )
        self.assertEqual(partner.name, f"Deleted person {partner.id}")
        # A document that must be kept still says to whom it was sent.
        self.assertEqual(invoice._get_partner_as_printed("partner_id").name, name)
        self.assertFalse(partner.email or partner.phone or partner.active)
        self.assertFalse(self.buyer.active)
        self.assertEqual(asked.state, "done")
        self.assertEqual(message.email_from, partner.name)
        own = [("user_id", "=", self.buyer.id), ("action", "=", "sign_in")]
        self.assertFalse(self.env["portal.activity"].search(own))
        entries = self.env["portal.activity"].search([("detail", "!=", False)])
        self.assertNotIn("buyer@northwind", str(entries.mapped("detail")))
        self.assertEqual(asked.person_name, partner.name)
        for model in ("portal.notice", "portal.data.export", "res.device.log"):
            rows = self.env[model].sudo().search([("user_id", "=", self.buyer.id)])
            self.assertFalse(rows, model)
        members = self.env["portal.membership"].search(
            [("user_id", "=", self.buyer.id)]
        )
        self.assertEqual(set(members.mapped("state")), {"disabled"})
        self.assertIn("/web/login", self._get("/my").headers["Location"])
        mail = self.env["mail.mail"].sudo().search([], order="id desc", limit=1)
        self.assertIn("buyer@northwind.example", mail.email_to)
        self.assertIn("Invoices: 1", str(mail.body_html))

    def test_leaves_no_former_name_where_no_document_needs_it(self):
        partner = self.buyer.partner_id
        partner.name = "Buyer Before"
        versions = self.env["portal.address.version"]
        former = [("partner_id", "=", partner.id)]
        self.assertTrue(versions.search(former))
        functions = self.env["portal.contact.function"]
        functions.create(
            {
                "partner_id": self.customer.id,
                "contact_id": partner.id,
                "function": "invoices",
            }
        )
        self._ask().action_delete()
        self.assertFalse(versions.search(former))
        self.assertFalse(functions.search([("contact_id", "=", partner.id)]))

    def test_customer_without_a_company_keeps_the_name_for_the_documents(self):
        self.stranger.partner_id.parent_id = False
        partner = self.stranger.partner_id
        partner.phone = "+3212345"
        name = partner.name
        self._give_role(
            self._create_portal_user("heir", partner), "administrator", partner
        )
        self._create_posted_invoice(10, partner=partner)
        self._ask(self.stranger).action_delete()
        self.env.invalidate_all()
        self.assertEqual((partner.name, partner.phone), (name, False))
        self.assertFalse(partner.email or partner.active)

    def test_last_administrator_stays(self):
        asked = self._ask(self.boss)
        with self.assertRaises(UserError):
            asked.action_delete()
        self.assertTrue(self.boss.active)

    def test_open_work_needs_a_successor(self):
        draft = self._create_order(
            partner=self.customer, state="draft", portal_user_id=self.buyer.id
        )
        asked = self._ask()
        self.assertIn(draft.name, asked.open_work)
        with self.assertRaises(UserError), self.env.cr.savepoint():
            asked.action_delete()
        self.env.invalidate_all()
        asked.successor_id = self.boss
        asked.action_delete()
        self.assertEqual(draft.portal_user_id, self.boss)

    def test_refusal_needs_a_message_which_the_person_reads(self):
        asked = self._ask()
        with self.assertRaises(UserError):
            asked.action_refuse()
        asked.answer = "An order is open."
        asked.action_refuse()
        self.assertEqual(asked.state, "refused")
        self.assertTrue(self.buyer.active)
        with self.assertRaises(UserError):
            asked.action_delete()
        self._sign_in(self.buyer)
        self.assertIn("An order is open.", self._get("/my/privacy").text)

    def test_is_decided_by_portal_managers_only(self):
        asked = self._ask()
        salesman = new_test_user(
            self.env, login="sales", groups="sales_team.group_sale_salesman"
        )
        for person in (salesman, self.boss, self.buyer):
            with self.subTest(person.login), self.assertRaises(AccessError):
                asked.with_user(person).action_delete()
        own = self.env["portal.deletion.request"].with_user(self.stranger)
        self.assertFalse(own.search([]))

    def test_core_s_way_out_deletes_the_same(self):
        self.env["portal.notification.digest"]._choose(self.buyer, "weekly", 9)
        self.env["portal.activity"]._log("sign_in", self.customer, user=self.buyer)
        self._sign_in(self.buyer)
        self._post(
            "/my/deactivate_account", validation="buyer", password="buyer-secret"
        )
        self.env.invalidate_all()
        self.assertFalse(self.buyer.active)
        self.assertFalse(self.env["portal.notification.digest"].sudo().search([]))
        # Nobody wipes the own traces out of the customer's log.
        entries = self.env["portal.activity"].search([("action", "=", "sign_in")])
        self.assertEqual(entries.user_name, self.buyer.name)
