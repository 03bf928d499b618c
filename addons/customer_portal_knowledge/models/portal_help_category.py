from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from ..const import RESERVED
from ..tools.slug import make_slug
from ..tools.tree import Tree
from .portal_help_audience import OPEN_AUDIENCES, narrow

# What pages read of each category.
PAGE_FIELDS = ["name", "description", "slug", "icon", "parent_path", "is_indexed"]


class PortalHelpCategory(models.Model):
    """A shelf of articles, in a tree; what it asks of readers holds for all below."""

    _name = "portal.help.category"
    _description = "Category of help"
    _inherit = ["portal.help.audience", "portal.help.addressed.mixin"]
    _parent_store = True
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    description = fields.Char(translate=True)
    icon = fields.Selection(
        [
            ("fa-life-ring", "Ring"),
            ("fa-rocket", "Rocket"),
            ("fa-credit-card", "Card"),
            ("fa-cube", "Box"),
            ("fa-users", "People"),
            ("fa-lock", "Lock"),
            ("fa-wrench", "Wrench"),
            ("fa-folder-open-o", "Folder"),
        ],
        required=True,
        default="fa-life-ring",
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    parent_id = fields.Many2one("portal.help.category", index=True, ondelete="restrict")
    parent_path = fields.Char(index=True)
    child_ids = fields.One2many("portal.help.category", "parent_id", "Below")
    company_id = fields.Many2one(
        "res.company",
        compute="_compute_company_id",
        store=True,
        readonly=False,
        recursive=True,
        index=True,
        help=(
            "Only people who work with this company see it. Empty: all companies. "
            "Categories below have that of the one above."
        ),
    )
    is_indexed = fields.Boolean(
        "Search engines",
        default=True,
        help="Whether search engines may list what is public in this category.",
    )
    user_id = fields.Many2one(
        "res.users",
        "Owner",
        domain=[("share", "=", False)],
        groups="base.group_user",
        help="Looks after the articles that have no owner of their own.",
    )
    level = fields.Selection(recursive=True)
    is_live = fields.Boolean(recursive=True)
    guard_ids = fields.Many2many(
        "portal.help.category",
        "portal_help_category_guard_rel",
        "category_id",
        "guard_id",
        string="Conditions",
        compute="_compute_guard_ids",
        store=True,
        recursive=True,
        groups="base.group_user",
        help="This category and those above that ask for a tag or a product.",
    )
    article_ids = fields.One2many("portal.help.article", "category_id", "Articles")
    article_count = fields.Integer(
        compute="_compute_article_count", groups="base.group_user"
    )

    _slug_unique = models.UniqueIndex("(slug)")

    @api.depends("parent_id.company_id")
    def _compute_company_id(self):
        for category in self:
            if category.parent_id:
                category.company_id = category.parent_id.company_id

    @api.depends("audience", "parent_id.level")
    def _compute_level(self):
        for category in self:
            category.level = narrow(category._get_own_level(), category.parent_id.level)

    @api.depends("active", "parent_id.is_live")
    def _compute_is_live(self):
        for category in self:
            parent = category.parent_id
            category.is_live = category.active and (not parent or parent.is_live)

    @api.depends("audience", "parent_id.guard_ids")
    def _compute_guard_ids(self):
        for category in self:
            guards = category.parent_id.guard_ids
            if category.audience not in OPEN_AUDIENCES:
                guards |= category._origin or category
            category.guard_ids = guards

    def _compute_article_count(self):
        groups = self.env["portal.help.article"]._read_group(
            [("category_id", "in", self.ids)], ["category_id"], ["__count"]
        )
        counts = {category.id: count for category, count in groups}
        for category in self:
            category.article_count = counts.get(category.id, 0)

    @api.constrains("parent_id")
    def _check_tree(self):
        if self._has_cycle():
            raise ValidationError(self.env._("A category cannot be below itself."))

    # ------------------------------------------------------------
    # Its address
    # ------------------------------------------------------------

    def _make_slug(self, values):
        """Override: of the name in the language of the one who creates it."""
        return make_slug(values.get("slug") or values.get("name"), RESERVED)

    @api.model
    def _get_tree(self):
        """Return the Tree of what one sees on the pages, in two queries."""
        categories = self.search_fetch(self._get_shown_domain(), PAGE_FIELDS)
        return Tree(categories, self.env["portal.help.article"]._count_by_category())

    @api.model
    def _get_shown_domain(self):
        """Extend: staff too see on the pages what is live."""
        return Domain("is_live", "=", True)

    def _get_url(self):
        """Return the address of its page."""
        self.ensure_one()
        return f"/help/{self.slug}"

    def action_open_page(self):
        """Open the page that people see."""
        self.ensure_one()
        return {"type": "ir.actions.act_url", "url": self._get_url(), "target": "new"}

    def action_open_articles(self):
        """Show the articles of the category and of those below."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_portal_knowledge.portal_help_article_action"
        )
        return {
            **action,
            "domain": [("category_id", "child_of", self.id)],
            "context": {"default_category_id": self.id},
        }
