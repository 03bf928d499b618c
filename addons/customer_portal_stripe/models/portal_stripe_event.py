import logging
from datetime import UTC, datetime, timedelta

from psycopg2 import OperationalError

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from odoo.addons.customer_portal.models.payment.payment_transaction import (
    CAPTURE_DOMAIN,
)
from odoo.addons.payment_stripe.controllers.main import StripeController

from ..const import CUSTOMERS, DISPUTES, HANDLED, PAYOUTS, REFUNDS
from ..tools.gateway import GatewayError

_logger = logging.getLogger(__name__)

# Stripe lists events for 30 days; where none was read yet, these are read.
FIRST_DAYS = 3
MOST_TRIES = 10
PAUSE = timedelta(minutes=4)  # before the next try
TRIES_FOR_TRANSACTION = 3  # of about five minutes
KEPT_FOR = timedelta(days=60)
AT_ONCE = 200


def _read_moment(event):
    """Return when an event happened, as the database has it."""
    return datetime.fromtimestamp(event["created"], UTC).replace(tzinfo=None)


class PortalStripeEvent(models.Model):
    """What Stripe has told us, by a message or from its list: each once.

    It is kept and answered, and handled afterwards. Only the object's id counts: what
    became of it is asked of Stripe, so that messages may come late, twice, in another
    order or, as the list is read too, not at all.
    """

    _name = "portal.stripe.event"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _description = "Event of Stripe"
    _order = "id desc"
    _rec_name = "reference"

    provider_id = fields.Many2one(
        "payment.provider", required=True, readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="provider_id.company_id")
    reference = fields.Char("Event", required=True, readonly=True)
    kind = fields.Char(required=True, readonly=True)
    object_reference = fields.Char("Object", required=True, readonly=True)
    happened_on = fields.Datetime(required=True, readonly=True)
    source = fields.Selection(
        [
            ("message", "Message"),
            ("list", "List of events"),
            ("night", "Found at night"),
        ],
        required=True,
        readonly=True,
    )
    state = fields.Selection(
        [
            ("waiting", "Waiting"),
            ("done", "Handled"),
            ("ignored", "Not ours"),
            ("unmatched", "Without a transaction"),
            ("failed", "Failed"),
        ],
        required=True,
        readonly=True,
    )
    tries = fields.Integer(readonly=True)
    note = fields.Char(readonly=True)
    transaction_id = fields.Many2one(
        "payment.transaction",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
    )

    _provider_reference_unique = models.UniqueIndex("(provider_id, reference)")
    _waiting_index = models.Index("(id) WHERE state = 'waiting'")

    # ------------------------------------------------------------
    # Keep
    # ------------------------------------------------------------

    @api.model
    def _keep(self, provider, event, source):
        """Keep an event, if it is new and we handle its kind; return whether it was.

        :param dict event: as Stripe writes it
        """
        if event["type"] not in HANDLED:
            return False
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO portal_stripe_event
                            (provider_id, reference, kind, object_reference,
                             happened_on, source, state, tries)
                     VALUES (%s, %s, %s, %s, %s, %s, 'waiting', 0)
                ON CONFLICT (provider_id, reference) DO NOTHING
                  RETURNING id
                """,
                *(provider.id, event["id"], event["type"], self._get_subject(event)),
                *(_read_moment(event), source),
            ),
            log_exceptions=False,  # two at once: one is run again
        )
        is_new = bool(self.env.cr.fetchone())
        if is_new:
            # sudo: a scheduled action of the system
            self.env.ref("customer_portal_stripe.cron_events").sudo()._trigger()
        return is_new

    @api.model
    def _keep_found(self, provider, intents):
        """Keep paid intents that no transaction has as its own, each once.

        One that was handled, and still is nobody's, is told to accounting.
        """
        references = {f"night_{intent['id']}": intent for intent in intents}
        found = self.search(
            [("provider_id", "=", provider.id), ("reference", "in", list(references))]
        )
        for event in found.filtered(lambda one: one.state == "done"):
            event._schedule_report(references[event.reference])
            event.state = "unmatched"
        told = self.search(
            [
                ("provider_id", "=", provider.id),
                ("object_reference", "in", [intent["id"] for intent in intents]),
                ("state", "in", ("unmatched", "waiting")),
            ]
        )
        for reference, intent in references.items():
            if intent["id"] not in told.mapped("object_reference"):
                event = {
                    "id": reference,
                    "type": "payment_intent.succeeded",
                    "created": intent["created"],
                    "data": {"object": intent},
                }
                self._keep(provider, event, "night")

    def _get_subject(self, event):
        """Return the id of what is asked of Stripe: refunds are asked of a charge."""
        shown = event["data"]["object"]
        if event["type"] == "charge.captured":
            return shown.get("payment_intent") or shown["id"]
        if shown["object"] == "refund":
            return shown.get("charge") or shown["id"]
        return shown["id"]

    @api.model
    def _read_lists(self):
        """Read what Stripe lists and we have not heard of (scheduled)."""
        for provider in self.env["payment.provider"]._get_stripe_accounts():
            try:
                self._read_list(provider)
            except GatewayError as error:
                _logger.warning("Events of Stripe were not read: %s", error)
        self._handle_waiting()
        self.env["portal.stripe.payout"]._match_proposed()

    def _read_list(self, provider):
        """Read the events since the last one that was read.

        :raise GatewayError: where Stripe cannot be asked
        """
        gateway = provider._get_stripe_gateway()
        since = fields.Datetime.now() - timedelta(days=FIRST_DAYS)
        since = int(since.timestamp())
        after = provider.stripe_event_cursor
        try:
            events = gateway.list_events(HANDLED, after=after or None, since=since)
        except GatewayError as error:
            if not after or error.code != "resource_missing":
                raise
            # Nothing was read for a month: what is still listed is read again.
            events = gateway.list_events(HANDLED)
        for event in events:
            self._keep(provider, event, "list")
        if events:
            provider.stripe_event_cursor = events[-1]["id"]

    # ------------------------------------------------------------
    # Handle
    # ------------------------------------------------------------

    @api.model
    def _handle_waiting(self):
        """Handle what waits, each object once (scheduled)."""
        cron = self.env["ir.cron"]
        earlier = fields.Datetime.now() - PAUSE
        waiting = self.search(
            [
                ("state", "=", "waiting"),
                *("|", ("write_date", "=", False), ("write_date", "<", earlier)),
            ],
            order="id",
            limit=AT_ONCE,
        )
        groups = waiting.grouped(lambda one: (one.provider_id, one.object_reference))
        cron._commit_progress(remaining=len(groups))
        for events in groups.values():
            events._handle()
            if not cron._commit_progress(1):
                break
        if len(waiting) == AT_ONCE:
            # sudo: a scheduled action of the system
            self.env.ref("customer_portal_stripe.cron_events").sudo()._trigger()

    def _handle(self):
        """Handle the events of one object, from what it is now."""
        try:
            with self.env.cr.savepoint():
                self._handle_object()
        except GatewayError as error:
            # While Stripe cannot be asked, it is asked again as long as that takes.
            self._put_off(str(error), counts=not error.is_lost)
        except UserError as error:
            self._put_off(str(error))
        except OperationalError:
            raise  # somebody works on the same payment now: it comes again
        except Exception as error:
            _logger.exception("Events of %s wait", self[0].object_reference)
            self._put_off(repr(error))

    def _put_off(self, note, *, counts=True):
        """Try again later, but what is wrong by itself not for ever."""
        for event in self:
            event.tries += counts
            event.note = note[:500]
            if event.tries >= MOST_TRIES:
                event.state = "failed"

    def _handle_object(self):
        kind = self[0].kind
        if kind in REFUNDS:
            state, transaction = self._handle_refunds()
        elif kind in DISPUTES:
            state, transaction = self._handle_dispute()
        elif kind in PAYOUTS:
            state, transaction = self._handle_payout()
        elif kind in CUSTOMERS:
            state, transaction = self._handle_customer()
        else:
            state, transaction = self._handle_intent()
        self.write({"state": state, "transaction_id": transaction.id, "note": False})

    def _handle_intent(self):
        """Let an intent say what became of its transaction.

        :return: (the state of these events, the transaction)
        """
        provider = self.provider_id
        intent = provider._get_stripe_gateway().get_intent(self[0].object_reference)
        transaction = self._find_transaction(intent)
        if not transaction:
            is_paid = intent["status"] in ("succeeded", "requires_capture")
            if not is_paid or not self._is_of_this_database(intent):
                return "ignored", transaction
            self._report_unmatched(intent)
            return "unmatched", transaction
        transaction._hold()
        transaction._process_stripe_intent(intent)
        if transaction.state == "done":
            # sudo: a scheduled action of the system
            self.env.ref("payment.cron_post_process_payment_tx").sudo()._trigger()
        return "done", transaction

    def _report_unmatched(self, intent):
        """Let somebody look for money that no transaction knows.

        A charge of staff is told of by Stripe before it is committed here, so it is
        looked for some times.

        :raise UserError: as long as the transaction may still come
        """
        if self[0].tries < TRIES_FOR_TRANSACTION:
            raise UserError(self.env._("No transaction has this payment yet."))
        self[0]._schedule_report(intent)

    def _schedule_report(self, intent):
        self.activity_schedule(
            "mail.mail_activity_data_todo",
            summary=self.env._("Payment at Stripe without a transaction"),
            note=self.env._(
                "Stripe has taken money for %(reference)s (%(intent)s), and there is "
                "no transaction for it. Please book it, or give it back at Stripe.",
                reference=intent.get("description") or self.env._("an unknown payment"),
                intent=intent["id"],
            ),
            user_id=self.provider_id._get_stripe_accountant().id,
        )

    def _is_of_this_database(self, intent):
        database = self.env["portal.stripe.customer"]._get_database()
        return (intent.get("metadata") or {}).get("odoo_database") == database

    def _find_transaction(self, intent):
        """Return the transaction of an intent, or none."""
        transactions = self.env["payment.transaction"]
        own = [
            ("provider_id", "=", self.provider_id.id),
            ("source_transaction_id", "=", False),
        ]
        return transactions.search(
            [*own, ("provider_reference", "=", intent["id"])], limit=1
        ) or transactions.search(
            [
                *own,
                ("reference", "=", intent.get("description") or ""),
                ("provider_reference", "=", False),
            ]
        )

    def _handle_refunds(self):
        """Let the refunds of a charge be what they are at Stripe.

        One that began there, in its dashboard, gets a transaction here.

        :return: (the state of these events, the transaction of the payment)
        """
        refunds = self.provider_id._get_stripe_gateway().list_refunds(
            self[0].object_reference
        )
        paid = self._find_paid(refunds[0]["payment_intent"] if refunds else None)
        if not paid:
            return "ignored", paid
        paid._hold()
        for refund in refunds:
            self._handle_refund(paid, refund)
        # sudo: a scheduled action of the system
        self.env.ref("payment.cron_post_process_payment_tx").sudo()._trigger()
        return "done", paid

    def _find_paid(self, intent_id):
        """Return the transaction that an intent paid, or none."""
        transactions = self.env["payment.transaction"]
        if not intent_id:
            return transactions
        return transactions.search(
            [
                ("provider_id", "=", self.provider_id.id),
                ("provider_reference", "=", intent_id),
                ("source_transaction_id", "=", False),
            ],
            limit=1,
        )

    def _handle_dispute(self):
        """Let a dispute be what it is at Stripe.

        :return: (the state of these events, the transaction of the payment)
        """
        gateway = self.provider_id._get_stripe_gateway()
        shown = gateway.get_dispute(self[0].object_reference)
        paid = self._find_paid(shown.get("payment_intent"))
        if not paid:
            return "ignored", paid
        paid._hold()
        if paid.state != "done":  # of its success we have not heard yet
            paid._process_stripe_intent(gateway.get_intent(paid.provider_reference))
        self.env["portal.stripe.dispute"]._follow(self.provider_id, paid, shown)
        return "done", paid

    def _handle_payout(self):
        """Let a payout be what it is at Stripe.

        :return: (the state of these events, no transaction)
        """
        payouts = self.env["portal.stripe.payout"]
        payouts._follow(self.provider_id, self[0].object_reference)
        return "done", self.env["payment.transaction"]

    def _handle_customer(self):
        """Forget a customer that was deleted at Stripe, and what was saved there.

        :return: (the state of these events, no transaction)
        """
        customers = self.env["portal.stripe.customer"]
        reference = self[0].object_reference
        is_gone = not self.provider_id._get_stripe_gateway().has_customer(reference)
        known = is_gone and customers._forget(self.provider_id, reference)
        return "done" if known else "ignored", self.env["payment.transaction"]

    def _handle_refund(self, paid, refund):
        reference = (refund.get("metadata") or {}).get("odoo_reference")
        captures = paid.child_transaction_ids.filtered_domain(CAPTURE_DOMAIN)
        children = (paid | captures).child_transaction_ids.filtered(
            lambda tx: (
                tx.operation == "refund"
                and (
                    tx.provider_reference == refund["id"]
                    or (not tx.provider_reference and tx.reference == reference)
                )
            )
        )
        if not children and refund["status"] in ("failed", "canceled"):
            return
        child = children[:1] or StripeController._create_refund_tx_from_refund(
            paid._find_refunded_capture(refund["amount"]), refund
        )
        payment_data = {}
        StripeController._include_refund_in_payment_data(refund, payment_data)
        child._process("stripe", payment_data)

    @api.autovacuum
    def _delete_old(self):
        """Delete what was handled long ago; nobody tells us of it any more."""
        self.search(
            [
                ("state", "in", ("done", "ignored")),
                ("happened_on", "<", fields.Datetime.now() - KEPT_FOR),
            ],
            limit=10_000,
        ).unlink()
