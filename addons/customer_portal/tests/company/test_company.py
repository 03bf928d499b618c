from datetime import timedelta

from lxml import html

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user
from odoo.tools import mute_logger
from odoo.tools.misc import format_date

from ..common import PortalHttpCommon
from ..role_case import RolesMixin

IBAN = "BE71 0961 2345 6769"
OTHER_IBAN = "DE89 3704 0044 0532 0130 00"


class CompanyCommon(RolesMixin, PortalHttpCommon):
    """Northwind asks; `accountant` decides, `sales` may only look."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.nl = cls.env.ref("base.nl")
        cls.customer.write(
            {
                "street": "Quay 1",
                "city": "Delft",
                "zip": "2600",
                "country_id": cls.nl.id,
                "vat": "NL123456782B90",
                "ref": "C-1",
            }
        )
        cls.accountant = cls._create_staff(
            "accountant", "account.group_account_invoice,base.group_partner_manager"
        )
        cls.chief = cls._create_staff("chief", "account.group_account_manager")
        cls.sales = cls._create_staff("sales", "sales_team.group_sale_salesman")
        cls.customer.user_id = cls.sales
        cls.boss = cls._create_portal_user("boss", cls.customer)
        cls.viewer = cls._create_portal_user("viewer", cls.customer)
        cls._give_role(cls.viewer, "viewer")
        cls.changes = cls.env["portal.company.change"]

    @classmethod
    def _create_staff(cls, login, groups):
        return new_test_user(
            cls.env,
            login=login,
            groups=groups,
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )

    def _prepare(self, **changes):
        """Return the form as the page fills it, with changes."""
        customer = self.customer
        return {
            "company": customer.id,
            "name": customer.name,
            "vat": customer.vat or "",
            "street": customer.street or "",
            "street2": customer.street2 or "",
            "zip": customer.zip or "",
            "city": customer.city or "",
            "country_id": customer.country_id.id,
            "state_id": "",
            "acc_number": "",
            "acc_holder_name": "",
            "effective_date": self.today.isoformat(),
            **changes,
        }

    def _ask(self, **changes):
        """Ask on the page, and return the request."""
        answer = self._post("/my/company/change", **self._prepare(**changes))
        self.assertEqual(answer.status_code, 303, answer.text)
        return self.changes.search([], limit=1)


class TestCompanyChange(CompanyCommon):
    def setUp(self):
        super().setUp()
        self._sign_in(self.buyer)

    def test_page_shows_the_data_to_all_and_masks_accounts(self):
        self.env["res.partner.bank"].create(
            {"acc_number": IBAN, "partner_id": self.customer.id}
        )
        for user in (self.buyer, self.viewer):
            self._sign_in(user)
            page = self._get("/my/company")
            for word in ("NL123456782B90", "Quay 1", "C-1", "•••• 6769"):
                self.assertIn(word, page.text)
            self.assertNotIn("BE71", page.text)
        self.assertNotIn("/my/company/change?", page.text)
        self._sign_in(self.colleague)
        page = self._get(f"/my/company?company={self.customer.id}")
        self.assertNotIn("NL123456782B90", page.text)
        self._sign_in(self.stranger)
        page = self._get(f"/my/company?company={self.customer.id}")
        self.assertNotIn("NL123456782B90", page.text)

    def test_asks_for_what_differs_only(self):
        change = self._ask(
            name="Newwind", street="Hill 2", acc_number="be71096123456769"
        )
        self.assertEqual(change.partner_id, self.customer)
        self.assertEqual(change.user_id, self.buyer)
        lines = {
            line.field_name: (line.old_text, line.new_text) for line in change.line_ids
        }
        self.assertEqual(
            lines,
            {
                "name": ("Northwind", "Newwind"),
                "street": ("Quay 1", "Hill 2"),
                "acc_number": ("", "•••• 6769"),
            },
        )
        # Nothing is changed before somebody has decided.
        self.assertEqual(self.customer.name, "Northwind")
        self.assertFalse(self.customer.bank_ids)
        # Who may ask too is told, who asks is not.
        notices = self.env["portal.notice"].search(
            [("partner_id", "=", self.customer.id)]
        )
        self.assertEqual(notices.user_id, self.boss)
        self.assertEqual(notices.url, f"/my/company/changes/{change.id}")
        # The salesperson may not decide; one person of accounting has it to do.
        self.assertEqual(len(change.activity_ids), 1)
        person = change.activity_ids.user_id
        self.assertTrue(change.with_user(person).has_access("write"))
        self.assertNotEqual(person, self.sales)
        page = self._get(f"/my/company/changes/{change.id}")
        self.assertIn("•••• 6769", page.text)
        self.assertNotIn("BE71", page.text)

    def test_nothing_changed_is_a_sentence(self):
        answer = self._post("/my/company/change", **self._prepare())
        self.assertEqual(answer.status_code, 422)
        self.assertIn("Nothing was changed", answer.text)
        self.assertFalse(self.changes.search([]))

    def test_mistakes_stand_beside_the_field(self):
        yesterday = (self.today - timedelta(days=1)).isoformat()
        for name, value in (
            ("name", ""),
            ("street", ""),
            ("city", ""),
            ("country_id", ""),
            ("country_id", "99999"),
            ("state_id", self.env.ref("base.state_us_34").id),
            ("acc_number", "BE71 0961 2345 6768"),
            ("acc_number", "12"),
            ("acc_holder_name", "Only a holder"),
            ("effective_date", yesterday),
            ("effective_date", "x"),
            ("name", "x" * 101),
        ):
            with self.subTest(name, value=value):
                form = self._prepare(street2="typed", **{name: value})
                answer = self._post("/my/company/change", **form)
                self.assertEqual(answer.status_code, 422)
                page = html.fromstring(answer.text)
                self.assertTrue(page.findall(".//*[@aria-invalid='true']"))
                self.assertEqual(
                    page.get_element_by_id("street2").get("value"), "typed"
                )
        self.assertFalse(self.changes.search([]))

    def test_form_of_the_number_is_checked_where_odoo_can(self):
        partners = self.env.registry["res.partner"]

        def refuse(self, country, vat, partner_name="", validation="error"):
            return ("", "NL") if vat == "NL1" else (vat, "NL")

        self.patch(partners, "_run_vat_checks", refuse)
        answer = self._post("/my/company/change", **self._prepare(vat="NL1"))
        self.assertEqual(answer.status_code, 422)
        self.assertIn("This is not a VAT number of Netherlands", answer.text)

    def test_number_of_another_customer_is_told_to_staff_only(self):
        self.other_customer.write({"vat": "NL999999999B01", "country_id": self.nl.id})
        self.env["res.partner.bank"].create(
            {"acc_number": OTHER_IBAN, "partner_id": self.other_customer.id}
        )
        change = self._ask(vat="NL999999999B01", acc_number=OTHER_IBAN)
        page = self._get(f"/my/company/changes/{change.id}")
        self.assertNotIn("Southwind", page.text)
        warning = change.with_user(self.accountant).warning
        self.assertEqual(warning.count("Southwind"), 2)
        self.assertIn("phone number", warning)
        with self.assertRaises(AccessError):
            change.with_user(self.buyer).read(["warning"])
        with self.assertRaises(AccessError):
            change.line_ids.with_user(self.buyer).read(["value"])

    def test_one_request_at_a_time(self):
        key = "b" * 32
        form = self._prepare(name="Newwind", request_key=key)
        first = self._post("/my/company/change", **form)
        again = self._post("/my/company/change", **form)
        self.assertEqual(first.headers["Location"], again.headers["Location"])
        self._sign_in(self.boss)
        answer = self._post("/my/company/change", **self._prepare(street="Hill 2"))
        self.assertEqual(answer.status_code, 422)
        self.assertIn("already working on a request", answer.text)
        change = self.changes.search([])
        self.assertEqual(len(change), 1)
        for _click in range(2):
            self._post(f"/my/company/changes/{change.id}/withdraw")
        self.assertEqual(change.state, "withdrawn")
        self.assertFalse(change.activity_ids)
        self._ask(street="Hill 2")
        self.assertEqual(self.changes.search_count([]), 2)

    def test_approving_changes_everything_once(self):
        invoice = self._create_posted_invoice(100.0)
        change = self._ask(
            name="Newwind", vat="NL000099998B57", street="Hill 2", acc_number=IBAN
        )
        self.assertFalse(self.customer.can_edit_vat() and invoice)
        decision = change.with_user(self.accountant)
        decision.action_approve()
        self.assertEqual(change.state, "applied")
        self.assertEqual(self.customer.name, "Newwind")
        self.assertEqual(self.customer.vat, "NL000099998B57")
        self.assertEqual(self.customer.street, "Hill 2")
        bank = self.customer.bank_ids
        self.assertEqual(bank.sanitized_acc_number, "BE71096123456769")
        self.assertFalse(bank.allow_out_payment)
        self.assertEqual(change.decided_by_id, self.accountant)
        self.assertEqual(
            dict(
                change.line_ids.mapped(
                    lambda line: (line.field_name, line.decided_text)
                )
            ),
            {
                "name": "Northwind",
                "vat": "NL123456782B90",
                "street": "Quay 1",
                "acc_number": "",
            },
        )
        printed = invoice._get_partner_as_printed("partner_id")
        self.assertEqual((printed.name, printed.vat), ("Northwind", "NL123456782B90"))
        notices = self.env["portal.notice"].search([("user_id", "=", self.buyer.id)])
        self.assertEqual(notices.event_id.code, "company_change_answered")
        for action in (decision.action_approve, decision.action_refuse):
            with self.assertRaises(UserError):
                action()

    def test_refusing_needs_a_reason_that_the_customer_reads(self):
        change = self._ask(name="Newwind")
        decision = change.with_user(self.accountant)
        with self.assertRaises(UserError):
            decision.action_refuse()
        decision.answer = "Send us the register, please."
        # Not before it is decided.
        page = self._get(f"/my/company/changes/{change.id}")
        self.assertNotIn("Send us the register", page.text)
        decision.action_refuse()
        self.assertEqual(self.customer.name, "Northwind")
        page = self._get(f"/my/company/changes/{change.id}")
        self.assertIn("Send us the register, please.", page.text)
        answer = self._post(f"/my/company/changes/{change.id}/withdraw")
        self.assertEqual(answer.status_code, 422)
        self.assertEqual(change.state, "refused")

    def test_company_and_branch_keep_their_own_address(self):
        """Core takes the address of one over to the other."""
        self.branch.write({"street": "Quay 1", "country_id": self.nl.id})
        contact = self.buyer.partner_id
        self._ask(street="Hill 2").with_user(self.accountant).action_approve()
        self.assertEqual(self.customer.street, "Hill 2")
        self.assertEqual(self.branch.street, "Quay 1")
        self.assertEqual(contact.street, "Hill 2")
        values = {
            name: value or ""
            for name, value in self.changes._get_current_values(self.branch).items()
        }
        values.update(company=self.branch.id, street="North 3", city="Delft")
        self._post("/my/company/change", **values)
        change = self.changes.search([], limit=1)
        self.assertEqual(change.partner_id, self.branch)
        change.with_user(self.accountant).action_approve()
        self.assertEqual(self.branch.street, "North 3")
        self.assertEqual(self.colleague.partner_id.street, "North 3")
        self.assertEqual(self.customer.street, "Hill 2")

    def test_later_day_waits_for_the_daily_job(self):
        later = self.today + timedelta(days=3)
        change = self._ask(name="Newwind", effective_date=later.isoformat())
        change.with_user(self.accountant).action_approve()
        self.assertEqual((change.state, self.customer.name), ("approved", "Northwind"))
        badge = ("processing", f"Approved for {format_date(self.env, later)}")
        self.assertEqual(change._get_portal_badge(), badge)
        self.changes.sudo()._apply_due()
        self.assertEqual(self.customer.name, "Northwind")
        change.effective_date = self.today
        self.changes.sudo()._apply_due()
        self.assertEqual((change.state, self.customer.name), ("applied", "Newwind"))

    def test_only_accounting_decides(self):
        change = self._ask(name="Newwind")
        for user in (self.sales, self.buyer, self.viewer, self.stranger):
            with self.subTest(user.login), self.assertRaises(AccessError):
                change.with_user(user).action_approve()
        self.assertEqual(change.state, "submitted")
        self.assertTrue(change.with_user(self.sales).has_access("read"))
        self.assertFalse(change.with_user(self.sales).has_access("write"))

    def test_who_sees_requests(self):
        change = self._ask(name="Newwind")
        path = f"/my/company/changes/{change.id}"
        for user, status in (
            (self.boss, 200),
            (self.viewer, 404),
            (self.colleague, 404),
            (self.stranger, 404),
        ):
            with self.subTest(user.login):
                self._sign_in(user)
                self.assertEqual(self._get(path).status_code, status)
                found = self.changes.with_user(user).search([])
                self.assertEqual(bool(found), status == 200)
                lines = change.line_ids.with_user(user).search([])
                self.assertEqual(bool(lines), status == 200)
                if status == 404:
                    answer = self._post(f"{path}/withdraw")
                    self.assertEqual(answer.status_code, 404)
        self._sign_in(self.viewer)
        self.assertEqual(self._get("/my/company/change").status_code, 403)
        form = self._prepare(name="X")
        self.assertEqual(self._post("/my/company/change", **form).status_code, 403)
        self.assertEqual(change.state, "submitted")

    def test_asks_for_a_branch_within_reach(self):
        form = self._prepare(company=self.branch.id, name="North Ltd")
        self._post("/my/company/change", **form)
        self.assertEqual(self.changes.search([]).partner_id, self.branch)
        # A foreign one is none: the own company is meant.
        form = self._prepare(company=self.other_customer.id, name="Newwind")
        self._post("/my/company/change", **form)
        self.assertEqual(self.changes.search([], limit=1).partner_id, self.customer)

    def test_second_factor_is_missing(self):
        self.customer.portal_needs_two_factor = True
        page = self._get("/my/company")
        self.assertNotIn("NL123456782B90", page.text)
        self.assertEqual(self._get("/my/company/change").status_code, 403)

    def test_hostile_form(self):
        for value in ("\x00", "9" * 40, "²", "<script>alert(1)</script>", "[" * 2000):
            with self.subTest(value[:10]):
                form = dict.fromkeys(self._prepare(), value)
                answer = self._post("/my/company/change", request_key=value, **form)
                self.assertEqual(answer.status_code, 422)
                self.assertNotIn("<script>alert(1)</script>", answer.text)
        self.assertFalse(self.changes.search([]))


class TestContactsByFunction(CompanyCommon):
    def setUp(self):
        super().setUp()
        self._sign_in(self.buyer)
        self.functions = self.env["portal.contact.function"]
        self.path = "/my/company/contacts"

    def _add(self, email="pay@northwind.example", function="invoices", **values):
        return self._post(self.path, email=email, function=function, **values)

    def test_adds_known_and_new_contacts_once(self):
        for _click in range(2):
            self.assertEqual(self._add(name="Payables").status_code, 303)
            self._add(self.colleague.email, company=self.branch.id)
        lines = self.functions.search([])
        self.assertEqual(len(lines), 2)
        own = lines.filtered(lambda line: line.partner_id == self.customer)
        self.assertEqual(own.contact_id.parent_id, self.customer)
        self.assertEqual(own.contact_id.name, "Payables")
        self.assertEqual((lines - own).contact_id, self.colleague.partner_id)
        self._post(f"{self.path}/{own.id}/remove")
        self.assertFalse(own.exists())
        actions = self.env["portal.activity"].search([]).mapped("action")
        self.assertEqual(actions.count("contact_function_changed"), 3)

    def test_mistakes(self):
        answer = self._add("no address", name="typed")
        self.assertEqual(answer.status_code, 422)
        self.assertIn('value="typed"', answer.text)
        self.assertEqual(self._add(function="x").status_code, 200)
        self.assertFalse(self.functions.search([]))

    def test_who_may(self):
        self._add()
        line = self.functions.search([])
        for user, page, removal in (
            (self.viewer, 403, 404),
            (self.colleague, 200, 404),
            (self.stranger, 200, 404),
        ):
            with self.subTest(user.login):
                self._sign_in(user)
                answer = self._get(f"{self.path}?company={self.customer.id}")
                self.assertEqual(answer.status_code, page)
                self.assertNotIn("pay@northwind.example", answer.text)
                answer = self._post(f"{self.path}/{line.id}/remove")
                self.assertEqual(answer.status_code, removal)
                self.assertFalse(self.functions.with_user(user).search([]))
        self.assertTrue(line.exists())

    def test_invoices_go_to_who_gets_them(self):
        invoice = self._create_posted_invoice(100.0)
        self.customer.email = "office@northwind.example"
        send = self.env["account.move.send"]
        template = self.env.ref("account.email_template_edi_invoice")

        def get_addresses():
            partners = send._get_default_mail_partner_ids(invoice, template, "en_US")
            return set(partners.mapped("email"))

        self.assertEqual(get_addresses(), {"office@northwind.example"})
        self._add("reminders@northwind.example", function="reminders")
        self.assertEqual(get_addresses(), {"office@northwind.example"})
        self._add("pay@northwind.example")
        self._add("copy@northwind.example")
        self.assertEqual(
            get_addresses(), {"pay@northwind.example", "copy@northwind.example"}
        )
        self.functions.search([]).contact_id.active = False
        self.assertEqual(get_addresses(), {"office@northwind.example"})

    def test_contact_belongs_to_the_customer(self):
        with self.assertRaises(UserError), mute_logger("odoo.sql_db"):
            self.functions.create(
                {
                    "partner_id": self.customer.id,
                    "function": "invoices",
                    "contact_id": self.stranger.partner_id.id,
                }
            )

    def test_costs_the_same_for_many_contacts(self):
        few = self._count()
        self.env["res.partner"].create(
            [
                {
                    "name": f"C {number}",
                    "email": f"c{number}@northwind.example",
                    "parent_id": self.customer.id,
                }
                for number in range(200)
            ]
        )
        self.assertLessEqual(self._count(), few)

    def _count(self):
        counts = []
        for path in (self.path, "/my/company", "/my/company/change"):
            self._get(path)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.assertEqual(self._get(path).status_code, 200)
            counts.append(self.env.cr.sql_log_count - before)
        return counts
