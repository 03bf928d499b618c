"""Making, changing and withdrawing a promise, and what becomes of it."""

from datetime import timedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, new_test_user

from ..promise_case import PromiseCase
from ..reminder_case import MONDAY


class TestPromise(PromiseCase):
    def setUp(self):
        super().setUp()
        self.invoice = self._owe(300.0)
        self.other = self._owe(100.0, MONDAY + timedelta(days=3))

    def _refused(self, sentence, *args, **kwargs):
        before = self.promises.search_count([])
        with self.assertRaisesRegex(UserError, sentence):
            self._promise(*args, **kwargs)
        self.assertEqual(self.promises.search_count([]), before)

    # ------------------------------------------------------------
    # Make
    # ------------------------------------------------------------

    def test_without_an_amount_all_that_is_left_is_promised(self):
        self._pay_by_bank(self.invoice, 50.0, -1)
        promise = self._promise(self.invoice | self.other)
        self.assertEqual(promise.amount, 350.0)
        self.assertEqual(promise.line_ids.mapped("amount"), [250.0, 100.0])
        self.assertEqual(promise.day, MONDAY + timedelta(days=4))

    def test_less_is_for_the_oldest(self):
        promise = self._promise(self.other | self.invoice, amount=310.0)
        self.assertEqual(
            [(line.move_id, line.amount) for line in promise.line_ids],
            [(self.invoice, 300.0), (self.other, 10.0)],
        )
        promise._withdraw()
        promise = self._promise(self.other | self.invoice, amount=20.0)
        self.assertEqual(promise.line_ids.move_id, self.invoice)

    def test_never_more_than_what_is_left(self):
        remittance = self._open_remittance({self.invoice: 100.0})
        remittance.state = "processing"
        self._refused("200.00 is left", self.invoice, amount=200.01)
        self._refused("above 0", self.invoice, amount=0.0)
        self._refused("above 0", self.invoice, amount=-5.0)
        self.assertEqual(self._promise(self.invoice).amount, 200.0)

    def test_not_what_is_paid_under_way_or_no_invoice(self):
        self._pay_by_bank(self.invoice, 300.0, -1)
        self._refused("no longer open", self.invoice)
        self._refused("no longer open", self._create_credit_note(5.0))
        self._refused("at least one", self.invoice.browse())
        remittance = self._open_remittance({self.other: 100.0})
        remittance.state = "processing"
        self._refused("under way", self.other)

    def test_one_currency_and_one_company(self):
        euros = self._owe(10.0, currency=self.eur)
        self._refused("one currency, of one company", self.invoice | euros)
        self.assertEqual(self._promise(euros).currency_id, self.eur)

    def test_one_open_promise_of_a_document(self):
        self._promise(self.invoice)
        self._refused("already promised for 03/14/2036", self.invoice | self.other)
        self._promise(self.other)

    def test_days_that_the_seller_accepts(self):
        self.company.portal_promise_days = 5
        self._refused("from 03/10/2036 to 03/15/2036", self.invoice, days=6)
        self._refused("from 03/10/2036 to 03/15/2036", self.invoice, days=-1)
        self._promise(self.invoice, days=5)
        self._promise(self.other, days=0)

    def test_the_day_is_that_of_the_company(self):
        self.company.partner_id.tz = "Pacific/Auckland"
        self.addCleanup(self.env.registry.clear_cache)
        with freeze_time(f"{MONDAY} 20:00:00"):
            first, _last = self.promises._get_days(self.company)
        self.assertEqual(first, MONDAY + timedelta(days=1))

    def test_not_where_it_is_switched_off(self):
        self.company.portal_promises = False
        self._refused("cannot be promised here", self.invoice)

    def test_so_many_at_once_of_a_customer(self):
        self.company.portal_promise_open = 1
        self._promise(self.invoice)
        self._refused("as many open promises", self.other)
        foreign = self._owe(10.0, partner=self.other_customer)
        with self._on(0):
            self.promises._make(
                self.other_customer, foreign, MONDAY, user=self.stranger
            )

    # ------------------------------------------------------------
    # Change and withdraw
    # ------------------------------------------------------------

    def test_a_change_keeps_the_history_and_the_first_day(self):
        self.company.portal_promise_days = 7
        promise = self._promise(self.invoice)
        changed = self._promise(self.invoice, 6, 120.0, on=3, replaced=promise)
        self.assertEqual(
            [promise.state, promise.line_ids.is_open, changed.state],
            ["replaced", False, "open"],
        )
        self.assertEqual(changed.replaces_id, promise)
        self.assertEqual([changed.amount, changed.since], [120.0, MONDAY])
        self._refused("to 03/17/2036", self.invoice, 9, on=3, replaced=changed)
        self._refused(
            "cannot be changed any more", self.invoice, 9, on=8, replaced=changed
        )
        self.assertEqual(changed.state, "open")

    def test_withdrawn_is_withdrawn_once(self):
        promise = self._promise(self.invoice)
        promise._withdraw()
        self.assertEqual(
            [promise.state, promise.line_ids.is_open], ["withdrawn", False]
        )
        for change in (promise._withdraw, promise.action_withdraw):
            with self.assertRaisesRegex(UserError, "in the meantime"):
                change()
        self._refused("in the meantime", self.invoice, replaced=promise)

    def test_a_document_is_not_promised_for_ever(self):
        self._promise(self.invoice, 1)._withdraw()
        self._promise(self.invoice, 1)
        self._look(2)
        self._refused("was promised before and not paid", self.invoice, on=2)
        staff = self._promise(self.invoice, on=2, source="staff", user=None)
        self.assertEqual(staff.state, "open")

    def test_a_kept_promise_does_not_count_against_the_document(self):
        self.company.portal_promise_times = 1
        self._promise(self.invoice, amount=100.0)
        self._pay_by_bank(self.invoice, 100.0, 1)
        self.assertEqual(self._promise(self.invoice, on=2).amount, 200.0)

    # ------------------------------------------------------------
    # Kept
    # ------------------------------------------------------------

    def test_kept_by_itself_when_the_money_comes(self):
        promise = self._promise(self.invoice | self.other, amount=350.0)
        self._pay_by_bank(self.invoice, 300.0, 1)
        self.assertEqual(promise.state, "open")
        self._pay_by_bank(self.other, 50.0, 4)
        self.assertEqual(promise.state, "kept")
        self.assertFalse(any(promise.line_ids.mapped("is_open")))

    def test_kept_by_a_payment_in_the_portal(self):
        promise = self._promise(self.invoice)
        with self._on(1):
            self._pay(self._open_remittance({self.invoice: 300.0}))
        self.assertEqual(promise.state, "kept")

    def test_kept_by_a_credit_note(self):
        promise = self._promise(self.invoice, amount=80.0)
        with self._on(1):
            credit = self._create_credit_note(80.0)
            (credit | self.invoice).line_ids.filtered(
                lambda line: line.display_type == "payment_term"
            ).reconcile()
        self.assertEqual(promise.state, "kept")

    def test_money_in_another_currency_counts_as_what_it_pays(self):
        euros = self._owe(100.0, currency=self.eur)
        promise = self._promise(euros)
        with self._on(1):
            self.env["account.payment.register"].with_context(
                active_model="account.move", active_ids=euros.ids
            ).create(
                {
                    "payment_date": MONDAY + timedelta(days=1),
                    "journal_id": self.bank.id,
                    "currency_id": self.usd.id,
                }
            )._create_payments()
            self.env.flush_all()
        self.assertEqual(euros.amount_residual, 0.0)
        self.assertEqual(promise.state, "kept")

    def test_what_was_under_way_before_does_not_keep_it(self):
        remittance = self._open_remittance({self.invoice: 100.0})
        remittance.state = "processing"
        promise = self._promise(self.invoice, amount=100.0)
        remittance.state = "cancelled"
        self._pay_by_bank(self.invoice, 100.0, 1)
        self.assertEqual(promise.state, "open")

    # ------------------------------------------------------------
    # Broken
    # ------------------------------------------------------------

    def test_broken_the_day_after(self):
        promise = self._promise(self.invoice)  # for Friday
        self._pay_by_bank(self.invoice, 299.99, 1)
        self._look(4)
        self.assertEqual(promise.state, "open")
        self._look(5)
        self.assertEqual(promise.state, "broken")
        [activity] = promise.activity_ids
        self.assertEqual(activity.summary, "Promised for 03/14/2036 and not paid")
        self._look(6)
        self.assertEqual(promise.activity_ids, activity)

    def test_a_day_without_work_counts_until_the_next_one_with(self):
        promise = self._promise(self.invoice, 5)  # a Saturday
        self._look(7)
        self.assertEqual(promise.state, "open")
        self._look(8)
        self.assertEqual(promise.state, "broken")

    def test_late_money_does_not_keep_it(self):
        promise = self._promise(self.invoice)
        self._pay_by_bank(self.invoice, 300.0, 5)
        self._look(6)
        self.assertEqual(promise.state, "broken")

    def test_money_that_came_in_time_may_be_booked_late(self):
        promise = self._promise(self.invoice)
        self._look(5)
        self._pay_by_bank(self.invoice, 300.0, 4, booked=7)
        self.assertEqual([promise.state, len(promise.activity_ids)], ["kept", 0])

    def test_a_payment_under_way_is_waited_for(self):
        promise = self._promise(self.invoice)
        with self._on(3):
            remittance = self._open_remittance({self.invoice: 300.0})
            remittance.state = "processing"
            remittance.flush_recordset()
            self._set_made(remittance, 3)
        self._look(5)
        self.assertEqual([promise.state, promise.is_under_way], ["open", True])
        remittance.state = "cancelled"
        self._pay_by_bank(self.invoice, 300.0, 8)
        self.assertEqual(promise.state, "kept")

    def test_a_payment_that_failed_is_waited_for_no_more(self):
        promise = self._promise(self.invoice)
        remittance = self._open_remittance({self.invoice: 300.0})
        remittance.state = "processing"
        self._set_made(remittance, 3)
        self._look(5)
        remittance.state = "cancelled"
        self._look(8)
        self.assertEqual([promise.state, promise.is_under_way], ["broken", False])

    def test_less_under_way_than_promised_is_not_waited_for(self):
        promise = self._promise(self.invoice)
        remittance = self._open_remittance({self.invoice: 100.0})
        remittance.state = "processing"
        self._set_made(remittance, 3)
        self._look(5)
        self.assertEqual(promise.state, "broken")

    def _set_made(self, record, days):
        """Let a record be made on a day: the clock of the database is not frozen."""
        record.flush_recordset()
        self.env.cr.execute(
            "UPDATE portal_remittance SET create_date = %s WHERE id = %s",
            [MONDAY + timedelta(days=days), record.id],
        )
        record.invalidate_recordset()

    def test_a_payment_that_bounces_breaks_it(self):
        promise = self._promise(self.invoice)
        payment = self._pay_by_bank(self.invoice, 300.0, 3)
        self._look(5)
        self.assertEqual(promise.state, "kept")
        payment.move_id._reverse_moves(cancel=True)
        self.assertEqual(self.invoice.amount_residual, 300.0)
        self._look(20)
        self.assertEqual(promise.state, "broken")

    def test_a_payment_that_bounces_in_time_opens_it_again(self):
        promise = self._promise(self.invoice)
        payment = self._pay_by_bank(self.invoice, 300.0, 1)
        payment.move_id._reverse_moves(cancel=True)
        self._look(3)
        self.assertEqual(
            [promise.state, promise.line_ids.is_open, promise.ended_on],
            ["open", True, False],
        )

    def test_what_was_kept_stays_so_when_its_document_is_corrected(self):
        promise = self._promise(self.invoice)
        self._pay_by_bank(self.invoice, 300.0, 1)
        self.invoice.line_ids.remove_move_reconcile()
        self.invoice.button_draft()
        self._look(5)
        self.assertEqual(promise.state, "kept")

    def test_nothing_is_broken_of_a_cancelled_document(self):
        promise = self._promise(self.invoice)
        self.invoice.button_draft()
        self.invoice.button_cancel()
        self._look(5)
        self.assertEqual(promise.state, "withdrawn")

    def test_looking_costs_the_same_for_many(self):
        def count(invoices):
            with self.env.cr.savepoint() as savepoint:
                self.company.portal_promise_open = 100
                for invoice in invoices:
                    self._promise(invoice)
                self.env.flush_all()
                self.env.invalidate_all()
                before = self.env.cr.sql_log_count
                with self._on(1):
                    self.promises.search([])._settle()
                    self.env.flush_all()
                found = self.env.cr.sql_log_count - before
                savepoint.rollback()
            self.env.invalidate_all()
            return found

        count(self.invoice)
        few = count(self.invoice)
        many = self.env["account.move"].union(*(self._owe(10.0) for _ in range(12)))
        self.assertEqual(count(many), few)

    # ------------------------------------------------------------
    # Reminders
    # ------------------------------------------------------------

    def _read_pauses(self, days):
        with self._on(days):
            pauses = self.invoice.sudo()._get_reminder_pauses()
        return [(pause.code, pause.amount) for key in pauses for pause in pauses[key]]

    def test_what_is_promised_is_not_reminded_of_until_its_day(self):
        self._promise(self.invoice, 11, 120.0)
        [reminder] = self._run(MONDAY + timedelta(days=7))
        [line] = reminder.line_ids.filtered(lambda one: one.move_id == self.invoice)
        self.assertEqual([line.amount, line.amount_paused], [180.0, 120.0])
        self.assertEqual(line.pause_label, "payment promised")

    def test_all_of_it_promised_sends_nothing_and_broken_sends_the_next_level(self):
        self._promise(self.invoice | self.other, 11)
        self.assertEqual(self._levels(range(12)), {})
        # Saturday and Sunday rest.
        self.assertEqual(self._levels(range(12, 16)), {14: ["first"]})

    def test_what_came_of_it_and_what_is_under_way_pauses_once(self):
        self._promise(self.invoice, 4, 120.0)
        self.assertEqual(self._read_pauses(1), [("promised", 120.0)])
        self._pay_by_bank(self.invoice, 50.0, 1)
        self.assertEqual(self._read_pauses(1), [("promised", 70.0)])
        remittance = self._open_remittance({self.invoice: 30.0})
        remittance.state = "processing"
        self._set_made(remittance, 2)
        self.assertEqual(
            self._read_pauses(2), [("under_way", 30.0), ("promised", 40.0)]
        )
        self.assertEqual(self._read_pauses(5), [("under_way", 30.0)])

    # ------------------------------------------------------------
    # Staff
    # ------------------------------------------------------------

    def test_staff_record_what_was_said_on_the_phone(self):
        clerk = new_test_user(self.env, "clerk", groups="account.group_account_invoice")
        wizard = self.env["portal.promise.record"].with_user(clerk)
        with self._on(0):
            record = wizard.create(
                {
                    "move_ids": self.invoice.ids,
                    "day": MONDAY + timedelta(days=40),
                    "note": "Mrs. Ash",
                }
            )
            self.assertEqual([record.left, record.amount], [300.0, 300.0])
            record.action_record()
        promise = self.promises.search([])
        self.assertEqual(
            [promise.source, promise.amount, promise.note, promise.user_id.id],
            ["staff", 300.0, "Mrs. Ash", False],
        )
        with self.assertRaisesRegex(AccessError, "by hand"):
            promise.with_user(clerk).sudo(False).write({"amount": 1.0})
        promise.with_user(clerk).sudo(False).action_withdraw()
        self.assertEqual(promise.state, "withdrawn")

    def test_others_of_the_staff_do_neither(self):
        promise = self._promise(self.invoice)
        seller = new_test_user(self.env, "seller", groups="base.group_user")
        with self.assertRaises(AccessError):
            self.env["portal.promise.record"].with_user(seller).create(
                {"move_ids": self.invoice.ids, "day": MONDAY}
            )
        for change in ("action_withdraw", "action_open_documents"):
            with self.assertRaises(AccessError):
                getattr(promise.with_user(seller).sudo(False), change)()
        reader = new_test_user(
            self.env, "reader", groups="account.group_account_readonly"
        )
        with self.assertRaises(AccessError):
            promise.with_user(reader).sudo(False).action_withdraw()

    def test_share_kept_of_many_customers_in_one_query(self):
        self.company.portal_promise_times = 9
        self._promise(self.other, amount=50.0, days=0)
        self._pay_by_bank(self.other, 50.0, 0)
        for _ in range(2):
            self._promise(self.invoice, 1)
            self._look(2)
        partners = self.customer | self.other_customer | self.branch

        def count(records):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            kept = records.mapped("portal_promise_kept")
            return kept, self.env.cr.sql_log_count - before

        count(self.customer)  # what is remembered
        _share, alone = count(self.customer)
        kept, many = count(partners)
        self.assertEqual(many, alone)
        self.assertEqual([round(share, 2) for share in kept], [0.33, 0.0, 0.0])
        self.assertEqual(partners.mapped("portal_promise_count"), [3, 0, 0])
        action = self.customer.action_open_promises()
        self.assertEqual(self.promises.search_count(action["domain"]), 3)
