from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..common import PortalHttpCommon
from ..rows import find_rows, join

OWN_MODELS = (
    "odoo.addons.customer_portal.models",
    "odoo.addons.customer_portal.wizards",
)

# {model: notes of the seller about customers, goods and deliveries}
NOTES = {
    "account.move": {"sale_warning_text", "access_token"},
    "account.move.line": {"sale_line_warn_msg"},
    "res.partner": {"comment", "sale_warn_msg", "picking_warn_msg", "trust"},
    "sale.order": {"sale_warning_text", "partner_credit_warning", "access_token"},
    "sale.order.line": {"sale_line_warn_msg"},
    "stock.picking": {"note", "picking_warning_text"},
}


class TestPrograms(PortalHttpCommon):
    """Programs of a customer use a key, and read what went wrong."""

    def test_refusal_is_a_sentence_about_records(self):
        foreign = self._create_posted_invoice(10.0, partner=self.other_customer)
        own = self._create_posted_invoice(10.0)
        key = (
            self.env["res.users.apikeys"]
            .with_user(self.buyer)
            .sudo()
            ._generate(None, "program", fields.Datetime.now() + timedelta(days=1))
        )
        for record_id in (own.id, foreign.id, foreign.id + 10**6):
            for method, values in (
                ("write", {"vals": {"ref": "x"}}),
                ("unlink", {}),
                ("read", {"fields": ["name"]}),
            ):
                if (record_id, method) == (own.id, "read"):
                    continue
                with self.subTest(method, record=record_id):
                    with mute_logger("odoo.http"):
                        answer = self.url_open(
                            f"/json/2/account.move/{method}",
                            json={"ids": [record_id], **values},
                            headers={"Authorization": f"Bearer {key}"},
                        )
                    self.assertIn(answer.status_code, (403, 404))
                    body = answer.json()
                    self.assertNotIn("URL", body["message"])
                    self.assertTrue(body["message"].strip())
                    self.assertFalse(body.get("debug"))
        self.assertTrue(own.exists())


