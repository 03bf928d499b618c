"""Articles and answers: what staff write, and its way to the pages.

Staff write in the fields of the article, which are nobody's else to read. What people
read is a *version*: it is made when staff publish, in the language of the article, and
in others from its translations. So one works on an article without anybody seeing it.
"""

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain

from ..const import LARGEST_BODY, LONGEST_SUMMARY, LONGEST_TITLE
from ..tools.body import PICTURE_DATA, clean_body
from ..tools.slug import make_slug
from .portal_help_audience import narrow

# What a version keeps of an article or a translation.
TEXTS = ("name", "summary", "body")
# What only publishing writes.
KEPT = {"state", "number", "published_on"}
# What a page shows of the article itself, so that it changes without a new version.
# An addon adds its fields in `_get_shown_fields`.
SHOWN = {
    "attachment_ids",
    "audience",
    "category_id",
    "chapters",
    "kind",
    "owned_product_ids",
    "partner_category_ids",
    "product_tmpl_ids",
    "related_ids",
    "series_id",
    "slug",
    "transcript",
    "video_id",
    "video_url",
}


class PortalHelpArticle(models.Model):
    """An article, or a short answer to a question that many ask."""

    _name = "portal.help.article"
    _description = "Article of help"
    _inherit = [
        "portal.help.audience",
        "portal.help.addressed.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "sequence, id"
    _rec_names_search = ["name"]

    # What people of customers may read by RPC: where it is, not what staff write.
    kind = fields.Selection(
        [("article", "Article"), ("answer", "Question and answer")],
        required=True,
        default="article",
    )
    category_id = fields.Many2one(
        "portal.help.category", required=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(related="category_id.company_id", store=True)
    sequence = fields.Integer(default=10)
    series_id = fields.Many2one(
        "portal.help.series", index="btree_not_null", ondelete="set null"
    )
    series_sequence = fields.Integer("Place in the series", default=10)
    published_on = fields.Datetime(readonly=True, copy=False)

    # What staff write.
    lang = fields.Selection(
        lambda self: self.env["res.lang"].get_installed(),
        "Language",
        required=True,
        default=lambda self: self.env.lang or "en_US",
        groups="base.group_user",
        help="The language that it is written in; others are translations.",
    )
    name = fields.Char("Title", required=True, groups="base.group_user", tracking=True)
    summary = fields.Char(
        groups="base.group_user",
        help="One or two sentences, shown in lists and by search engines.",
    )
    # Cleaned by `clean_body` on write, which is stricter than Odoo's own way.
    body = fields.Html("Text", sanitize=False, groups="base.group_user")
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("review", "In review"),
            ("published", "Published"),
            ("archived", "Archived"),
        ],
        "Status",
        required=True,
        readonly=True,
        default="draft",
        copy=False,
        index=True,
        tracking=True,
        groups="base.group_user",
    )
    user_id = fields.Many2one(
        "res.users",
        "Owner",
        default=lambda self: self.env.user,
        domain=[("share", "=", False)],
        index=True,
        tracking=True,
        groups="base.group_user",
    )
    tag_ids = fields.Many2many(
        "portal.help.tag", string="Tags", groups="base.group_user"
    )
    related_ids = fields.Many2many(
        "portal.help.article",
        "portal_help_article_related_rel",
        "article_id",
        "related_id",
        string="Related articles",
        groups="base.group_user",
    )
    product_tmpl_ids = fields.Many2many(
        "product.template",
        "portal_help_article_about_rel",
        string="About products",
        groups="base.group_user",
        help="What it is about, whoever may read it. Their manuals appear beside it.",
    )
    document_ids = fields.Many2many(
        "portal.document",
        string="About documents",
        groups="base.group_user",
        help="A new version of one of them asks the owner to look at the article.",
    )
    attachment_ids = fields.Many2many(
        "ir.attachment",
        string="Files to download",
        groups="base.group_user",
        help="For everybody who may read the article.",
    )
    import_key = fields.Char(
        readonly=True,
        copy=False,
        index="btree_not_null",
        groups="base.group_user",
        help="Where it came from; an import finds it again by this.",
    )

    # Versions
    version_ids = fields.One2many(
        "portal.help.version", "article_id", "Versions", groups="base.group_user"
    )
    translation_ids = fields.One2many(
        "portal.help.translation", "article_id", groups="base.group_user"
    )
    number = fields.Integer(
        "Version",
        readonly=True,
        copy=False,
        groups="base.group_user",
        help="The last one that was published in the language of the article.",
    )
    has_changes = fields.Boolean(
        "Not published yet",
        compute="_compute_has_changes",
        groups="base.group_user",
        help="The text was changed since it was published.",
    )
    audience_text = fields.Char(
        "Who sees it", compute="_compute_audience_text", groups="base.group_user"
    )

    _slug_unique = models.UniqueIndex("(slug)")

    @api.depends("audience", "category_id.level")
    def _compute_level(self):
        for article in self:
            article.level = narrow(article._get_own_level(), article.category_id.level)

    @api.depends("state", "category_id.is_live")
    def _compute_is_live(self):
        for article in self:
            article.is_live = (
                article.state == "published" and article.category_id.is_live
            )

    @api.depends("name", "summary", "body", "version_ids.is_current")
    def _compute_has_changes(self):
        for article in self:
            version = article.version_ids.filtered(
                lambda version, article=article: (
                    version.is_current and version.lang == article.lang
                )
            )[:1]
            article.has_changes = bool(version) and not version._has_same_text(article)

    @api.depends(
        "audience",
        "partner_category_ids",
        "owned_product_ids",
        "category_id.audience",
        "category_id.guard_ids",
    )
    def _compute_audience_text(self):
        for article in self:
            conditions = [article._get_audience_text()]
            category = article.category_id
            while category:
                if category.audience != "public":
                    conditions.append(category._get_audience_text())
                category = category.parent_id
            narrower = [
                text
                for place, text in enumerate(conditions)
                if place == 0 or text not in conditions[:place]
            ]
            if article.audience == "public" and len(narrower) > 1:
                del narrower[0]
            article.audience_text = ", ".join(narrower)

    @api.depends("name")
    @api.depends_context("uid", "lang")
    def _compute_display_name(self):
        """Extend: people of customers read the title that is published."""
        if self.env.user._is_internal():
            super()._compute_display_name()
            return
        titles = self._filtered_access("read")._get_titles(self.env.lang)
        for article in self:
            title = titles.get(article.id)
            article.display_name = title["name"] if title else ""

    @api.constrains("name", "summary")
    def _check_length(self):
        for article in self:
            if len(article.name) > LONGEST_TITLE:
                raise ValidationError(
                    self.env._("A title may have at most %s characters.", LONGEST_TITLE)
                )
            if len(article.summary or "") > LONGEST_SUMMARY:
                raise ValidationError(
                    self.env._(
                        "A summary may have at most %s characters.", LONGEST_SUMMARY
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        """Extend: the text is cleaned before it is kept; nothing is published so."""
        for vals in vals_list:
            self._check_kept(vals)
        articles = super().create([self._clean_texts(vals) for vals in vals_list])
        articles._check_files()
        return articles

    def write(self, vals):
        """Extend: the text is cleaned; a title that nobody has read names the page.

        :raise AccessError: for authors, where it changes a page that people read
        """
        self._check_kept(vals)
        if self._get_shown_fields() & vals.keys() and "published" in self.mapped(
            "state"
        ):
            self._check_editor()
        result = super().write(self._clean_texts(vals))
        if {"attachment_ids", "video_id"} & vals.keys():
            self._check_files()
        if "name" in vals and "slug" not in vals:
            for article in self.filtered(lambda article: not article.published_on):
                article._follow_title()
        return result

    @api.model
    def _get_shown_fields(self):
        """Return the fields that a page shows as they are saved.

        A seam: of a published article only editors may change them.
        """
        return SHOWN

    @api.model
    def _check_kept(self, vals):
        """Refuse what is done by publishing only.

        :raise AccessError: for values that nobody writes
        """
        if not self.env.su and KEPT & vals.keys():
            raise AccessError(self.env._("Use the buttons of the article."))

    def _check_files(self):
        """Refuse files that the one who writes may not read: readers will get them.

        :raise AccessError: for such files
        """
        (self.attachment_ids | self.video_id).check_access("read")

    @api.model
    def _clean_texts(self, vals):
        """Return values of which the text is harmless, one blank between paths."""
        if "page_paths" in vals:
            paths = (vals["page_paths"] or "").split()
            vals = {**vals, "page_paths": " ".join(paths) or False}
        if "body" not in vals:
            return vals
        self._check_size(vals["body"])
        return {**vals, "body": clean_body(vals["body"])}

    @api.model
    def _check_size(self, body):
        """Refuse a text that is too long, before anything looks at it.

        :raise UserError: for more characters than LARGEST_BODY, pictures left out
        """
        if len(PICTURE_DATA.sub("", body or "")) > LARGEST_BODY:
            raise UserError(self.env._("This text is too long. Make two articles."))

    def _follow_title(self):
        """Let the address follow the title; nobody has seen it yet."""
        slug = make_slug(self.name)
        if slug != self.slug:
            self.slug = self._find_free_slug(slug)
            self._forget_addresses([("res_id", "=", self.id)])

    # ------------------------------------------------------------
    # Its address
    # ------------------------------------------------------------

    def _make_slug(self, values):
        """Override: of the title."""
        return make_slug(values.get("slug") or values.get("name"))

    @api.model
    def _get_guarded_column(self):
        """Override: that of the category counts."""
        return "category_id"

    @api.model
    def _get_shown_domain(self):
        """Extend: staff read on the pages what is published."""
        return Domain("is_live", "=", True)

    def _get_url(self):
        """Return the address of its page."""
        self.ensure_one()
        return f"/help/{self.category_id.slug}/{self.slug}"

    def action_open_page(self):
        """Open the page that people see.

        :raise UserError: when there is none
        """
        self.ensure_one()
        if not self.is_live:
            raise UserError(self.env._("This article is not published."))
        return {"type": "ir.actions.act_url", "url": self._get_url(), "target": "new"}

    # ------------------------------------------------------------
    # The way to the pages
    # ------------------------------------------------------------

    def _check_editor(self):
        """Refuse what only editors may do.

        :raise AccessError: for authors and everybody else
        """
        self.check_access("write")
        is_editor = self.env.user.has_group(
            "customer_portal_knowledge.group_help_editor"
        )
        if not self.env.su and not is_editor:
            raise AccessError(self.env._("Only editors of help may publish."))

    def action_submit(self):
        """Ask an editor to look at drafts.

        :raise UserError: for what is no draft
        """
        self.check_access("write")
        for article in self:
            if article.state != "draft":
                raise UserError(self.env._("%s is no draft.", article.name))
        self._set_state("review")

    def action_draft(self):
        """Take articles off the pages, to work on them.

        :raise AccessError: for authors, when it is published
        """
        self.check_access("write")
        if "published" in self.mapped("state"):
            self._check_editor()
        self._set_state("draft")

    def action_archive_article(self):
        """Take articles off the pages for good; their versions stay.

        :raise AccessError: for authors
        """
        self._check_editor()
        self._set_state("archived")

    def action_publish(self):
        """Show the text as it stands now on the pages.

        :raise AccessError: for authors
        :raise UserError: for an article without a text
        """
        self._check_editor()
        for article in self:
            if not (article.body or "").strip():
                raise UserError(self.env._("%s has no text yet.", article.name))
            article._publish_text(article)
            article._set_state("published")
            article._settle_review()

    def _set_state(self, state):
        """Set a state, of which the caller asked who may."""
        # sudo: as said; nobody writes it otherwise
        articles_sudo = self.sudo()
        articles_sudo.state = state
        if state == "published":
            fresh = articles_sudo.filtered(lambda article: not article.published_on)
            fresh.published_on = fields.Datetime.now()

    def _publish_text(self, source, note=""):
        """Make a version of a text, unless it is the one that people read already.

        :param source: this article, or one of its translations
        :return: the version that people read now
        """
        self.ensure_one()
        versions = self.env["portal.help.version"]
        current = versions.search(
            [
                ("article_id", "=", self.id),
                ("lang", "=", source.lang),
                ("is_current", "=", True),
            ],
            limit=1,
        )
        if current and current._has_same_text(source):
            return current
        # sudo: whoever may publish makes the version, which nobody may write
        version = versions.sudo()._make(self, source, note)
        if source == self:
            # sudo: the same
            self.sudo().number = version.number
            # sudo: the same
            self.version_ids.sudo()._mark_outdated()
        return version
