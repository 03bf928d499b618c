from odoo import fields, models


class PortalTicketValue(models.Model):
    """What was answered to one field of a request type.

    The label is kept: the type may change later, the request does not.
    """

    _name = "portal.ticket.value"
    _description = "Answer of a request"
    _order = "sequence, id"

    ticket_id = fields.Many2one(
        "portal.ticket", required=True, index=True, ondelete="cascade"
    )
    field_id = fields.Many2one(
        "portal.ticket.type.field", index="btree_not_null", ondelete="set null"
    )
    sequence = fields.Integer()
    label = fields.Char(required=True)
    text = fields.Text("Answer")
    number = fields.Float()
    date = fields.Date()
    res_model = fields.Char("Model of the record")
    res_id = fields.Many2oneReference("Record", model_field="res_model")
