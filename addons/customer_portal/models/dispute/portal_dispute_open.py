"""How a dispute begins, and what its customer adds to it."""

from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Command

from .portal_dispute import OPEN

ACCOUNTING = "account.group_account_invoice"


class PortalDispute(models.Model):
    _inherit = "portal.dispute"

    @api.model
    def _open(
        self,
        move,
        user,
        reason,
        *,
        text="",
        wishes=None,
        amount=0.0,
        files=(),
        remittance=None,
    ):
        """Set aside what a person says is wrong with an invoice; return the dispute.

        In sudo: the caller has checked that the person may see the invoice. The lock
        is that of payments: of a payment and a dispute at the same instant, the second
        one sees the first.

        :param move: the invoice
        :param user: the person, a res.users
        :param reason: a portal.short.payment.reason
        :param dict wishes: {line: (right quantity, right price)}, as of
            `account.move._prepare_dispute_lines`
        :param float amount: without lines: what is disputed of the whole invoice,
            taxes included
        :param files: (clean name, content) of what the person sends with it
        :param remittance: the payment that leaves it out, if there is one
        :raise UserError: when it is disputed already, or more than can be
        """
        self._lock_account(move)
        move._check_can_be_disputed()
        lines = move._prepare_dispute_lines(wishes or {})
        if amount:
            lines.append({"kind": "amount", "amount": move.currency_id.round(amount)})
        self._check_new_lines(move, lines)
        total = move.currency_id.round(sum(line["amount"] for line in lines))
        dispute = self.create(
            {
                "name": self.env["ir.sequence"]
                .with_company(move.company_id)
                .next_by_code("portal.dispute"),
                "move_id": move.id,
                "company_id": move.company_id.id,
                "currency_id": move.currency_id.id,
                "partner_id": move.commercial_partner_id.id,
                "author_id": user.id,
                "author_name": user.name,
                "reason_id": reason.id,
                "text": text or False,
                "amount_disputed": total,
                "remittance_id": remittance.id if remittance else False,
                "line_ids": [Command.create(line) for line in lines],
            }
        )
        dispute._add_event("opened", user, text, amount=total, files=files)
        dispute._log("dispute_opened", user)
        dispute._tell_staff_opened()
        dispute._tell_received(user)
        return dispute

    @api.model
    def _lock_account(self, move):
        """Hold the customer's account, and forget what was read of the invoice."""
        self.env["portal.ledger.lock"]._lock(
            move.company_id, move.commercial_partner_id
        )
        move.invalidate_recordset()
        move.line_ids.invalidate_recordset()
        self.invalidate_model()
        self.env["portal.dispute.line"].invalidate_model()

    @api.model
    def _check_new_lines(self, move, lines):
        """Refuse what is disputed already, and more than the invoice has.

        :param list lines: values of portal.dispute.line
        :raise UserError: saying which
        """
        if not lines:
            raise UserError(self.env._("Say what is wrong."))
        ids = [line["move_line_id"] for line in lines if line.get("move_line_id")]
        before = self.env["portal.dispute.line"].search(
            [
                ("move_id", "=", move.id),
                "|",
                ("move_line_id", "in", ids),
                ("kind", "=", "amount"),
            ]
        )
        is_whole = any(line["kind"] == "amount" for line in lines)
        for line in before.filtered("is_open"):
            if line.move_line_id:
                raise UserError(
                    self.env._(
                        "The line “%(line)s” is disputed already (%(dispute)s).",
                        line=line.name,
                        dispute=line.dispute_id.name,
                    )
                )
            if is_whole:
                raise UserError(
                    self.env._(
                        "%(document)s is disputed already (%(dispute)s).",
                        document=move.name,
                        dispute=line.dispute_id.name,
                    )
                )
        currency = move.currency_id
        for line in lines:
            credited = sum(
                before.filtered(
                    lambda one, line=line: (
                        one.move_line_id and one.move_line_id.id == line["move_line_id"]
                    )
                ).mapped("amount_accepted")
                if line.get("move_line_id")
                else []
            )
            most = (
                self.env["account.move.line"].browse(line["move_line_id"]).price_total
                if line.get("move_line_id")
                else move.amount_total
            )
            self._check_at_most(line["amount"], most - credited, move)
        total = sum(line["amount"] for line in lines)
        self._check_at_most(currency.round(total), move._get_amount_to_dispute(), move)

    def _check_at_most(self, amount, most, move):
        currency = move.currency_id
        if currency.compare_amounts(amount, 0) <= 0:
            raise UserError(self.env._("What you dispute must be more than 0."))
        if currency.compare_amounts(amount, most) > 0:
            raise UserError(
                self.env._(
                    "At most %(amount)s of %(document)s can still be disputed.",
                    amount=currency.format(max(most, 0.0)),
                    document=move.name,
                )
            )

    def _add_amount(self, user, amount, text=""):
        """Dispute more of an invoice that is disputed as a whole; in sudo, locked."""
        line = self.line_ids.filtered(lambda line: line.kind == "amount")
        line.amount = self.currency_id.round(line.amount + amount)
        self.amount_disputed = self.currency_id.round(self.amount_disputed + amount)
        self._add_event("added", user, text, amount=amount)
        self._log("dispute_opened", user)

    # ------------------------------------------------------------
    # What the customer adds
    # ------------------------------------------------------------

    def _reply(self, user, text, files=()):
        """Keep what a person of the customer writes; it is our turn then.

        In sudo: the caller reached the dispute in the person's rights.

        :raise UserError: when it was decided meanwhile
        """
        if not self._take(OPEN):
            raise UserError(self._get_closed_message())
        self.state = "open"
        self._add_event("replied", user, text, files=files)
        self._tell_staff_replied(user)
        return self

    def _withdraw(self, user):
        """Take a dispute back: what it held is due; return whether this call did it.

        In sudo: the caller reached the dispute in the person's rights.
        """
        self._lock_account(self.move_id)
        if not self._take(OPEN):
            return False
        self.state = "withdrawn"
        self.activity_unlink(["mail.mail_activity_data_todo"])
        self._add_event("withdrawn", user)
        self._log("dispute_withdrawn", user)
        self._note_to_salesperson(
            lambda env: env._(
                "%(customer)s has withdrawn the dispute %(dispute)s.",
                customer=self.partner_id.name,
                dispute=self.name,
            ),
            user.partner_id,
        )
        return True

    def _get_closed_message(self):
        return self.env._("%s is closed: it was decided or withdrawn.", self.name)

    # ------------------------------------------------------------
    # Written down
    # ------------------------------------------------------------

    def _add_event(self, kind, user, text="", *, amount=0.0, files=()):
        """Write down what happened, for both sides; in sudo.

        :param files: (clean name, content)
        """
        event = self.env["portal.dispute.event"].create(
            {
                "dispute_id": self.id,
                "kind": kind,
                "user_id": user.id,
                "user_name": user.name,
                "is_customer": user.share,
                "text": text or False,
                "amount": amount,
            }
        )
        if files:
            # Core makes every picture smaller; a photo comes back as it was sent.
            attachments = self.env["ir.attachment"].with_context(
                image_no_postprocess=True
            )
            event.attachment_ids = attachments.create(
                [
                    {
                        "name": name,
                        "raw": content,
                        "res_model": event._name,
                        "res_id": event.id,
                    }
                    for name, content in files
                ]
            )
        return event

    def _log(self, action, user):
        self.env["portal.activity"]._log(
            action,
            self.partner_id,
            user=user,
            record=self.move_id,
            detail=self.env._(
                "%(dispute)s: %(amount)s",
                dispute=self.name,
                amount=self.currency_id.format(self.amount_disputed),
            ),
        )

    # ------------------------------------------------------------
    # Told
    # ------------------------------------------------------------

    def _tell_staff_opened(self):
        """Give it to one person of accounting, and tell the salesperson; in sudo."""
        self._give_dispute_todo()
        self._note_to_salesperson(
            lambda env: env._(
                "%(customer)s disputes %(amount)s of %(document)s: %(reason)s",
                customer=self.partner_id.name,
                amount=self.currency_id.format(self.amount_disputed),
                document=self.move_id.name,
                reason=self.with_env(env).reason_id.name,
            ),
            self.author_id.partner_id,
        )

    def _give_dispute_todo(self):
        """Give one person of accounting the decision, at first the salesperson."""
        self._give_todo(
            lambda env: env._("Decide about the dispute %s", self.name),
            group=ACCOUNTING,
            company=self.company_id,
            salesperson=self.user_id or self.salesperson_id,
        )
        self.user_id = self.user_id or self.activity_ids.user_id[:1]

    def _tell_staff_replied(self, user):
        """Give it back to who looks after it; in sudo."""
        person = self.user_id or self.salesperson_id
        self._give_dispute_todo()
        if person and person.active and person.partner_id != user.partner_id:
            self._notify_staff(
                person,
                lambda env: env._(
                    "%(person)s replied about the dispute %(dispute)s.",
                    person=user.name,
                    dispute=self.name,
                ),
                user.partner_id,
            )

    def _note_to_salesperson(self, make_text, author):
        """Tell the salesperson, unless it is the one who decides; in sudo."""
        person = self.salesperson_id
        if person and person.active and not person.share:
            self._notify_staff(person, make_text, author)

    def _notify_staff(self, person, make_text, author):
        """Tell one person of the staff, in the own language; in sudo."""
        env = self.with_context(lang=person.lang, mail_notify_force_send=False).env
        text = make_text(env)
        self.with_env(env).message_notify(
            partner_ids=person.partner_id.ids,
            subject=text,
            body=text,
            author_id=author.id,
        )

    def _tell_received(self, user):
        """Answer the person at once that it arrived; in sudo."""
        self.env["portal.notice"]._tell(
            "dispute_received",
            user,
            self.partner_id,
            self._get_url(),
            lambda env: env._(
                "We have your dispute %(dispute)s of %(document)s.",
                dispute=self.name,
                document=self.move_id.name,
            ),
            lambda env: env._(
                "%s need not be paid until we have answered.",
                self.currency_id.with_env(env).format(self.amount_disputed),
            ),
            author=self.env.ref("base.user_root"),
        )

    def _get_url(self):
        """Return the path of the page that shows it."""
        return f"/my/invoices/{self.move_id.id}#disputes"
