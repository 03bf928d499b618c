from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..const import PRIORITIES


class PortalTicketType(models.Model):
    """What a customer may ask for, with the fields that the seller needs for it."""

    _name = "portal.ticket.type"
    _description = "Request type"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(
        readonly=True, copy=False, help="Of the types that come with the addon."
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    description = fields.Text(
        translate=True, help="What it is for, in the catalogue of customers."
    )
    team_id = fields.Many2one(
        "portal.ticket.team", help="If empty, the first team of the company."
    )
    company_id = fields.Many2one(
        "res.company", index=True, help="If empty, all companies offer it."
    )
    priority = fields.Selection(PRIORITIES, required=True, default="1")
    permission_id = fields.Many2one(
        "portal.permission",
        "Offered to",
        help="People of customers with this permission. If empty, who may ask at all.",
    )
    customer_tag_ids = fields.Many2many(
        "res.partner.category",
        string="Customers with a tag",
        help="If empty, all customers.",
    )
    field_ids = fields.One2many("portal.ticket.type.field", "type_id", "Fields")
    return_instructions = fields.Text(
        "Instructions for returns",
        translate=True,
        help="What the customer is told when a return is accepted.",
    )

    _code_unique = models.UniqueIndex(
        "(code) WHERE code IS NOT NULL", "This request type already exists."
    )

    @api.constrains("team_id", "company_id")
    def _check_company(self):
        for kind in self:
            if kind.company_id and kind.team_id.company_id not in (
                kind.company_id,
                self.env["res.company"],
            ):
                raise ValidationError(
                    self.env._("The team of %s belongs to another company.", kind.name)
                )


class PortalTicketTypeField(models.Model):
    """One question of a request type."""

    _name = "portal.ticket.type.field"
    _description = "Field of a request type"
    _order = "sequence, id"

    type_id = fields.Many2one(
        "portal.ticket.type", required=True, index=True, ondelete="cascade"
    )
    name = fields.Char("Question", required=True, translate=True)
    sequence = fields.Integer(default=10)
    # Addons add what they have, as deliveries and serial numbers.
    kind = fields.Selection(
        [
            ("text", "Text"),
            ("long_text", "Long text"),
            ("choice", "Choice"),
            ("date", "Date"),
            ("number", "Number"),
            ("file", "Files"),
            ("order", "Order"),
            ("invoice", "Invoice"),
            ("payment", "Payment"),
            ("product", "Product"),
            ("return", "Goods to return"),
        ],
        required=True,
        default="text",
    )
    is_required = fields.Boolean("Required")
    help = fields.Char("Hint", translate=True)
    choices = fields.Text(
        translate=True, help="Of a choice: what can be chosen, one a line."
    )

    @api.constrains("kind", "choices")
    def _check_choices(self):
        for field in self:
            if field.kind == "choice" and not field._get_choices():
                raise ValidationError(
                    self.env._("Enter what can be chosen for %s.", field.name)
                )

    def _get_choices(self):
        """Return what can be chosen, as it is written in the reader's language."""
        lines = (self.choices or "").splitlines()
        return [line.strip() for line in lines if line.strip()]

    def _prepare_questions(self):
        """Return the fields as a form shows them: list of plain dicts; in sudo."""
        return [
            {
                "id": field.id,
                "name": f"answer_{field.id}",
                "kind": field.kind,
                "label": field.name,
                "sequence": field.sequence,
                "is_required": field.is_required,
                "help": field.help or "",
                "choices": field._get_choices() if field.kind == "choice" else [],
            }
            for field in self
        ]
