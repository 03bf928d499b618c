"""The papers of the demo company: orders, invoices, credit notes and payments."""

from collections import defaultdict
from datetime import datetime, time, timedelta

from odoo import api, fields, models
from odoo.fields import Command
from odoo.tools import SQL

from . import plan

# Nobody is told about these documents: no mail, no tracking.
SILENT = {
    "mail_auto_subscribe_no_notify": True,
    "mail_create_nolog": True,
    "mail_create_nosubscribe": True,
    "mail_notrack": True,
    "tracking_disable": True,
}


class PortalDemo(models.AbstractModel):
    """Let Odoo make the documents of the plan, the way a user would."""

    _name = "portal.demo"
    _description = "Documents of the demo company"

    @api.model
    def _load(self, today=None):
        """Make all documents, as if they had come into being day by day.

        :param date today: the day the ages count from; by default the current day
        """
        demo = self.with_company(self.env.ref("base.main_company")).with_context(
            **SILENT, demo_today=today or fields.Date.context_today(self)
        )
        demo._create_euro_rates()
        demo._create_orders()
        demo._settle_orders()
        demo._create_invoices()
        demo._create_deposits()
        demo._post_invoices()
        demo._create_credit_notes(applied=True)
        demo._register_payments()
        demo._register_other_payments()
        demo._create_credit_notes(applied=False)
        demo._create_messages()
        demo._subscribe_salesperson()
        demo._grant_credit_limits()

    @api.model
    def _load_notices(self, today=None):
        """Make what people of the customers were told about these documents."""
        self.with_context(
            demo_today=today or fields.Date.context_today(self)
        )._create_notices()

    # Names and days

    def _ref(self, key):
        """Return the demo record ``customer_portal.<key>``."""
        return self.env.ref(f"customer_portal.{key}")

    def _orders(self, *fates):
        """Return ``[(row, order)]`` of the rows with one of the fates."""
        return [
            (row, self._ref(f"order_{row.key}"))
            for row in plan.ORDERS
            if row.fate in fates
        ]

    def _name_records(self, records_by_key):
        """Give each record the external id ``customer_portal.<key>``."""
        self.env["ir.model.data"]._update_xmlids(
            [
                {"xml_id": f"customer_portal.{key}", "record": record, "noupdate": True}
                for key, record in records_by_key.items()
            ]
        )

    def _day(self, age):
        return self.env.context["demo_today"] - timedelta(days=age)

    def _moment(self, age, minute=0):
        """Return a time in the morning of the day, later by the minute."""
        return datetime.combine(self._day(age), time(9)) + timedelta(minutes=minute)

    # Steps, in the order of _load()

    def _create_euro_rates(self):
        self.env["res.currency.rate"].create(
            [
                {
                    "name": self._day(30 * months),
                    "currency_id": self.env.ref("base.EUR").id,
                    "company_id": self.env.company.id,
                    "rate": rate,
                }
                for months, rate in enumerate(plan.EURO_RATES)
            ]
        )

    def _create_orders(self):
        orders = self.env["sale.order"].create(
            [
                self._prepare_order(row, number)
                for number, row in enumerate(plan.ORDERS, 1)
            ]
        )
        self._name_records(
            {
                f"order_{row.key}": order
                for row, order in zip(plan.ORDERS, orders, strict=True)
            }
        )

    def _prepare_order(self, row, number):
        """Return the values of an order; ``number`` makes its reference unique."""
        prefix, delivery_address = plan.CUSTOMERS[row.customer]
        values = {
            "partner_id": self._ref(row.person or row.customer).id,
            "partner_shipping_id": self._ref(delivery_address).id,
            "date_order": self._moment(row.age, number),
            "user_id": self._ref("user_sales").id,
            "require_signature": True,
            "require_payment": bool(row.prepayment),
            "prepayment_percent": row.prepayment or 1.0,
            "order_line": [
                Command.create(self._prepare_line(row, product, quantity))
                for product, quantity in {
                    **plan.BASKETS[row.basket],
                    "freight": 1,
                }.items()
            ],
        }
        if row.fate not in {"draft", "sent"}:
            values["client_order_ref"] = f"{prefix}-{3100 + number}"
        if row.euro:
            values["partner_shipping_id"] = self._ref("alder_rotterdam_yard").id
            values["pricelist_id"] = self._ref("price_list_alder_euro").id
        if row.terms:
            values["payment_term_id"] = self._ref(row.terms).id
        if row.valid is not None:
            values["validity_date"] = self._day(-row.valid)
        if row.promised is not None:
            values["commitment_date"] = self._moment(-row.promised)
        return values

    def _prepare_line(self, row, product, quantity):
        """Return the values of an order line: at the price of then, if it differs."""
        values = {
            "product_id": self._ref(f"product_{product}").id,
            "product_uom_qty": quantity * row.times,
        }
        until, price = plan.FORMER_PRICES.get(product, (None, None))
        if until and row.age >= until:
            values["price_unit"] = price
        return values

    def _settle_orders(self):
        """Confirm, send or cancel the orders; afterwards they keep their dates."""
        self._join(self._orders("sent")).state = "sent"
        self._join(self._orders("cancelled"))._action_cancel()
        confirmed = self._orders(
            "confirmed", "drafted", "deposit", "partial", "invoiced"
        )
        moments = {order: order.date_order for _row, order in confirmed}
        self._join(confirmed).action_confirm()
        for order, moment in moments.items():
            order.date_order = moment
            order.signed_on = moment
            order.signed_by = order.partner_id.name

    def _join(self, rows_and_orders):
        return self.env["sale.order"].union(*(order for _row, order in rows_and_orders))

    def _create_invoices(self):
        invoiced = self._orders("drafted", "partial", "invoiced")
        self._join(invoiced)._create_invoices(grouped=True)
        for row, order in invoiced:
            if row.fate == "partial":
                order.invoice_ids.invoice_line_ids[2:].unlink()
            order.invoice_ids.invoice_date = self._day(row.age - row.invoice_lag)
        self._name_records(
            {f"invoice_{row.key}": order.invoice_ids for row, order in invoiced}
        )

    def _create_deposits(self):
        for row, order in self._orders("deposit"):
            self.env["sale.advance.payment.inv"].create(
                {
                    "sale_order_ids": [Command.set(order.ids)],
                    "advance_payment_method": "percentage",
                    "amount": 30,
                }
            )._create_invoices(order)
            order.invoice_ids.invoice_date = self._day(row.age - row.invoice_lag)
            self._name_records({f"invoice_{row.key}": order.invoice_ids})

    def _post_invoices(self):
        """Post the invoices by date, so that their numbers follow their dates."""
        invoices = self._join(
            self._orders("deposit", "partial", "invoiced")
        ).invoice_ids
        invoices.sorted(
            lambda invoice: (invoice.invoice_date, invoice.id)
        ).action_post()

    def _create_credit_notes(self, applied):
        """Credit invoices: posting applies the credit to what the invoice has open.

        So the applied ones come before the payments, and the others after them.
        """
        for row in plan.CREDIT_NOTES:
            if row.applied == applied:
                credit_note = self._reverse(self._ref(f"invoice_{row.order}"), row)
                credit_note.action_post()
                self._name_records({f"credit_note_{row.order}": credit_note})

    def _reverse(self, invoice, row):
        """Return a draft credit note for the units of the row alone.

        It is detached from the order line, which otherwise would wait to be
        invoiced again.
        """
        wizard = self.env["account.move.reversal"].create(
            {
                "move_ids": [Command.set(invoice.ids)],
                "company_id": invoice.company_id.id,
                "journal_id": invoice.journal_id.id,
                "date": self._day(row.age),
                "reason": row.reason,
            }
        )
        wizard.refund_moves()
        credit_note = wizard.new_move_ids
        product = self._ref(f"product_{row.product}")
        kept = credit_note.invoice_line_ids.filtered(
            lambda line: line.product_id == product
        )
        (credit_note.invoice_line_ids - kept).unlink()
        kept.write({"quantity": row.quantity, "sale_line_ids": [Command.clear()]})
        return credit_note

    def _register_payments(self):
        """Pay the settled invoices: one payment a day, customer and currency."""
        runs = defaultdict(self.env["account.move"].browse)
        for row, order in self._orders("invoiced"):
            if row.paid is not None:
                runs[row.paid, row.customer, order.currency_id] |= order.invoice_ids
        payments = self.env["account.payment"]
        for age, customer, currency in sorted(
            runs, key=lambda run: (-run[0], run[1], run[2].id)
        ):
            payments |= self._pay(runs[age, customer, currency], age)
        # They have been seen on the bank statement since.
        payments.action_validate()

    def _pay(self, invoices, age, **values):
        """Pay what is left of the invoices and return the payment."""
        return (
            self.env["account.payment.register"]
            .with_context(active_model="account.move", active_ids=invoices.ids)
            .create({"payment_date": self._day(age), "group_payment": True, **values})
            ._create_payments()
        )

    def _register_other_payments(self):
        for row in plan.PAYMENTS:
            if row.order:
                payment = self._pay(
                    self._ref(f"invoice_{row.order}"),
                    row.age,
                    amount=row.amount,
                    communication=row.memo,
                )
            else:
                payment = self._receive(row)
            self._name_records({f"payment_{row.key}": payment})

    def _receive(self, row):
        """Return a posted payment that is not allocated to any invoice."""
        payment = self.env["account.payment"].create(
            {
                "payment_type": "inbound",
                "partner_type": "customer",
                "partner_id": self._ref(row.customer).id,
                "date": self._day(row.age),
                "amount": row.amount,
                "memo": row.memo,
            }
        )
        payment.action_post()
        return payment

    def _create_messages(self):
        """Write the messages without sending them."""
        self.env["mail.message"].create(
            [
                {
                    "model": record._name,
                    "res_id": record.id,
                    "author_id": self._author(author).id,
                    "body": text,
                    "date": self._moment(age),
                    "message_type": "comment",
                    "subtype_id": self.env.ref("mail.mt_comment").id,
                }
                for kind, messages in (
                    ("order", plan.MESSAGES),
                    ("invoice", plan.INVOICE_MESSAGES),
                )
                for order, age, author, text in messages
                for record in [self._ref(f"{kind}_{order}")]
            ]
        )

    def _create_notices(self):
        """Tell people in the portal, without mails, and nothing else of the past."""
        self.env["portal.news"].search([("code", "!=", False)]).unlink()
        events = self.env["portal.notification.event"].search([("code", "!=", False)])
        for code, person, customer, key, age, text, is_read in plan.NOTICES:
            kind = "invoice" if code.startswith("invoice") else "order"
            record = self._ref(f"{kind}_{key}")
            moment = self._moment(age)
            notice = self.env["portal.notice"].create(
                {
                    "event_id": events.filtered(
                        lambda event, code=code: event.code == code
                    ).id,
                    "user_id": self._ref(f"user_{person}").id,
                    "partner_id": self._ref(customer).id,
                    "title": text % record.name,
                    "url": f"/my/{kind}s/{record.id}",
                    "is_in_portal": True,
                    "read_on": is_read and moment,
                }
            )
            notice.flush_recordset()
            self.env.cr.execute(
                SQL(
                    "UPDATE portal_notice SET create_date = %s WHERE id = %s",
                    moment,
                    notice.id,
                )
            )
        self.env["portal.notice"].invalidate_model(["create_date"])

    def _subscribe_salesperson(self):
        """Let the salesperson follow the documents, as if she had made them."""
        orders = self._join(self._orders(*{row.fate for row in plan.ORDERS}))
        partner = self._ref("user_sales").partner_id
        orders.message_subscribe(partner_ids=partner.ids)
        orders.invoice_ids.message_subscribe(partner_ids=partner.ids)

    def _grant_credit_limits(self):
        """Limit the credit, but not before the payments, as all orders come first."""
        for customer, limit in plan.CREDIT_LIMITS.items():
            self._ref(customer).credit_limit = limit

    def _author(self, key):
        """Return the partner of a demo contact or user."""
        record = self._ref(key)
        return record.partner_id if record._name == "res.users" else record
