"""Rights are asked when a file is fetched, of the customers that it tells of.

Files are made while everything is allowed. Then something is taken, see TAKEN, and each
door is tried: the page's own, and those of Odoo by the number of the attachment.
"""

from odoo.tests import tagged
from odoo.tools import mute_logger

from ..common import PortalHttpCommon
from ..document_papers import DocumentMixin
from ..role_case import RolesMixin

SEE = ("see_invoices", "see_orders", "see_quotes", "export")
EVERYTHING = dict.fromkeys(SEE, "branches")


def _without(*codes):
    return {code: scope for code, scope in EVERYTHING.items() if code not in codes}


# {what is taken of the work for Southwind: (what is done, the doors that close)}
BOTH = {"list", "zip"}
TAKEN = {
    "nothing": (lambda case: None, set()),
    "more is given": (
        lambda case: case._set_role({**EVERYTHING, "see_credit": "branches"}),
        set(),
    ),
    "the membership": (lambda case: case.there.unlink(), BOTH),
    "the access": (lambda case: case.there.write({"state": "disabled"}), BOTH),
    "the list": (lambda case: case._set_role(_without("see_invoices")), BOTH),
    "taking along": (lambda case: case._set_role(_without("export")), BOTH),
    "another list": (lambda case: case._set_role(_without("see_orders")), {"zip"}),
    "the branches": (
        lambda case: case._set_role(dict.fromkeys(SEE, "company")),
        BOTH,
    ),
    "all but the own": (
        lambda case: case._set_role(
            {**dict.fromkeys(SEE, "own"), "export": "branches"}
        ),
        BOTH,
    ),
    "the own scope": (lambda case: case.there.write({"scope": "company"}), BOTH),
    "the section": (lambda case: case._switch_off("see_invoices"), BOTH),
    "a branch, which is sold": (
        lambda case: case.southern.write({"parent_id": False}),
        BOTH,
    ),
    "the second factor": (
        lambda case: case.other_customer.write({"portal_needs_two_factor": True}),
        BOTH,
    ),
    "the role": (lambda case: case.there.role_id.write({"active": False}), BOTH),
}