@tagged("post_install", "-at_install")
class TestRpc(PortalHttpCommon):
    """What a contact reaches past the pages, by calling models."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.invoice = cls._create_posted_invoice(100.0)
        cls.draft = cls._create_order(state="draft")
        cls.quote = cls._create_order(state="sent", require_signature=True)

    def test_remittances_are_the_company_s(self):
        remittance = self._open_remittance({self.invoice: 10.0})
        for user, visible in (
            (self.buyer, True),
            (self.colleague, False),
            (self.stranger, False),
        ):
            with self.subTest(user.login):
                found = self.env["portal.remittance"].with_user(user).search([])
                self.assertEqual(bool(found), visible)
                lines = self.env["portal.remittance.line"].with_user(user).search([])
                self.assertEqual(bool(lines), visible)
        own = remittance.with_user(self.buyer)
        for operation in ("write", "unlink"):
            self.assertFalse(own.has_access(operation))
        self.assertFalse(
            self.env["portal.remittance"].with_user(self.buyer).has_access("create")
        )

    def test_foreign_is_refused_in_the_words_of_missing(self):
        """Of what the roles guard; whoever reads several is told of none."""
        own = self._create_posted_invoice(1.0)
        foreign = self._create_posted_invoice(1.0, partner=self.other_customer)
        message = foreign.message_post(body="Theirs", subtype_xmlid="mail.mt_comment")
        for record in (
            foreign,
            foreign.line_ids[:1],
            self.draft,
            self.draft.order_line,
        ):
            readable = own if record == foreign else record.browse()
            words = set()
            for ids in (record.ids, [99999999], [*readable.ids, 99999999]):
                for read in ("read", "web_read"):
                    asked = record.browse(ids).with_user(self.buyer)
                    fields = (
                        ["display_name"] if read == "read" else {"display_name": {}}
                    )
                    with (
                        self.subTest(record._name, ids=ids, read=read),
                        self.assertRaises(AccessError) as caught,
                    ):
                        getattr(asked, read)(fields)
                    words.add((str(caught.exception), caught.exception.hides_record))
            self.assertEqual(len(words), 1)
            self.assertTrue(words.pop()[1])
        for ids in (message.ids, [99999999]):
            with self.subTest("message", ids=ids), self.assertRaises(AccessError):
                message.browse(ids).with_user(self.buyer).read(["body"])
        self.assertEqual(
            len((own + self.invoice).with_user(self.buyer).read(["name"])), 2
        )

    def test_reading_takes_the_same_work(self):
        foreign = self._create_posted_invoice(1.0, partner=self.other_customer)
        counts = []
        for id_ in (foreign.id, 99999999, foreign.id, 99999999):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            with self.assertRaises(AccessError):
                foreign.browse(id_).with_user(self.buyer).read(["name"])
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[2], counts[3])

    def test_other_models_are_read_as_in_stock_odoo(self):
        """Project sharing and others rely on it: refused or left out, never both."""
        model = self.env["ir.attachment"]
        foreign = model.create({"name": "Staff only", "raw": b"x"})
        with self.assertRaises(AccessError):
            foreign.with_user(self.buyer).read(["name"])
        missing = self.env["res.country"].browse(99999999)
        self.assertEqual(missing.with_user(self.buyer).read(["name"]), [])

    def test_fields_of_shared_models_are_listed(self):
        """What ours add to models of Odoo, and every contact may read: FIELDS_READ."""
        user = self.buyer
        found = {}
        for name, model in self.env.registry.items():
            records = self.env[name].with_user(user)
            if model._abstract or name.startswith("portal."):
                continue
            if not records.has_access("read"):
                continue
            ours = {
                field
                for field in records.fields_get(attributes=["type"])
                if {
                    module.startswith("customer_portal")
                    for module in model._fields[field]._modules
                }
                == {True}
            }
            if ours:
                found[name] = ours
        listed = join(find_rows(self.env, "leak_rows"), "FIELDS_READ")
        self.assertEqual(found, {model: set(names) for model, names in listed.items()})

    def test_notes_of_the_seller_are_closed(self):
        """Texts for staff that Odoo lets every contact read."""
        for model, names in NOTES.items():
            if model not in self.env:
                continue
            fields_ = self.env[model].with_user(self.buyer).fields_get()
            with self.subTest(model):
                self.assertFalse(fields_.keys() & names)
                self.assertTrue(names <= self.env[model]._fields.keys())

    def test_machinery_is_no_one_s_to_read(self):
        for model in (
            "portal.address.version",
            "portal.request",
            "portal.ledger.lock",
            "portal.payment.claim",
            "portal.rights.change",
            "portal.promise.line",
            "portal.reminder",
            "portal.reminder.level",
            "portal.reminder.line",
            "portal.reminder.run",
            "portal.reminder.schedule",
        ):
            with self.subTest(model):
                self.assertFalse(
                    self.env[model].with_user(self.buyer).has_access("read")
                )

    def test_credit_is_not_read_from_an_order(self):
        order = self.quote.with_user(self.buyer)
        self.assertFalse(
            order._has_field_access(order._fields["partner_credit_warning"], "read")
        )

    def test_drafts_of_staff_stay_with_staff(self):
        orders = self.env["sale.order"].with_user(self.buyer).search([])
        self.assertEqual(orders, self.quote)
        self.assertEqual(orders.order_line.order_id, self.quote)
        self.assertIn(self.draft, self.env["sale.order"].search([]))

    def test_draft_is_not_signed(self):
        self.draft.require_signature = True
        self.assertFalse(self.draft._has_to_be_signed())
        self.assertTrue(self.quote._has_to_be_signed())
        self._sign_in(self.buyer)
        answer = self.make_jsonrpc_request(
            f"/my/orders/{self.draft.id}/accept",
            {"access_token": self.draft._portal_ensure_token(), "name": "Me"},
        )
        self.assertIn("error", answer)
        self.assertEqual(self.draft.state, "draft")

    def test_new_public_methods_are_listed(self):
        """Each method without an underscore is one that any contact may call."""
        allowed = {
            # Core's own, extended; they check rights as core does.
            ("account.bank.statement.line", "create"),
            ("account.bank.statement.line", "write"),
            ("account.move", "button_cancel"),
            ("account.move", "unlink"),
            ("account.move", "write"),
            ("account.partial.reconcile", "create"),
            ("account.partial.reconcile", "unlink"),
            ("account.payment", "action_post"),
            ("account.payment", "action_refund_wizard"),
            ("account.payment", "write"),
            ("base", "read"),
            ("ir.qweb.field.contact", "record_to_html"),
            ("ir.actions.report", "get_wkhtmltopdf_state"),
            ("mail.message", "read"),
            ("mail.template", "send_mail_batch"),
            ("payment.transaction", "create"),
            ("res.partner", "address_get"),
            ("res.partner", "create"),
            ("res.partner", "write"),
            ("portal.order.change", "write"),
            ("res.users", "create"),
            ("res.users", "write"),
            ("sale.order", "action_confirm"),
            ("sale.order", "message_post"),
            ("sale.order.line", "create"),
            ("sale.order.line", "unlink"),
            ("sale.order.line", "write"),
            *(
                (model, method)
                for model in (
                    "portal.membership",
                    "portal.notice",
                    "portal.rights.source",
                    "portal.role",
                    "portal.role.line",
                    "portal.section",
                    "portal.section.switch",
                )
                for method in ("create", "write", "unlink")
            ),
            ("portal.document.request", "create"),
            ("portal.document.version", "create"),
            ("portal.document.version", "write"),
            ("portal.document.request.wizard", "default_get"),
            ("portal.statement.wizard", "action_print"),
            ("portal.statement.wizard", "action_send"),
            ("portal.statement.wizard", "default_get"),
            # Buttons of the back office; each asks for the rights itself.
            ("portal.adoption", "action_open_customer"),
            ("portal.adoption.month", "action_open_invoices"),
            ("portal.adoption.month", "action_open_orders"),
            ("portal.company.change", "action_approve"),
            ("portal.company.change", "action_refuse"),
            ("portal.customer.mixin", "write"),
            ("portal.consent.text", "action_new_version"),
            ("portal.consent.text", "action_open_consents"),
            ("portal.consent.text", "write"),
            ("portal.deletion.request", "action_delete"),
            ("portal.deletion.request", "action_refuse"),
            ("portal.dispute", "action_accept"),
            ("portal.dispute", "action_ask"),
            ("portal.dispute", "action_assign_to_me"),
            ("portal.dispute", "action_open_credit_note"),
            ("portal.dispute", "action_open_invoice"),
            ("portal.dispute", "action_refuse"),
            ("portal.dispute", "write"),
            ("portal.dispute.decision", "action_decide"),
            ("portal.document", "action_accept"),
            ("portal.document", "action_open_readers"),
            ("portal.document", "action_send_back"),
            ("portal.document.request", "action_accept"),
            ("portal.document.request", "action_cancel"),
            ("portal.document.request", "action_open_documents"),
            ("portal.document.request", "action_send_back"),
            ("portal.document.request.wizard", "action_ask"),
            ("portal.invitation.batch", "action_open_people"),
            ("portal.invitation.batch", "action_refresh"),
            ("portal.invitation.wizard", "action_invite"),
            ("portal.invitation.wizard", "action_preview"),
            ("portal.membership", "action_disable"),
            ("portal.membership", "action_enable"),
            ("portal.membership", "action_send_again"),
            ("portal.membership", "action_view_as"),
            ("portal.order.change", "action_apply"),
            ("portal.order.change", "action_approve"),
            ("portal.order.change", "action_open_order"),
            ("portal.order.change", "action_refuse"),
            ("payment.transaction", "action_capture"),
            ("payment.transaction", "action_was_not_paid"),
            ("payment.transaction", "action_was_paid"),
            ("portal.capture.wizard", "action_capture"),
            ("portal.capture.wizard", "default_get"),
            ("portal.refund.wizard", "action_refund"),
            ("portal.refund.wizard", "default_get"),
            ("portal.registration", "action_approve"),
            ("portal.registration", "action_look_again"),
            ("portal.registration", "action_open_others"),
            ("portal.registration", "action_refuse"),
            ("portal.registration", "action_send_back"),
            ("portal.registration.match", "action_choose"),
            ("portal.registration.match", "action_open_customer"),
            ("portal.remittance", "action_book_bank_proposal"),
            ("portal.remittance", "action_receive_transfer"),
            ("portal.remittance", "action_release_transfer"),
            ("portal.remittance", "action_allocate"),
            ("portal.remittance", "action_assign_to_me"),
            ("portal.remittance", "action_done"),
            ("portal.remittance", "action_keep_on_account"),
            ("portal.remittance", "action_refund"),
            ("portal.remittance", "write"),
            ("portal.promise", "action_open_documents"),
            ("portal.promise", "action_withdraw"),
            ("portal.promise", "write"),
            ("portal.promise.record", "action_record"),
            ("portal.reminder", "action_approve"),
            ("portal.reminder", "action_hold"),
            ("portal.reminder", "action_look_now"),
            ("portal.reminder", "action_open_documents"),
            ("portal.reminder", "action_release"),
            ("portal.reminder", "action_skip"),
            ("portal.reminder", "write"),
            ("portal.reminder.decision", "action_decide"),
            ("portal.search.figures", "action_open_rows"),
            ("portal.search.opened", "action_open"),
            ("portal.search.signal", "action_open_quote"),
            ("portal.search.signal", "action_open_searches"),
            ("portal.search.term", "action_give_todo"),
            ("portal.search.term", "action_open_searches"),
            ("portal.section.wizard", "action_apply"),
            ("portal.transfer.wizard", "action_receive"),
            ("portal.view.wizard", "action_open"),
            ("res.company", "create"),
            ("res.company", "write"),
            ("res.currency", "write"),
            ("res.partner", "action_change_portal_sections"),
            ("res.partner", "action_end_pay_links"),
            ("res.partner", "action_invite_to_portal"),
            ("res.partner", "action_open_portal_documents"),
            ("res.partner", "action_open_portal_people"),
            ("res.partner", "action_open_portal_roles"),
            ("res.partner", "action_open_promises"),
        }
        # Of a mixin of ours, with each model that has it.
        papers = self.env.registry.descendants(["portal.customer.mixin"], "_inherit")
        allowed |= {(name, "write") for name in papers - {"portal.customer.mixin"}}
        # Core's own of each thread; what of it is refused says test_calls.
        threads = self.env.registry.descendants(["mail.thread"], "_inherit")
        allowed |= {
            (name, method)
            for name in threads
            for method in ("message_notify", "message_post")
        }
        allowed |= {
            (name, method)
            for name in (
                "portal.remembered.mixin",
                "portal.reminder.level",
                "portal.reminder.schedule",
                "resource.calendar",
                "resource.calendar.attendance",
                "resource.calendar.leaves",
            )
            for method in ("create", "write", "unlink")
        }
        found = set()
        for name, model in self.env.registry.items():
            for cls in model.mro():
                module = getattr(cls, "__module__", "")
                if not module.startswith(OWN_MODELS):
                    continue
                owner = "base" if module.endswith(".base") else name
                found |= {
                    (owner, attribute)
                    for attribute, value in vars(cls).items()
                    if callable(value) and not attribute.startswith("_")
                }
        self.assertEqual(found, allowed)
