"""The desk of accounting: disputes to decide."""

from datetime import timedelta

from odoo import fields, models
from odoo.exceptions import UserError

from .portal_dispute import AGREED, OPEN


class PortalDispute(models.Model):
    _inherit = "portal.dispute"

    # ------------------------------------------------------------
    # Buttons
    # ------------------------------------------------------------

    def action_assign_to_me(self):
        """Take over these disputes.

        :raise AccessError: for those who do no accounting
        """
        self.check_access("write")
        self.user_id = self.env.user

    def action_accept(self):
        """Ask how much of it is accepted."""
        return self._open_decision("accept", self.env._("Accept"))

    def action_refuse(self):
        """Ask why it is refused."""
        return self._open_decision("refuse", self.env._("Refuse"))

    def action_ask(self):
        """Ask what the customer is asked."""
        return self._open_decision("ask", self.env._("Ask the customer"))

    def action_open_invoice(self):
        """Open the invoice."""
        self.ensure_one()
        return self._open_move(self.move_id)

    def action_open_credit_note(self):
        """Open the credit note that answers it."""
        self.ensure_one()
        return self._open_move(self.credit_note_id)

    @staticmethod
    def _open_move(move):
        return {
            "type": "ir.actions.act_window",
            "res_model": "account.move",
            "res_id": move.id,
            "views": [(False, "form")],
        }

    def _open_decision(self, decision, title):
        self.ensure_one()
        self.check_access("write")
        wizard = self.env["portal.dispute.decision"].create(
            {"dispute_id": self.id, "decision": decision}
        )
        return {
            "type": "ir.actions.act_window",
            "name": title,
            "res_model": wizard._name,
            "res_id": wizard.id,
            "views": [(False, "form")],
            "target": "new",
        }

    # ------------------------------------------------------------
    # Decide
    # ------------------------------------------------------------

    def _accept(self, amounts, text=""):
        """Accept a dispute, whole or in part, with the draft of a credit note.

        What is not accepted is due again.

        :param dict amounts: {line of the dispute: amount that is accepted of it}
        :raise AccessError: for those who do no accounting
        :raise UserError: when somebody was faster, or the amounts do not fit
        :return: the credit note
        """
        dispute = self._take_to_decide()
        currency = dispute.currency_id
        for line in dispute.line_ids:
            amount = currency.round(amounts.get(line, 0.0))
            if amount < 0 or currency.compare_amounts(amount, line.amount) > 0:
                raise UserError(
                    self.env._(
                        "Accept at most %(amount)s of “%(line)s”.",
                        amount=currency.format(line.amount),
                        line=line.name or dispute.move_id.name,
                    )
                )
            line.amount_accepted = amount
        total = currency.round(sum(dispute.line_ids.mapped("amount_accepted")))
        if not total:
            raise UserError(self.env._("To accept nothing, refuse the dispute."))
        # The right to make credit notes is the person's own.
        credit_note = self._make_credit_note()
        is_whole = not currency.compare_amounts(total, dispute.amount_disputed)
        dispute.write({"amount_accepted": total, "credit_note_id": credit_note.id})
        dispute._close("accepted" if is_whole else "partial", self.env.user, text)
        return credit_note

    def _refuse(self, text):
        """Refuse a dispute: what it held is due again, after some days of grace.

        :raise AccessError: for those who do no accounting
        :raise UserError: without a reason, or when somebody was faster
        """
        if not (text or "").strip():
            raise UserError(self.env._("Write the reason. The customer will see it."))
        self._take_to_decide()._close("refused", self.env.user, text)

    def _ask(self, text):
        """Ask the customer something; the dispute waits for the answer.

        :raise AccessError: for those who do no accounting
        :raise UserError: without a question, or when somebody was faster
        """
        if not (text or "").strip():
            raise UserError(self.env._("Write what you want to know."))
        dispute = self._take_to_decide()
        dispute.state = "question"
        dispute.activity_unlink(["mail.mail_activity_data_todo"])
        dispute._add_event("asked", self.env.user, text)
        dispute._tell_customer(
            "dispute_question",
            dispute._get_people_to_ask(),
            lambda env: env._(
                "We have a question about your dispute %(dispute)s of %(document)s.",
                dispute=dispute.name,
                document=dispute.move_id.name,
            ),
            text,
        )

    def _take_to_decide(self):
        """Return the dispute in sudo, held, its account locked.

        :raise AccessError: for those who do no accounting
        :raise UserError: when it was decided or withdrawn
        """
        self.ensure_one()
        self.check_access("write")
        # sudo: the right to decide was just asked
        dispute = self.sudo()
        dispute._lock_account(dispute.move_id)
        if not dispute._take(OPEN):
            raise UserError(dispute._get_closed_message())
        return dispute

    def _close(self, state, user, text):
        """Write the decision down, and tell everybody once; in sudo."""
        company = self.company_id
        values = {
            "state": state,
            "decided_on": fields.Datetime.now(),
            "decided_by_id": user.id,
        }
        if state != "accepted":
            grace = timedelta(days=company.portal_dispute_grace_days)
            values["grace_until"] = company._get_accounting_day() + grace
        self.write(values)
        self.activity_unlink(["mail.mail_activity_data_todo"])
        self._add_event(state, user, text, amount=self.amount_accepted)
        self._log("dispute_decided", user)
        self._note_to_salesperson(self._get_decision_title, user.partner_id)
        self._tell_customer(
            "dispute_decided",
            self._get_portal_readers(),
            self._get_decision_title,
            text,
        )

    def _get_decision_title(self, env):
        """Return the sentence of the decision in the language of an environment."""
        values = {"dispute": self.name, "document": self.move_id.name}
        amount = self.currency_id.with_env(env).format(self.amount_accepted)
        if self.state == "accepted":
            return env._(
                "The dispute %(dispute)s of %(document)s was accepted: %(amount)s "
                "will be credited.",
                amount=amount,
                **values,
            )
        if self.state == "partial":
            return env._(
                "The dispute %(dispute)s of %(document)s was accepted in part: "
                "%(amount)s will be credited, the rest is due.",
                amount=amount,
                **values,
            )
        return env._(
            "The dispute %(dispute)s of %(document)s was refused: %(amount)s will "
            "not be credited.",
            amount=self.currency_id.with_env(env).format(self.amount_disputed),
            **values,
        )

    def _get_people_to_ask(self):
        """Return who can answer: who disputed it, else all who see the invoice."""
        readers = self._get_portal_readers()
        return readers & self.author_id or readers

    def _tell_customer(self, code, people, title, text):
        self.env["portal.notice"]._tell(
            code,
            people,
            self.partner_id,
            self._get_url(),
            title,
            (lambda _env: text) if text else None,
        )

    # ------------------------------------------------------------
    # What follows
    # ------------------------------------------------------------

    def _add_credited(self):
        """Write down that the credit notes of these disputes are posted; in sudo."""
        for dispute in self.filtered(lambda one: one.state in AGREED):
            note = dispute.credit_note_id
            dispute._add_event(
                "credited", self.env.user, note.name, amount=note.amount_total
            )

    def _reopen(self):
        """Decide again: the credit note is gone that nobody had posted; in sudo."""
        for dispute in self.filtered(lambda one: one.state in AGREED):
            dispute.line_ids.amount_accepted = 0.0
            dispute.write(
                {
                    "state": "open",
                    "amount_accepted": 0.0,
                    "credit_note_id": False,
                    "decided_on": False,
                    "decided_by_id": False,
                    "grace_until": False,
                }
            )
            dispute._add_event("reopened", self.env.user)
            dispute._give_dispute_todo()
