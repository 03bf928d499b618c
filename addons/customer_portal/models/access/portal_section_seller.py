"""The exceptions of a section, apart for the form of the seller's staff."""

from odoo import fields, models


class PortalSection(models.Model):
    _inherit = "portal.section"

    tag_switch_ids = fields.One2many(
        "portal.section.switch",
        "section_id",
        "Exceptions by tag",
        domain=[("category_id", "!=", False)],
        groups="base.group_user",
    )
    customer_switch_ids = fields.One2many(
        "portal.section.switch",
        "section_id",
        "Exceptions by customer",
        domain=[("partner_id", "!=", False)],
        groups="base.group_user",
    )
    tag_switch_count = fields.Integer(
        "Tags", compute="_compute_switch_counts", groups="base.group_user"
    )
    customer_switch_count = fields.Integer(
        "Customers", compute="_compute_switch_counts", groups="base.group_user"
    )

    def _compute_switch_counts(self):
        counts = {
            section.id: (total, tags)
            for section, total, tags in self.env["portal.section.switch"]._read_group(
                [("section_id", "in", self.ids)],
                ["section_id"],
                ["__count", "category_id:count"],
            )
        }
        for section in self:
            total, tags = counts.get(section.id, (0, 0))
            section.tag_switch_count = tags
            section.customer_switch_count = total - tags
