from odoo import fields, models


class PortalSection(models.Model):
    """A part of the portal that the seller can switch off.

    Without its section a permission is not there: the pages, the menu, the search
    and the record rules ask the same rights.
    """

    _name = "portal.section"
    _inherit = ["portal.rights.source"]
    _description = "Section of the portal"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True)
    sequence = fields.Integer(default=10)
    is_on = fields.Boolean(
        "On",
        default=True,
        help="For everyone, unless a switch of a tag or customer says otherwise.",
    )
    switch_ids = fields.One2many("portal.section.switch", "section_id", "Exceptions")

    _code_unique = models.Constraint(
        "UNIQUE (code)", "A section of that code exists already."
    )


class PortalSectionSwitch(models.Model):
    """An exception of a section for the customers with a tag, or for one customer.

    That of the customer goes first, then those of the tags (off wins), then the
    section itself. A branch has its own.
    """

    _name = "portal.section.switch"
    _inherit = ["portal.rights.source"]
    _description = "Section of the portal, switched for some"
    _order = "section_id, id"

    section_id = fields.Many2one(
        "portal.section", required=True, ondelete="cascade", index=True
    )
    partner_id = fields.Many2one(
        "res.partner", "Customer", ondelete="cascade", index="btree_not_null"
    )
    category_id = fields.Many2one(
        "res.partner.category", "Tag", ondelete="cascade", index="btree_not_null"
    )
    is_on = fields.Boolean("On")

    _one_of_both = models.Constraint(
        "CHECK ((partner_id IS NULL) <> (category_id IS NULL))",
        "Choose a customer or a tag.",
    )
    _partner_unique = models.UniqueIndex(
        "(section_id, partner_id) WHERE partner_id IS NOT NULL",
        "This customer has a switch of that section already.",
    )
    _category_unique = models.UniqueIndex(
        "(section_id, category_id) WHERE category_id IS NOT NULL",
        "This tag has a switch of that section already.",
    )

    def _choose_merged(self):
        """Override: off wins, as with tags."""
        return self.sorted("is_on")[:1]
