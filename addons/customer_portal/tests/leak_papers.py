"""The documents of the leak test, each with a word that must not come back."""

from odoo import Command, fields


class LeakPapersMixin:
    """Creates each kind of document, and notes who may see it in `papers`."""

    @classmethod
    def _create_papers(cls, customer, maker):
        """Create each kind of document of a customer, by one of its people or none."""
        partner = cls.customers[customer]
        user = cls.people.get(maker)
        who = {"customer": customer, "maker": maker}
        key = f"{customer}-{maker or 'staff'}".upper().replace("_", "")
        contact = user.partner_id if user else partner
        for state, code in (
            ("sale", "see_orders"),
            ("sent", "see_quotes"),
            ("cancel", "see_orders"),
            ("draft", None),
        ):
            canary = f"CANARY-ORDER-{state.upper()}-{key}"
            order = cls._create_order(
                partner=contact, client_order_ref=canary, state=state
            )
            if state == "cancel":
                order._action_cancel()
            order._portal_ensure_token()
            cls._add("order", order, canary, code, **who)
            if state in ("sale", "cancel"):
                cls._add_change(order, f"{state}-{key}", code, **who)
            if state in ("sale", "draft"):
                cls._add_message(order, f"{state}-{key}", code, **who)
        for state, code in (("posted", "see_invoices"), ("draft", None)):
            canary = f"CANARY-INVOICE-{state.upper()}-{key}"
            move = cls._create_posted_invoice(100.0, partner=contact, ref=canary)
            if state == "draft":
                move.button_draft()
            move._portal_ensure_token()
            cls._add("invoice", move, canary, code, **who)
            if state == "posted":
                cls._add_message(move, f"{state}-{key}", code, **who)
                payment = cls._register_payment(move, amount=20.0)
                payment.memo = f"CANARY-PAYMENT-{key}"
                cls._add(
                    "payment",
                    payment,
                    payment.memo,
                    "see_invoices",
                    customer=customer,
                    maker=None,
                )
                payer = user or cls.people["administrator"]
                remittance = (
                    cls.env["portal.remittance"]
                    .sudo()
                    ._open(partner, payer.partner_id, {move: 10.0})
                )
                cls._add(
                    "remittance", remittance, remittance.name, "see_invoices", **who
                )
                cls._add_promise(move, user, key, **who)
                cls._add_dispute(move, payer, key, code, **who)
        canary = f"CANARY-ADDRESS-{key}"
        for active in (True, False):
            address = cls.env["res.partner"].create(
                {
                    "name": f"{canary}-{'ON' if active else 'OFF'}",
                    "type": "delivery",
                    "parent_id": partner.id,
                    "active": active,
                }
            )
            cls._add("partner", address, address.name, "any", **who)
        cls._create_company_papers(partner, key, **who)
        if not maker:
            cls._add_documents(partner, key, **who)
        cls._add_papers_of_addons(partner, user, key, **who)
        cls.env["portal.activity"]._log(
            "exported", partner, user=user or cls.env.user, detail=f"CANARY-LOG-{key}"
        )

    @classmethod
    def _add_papers_of_addons(cls, partner, user, key, **who):
        """Let each addon of ours create what it adds; see `test_leaks`."""
        for rows in cls.rows:
            if hasattr(rows, "add_papers"):
                rows.add_papers(cls, partner, user, key, **who)

    @classmethod
    def _create_company_papers(cls, partner, key, **who):
        """Create a request to change company data, and a contact by function."""
        canary = f"CANARY-CHANGE-{key}"
        change = (
            cls.env["portal.company.change"]
            .sudo()
            .create(
                {
                    "partner_id": partner.id,
                    "state": "refused",
                    "effective_date": cls.today,
                    "user_name": canary,
                    "line_ids": [
                        Command.create(
                            {"field_name": "name", "old_text": canary, "value": canary}
                        )
                    ],
                }
            )
        )
        cls._add("company_change", change.sudo(False), canary, "manage_company", **who)
        email = f"canary-function-{key.lower()}@northwind.example"
        line = cls.env["portal.contact.function"].create(
            {
                "partner_id": partner.id,
                "function": "invoices",
                "contact_id": cls.env["res.partner"]
                .create({"name": "Payables", "email": email, "parent_id": partner.id})
                .id,
            }
        )
        cls._add("contact_function", line, email, "manage_company", **who)

    @classmethod
    def _add(cls, kind, record, canary, code, **who):
        cls.papers[kind].append(
            {"record": record, "canary": canary, "code": code, **who}
        )

    @classmethod
    def _add_promise(cls, move, user, key, **who):
        canary = f"CANARY-PROMISE-{key}"
        promise = (
            cls.env["portal.promise"]
            .sudo()
            .create(
                {
                    "partner_id": move.commercial_partner_id.id,
                    "company_id": move.company_id.id,
                    "currency_id": move.currency_id.id,
                    "amount": 10.0,
                    "day": cls.today,
                    "last_day": cls.today,
                    "since": cls.today,
                    "made_on": fields.Datetime.now(),
                    "user_id": user.id if user else False,
                    "note": canary,
                    "line_ids": [
                        Command.create(
                            {
                                "move_id": move.id,
                                "amount": 10.0,
                                "open_before": 80.0,
                                "is_open": True,
                            }
                        )
                    ],
                }
            )
        )
        cls._add("promise", promise, canary, "see_invoices", **who)

    @classmethod
    def _add_change(cls, order, key, code, **who):
        canary = f"CANARY-CHANGE-{key}".upper()
        change = (
            cls.env["portal.order.change"]
            .sudo()
            .create(
                {
                    "order_id": order.id,
                    "partner_id": order.partner_id.commercial_partner_id.id,
                    "user_id": cls.env.user.id,
                    "user_name": canary,
                    "state": "requested",
                    "message": canary,
                }
            )
        )
        cls._add("change", change, canary, code, **who)

    @classmethod
    def _add_dispute(cls, move, user, key, code, **who):
        """Dispute a part of an invoice, with a file."""
        canary = f"CANARY-DISPUTE-{key}"
        dispute = (
            cls.env["portal.dispute"]
            .sudo()
            ._open(
                move,
                user,
                cls.env.ref("customer_portal.short_payment_price"),
                text=canary,
                amount=1.0,
                files=[(f"CANARY-FILE-DISPUTE-{key}.txt", b"x")],
            )
        )
        cls._add("dispute", dispute, canary, code, **who)
        [file] = dispute.event_ids.attachment_ids
        cls._add("attachment", file, file.name, code, **who)

    @classmethod
    def _add_message(cls, record, key, code, **who):
        key = key.upper()
        message = record.message_post(
            body=f"CANARY-MESSAGE-{record._table}-{key}",
            attachments=[(f"CANARY-FILE-{record._table}-{key}.txt", b"x")],
            subtype_xmlid="mail.mt_comment",
        )
        note = record.message_post(
            body=f"CANARY-NOTE-{record._table}-{key}", subtype_xmlid="mail.mt_note"
        )
        cls._add("message", message, message.body.striptags(), code, **who)
        cls._add("message", note, note.body.striptags(), None, **who)
        attachment = message.attachment_ids
        cls._add("attachment", attachment, attachment.name, code, **who)
