"""The credit note of what is accepted: exactly these lines, with their taxes."""

from odoo import fields, models
from odoo.fields import Command

from ...tools.dispute import get_parts


class PortalDispute(models.Model):
    _inherit = "portal.dispute"

    def _make_credit_note(self):
        """Return the draft of a credit note of what is accepted of each line.

        In the rights of the person, by Odoo's own reversal of the invoice, so that
        accounts, taxes and what other addons add are those of the invoice.
        """
        move = self.move_id
        reversal = (
            self.env["account.move.reversal"]
            .with_context(active_model="account.move", active_ids=move.ids)
            .create(
                {
                    "reason": self.env._(
                        "dispute %(dispute)s, %(reason)s",
                        dispute=self.name,
                        reason=self.reason_id.name,
                    ),
                    "date": fields.Date.context_today(self),
                    "journal_id": move.journal_id.id,
                }
            )
        )
        reversal.refund_moves()
        credit_note = reversal.new_move_ids
        # sudo: links to lines, which staff see on the invoice too
        lines = self.sudo().line_ids.filtered("amount_accepted")
        credit_note.write(
            {"invoice_line_ids": self._prepare_credit_lines(credit_note, lines)}
        )
        self._match_total(credit_note, sum(lines.mapped("amount_accepted")))
        return credit_note

    def _prepare_credit_lines(self, credit_note, lines):
        """Return the commands that leave on a reversal what these lines say."""
        copies = self._get_copies(credit_note)
        commands, kept = [], credit_note.invoice_line_ids.browse()
        for line in lines:
            copy = copies.get(line.move_line_id.id)
            if not copy:
                commands += self._prepare_shares(credit_note, line, copies)
                continue
            first, *more = self._get_credit_parts(line)
            kept |= copy
            commands.append(Command.update(copy.id, first))
            for values in more:
                commands.append(Command.create(copy.copy_data(values)[0]))
        unused = credit_note.invoice_line_ids - kept
        return [*commands, *(Command.delete(line.id) for line in unused)]

    def _get_copies(self, credit_note):
        """Return {id of a line of the invoice: its copy on the reversal}."""

        def get_products(move):
            return move.invoice_line_ids.filtered(
                lambda line: line.display_type == "product"
            ).sorted("id")

        originals, copies = get_products(self.move_id), get_products(credit_note)
        if len(originals) != len(copies):  # another addon makes other lines
            return {}
        return dict(zip(originals.ids, copies, strict=True))

    @staticmethod
    def _get_credit_parts(line):
        """Return the values of the lines that credit what is accepted of a line.

        A quantity that comes off goes back to the order, as core does it; a lower
        price does not: the same quantity is invoiced.
        """
        parts = get_parts(
            line.kind,
            line.quantity,
            line.quantity_right,
            line.price_unit,
            line.price_right,
        )
        unlinked = {"sale_line_ids": [Command.clear()]}
        if line.currency_id.compare_amounts(line.amount_accepted, line.amount):
            price = sum(quantity * unit for quantity, unit in parts)
            share = price * line.amount_accepted / line.amount
            return [{"quantity": 1.0, "price_unit": share, **unlinked}]
        return [
            {
                "quantity": quantity,
                "price_unit": price,
                **(unlinked if price != line.price_unit else {}),
            }
            for quantity, price in parts
        ]

    def _prepare_shares(self, credit_note, line, copies):
        """Return the commands of lines that share an amount, one for each tax.

        :param dict copies: of `_get_copies`
        """
        groups = {}
        originals = self.move_id.invoice_line_ids.filtered(
            lambda one: one.display_type == "product"
        )
        for original in originals:
            groups.setdefault((original.tax_ids, original.account_id), []).append(
                original
            )
        factor = line.amount_accepted / self.move_id.amount_total
        commands = []
        for (taxes, account), group in groups.items():
            price = sum(
                one.price_unit * one.quantity * (1 - one.discount / 100)
                for one in group
            )
            if credit_note.currency_id.is_zero(price):
                continue
            commands.append(
                Command.create(
                    {
                        "name": self.reason_id.name,
                        "quantity": 1.0,
                        "price_unit": price * factor,
                        "tax_ids": [Command.set(taxes.ids)],
                        "account_id": account.id,
                    }
                )
            )
        return commands

    def _match_total(self, credit_note, amount):
        """Let a credit note come to an amount: cents that taxes were rounded by.

        On the largest tax, as a person corrects it in the form.
        """
        currency = credit_note.currency_id
        lacking = currency.round(amount - credit_note.amount_total)
        if not lacking:
            return
        taxes = credit_note.line_ids.filtered(lambda line: line.display_type == "tax")
        if tax := taxes.sorted(lambda line: -abs(line.amount_currency))[:1]:
            changed = currency.round(tax.amount_currency + lacking)
            command = Command.update(tax.id, {"amount_currency": changed})
            credit_note.write({"line_ids": [command]})
        else:
            line = credit_note.invoice_line_ids[:1]
            price = line.price_unit + lacking / (line.quantity or 1.0)
            command = Command.update(line.id, {"price_unit": price})
            credit_note.write({"invoice_line_ids": [command]})
