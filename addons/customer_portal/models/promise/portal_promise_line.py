from odoo import fields, models


class PortalPromiseLine(models.Model):
    """What a promise says of one document."""

    _name = "portal.promise.line"
    _description = "Document of a promise to pay"
    _order = "id"
    _rec_name = "move_id"

    promise_id = fields.Many2one(
        "portal.promise", required=True, readonly=True, ondelete="cascade", index=True
    )
    move_id = fields.Many2one(
        "account.move",
        "Document",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    company_id = fields.Many2one(related="promise_id.company_id")
    currency_id = fields.Many2one(related="promise_id.currency_id")
    amount = fields.Monetary("Promised", required=True, readonly=True)
    open_before = fields.Monetary(
        "Open before",
        required=True,
        readonly=True,
        help="What was left to pay of the document when it was promised.",
    )
    is_open = fields.Boolean(readonly=True)

    _open_unique = models.UniqueIndex("(move_id) WHERE is_open")

    def _prepare_portal_row(self):
        """Return what pages say of the promise of one document, in sudo.

        :return: dict with id, amount (of the document), day, is_open, text (a
            sentence as HTML) and badge
        """
        self.ensure_one()
        promise = self.promise_id
        return {
            "id": promise.id,
            "amount": self.amount,
            "day": promise.day,
            "is_open": promise.state == "open",
            "text": promise._get_sentence(self.amount, self.env.user),
            "badge": promise._get_portal_badge(),
        }