@tagged("post_install", "-at_install")
class TestFileDoors(DocumentMixin, RolesMixin, PortalHttpCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.southern = cls.env["res.partner"].create(
            {
                "name": "South by Southwind",
                "is_company": True,
                "parent_id": cls.other_customer.id,
            }
        )
        cls.invoices = cls._create_posted_invoices(
            [
                {"amount": 10.0, "partner": cls.other_customer},
                {"amount": 20.0, "partner": cls.southern},
            ]
        )
        # Works for both; what is taken concerns Southwind, and Northwind is current.
        cls.there = cls.env["portal.membership"].create(
            {
                "user_id": cls.buyer.id,
                "partner_id": cls.other_customer.id,
                "role_id": cls._create_role(EVERYTHING).id,
            }
        )
        exports = cls.env["portal.list.export"].sudo()
        cls.list_export = exports._ask(
            cls.buyer, cls.other_customer, "invoices", "csv", cls.invoices.ids
        )
        cls.zip_export = cls.env["portal.data.export"].sudo()._ask(cls.buyer)
        for export in (cls.list_export, cls.zip_export):
            export._make()
        cls.doors = {
            "list": f"/my/exports/{cls.list_export.id}/download",
            "zip": f"/my/privacy/exports/{cls.zip_export.id}/download",
        }

    def _set_role(self, scopes):
        self.there.role_id = self._create_role(scopes)

    def _switch_off(self, code):
        permission = self.env["portal.permission"].search([("code", "=", code)])
        self.env["portal.section.switch"].create(
            {
                "section_id": permission.section_id.id,
                "partner_id": self.other_customer.id,
                "is_on": False,
            }
        )

    def test_doors_close_with_the_right(self):
        for name, (take, closed) in TAKEN.items():
            with self.env.cr.savepoint() as savepoint:
                self._sign_in(self.buyer)
                take(self)
                self.env.flush_all()
                self.env.invalidate_all()
                for door, path in self.doors.items():
                    with self.subTest(name, door=door):
                        answer = self._get(path)
                        # Of a customer that one does not work for: there is none.
                        right = (403, 404) if door in closed else (200,)
                        self.assertIn(answer.status_code, right)
                        if door in closed:
                            self.assertNotIn(self.invoices[0].name, answer.text)
                lists = self._get("/my/exports").text, self._get("/my/privacy").text
                for door, text in zip(self.doors, lists, strict=True):
                    with self.subTest(name, page=door):
                        is_offered = self.doors[door] in text
                        self.assertEqual(is_offered, door not in closed)
                savepoint.rollback()
            self.env.invalidate_all(flush=False)

    @mute_logger("odoo.http", "odoo.addons.base.models.ir_rule")
    def test_no_other_door_leads_to_the_file(self):
        self._sign_in(self.buyer)
        for export in (self.list_export, self.zip_export):
            attachment = export.sudo()._get_files()
            model, export_id = export._name, export.id
            for path in (
                f"/web/content/{attachment.id}",
                f"/web/content/{attachment.id}?download=1",
                f"/web/content/{model}/{export_id}/file",
                f"/web/content/?model={model}&id={export_id}&field=file",
            ):
                with self.subTest(path):
                    self.assertEqual(self._get(path).status_code, 404)
            with self.subTest(model, door="picture"):
                # Odoo answers with its placeholder.
                answer = self._get(f"/web/image/{model}/{export_id}/file")
                self.assertTrue(answer.headers["Content-Type"].startswith("image/"))
                self.assertNotEqual(answer.content, attachment.raw)
            with self.subTest(model, door="read"):
                fields_ = self.env[model].with_user(self.buyer).fields_get()
                self.assertFalse({"file", "reach"} & fields_.keys())

    @mute_logger("odoo.http", "odoo.addons.base.models.ir_rule")
    def test_files_of_papers_stay_where_the_papers_are(self):
        """One's own file too: who has sent it may have moved since."""
        mover = self._create_portal_user("mover", self.customer)
        order = self._create_order(partner=mover.partner_id)
        invoice = self._create_posted_invoice(10.0, partner=mover.partner_id)
        numbers = []
        for paper in (order, invoice):
            message = (
                paper.with_user(mover)
                .sudo()
                .message_post(
                    body="Mine",
                    attachments=[("mine.txt", b"CANARY")],
                    author_id=mover.partner_id.id,
                    message_type="comment",
                    subtype_xmlid="mail.mt_comment",
                )
            )
            numbers.append(f"/web/content/{message.attachment_ids.id}")
        paths = [
            f"/my/invoices/{invoice.id}/files/{message.attachment_ids.id}",
            f"/my/orders/{order.id}?report_type=pdf&download=1",
            f"/my/invoices/{invoice.id}?report_type=pdf&download=1",
        ]
        self._sign_in(mover)
        for path in paths:
            with self.subTest(path):
                self.assertEqual(self._get(path).status_code, 200)
        mover.partner_id.parent_id = self.other_customer
        self.env.flush_all()
        for path in paths + numbers:
            with self.subTest(path, moved=True):
                answer = self._get(path)
                self.assertNotEqual(answer.status_code, 200)
                self.assertNotIn("CANARY", answer.text)

    def test_who_works_for_nobody_any_more_gets_the_own_data(self):
        """Anew: it holds what the person sees now."""
        self.buyer.portal_membership_ids.unlink()
        export = self.env["portal.data.export"].sudo()._ask(self.buyer)
        export._make()
        self._sign_in(self.buyer)
        path = f"/my/privacy/exports/{export.id}/download"
        self.assertEqual(self._get(path).status_code, 200)

    def test_documents_are_asked_for_again(self):
        document = self._create_document(
            "Terms", "customer", partner_id=self.other_customer.id
        )
        self._set_role({**EVERYTHING, "see_documents": "company"})
        self._sign_in(self.buyer)
        path = f"/my/documents/{document.id}/download"
        self.assertEqual(self._get(path).status_code, 200)
        self._set_role(EVERYTHING)
        self.assertNotEqual(self._get(path).status_code, 200)
