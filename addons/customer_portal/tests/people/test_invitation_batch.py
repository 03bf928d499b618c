"""Many invitations at once: the preview, the file with what is wrong, the job."""

import base64
from unittest.mock import patch

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user, tagged
from odoo.tools import mute_logger

from ...wizards import portal_invitation_file
from ..common import PortalCommon


@tagged("post_install", "-at_install")
class TestInvitationBatch(PortalCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = new_test_user(
            cls.env,
            login="manager",
            email="manager@seller.example",
            groups="customer_portal.group_portal_manager,base.group_partner_manager",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )
        cls.customer.write({"ref": "NW-1", "vat": "NW-VAT"})
        cls.usual_role = cls.env.ref("customer_portal.role_member")
        cls.env["ir.config_parameter"].set_param(
            "customer_portal.default_role_id", cls.usual_role.id
        )
        cls.partners = cls.env["res.partner"].with_user(cls.manager)
        cls.wizards = cls.env["portal.invitation.wizard"].with_user(cls.manager)

    def _create_contacts(self, *names, customer=None):
        return self.partners.create(
            [
                {
                    "name": name.title(),
                    "email": f"{name}@northwind.example",
                    "parent_id": (customer or self.customer).id,
                }
                for name in names
            ]
        )

    def _preview_partners(self, partners):
        action = partners.with_user(self.manager).action_invite_to_portal()
        return self.wizards.browse(action["res_id"])

    def _preview_file(self, text):
        data = text if isinstance(text, bytes) else text.encode()
        wizard = self.wizards.create({"file": base64.b64encode(data)})
        wizard.action_preview()
        return wizard

    def _send(self, wizard):
        """Invite and let the scheduled action work."""
        action = wizard.action_invite()
        batch = self.env["portal.invitation.batch"].browse(action["res_id"])
        self._work()
        self.env.invalidate_all()
        return batch

    def _work(self):
        with self.enter_registry_test_mode():
            self.env.ref("customer_portal.cron_invitations").method_direct_trigger()

    # ------------------------------------------------------------
    # Preview
    # ------------------------------------------------------------

    def test_companies_take_their_contacts_or_themselves(self):
        _ada, bo = self._create_contacts("ada", "bo")
        bo.email = False
        alone = self.partners.create(
            {"name": "Alone", "is_company": True, "email": "office@alone.example"}
        )
        wizard = self._preview_partners(self.customer | alone | bo)
        self.assertEqual(
            {(line.name, line.partner_id, line.outcome) for line in wizard.line_ids},
            {
                ("Ada", self.customer, "invite"),
                ("Bo", self.customer, "no_address"),
                (self.buyer.name, self.customer, "active"),
                ("Alone", alone, "invite"),
            },
        )
        self.assertEqual(
            (wizard.invite_count, wizard.nothing_count, wizard.wrong_count), (2, 1, 1)
        )

    def test_role_is_chosen_where_the_seller_has_no_usual_one(self):
        self.env["ir.config_parameter"].set_param(
            "customer_portal.default_role_id", False
        )
        self._create_contacts("ada", "bo")
        wizard = self._preview_partners(self.customer)
        self.assertEqual(wizard.scope, "company")
        contacts = wizard.line_ids.filtered(lambda line: line.name in ("Ada", "Bo"))
        self.assertEqual(set(contacts.mapped("outcome")), {"no_role"})
        with self.assertRaisesRegex(UserError, "nobody to invite"):
            wizard.action_invite()
        with Form(wizard) as form:
            form.role_id = self.usual_role
        self.assertEqual(contacts.role_id, self.usual_role)
        self.assertEqual(set(contacts.mapped("outcome")), {"invite"})

    def test_somebody_can_be_typed(self):
        self._create_contacts("ada")
        wizard = self._preview_partners(self.customer)
        with Form(wizard) as form, form.line_ids.new() as line:
            self.assertEqual(line.partner_id, self.customer)
            self.assertEqual(line.role_id, wizard.role_id)
            line.name = "Bo"
            line.email = "bo@northwind.example"
            self.assertEqual(line.outcome, "invite")
        self.assertEqual(wizard.invite_count, 2)
        domain = wizard.line_ids._fields["partner_id"].domain
        self.assertIn(self.branch, self.partners.search(domain))
        self.assertNotIn(self.buyer.partner_id, self.partners.search(domain))

    def test_preview_follows_what_is_typed(self):
        self._create_contacts("ada")
        wizard = self._preview_partners(self.customer)
        line = wizard.line_ids.filtered(lambda row: row.name == "Ada")
        for values, outcome in (
            ({"email": "ada"}, "wrong_address"),
            ({"email": "Buyer <BUYER@northwind.example>"}, "active"),
            ({"email": self.manager.login}, "wrong_address"),
            ({"email": "ada@northwind.example", "role_id": False}, "no_role"),
            ({"role_id": wizard.role_id.id, "scope": False}, "unknown_scope"),
            ({"scope": "own"}, "invite"),
            ({"partner_id": False}, "unknown_customer"),
        ):
            with self.subTest(values):
                line.write(values)
                self.assertEqual(line.outcome, outcome)

    def test_file_says_what_is_wrong_with_each_row(self):
        twin = {"name": "Twin", "is_company": True}
        self.partners.create([twin, twin])
        new_test_user(self.env, login="staff@seller.example", groups="base.group_user")
        rows = (
            ("Northwind;Ada;ada@northwind.example;Buyer;own", "invite"),
            ("nw-1;Bo;bo@northwind.example;;", "invite"),
            ("NW-VAT;Cy;cy@northwind.example;administrator;With branches", "invite"),
            ("Northwind;Ada;ADA@northwind.example;Buyer;own", "twice"),
            ("Southwind;Ada;ada@northwind.example;;", "invite"),
            ("Northwind;B;buyer@northwind.example;;", "active"),
            ("Northwind;S;staff@seller.example;;", "staff"),
            ("Nowhere;X;x@northwind.example;;", "unknown_customer"),
            ("Twin;X;x@northwind.example;;", "several_customers"),
            (";X;x@northwind.example;;", "unknown_customer"),
            ("Northwind;X;;;", "no_address"),
            ("Northwind;X;x at home;;", "wrong_address"),
            ("Northwind;X;x@northwind.example;King;", "unknown_role"),
            ("Northwind;X;x@northwind.example;;everywhere", "unknown_scope"),
        )
        text = "\ufeffCompany;Name;Email;Role;Scope\r\n"
        text += "\r\n".join(row for row, _outcome in rows) + "\r\n;;;;\r\n"
        wizard = self._preview_file(text)
        lines = wizard.line_ids.sorted("row")
        self.assertEqual(lines.mapped("outcome"), [outcome for _row, outcome in rows])
        self.assertEqual(lines[0].row, 2)
        self.assertEqual(lines[0].role_id.name, "Buyer")
        self.assertEqual(lines[2].scope, "branches")
        wizard.invalidate_recordset(["line_ids"])
        self.assertNotIn("invite", wizard.line_ids[:9].mapped("outcome"))
        self.assertEqual(
            wizard.line_ids.sorted("row").mapped("outcome"), lines.mapped("outcome")
        )
        self.assertEqual(wizard.wrong_count, 9)

    def test_wrong_rows_come_back_as_a_file(self):
        wizard = self._preview_file(
            'customer,name,email\n"=HYPERLINK(1)",+Ada,@x\nNorthwind,Bo,bo@b.example\n'
        )
        lines = base64.b64decode(wizard.wrong_file).decode("utf-8-sig").splitlines()
        self.assertEqual(
            lines,
            [
                "row,customer,name,email,role,scope,reason",
                "2,'=HYPERLINK(1),'+Ada,'@x,Member,company,Unknown customer",
            ],
        )

    def test_own_role_of_a_customer_is_found_for_that_customer_only(self):
        role = self.env["portal.role"].create(
            {"name": "Yard", "partner_id": self.customer.id}
        )
        wizard = self._preview_file(
            "customer,email,role\nNorthwind,a@a.example,yard\n"
            "Southwind,b@b.example,yard\n"
        )
        lines = wizard.line_ids.sorted("row")
        self.assertEqual(lines.mapped("outcome"), ["invite", "unknown_role"])
        self.assertEqual(lines[0].role_id, role)

    def test_files_that_cannot_be_read(self):
        head = "customer,email\n"
        for name, data in (
            ("nothing", b""),
            ("head only", head),
            ("columns", "name,address\nAda,a@a.example\n"),
            ("latin", "customer,email\nNørthwind,x\n".encode("latin-1")),
            ("workbook", b"PK\x03\x04" + b"x" * 100),
            ("no mark", "customer,email\nNørthwind,x\n".encode("utf-16-le")),
            ("lost letters", "customer,email\nN\ufffdrthwind,x\n"),
            ("empty lines", "customer,email" + "\n" * 100_000 + "Northwind,x\n"),
            ("quotation", 'customer,email\n"Northwind' + "x" * 200_000),
            ("rows", head + "Northwind,a@a.example\n" * 2001),
            ("large", head + "x" * portal_invitation_file.LONGEST_FILE),
        ):
            with self.subTest(name), self.assertRaises(UserError):
                self._preview_file(data)

    def test_preview_costs_the_same_for_many_rows(self):
        def count(number):
            rows = "".join(
                f"Northwind,p{index}@northwind.example\n" for index in range(number)
            )
            wizard = self._preview_file("customer,email\n" + rows)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.assertEqual(wizard.invite_count, number)
            return self.env.cr.sql_log_count - before

        count(5)
        self.assertEqual(count(20), count(200))

    def test_only_managers_invite(self):
        sales = new_test_user(
            self.env, login="sales", groups="sales_team.group_sale_salesman"
        )
        for user in (sales, self.buyer):
            for method in (
                lambda user=user: self.customer.with_user(
                    user
                ).action_invite_to_portal(),
                lambda user=user: self.wizards.with_user(user).create({}),
                lambda user=user: (
                    self.env["portal.invitation.batch"].with_user(user)._start([])
                ),
            ):
                with self.subTest(user.login), self.assertRaises(AccessError):
                    method()

    # ------------------------------------------------------------
    # Job
    # ------------------------------------------------------------

    def test_people_are_invited_in_the_background(self):
        names = [f"p{index}" for index in range(60)]
        self._create_contacts(*names[:30])
        self._create_contacts(*names[30:], customer=self.other_customer)
        wizard = self._preview_partners(self.customer | self.other_customer)
        action = wizard.action_invite()
        batch = self.env["portal.invitation.batch"].browse(action["res_id"])
        self.assertEqual((batch.state, batch.progress), ("sending", 0))
        self.assertTrue(
            self.env["ir.cron.trigger"].search_count(
                [
                    (
                        "cron_id",
                        "=",
                        self.env.ref("customer_portal.cron_invitations").id,
                    )
                ]
            )
        )
        self._work()
        self.env.invalidate_all()
        self.assertRecordValues(
            batch,
            [
                {
                    "state": "done",
                    "progress": 100,
                    "total_count": 60,
                    "sent_count": 60,
                    "refused_count": 0,
                }
            ],
        )
        people = batch.line_ids.membership_id
        self.assertEqual(set(people.mapped("state")), {"invited"})
        self.assertEqual(people.invited_by_id, self.manager)
        self.assertEqual(people.partner_id, self.customer | self.other_customer)
        self.assertEqual(len(people.mail_id), 60)
        domain = batch.action_open_people()["domain"]
        self.assertEqual(self.env["portal.membership"].search(domain), people)

    def test_who_cannot_be_invited_by_now_is_refused_and_others_go_on(self):
        self._create_contacts("ada", "bo")
        wizard = self._preview_partners(self.customer)
        action = wizard.action_invite()
        batch = self.env["portal.invitation.batch"].browse(action["res_id"])
        self.env["portal.membership"]._invite(
            self.customer,
            [
                {
                    "email": "ada@northwind.example",
                    "name": "Ada",
                    "role": wizard.role_id,
                    "scope": "own",
                    "order_limit": None,
                }
            ],
            inviter=self.manager,
        )
        self._work()
        self.env.invalidate_all()
        self.assertEqual(
            dict(batch.line_ids.mapped(lambda line: (line.name, line.state))),
            {"Ada": "refused", "Bo": "sent"},
        )
        self.assertIn(
            "already been invited", " ".join(batch.line_ids.mapped("error")[:1])
        )

    def test_defect_costs_one_row(self):
        self._create_contacts("ada", "bo", "cy")
        wizard = self._preview_partners(self.customer)
        invite = self.registry["portal.membership"]._invite

        def fail(model, customer, people, *, inviter):
            if any(person["name"] == "Bo" for person in people):
                raise ValueError("A defect")
            return invite(model, customer, people, inviter=inviter)

        with (
            patch.object(self.registry["portal.membership"], "_invite", fail),
            mute_logger(
                "odoo.addons.customer_portal.models.people.portal_invitation_batch"
            ),
        ):
            batch = self._send(wizard)
        self.assertEqual(
            dict(batch.line_ids.mapped(lambda line: (line.name, line.state))),
            {"Ada": "sent", "Bo": "refused", "Cy": "sent"},
        )
        self.assertEqual(batch.state, "done")

    def test_nobody_to_invite(self):
        wizard = self._preview_partners(self.customer)
        with self.assertRaises(UserError):
            wizard.action_invite()
