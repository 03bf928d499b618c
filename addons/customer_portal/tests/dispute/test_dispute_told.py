"""Who hears of disputes, and what pauses reminders."""

import io
import json
import zipfile
from datetime import timedelta

from odoo import Command
from odoo.tests import new_test_user

from ..common import PortalCommon
from ..dispute_case import DisputeMixin


class TestDisputeTold(DisputeMixin, PortalCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.second = cls._create_portal_user("second", cls.customer)
        cls.salesperson = new_test_user(
            cls.env,
            login="sam",
            groups="sales_team.group_sale_salesman",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
            email="sam@seller.example",
        )

    def setUp(self):
        super().setUp()
        self.invoice = self._bill()
        self.invoice.invoice_user_id = self.salesperson

    def _notices(self, code):
        """Return who was told of an event, each as often as it was."""
        notices = self.env["portal.notice"].sudo().search([])
        return sorted(
            notices.filtered(lambda notice: notice.event_id.code == code).mapped(
                lambda notice: (notice.user_id.login, notice.mail)
            )
        )

    def test_everybody_is_told_once(self):
        dispute = self._dispute(
            self.invoice, wishes={self.invoice.invoice_line_ids[1]: (None, None)}
        )
        self.assertEqual(self._notices("dispute_received"), [("buyer", "now")])
        self._decide(dispute)._ask("Which box?")
        self.assertEqual(self._notices("dispute_question"), [("buyer", "now")])
        note = self._decide(dispute)._accept({dispute.line_ids: 20.0}, "Sorry.")
        self.assertEqual(
            self._notices("dispute_decided"), [("buyer", "now"), ("second", "now")]
        )
        note.action_post()
        self.assertEqual(len(self._notices("dispute_decided")), 2)
        notice = self.env["portal.notice"].sudo().search([], limit=1)
        self.assertIn("20.00", notice.title)
        self.assertEqual(notice.detail, "Sorry.")
        self.assertEqual(notice.url, f"/my/invoices/{self.invoice.id}#disputes")

    def test_salesperson_is_told_and_reads_it(self):
        dispute = self._dispute(self.invoice)
        told = (
            self.env["mail.message"]
            .sudo()
            .search([("partner_ids", "=", self.salesperson.partner_id.id)])
        )
        self.assertEqual(len(told), 1)
        self.assertIn("disputes", told.body)
        mine = self.env["portal.dispute"].with_user(self.salesperson).search([])
        self.assertEqual(mine, dispute.with_user(self.salesperson))
        self.assertFalse(mine.has_access("write"))
        self.assertTrue(dispute.user_id.has_group("account.group_account_invoice"))

    def test_reminders_pause_for_the_disputed_part_and_the_days_of_grace(self):
        dispute = self._dispute(
            self.invoice, wishes={self.invoice.invoice_line_ids[1]: (None, None)}
        )
        key = (self.invoice.id, self.customer.id, self.usd.id)

        def get_pauses():
            pauses = self.invoice._get_reminder_pauses().get(key, [])
            return [(pause.code, pause.amount) for pause in pauses]

        self.assertEqual(get_pauses(), [("disputed", 23.0)])
        self._decide(dispute)._refuse("The price is right.")
        self.assertEqual(get_pauses(), [("grace", 23.0)])
        dispute.grace_until = self.today - timedelta(days=1)
        self.assertEqual(get_pauses(), [])

    def test_own_data_has_what_one_disputed(self):
        self._dispute(self.invoice, text="Wrong")
        self._dispute(self._bill(), user=self.second, text="Not mine")
        export = self.env["portal.data.export"].sudo()
        export = export.create({"user_id": self.buyer.id})
        export._make()
        stored = export._get_attachment()
        with zipfile.ZipFile(io.BytesIO(stored.raw)) as archive:
            data = json.loads(archive.read("data.json"))
        self.assertEqual([row["text"] for row in data["disputes"]], ["Wrong"])
        self.assertEqual([row["text"] for row in data["events_of_disputes"]], ["Wrong"])
