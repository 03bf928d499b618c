from odoo import api, fields, models
from odoo.exceptions import UserError


class PortalDocumentRequestWizard(models.TransientModel):
    """Ask several customers for the same document: one request each."""

    _name = "portal.document.request.wizard"
    _description = "Ask customers for a document"

    name = fields.Char("What we need", required=True)
    kind_id = fields.Many2one(
        "portal.document.kind",
        required=True,
        domain=[("direction", "in", ("customer", "both"))],
    )
    description = fields.Text(help="The customers can see it.")
    due_date = fields.Date("Needed by", required=True)
    remind_days = fields.Integer("Remind (days)", default=3)
    user_id = fields.Many2one(
        "res.users",
        "Responsible",
        required=True,
        default=lambda self: self.env.user,
        domain=[("share", "=", False)],
    )
    category_id = fields.Many2one("res.partner.category", "All with the tag")
    partner_ids = fields.Many2many(
        "res.partner",
        string="Customers",
        domain="['|', ('is_company', '=', True), ('parent_id', '=', False)]",
    )
    customer_count = fields.Integer(compute="_compute_customer_count")

    @api.model
    def default_get(self, fields_list):
        """Extend: the customers of a list that somebody has marked."""
        values = super().default_get(fields_list)
        if self.env.context.get("active_model") == "res.partner":
            partners = self.env["res.partner"].browse(
                self.env.context.get("active_ids", [])
            )
            values["partner_ids"] = [
                fields.Command.set(partners.commercial_partner_id.ids)
            ]
        return values

    @api.depends("partner_ids", "category_id")
    def _compute_customer_count(self):
        for wizard in self:
            wizard.customer_count = len(wizard._get_customers())

    def _get_customers(self):
        """Return the chosen customers, and those that have the chosen tag."""
        customers = self.partner_ids
        if self.category_id:
            customers |= self.env["res.partner"].search(
                [("category_id", "=", self.category_id.id)]
            )
        return customers.commercial_partner_id._origin

    def action_ask(self):
        """Make one request a customer, except where the same one is open.

        :raise AccessError: for those who may not make requests
        :raise UserError: without a customer
        """
        self.ensure_one()
        requests = self.env["portal.document.request"]
        requests.check_access("create")
        customers = self._get_customers()
        same = requests.search(
            [
                ("partner_id", "in", customers.ids),
                ("kind_id", "=", self.kind_id.id),
                ("name", "=", self.name),
                ("state", "in", ("open", "received", "sent_back")),
            ]
        )
        if not customers:
            raise UserError(self.env._("Choose customers, or a tag that some have."))
        made = requests.create(
            [
                {
                    "name": self.name,
                    "kind_id": self.kind_id.id,
                    "description": self.description,
                    "due_date": self.due_date,
                    "remind_days": self.remind_days,
                    "user_id": self.user_id.id,
                    "partner_id": customer.id,
                    "company_id": customer.company_id.id or self.env.company.id,
                }
                for customer in customers - same.partner_id
            ]
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Requests for documents"),
            "res_model": "portal.document.request",
            "view_mode": "list,form",
            "domain": [("id", "in", (made | same).ids)],
        }
