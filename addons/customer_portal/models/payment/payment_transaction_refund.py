"""Money that a provider gives back takes from the payment that it refunds."""

from odoo import fields, models


class PaymentTransaction(models.Model):
    _inherit = "payment.transaction"

    portal_refund_choice = fields.Json(
        readonly=True, copy=False, groups="base.group_system"
    )

    def _keep_refund_choice(self, values):
        """Keep with a new refund what staff chose to take it from.

        :param dict values: of the transaction, changed here
        """
        choice = self.env.context.get("portal_refund_choice")
        if choice and values.get("operation") == "refund":
            values["portal_refund_choice"] = choice

    def _prepare_refund_payment(self):
        """Return the values of the payment that books this refund, for core."""
        source = self.source_transaction_id.payment_id
        if source.move_id.state != "posted":
            return {}
        source._lock_payers_account()
        amount = abs(self.amount)
        # sudo: what staff chose, kept on the transaction
        choice = self.sudo().portal_refund_choice
        chosen = choice and {int(key): value for key, value in choice.items()}
        plan, missing = source._plan_refund(amount, chosen or None)
        if missing:  # it changed meanwhile: take what there is
            plan, missing = source._plan_refund(amount)
        method_line = self.provider_id.journal_id.inbound_payment_method_line_ids
        method_line = method_line.filtered(
            lambda line: line.payment_provider_id == self.provider_id
        )
        values = source._prepare_refund_values(amount, method_line, plan)
        return {"line_ids": values["line_ids"], "refunded_payment_id": source.id}
