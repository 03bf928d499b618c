"""Odoo's "Merge contacts", of customers that both use the portal.

CASES says for each unique index of ours over a contact what becomes of rows that would
be there twice; addons have theirs in `merge_rows.py`. A new index without a case fails
the test.
"""

from odoo import Command
from odoo.tests import tagged

from ..common import PortalCommon
from ..role_case import RolesMixin
from ..rows import find_rows, join


@tagged("post_install", "-at_install")
class TestMerge(RolesMixin, PortalCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.both = cls._create_portal_user("both", cls.customer)
        cls.other = cls.other_customer

    def _merge(self, into, *others):
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge([into.id, *(other.id for other in others)], into)
        self.env.invalidate_all()

    def _create_each(self, model, field, **values):
        """Return rows alike of both customers; the first is of Northwind."""
        rows = self.env[model].sudo()
        for customer in (self.customer, self.other):
            rows |= rows.create({field: customer.id, **values})
        return rows

    # ------------------------------------------------------------
    # A case for each index
    # ------------------------------------------------------------

    def _get_ours(self):
        """Return {(table, columns)} of unique indexes of ours over a contact."""
        contacts = {}
        wizard = self.env["base.partner.merge.automatic.wizard"]
        for table, column in wizard._get_fk_on("res_partner"):
            contacts.setdefault(table, set()).add(column)
        return {
            (table, tuple(columns))
            for table, columns, _condition in wizard._get_unique_indexes()
            if table.startswith("portal_") and contacts.get(table, set()) & {*columns}
        }

    def _get_cases(self):
        rows = find_rows(self.env, "merge_rows")
        return {**self.CASES, **(join(rows, "CASES") if rows else {})}

    def test_every_index_has_a_case(self):
        self.assertEqual(self._get_ours(), set(self._get_cases()))

    def test_cases(self):
        for (table, columns), case in self._get_cases().items():
            with self.env.cr.savepoint() as savepoint:
                with self.subTest(table, columns=columns):
                    case(self)
                savepoint.rollback()
            self.env.invalidate_all(flush=False)

    def _check_locks(self):
        """Both opened a payment in the portal: the row is a lock, and one is enough."""
        for user, partner in ((self.buyer, None), (self.stranger, self.other)):
            invoice = self._create_posted_invoice(10.0, partner=partner)
            self._open_remittance({invoice: 10.0}, user)
        self._merge(self.other, self.customer)
        locks = self.env["portal.ledger.lock"].search(
            [("partner_id", "=", self.other.id), ("company_id", "=", self.company.id)]
        )
        self.assertEqual(len(locks), 1)

    def _check_members(self):
        """Who works for both keeps what allows more, if it can be used."""
        roles = {name: self.env.ref(f"customer_portal.role_{name}") for name in ROLES}
        for here, there, kept in (
            (("viewer", "active"), ("administrator", "active"), "there"),
            (("administrator", "active"), ("viewer", "active"), "here"),
            (("administrator", "disabled"), ("viewer", "active"), "there"),
            (("viewer", "active"), ("administrator", "invited"), "here"),
            (("viewer", "active"), ("viewer", "active"), "there"),  # stays as it is
        ):
            rights = {"here": here, "there": there}
            with self.env.cr.savepoint() as savepoint:
                members = {}
                for name, customer in (("here", self.customer), ("there", self.other)):
                    role, state = rights[name]
                    members[name] = self._give_role(
                        self.both, role, customer, state=state
                    )
                self._merge(self.other, self.customer)
                with self.subTest(here=here, there=there):
                    member = self.both.portal_membership_ids
                    self.assertEqual(member, members[kept])
                    self.assertEqual(member.partner_id, self.other)
                    self.assertEqual(member.role_id, roles[rights[kept][0]])
                savepoint.rollback()
            self.env.invalidate_all(flush=False)

    def _check_switches(self):
        """Off for one of them is off."""
        section = self.env["portal.section"].search([], limit=1)
        for here, there in ((True, False), (False, True), (True, True)):
            with self.env.cr.savepoint() as savepoint:
                switches = self._create_each(
                    "portal.section.switch", "partner_id", section_id=section.id
                )
                switches[0].is_on, switches[1].is_on = here, there
                self._merge(self.other, self.customer)
                with self.subTest(here=here, there=there):
                    [kept] = switches.exists()
                    self.assertEqual(kept.partner_id, self.other)
                    self.assertEqual(kept.is_on, here and there)
                savepoint.rollback()
            self.env.invalidate_all(flush=False)

    def _check_subscriptions(self):
        subscriptions = self._create_each(
            "portal.statement.subscription",
            "partner_id",
            user_id=self.both.id,
            sent_until=self.today,
        )
        self._merge(self.other, self.customer)
        self.assertEqual(subscriptions.exists(), subscriptions[1])

    def _check_functions(self):
        """Of the customers, and of contacts of one customer."""
        contacts = self.env["res.partner"].create(
            [
                {"name": name, "email": "p@n.example", "parent_id": self.customer.id}
                for name in ("Payables", "Accounts")
            ]
        )
        functions = self.env["portal.contact.function"].create(
            [
                {
                    "partner_id": self.customer.id,
                    "function": "invoices",
                    "contact_id": contact.id,
                }
                for contact in contacts
            ]
        )
        self._merge(contacts[0], contacts[1])
        self.assertEqual(functions.exists(), functions[0])
        # As customers merged in steps leave them: the same contact twice.
        twin = functions[0].copy({"function": "reminders"})
        self.env.cr.execute(
            "UPDATE portal_contact_function"
            " SET partner_id = %s, function = 'invoices' WHERE id = %s",
            [self.other.id, twin.id],
        )
        self.env.invalidate_all()
        self._merge(self.customer, self.other)
        self.assertEqual(functions.exists() | twin.exists(), functions[0])

    def _check_changes(self):
        """One request waits for an answer; the other is kept, as withdrawn."""
        changes = self._create_each(
            "portal.company.change",
            "partner_id",
            effective_date=self.today,
            line_ids=[
                Command.create({"field_name": "name", "old_text": "A", "value": "B"})
            ],
        )
        self._merge(self.other, self.customer)
        self.assertEqual(changes.exists().partner_id, self.other)
        self.assertEqual(changes.mapped("state"), ["withdrawn", "submitted"])

    def _check_reminders(self):
        """Keep one of both until the next run makes it anew."""
        schedules = self.env["portal.reminder.schedule"]
        schedules._make_ready(self.company)
        schedule = schedules.search([("company_id", "=", self.company.id)])
        reminders = self._create_each(
            "portal.reminder",
            "partner_id",
            company_id=self.company.id,
            currency_id=self.usd.id,
            schedule_id=schedule.id,
            level_id=schedule.level_ids[0].id,
            day=self.today,
            state="waiting",
        )
        self._merge(self.other, self.customer)
        self.assertEqual(reminders.exists(), reminders[1])

    CASES = {
        ("portal_ledger_lock", ("company_id", "partner_id")): _check_locks,
        ("portal_membership", ("user_id", "partner_id")): _check_members,
        ("portal_section_switch", ("section_id", "partner_id")): _check_switches,
        ("portal_statement_subscription", ("user_id", "partner_id")): (
            _check_subscriptions
        ),
        ("portal_contact_function", ("partner_id", "function", "contact_id")): (
            _check_functions
        ),
        ("portal_company_change", ("partner_id",)): _check_changes,
        ("portal_reminder", ("company_id", "partner_id", "currency_id")): (
            _check_reminders
        ),
    }

    # ------------------------------------------------------------
    # All of it together
    # ------------------------------------------------------------

    def test_both_people_see_the_papers_of_both(self):
        invoices = self.env["account.move"]
        orders = self.env["sale.order"]
        for user, partner in ((self.buyer, self.customer), (self.stranger, self.other)):
            invoice = self._create_posted_invoice(10.0, partner=partner)
            self._open_remittance({invoice: 10.0}, user)
            invoices |= invoice
            orders |= self._create_order(partner=user.partner_id)
        self._merge(self.customer, self.other)
        for user in (self.buyer, self.stranger):
            with self.subTest(user.login):
                self.assertEqual(user._get_portal_customer(), self.customer)
                self.assertEqual(self._see(user, "account.move"), invoices)
                self.assertEqual(self._see(user, "sale.order"), orders)
                own = self.env["portal.remittance"].with_user(user).search([])
                self.assertEqual(len(own), 2)
        remittance = self._open_remittance(dict.fromkeys(invoices, 5.0), self.stranger)
        self._pay(remittance)
        self.assertEqual(invoices.mapped("amount_residual"), [5.0, 5.0])

    def test_what_was_chosen_before_is_paid_after(self):
        invoice = self._create_posted_invoice(10.0, partner=self.other)
        remittance = self._open_remittance({invoice: 10.0}, self.stranger)
        self._merge(self.customer, self.other)
        self._pay(remittance)
        self.assertEqual(invoice.amount_residual, 0.0)
        self.assertEqual(remittance.partner_id, self.customer)
        self.assertEqual(remittance.state, "settled")

    def test_papers_print_what_the_one_that_stays_was(self):
        """Not what the other was once: its former values go with it."""
        invoice = self._create_posted_invoice(10.0)
        self.other.name = "Southwind Limited"
        self.other.name = "Southwind International"
        self._merge(self.customer, self.other)
        printed = invoice._get_partner_as_printed("partner_id")
        self.assertEqual(printed.name, "Northwind")


ROLES = ("administrator", "viewer")
