from odoo import api, fields, models
from odoo.exceptions import ValidationError


class PortalMembership(models.Model):
    _inherit = "portal.membership"

    default_shipping_id = fields.Many2one(
        "res.partner",
        "Own delivery address",
        ondelete="set null",
        index="btree_not_null",
        domain="[('commercial_partner_id', '=', partner_id), "
        "('type', 'in', ('delivery', 'other'))]",
        groups="base.group_user",
        help="Where the orders of this person go.",
    )
    default_invoice_id = fields.Many2one(
        "res.partner",
        "Own invoice address",
        ondelete="set null",
        index="btree_not_null",
        domain="[('commercial_partner_id', '=', partner_id), "
        "('type', 'in', ('invoice', 'other'))]",
        groups="base.group_user",
        help="Where the invoices of this person's orders go.",
    )

    @api.constrains("default_shipping_id", "default_invoice_id")
    def _check_default_addresses(self):
        for membership in self:
            # sudo: whose address it is
            addresses = membership.sudo().default_shipping_id
            # sudo: as above
            addresses |= membership.sudo().default_invoice_id
            for address in addresses:
                if address.commercial_partner_id != membership.partner_id:
                    raise ValidationError(
                        self.env._(
                            "%(address)s is not an address of %(company)s.",
                            address=address.display_name,
                            company=membership.partner_id.display_name,
                        )
                    )
