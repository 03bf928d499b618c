"""Goods that a customer wants to return: at most what was delivered."""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools.mail import plaintext2html

from odoo.addons.customer_portal.tools.drawing import Numbers

from ..const import OPEN


class PortalTicketReturn(models.Model):
    """Some of the goods of one line of an order, to be returned."""

    _name = "portal.ticket.return"
    _description = "Goods to return"
    _order = "id"

    ticket_id = fields.Many2one(
        "portal.ticket", required=True, index=True, ondelete="cascade"
    )
    order_line_id = fields.Many2one(
        "sale.order.line", "Line of the order", index="btree_not_null"
    )
    product_id = fields.Many2one("product.product", required=True, ondelete="restrict")
    quantity = fields.Float(digits="Product Unit", required=True)
    uom_id = fields.Many2one("uom.uom", "Unit", required=True, ondelete="restrict")


class PortalTicket(models.Model):
    _inherit = "portal.ticket"

    return_ids = fields.One2many(
        "portal.ticket.return",
        "ticket_id",
        "Goods to return",
        groups="base.group_user",
    )
    return_accepted_on = fields.Datetime(
        "Return accepted", readonly=True, copy=False, groups="base.group_user"
    )

    @api.model
    def _get_return_source(self, chosen):
        """Return the record whose goods are returned, or None.

        :param dict chosen: {kind: record} of the form
        """
        return chosen.get("order")

    @api.model
    def _prepare_returnable(self, source):
        """Return the goods of which something can be returned; in sudo.

        That is what the customer keeps, less what open tickets ask for. A credit note
        takes goods off what was invoiced but not delivered first, and settles the
        tickets that asked before it. A ticket that ended takes off nothing: what came
        back was credited, or staff deliver less.

        A constant number of queries. Addons know other sources than orders.

        :param source: of `_get_return_source`
        :return: list of dicts with key (an id), values (of `portal.ticket.return`),
            name, uom, delivered and left
        """
        lines = source.order_line._get_goods().filtered(
            lambda line: line.product_id.type == "consu" and line.qty_delivered > 0
        )
        asked = self._get_asked("order_line_id", lines)
        invoiced = self._get_invoiced(lines)
        rows = []
        for line in lines:
            uom = line.product_uom_id
            delivered = line.qty_delivered
            waiting, since = asked.get(line, (0.0, None))
            credited = sum(-amount for amount, _on in invoiced[line] if amount < 0)
            settled = sum(
                -amount
                for amount, on in invoiced[line]
                if amount < 0 and since and on >= since
            )
            charged = sum(amount for amount, _on in invoiced[line] if amount > 0)
            kept = min(delivered, max(charged, delivered) - credited)
            left = uom.round(kept - max(waiting - settled, 0.0))
            rows.append(
                {
                    "key": line.id,
                    "values": {
                        "order_line_id": line.id,
                        "product_id": line.product_id.id,
                    },
                    "name": line._get_portal_name(),
                    "uom": uom,
                    "delivered": delivered,
                    "left": max(left, 0.0),
                }
            )
        return rows

    @api.model
    def _get_invoiced(self, lines):
        """Return {line of an order: [(quantity, when it was written)]}; in sudo.

        Of what is posted, in the unit of the line; of a credit note below zero.
        """
        found = {line: [] for line in lines}
        charges = lines.invoice_lines
        charges.fetch(["move_id", "product_uom_id", "quantity"])
        charges.move_id.fetch(["create_date", "move_type", "state"])
        for line in lines:
            for charge in line.invoice_lines:
                move = charge.move_id
                if move.state == "posted":
                    quantity = charge.product_uom_id._compute_quantity(
                        charge.quantity, line.product_uom_id, round=False
                    )
                    sign = -1 if move.move_type == "out_refund" else 1
                    found[line].append((sign * quantity, move.create_date))
        return found

    @api.model
    def _get_asked(self, field, records):
        """Return {record: (quantity for which tickets ask, since when)}; in sudo.

        In the unit of the record.
        """
        return {
            record: (quantity, since)
            for record, quantity, since in self.env["portal.ticket.return"]._read_group(
                Domain(field, "in", records.ids) & self._get_asked_domain(field),
                [field],
                ["quantity:sum", "create_date:min"],
            )
        }

    @api.model
    def _get_asked_domain(self, _field):
        """Return the domain of the `portal.ticket.return` that wait for an answer.

        :param str _field: the one that says what of it is delivered
        """
        return Domain("ticket_id.customer_status", "in", OPEN)

    @api.model
    def _check_return(self, row, quantity):
        """Return what is wrong with a quantity of `_prepare_returnable`, or ""."""
        _, uom, numbers = self.env._, row["uom"], Numbers(self.env)
        is_fine = abs(uom.round(quantity) - quantity) > uom.rounding / 1000
        if is_fine or uom.compare(quantity, 0.0) <= 0:
            return _(
                "Enter a multiple of %(least)s %(unit)s.",
                least=numbers.short(uom.rounding),
                unit=uom.name,
            )
        if uom.compare(quantity, row["left"]) > 0:
            return _(
                "At most %(left)s %(unit)s can still be returned.",
                left=numbers.short(row["left"]),
                unit=uom.name,
            )
        return ""

    @api.model
    def _lock_returns(self, source):
        """Let nobody ask for goods of the same customer meanwhile.

        Whoever waits is run again by Odoo, and sees what was asked.
        """
        self.env["portal.ledger.lock"]._lock(
            source.company_id, source._get_portal_record_customer()
        )
        self.env["portal.ticket.return"].invalidate_model()

    @api.model
    def _prepare_returns(self, source, wishes):
        """Return the values of what is asked to be returned; in sudo, locked.

        :param dict wishes: {key: quantity}
        :raise UserError: where it is more than what is left now
        """
        self._lock_returns(source)
        rows = {row["key"]: row for row in self._prepare_returnable(source)}
        prepared = []
        for key, quantity in wishes.items():
            row = rows.get(key)
            refusal = (
                self._check_return(row, quantity)
                if row
                else self.env._("This cannot be returned any more.")
            )
            if refusal:
                name = row["name"] if row else ""
                raise UserError(f"{name}: {refusal}" if name else refusal)
            prepared.append(
                {**row["values"], "quantity": quantity, "uom_id": row["uom"].id}
            )
        return prepared

    @api.model
    def _describe_returns(self, source, wishes):
        """Return what is asked to be returned, in words, a line each; in sudo."""
        rows = {row["key"]: row for row in self._prepare_returnable(source)}
        numbers = Numbers(self.env)
        return "\n".join(
            f"{numbers.short(quantity)} {rows[key]['uom'].name} {rows[key]['name']}"
            for key, quantity in wishes.items()
            if key in rows
        )

    # ------------------------------------------------------------
    # Staff
    # ------------------------------------------------------------

    def action_accept_return(self):
        """Tell the customers that the goods can be sent, and how.

        :raise AccessError: for those who may not change tickets
        """
        self.check_access("write")
        for ticket in self:
            ticket._accept_return()

    def _accept_return(self):
        """Answer once that the goods are taken back; the right to it was asked."""
        # sudo: goods, type and contact of a ticket that the person answers
        ticket = self.sudo()
        if not ticket.return_ids or ticket.return_accepted_on:
            return
        ticket.return_accepted_on = fields.Datetime.now()
        lang = ticket.partner_id.lang or self.env.lang
        env = self.with_context(lang=lang).env
        numbers = Numbers(env)
        lines = [
            f"{numbers.short(goods.quantity)} {goods.uom_id.name} "
            f"{goods.product_id.display_name}"
            for goods in ticket.with_env(env).sudo().return_ids  # sudo: as said above
        ]
        # sudo: what the seller has written for its customers
        instructions = ticket.type_id.with_env(env).sudo().return_instructions
        said = [env._("We take these goods back:"), *lines, "", instructions or ""]
        self.message_post(
            body=plaintext2html("\n".join(said).strip()),
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )

    def action_credit_note(self):
        """Open Odoo's credit note for the invoices of what is returned.

        :raise UserError: where nothing of it is invoiced
        """
        self.ensure_one()
        self.check_access("write")
        moves = self._get_moves_to_credit()
        if not moves:
            raise UserError(self.env._("Nothing of it has been invoiced yet."))
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "account.action_view_account_move_reversal"
        )
        action["context"] = {"active_model": "account.move", "active_ids": moves.ids}
        return action

    def _get_moves_to_credit(self):
        """Return the invoices of what is returned; the right to change it was asked."""
        # sudo: which invoices; Odoo's dialog asks for the right to credit them
        ticket = self.sudo()
        moves = ticket.return_ids.order_line_id.invoice_lines.move_id
        return (ticket.invoice_id | moves).filtered(
            lambda move: move.move_type == "out_invoice" and move.state == "posted"
        )
