from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import SQL, format_amount, format_date

from ...tools.drawing import Numbers

ACTIVITY = "customer_portal.mail_activity_order_change"


class PortalOrderChange(models.Model):
    """A change of a placed order, or the request for one; it stays as it was.

    What was before and after is kept as plain data, so that it reads the same when
    addresses and products have changed since; the words come with the reader's
    language.
    """

    _name = "portal.order.change"
    _description = "Change of an order"
    _order = "id desc"
    _rec_name = "order_id"
    _inherit = ["portal.scoped.mixin"]

    _portal_code = "see_orders"
    _portal_partner_is_customer = True
    _portal_customer_fields = {"partner_id": None}

    order_id = fields.Many2one(
        "sale.order", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="order_id.company_id", store=True, index=True)
    partner_id = fields.Many2one(
        "res.partner", "Customer", required=True, readonly=True, index=True
    )
    user_id = fields.Many2one(
        "res.users", "Person", readonly=True, ondelete="set null", index=True
    )
    # The name stays when the person is gone.
    user_name = fields.Char("Person's name", readonly=True)
    salesperson_id = fields.Many2one(related="order_id.user_id", string="Salesperson")
    state = fields.Selection(
        [
            ("applied", "Changed"),
            ("requested", "Requested"),
            ("approved", "Approved"),
            ("refused", "Refused"),
            ("withdrawn", "Withdrawn"),
        ],
        "Status",
        required=True,
        readonly=True,
        index=True,
    )
    applied_on = fields.Datetime(
        readonly=True, help="When the order itself was changed; empty when it was not."
    )
    # What was chosen; of it, and of what followed, how it was and became.
    changes = fields.Json(readonly=True, groups="base.group_user")
    before = fields.Json("State before", readonly=True, groups="base.group_user")
    after = fields.Json("State after", readonly=True, groups="base.group_user")
    before_text = fields.Text("Before", compute="_compute_words")
    after_text = fields.Text("After", compute="_compute_words")
    currency_id = fields.Many2one(related="order_id.currency_id")
    amount_before = fields.Monetary("Total before", readonly=True)
    amount_after = fields.Monetary("Total after", readonly=True)
    message = fields.Text("Message of the person", readonly=True)
    reason = fields.Char(
        "Why it was requested",
        readonly=True,
        help="Why the person could not change the order at once.",
    )
    answer = fields.Text(
        groups="base.group_user",
        help="The customer sees this with the answer.",
    )
    answer_text = fields.Text("Our answer", compute="_compute_answer_text")
    answered_by_id = fields.Many2one(
        "res.users",
        "Answered by",
        readonly=True,
        ondelete="set null",
        groups="base.group_user",
    )
    answered_on = fields.Datetime(readonly=True)
    age = fields.Integer(
        "Waits (days)", compute="_compute_age", groups="base.group_user"
    )

    # One at a time: staff answer one wish, not two that contradict each other.
    _one_request = models.UniqueIndex("(order_id) WHERE state = 'requested'")

    @api.depends("create_date", "answered_on")
    def _compute_age(self):
        now = fields.Datetime.now()
        for change in self:
            end = change.answered_on or now
            change.age = (end - (change.create_date or now)).days

    @api.depends("answer", "state")
    def _compute_answer_text(self):
        """Show the answer once it is given; until then staff may be still writing."""
        for change in self:
            # sudo: the answer of a request that is seen
            change.answer_text = change.sudo()._get_answer()

    def _get_answer(self):
        """Return the answer that the customer reads; staff may be still writing it."""
        return self.answer if self.state in ("approved", "refused") else ""

    def _get_portal_badge(self):
        """Return the status for `draw_badge`: a key of its colour, and the words."""
        self.ensure_one()
        colors = {"requested": "pending", "refused": "overdue", "withdrawn": "cancel"}
        labels = dict(self._fields["state"]._description_selection(self.env))
        return colors.get(self.state, "paid"), labels[self.state]

    @api.depends("before", "after")
    @api.depends_context("lang")
    def _compute_words(self):
        for change in self:
            # sudo: the words of a change that is seen
            words = change.sudo()._get_items()
            change.before_text = "\n".join(
                f"{item['label']}: {item['before']}" for item in words
            )
            change.after_text = "\n".join(
                f"{item['label']}: {item['after']}" for item in words
            )

    def write(self, vals):
        """Extend: of what happened nothing is rewritten; staff write the answer."""
        if not self.env.su and set(vals) - {"answer"}:
            raise AccessError(self.env._("Changes to an order cannot be edited."))
        return super().write(vals)

    # ------------------------------------------------------------
    # Who sees it
    # ------------------------------------------------------------

    def _get_portal_own_domain(self, user):
        """Override: what happened to the person's own orders."""
        orders = self.env["sale.order"]._get_portal_own_domain(user)
        return Domain("order_id", "any!", orders)

    def _get_portal_domain(self, user, code=None, root=None):
        """Extend: the changes of the orders that the person reaches."""
        orders = self.env["sale.order"]._get_portal_domain(user, code, root)
        return Domain("order_id", "any!", orders)

    # ------------------------------------------------------------
    # Words
    # ------------------------------------------------------------

    @api.model
    def _keep_changed(self, before, after):
        """Return of two states of an order what differs: (before, after)."""
        names = [
            name
            for name in before
            if name not in ("lines", "untaxed", "tax") and before[name] != after[name]
        ]
        old = {name: before[name] for name in names}
        new = {name: after[name] for name in names}
        lines = [
            line_id
            for line_id, line in before["lines"].items()
            if after["lines"].get(line_id, line) != line
        ]
        if lines:
            old["lines"] = {line_id: before["lines"][line_id] for line_id in lines}
            new["lines"] = {line_id: after["lines"][line_id] for line_id in lines}
        return old, new

    def _get_items(self):
        """Return what changed in words, a list of dicts with label, before, after."""
        self.ensure_one()
        return self._get_words(
            self.before or {}, self.after or {}, currency=self.currency_id
        )

    @api.model
    def _get_words(self, before, after, currency=None):
        """Return what differs between two states in words of the reader's language.

        :param dict before: as `_keep_changed` returns it
        :param currency: of the amounts, by default none are told
        :return: list of dicts with label, before and after
        """
        _ = self.env._
        labels = {
            "state": _("Order"),
            "partner_shipping_id": _("Delivery address"),
            "site_contact_name": _("On-site contact"),
            "site_contact_phone": _("Phone on site"),
            "wished_date": _("Requested delivery date"),
            "fiscal_position": _("Taxes"),
            "freight": _("Freight"),
            "total": _("Total"),
        }
        items = [
            {
                "label": label,
                "before": self._say(name, before[name], currency),
                "after": self._say(name, after.get(name), currency),
            }
            for name, label in labels.items()
            if name in before and (currency or name not in ("freight", "total"))
        ]
        number = Numbers(self.env).short
        for line_id, old in before.get("lines", {}).items():
            new = after["lines"][line_id]
            if old["quantity"] == new["quantity"]:
                continue
            items.append(
                {
                    "label": old["name"],
                    "before": f"{number(old['quantity'])} {old['unit']}".strip(),
                    "after": f"{number(new['quantity'])} {new['unit']}".strip()
                    if new["quantity"]
                    else _("cancelled"),
                }
            )
        return items

    def _say(self, name, value, currency):
        """Return one value of a state in words."""
        _ = self.env._
        if name == "partner_shipping_id":
            return value["text"]
        if name == "wished_date" and value:
            return format_date(self.env, value)
        if name in ("freight", "total") and value is not None:
            return format_amount(self.env, value, currency)
        if name == "state":
            return _("cancelled") if value == "cancel" else _("placed")
        if name == "fiscal_position" and not value:
            return _("the usual ones")
        return value or _("none")

    def _get_sentence(self):
        """Return what changed on one line, for the log and the notices."""
        _ = self.env._
        return "; ".join(
            _(
                "%(label)s: %(before)s → %(after)s",
                label=item["label"],
                before=item["before"],
                after=item["after"],
            )
            for item in self._get_items()
        )

    # ------------------------------------------------------------
    # What was changed
    # ------------------------------------------------------------

    @api.model
    def _record_applied(self, order, user, values, before, after):
        """Store a change that was just made, and tell everybody about it.

        In sudo, in the transaction of the change.
        """
        change = self.create(
            {
                **self._prepare_record(order, user, values, before, after),
                "state": "applied",
                "applied_on": fields.Datetime.now(),
            }
        )
        is_cancelled = after["state"] == "cancel"
        self.env["portal.activity"]._log(
            "order_cancelled" if is_cancelled else "order_changed",
            change.partner_id,
            user=user,
            record=order,
            detail=change._get_sentence(),
        )
        change._note_on_order(user)
        if is_cancelled or order.currency_id.compare_amounts(
            before["total"], after["total"]
        ):
            change._remind_salesperson()
        change._tell_readers(author=user)
        return change

    @api.model
    def _prepare_record(self, order, user, values, before, after):
        old, new = self._keep_changed(before, after)
        return {
            "order_id": order.id,
            "partner_id": order.portal_customer_id.id,
            "user_id": user.id,
            "user_name": user.name,
            "changes": {
                name: fields.Date.to_string(value) if name == "wished_date" else value
                for name, value in values.items()
            },
            "before": old,
            "after": new,
            "amount_before": before["total"],
            "amount_after": after["total"],
        }

    def _with_lang_of_staff(self):
        """Return the change in the language of the seller's person."""
        return self.with_context(lang=self._get_lang_of_staff(self.order_id))

    def _get_lang_of_staff(self, order):
        return order.user_id.lang or order.company_id.partner_id.lang or self.env.lang

    def _note_on_order(self, user):
        """Leave a note for staff on the order: before and after."""
        change = self._with_lang_of_staff()
        if change.state == "requested":
            title = change.env._("A change was requested in the portal.")
        elif change.after.get("state") == "cancel":
            title = change.env._("Cancelled in the portal.")
        else:
            title = change.env._("Changed in the portal.")
        change.order_id.message_post_with_source(
            "customer_portal.order_change_note",
            render_values={
                "title": title,
                "items": change._get_items(),
                "message": change.message,
                "reason": change.reason,
            },
            author_id=user.partner_id.id,
            message_type="notification",
            subtype_xmlid="mail.mt_note",
        )

    def _remind_salesperson(self):
        """Ask the salesperson to look at it."""
        change = self._with_lang_of_staff()
        order = change.order_id
        salesperson = order.user_id or order.portal_customer_id.user_id
        if not salesperson.active:
            return
        if change.state == "requested":
            summary = change.env._("The customer requests a change to this order")
        elif change.after.get("state") == "cancel":
            summary = change.env._("The customer cancelled this order")
        else:
            summary = change.env._("The customer changed this order")
        order.activity_unlink([ACTIVITY])  # the one before
        order.activity_schedule(
            ACTIVITY,
            summary=summary,
            note=Markup("<p>%s</p>") % change._get_sentence(),
            user_id=salesperson.id,
        )

    def _tell_readers(self, author=None):
        """Tell the other people of the customer what was changed."""
        order = self.order_id
        is_cancelled = (self.after or {}).get("state") == "cancel"
        self.env["portal.notice"]._tell(
            "order_changed",
            order._get_portal_readers(),
            self.partner_id,
            f"/my/orders/{order.id}#changes",
            lambda env: (
                env._("Order %s was cancelled.", order.name)
                if is_cancelled
                else env._("Order %s was changed.", order.name)
            ),
            lambda env: self.with_env(env)._get_sentence(),
            author=author,
        )

    # ------------------------------------------------------------
    # Ask for a change
    # ------------------------------------------------------------

    @api.model
    def _request(self, order, user, changes, message=""):
        """Ask staff for a change that cannot be made at once; return the request.

        In sudo: the caller reached the order in the person's rights.

        :raise UserError: when nobody can be asked, or a request waits already
        """
        order._lock_for_change()
        order._check_change_right(user)
        terms = order._get_change_terms()
        if not terms["can_ask"]:
            raise UserError(terms["reason"])
        if self.search_count(
            [("order_id", "=", order.id), ("state", "=", "requested")], limit=1
        ):
            raise UserError(
                self.env._(
                    "A request to change this order is already waiting for "
                    "our answer. Withdraw it first to request something else."
                )
            )
        lang = self._get_lang_of_staff(order)
        preview = order.with_context(lang=lang)._preview_change(changes, user)
        if not preview["refusal"]:
            raise UserError(
                self.env._("This can be changed at once; no request is needed.")
            )
        if not preview["can_ask"]:
            raise UserError(order._preview_change(changes, user)["refusal"])
        values = order._prepare_change(changes)
        before = order._get_change_state()
        change = self.create(
            {
                **self._prepare_record(order, user, values, before, preview["state"]),
                "state": "requested",
                "message": message or False,
                "reason": preview["refusal"],
            }
        )
        self.env["portal.activity"]._log(
            "order_change_requested",
            change.partner_id,
            user=user,
            record=order,
            detail=change._get_sentence(),
        )
        change._note_on_order(user)
        change._remind_salesperson()
        return change

    def _withdraw(self, user):
        """Take a request back; return whether this call did it.

        In sudo: the caller reached it in the person's rights.
        """
        self._take()
        self.order_id._check_change_right(user)
        if self.state != "requested":
            return False
        self.write({"state": "withdrawn", "answered_on": fields.Datetime.now()})
        self.order_id.activity_unlink([ACTIVITY])
        self.order_id.message_post(
            body=self._with_lang_of_staff().env._("The request has been withdrawn."),
            author_id=user.partner_id.id,
            message_type="notification",
        )
        self.env["portal.activity"]._log(
            "order_change_decided",
            self.partner_id,
            user=user,
            record=self.order_id,
            detail=self.env._("Withdrawn"),
        )
        return True

    def _take(self):
        """Hold the order and the request, and read what they are now."""
        self.ensure_one()
        self.order_id._lock_for_change()
        self.env.cr.execute(
            SQL(
                "UPDATE portal_order_change SET write_date = write_date WHERE id = %s",
                self.id,
            ),
            log_exceptions=False,
        )
        self.env.invalidate_all()

    # ------------------------------------------------------------
    # Staff answer
    # ------------------------------------------------------------

    def action_apply(self):
        """Change the order as it was asked for, and tell the customer.

        :raise UserError: when the ERP does not allow it to staff either
        """
        for change_sudo in self._take_to_answer():
            change_sudo._apply_request(self.env.user)

    def action_approve(self):
        """Answer that the wish is met, by what staff did themselves."""
        for change_sudo in self._take_to_answer():
            change_sudo._answer("approved", self.env.user)

    def action_refuse(self):
        """Answer that the order stays as it is, with a sentence.

        :raise UserError: without a sentence
        """
        for change_sudo in self._take_to_answer():
            if not (change_sudo.answer or "").strip():
                raise UserError(
                    self.env._("Write an answer first. The customer will see it.")
                )
            change_sudo._answer("refused", self.env.user)

    def action_open_order(self):
        """Open the order."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "sale.order",
            "res_id": self.order_id.id,
            "views": [(False, "form")],
        }

    def _take_to_answer(self):
        """Return the requests in sudo, for whoever may change their orders.

        :raise AccessError: for others
        """
        self.check_access("write")
        self.order_id.check_access("write")
        # sudo: transfers, which sales may not write, and what happened, which nobody
        return self.sudo()

    def _apply_request(self, user):
        self._take()
        self._check_waits()
        order = self.order_id
        if blocked := order._get_change_block():
            raise UserError(blocked)
        if order.locked:
            raise UserError(self.env._("This order is locked. Unlock it first."))
        if order.transaction_ids._filtered_under_way():
            raise UserError(self.env._("A payment for this order is under way."))
        wished = dict(self.changes or {})
        if "wished_date" in wished:
            wished["wished_date"] = fields.Date.to_date(wished["wished_date"])
        with self.env.cr.savepoint():
            values = order._prepare_change(wished, by_staff=True)
            before, after = order._carry_out_change(values, by_staff=True)
            old, new = self._keep_changed(before, after)
            self.write(
                {
                    "before": old,
                    "after": new,
                    "amount_before": before["total"],
                    "amount_after": after["total"],
                    "applied_on": fields.Datetime.now(),
                }
            )
            self._answer("approved", user)

    def _check_waits(self):
        if self.state != "requested":
            raise UserError(
                self.env._(
                    "This request is no longer open: it has been answered or withdrawn."
                )
            )

    def _answer(self, state, user):
        """Store the answer and tell the people of the customer."""
        self._take()
        self._check_waits()
        self.write(
            {
                "state": state,
                "answered_by_id": user.id,
                "answered_on": fields.Datetime.now(),
            }
        )
        order = self.order_id
        order.activity_unlink([ACTIVITY])
        self.env["portal.activity"]._log(
            "order_change_decided",
            self.partner_id,
            user=user,
            record=order,
            detail=dict(self._fields["state"]._description_selection(self.env))[state],
        )
        change = self._with_lang_of_staff()
        if self.applied_on:
            body = change.env._("The requested change was made.")
        elif state == "approved":
            body = change.env._("The requested change was approved.")
        else:
            body = change.env._("The requested change was refused.")
        order.message_post(
            body=body,
            author_id=user.partner_id.id,
            message_type="notification",
        )
        answer = self.answer
        self.env["portal.notice"]._tell(
            "order_change_answered",
            order._get_portal_readers(),
            self.partner_id,
            f"/my/orders/{order.id}#changes",
            lambda env: (
                env._("Your request about order %s was approved.", order.name)
                if state == "approved"
                else env._("Your request about order %s was refused.", order.name)
            ),
            (lambda _env: answer) if answer else None,
            author=user,
        )
