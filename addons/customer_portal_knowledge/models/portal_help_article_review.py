"""What is to be done about articles: reviews, doubts, and comments of readers."""

from odoo import api, fields, models
from odoo.fields import Domain

LOOK_AT = "mail.mail_activity_data_todo"


class PortalHelpArticle(models.Model):
    _inherit = "portal.help.article"

    review_on = fields.Date(
        "Review",
        copy=False,
        tracking=True,
        groups="base.group_user",
        help="The day on which the owner looks whether it is still right.",
    )
    doubt = fields.Char(
        "To look at",
        readonly=True,
        copy=False,
        groups="base.group_user",
        help="A linked product or document has changed.",
    )
    is_due = fields.Boolean(
        "Due",
        compute="_compute_is_due",
        search="_search_is_due",
        groups="base.group_user",
    )
    feedback_ids = fields.One2many(
        "portal.help.feedback", "article_id", groups="base.group_user"
    )
    helpful_count = fields.Integer(
        "Helped", compute="_compute_feedback", groups="base.group_user"
    )
    unhelpful_count = fields.Integer(
        "Did not help", compute="_compute_feedback", groups="base.group_user"
    )
    open_count = fields.Integer(
        "Open comments", compute="_compute_feedback", groups="base.group_user"
    )

    @api.depends("review_on", "doubt", "state")
    def _compute_is_due(self):
        due = self.filtered_domain(self._get_due_domain())
        for article in self:
            article.is_due = article in due

    def _search_is_due(self, operator, value):
        if operator != "in":
            return NotImplemented
        domain = self._get_due_domain()
        return domain if True in value else ~domain

    @api.model
    def _get_due_domain(self):
        """Return the domain of what its owner should look at now."""
        # sudo: which articles have comments, not what they say
        feedback_sudo = self.env["portal.help.feedback"].sudo()
        waiting = feedback_sudo._search(
            [("state", "=", "open"), ("comment", "!=", False)]
        )
        return Domain("state", "=", "review") | (
            Domain("state", "=", "published")
            & (
                Domain("review_on", "<=", "today")
                | Domain("doubt", "!=", False)
                | Domain("feedback_ids", "in", waiting)
            )
        )

    def _compute_feedback(self):
        # sudo: figures, for who reads the article
        feedback_sudo = self.env["portal.help.feedback"].sudo()
        groups = feedback_sudo._read_group(
            [("article_id", "in", self.ids)],
            ["article_id", "is_helpful", "state"],
            ["__count", "comment:array_agg"],
        )
        counts = {article.id: [0, 0, 0] for article in self}
        for article, is_helpful, state, count, comments in groups:
            row = counts[article.id]
            row[0 if is_helpful else 1] += count
            row[2] += state == "open" and sum(map(bool, comments))
        for article in self:
            row = counts.get(article.id, [0, 0, 0])
            article.helpful_count, article.unhelpful_count, article.open_count = row

    def action_look_at(self):
        """Say that an article is right as it is.

        :raise AccessError: for those who may not write it
        """
        self.check_access("write")
        self._settle_review()

    def _settle_review(self):
        """Forget why articles had to be looked at."""
        today = fields.Date.context_today(self)
        for article in self:
            article.doubt = False
            if article.review_on and article.review_on <= today:
                article.review_on = False
        self.activity_unlink([LOOK_AT])

    def _cast_doubt(self, make_reason):
        """Let the owners look at articles, because of what changed; in sudo.

        :param callable make_reason: takes an environment in the language of the owner
        """
        for article in self.filtered(lambda article: article.state == "published"):
            owner = article._get_owner()
            article.doubt = str(make_reason(article.with_context(lang=owner.lang).env))
            article._ask_owner(make_reason)

    def _get_owner(self):
        """Return who looks after the article, or after its category."""
        self.ensure_one()
        category = self.category_id
        owner = self.user_id
        while not owner and category:
            owner, category = category.user_id, category.parent_id
        return owner

    def _ask_owner(self, make_summary):
        """Give the owner something to do, once for all that is open; in sudo.

        :param callable make_summary: takes an environment in the language of the owner
        """
        for article in self:
            owner = article._get_owner()
            if not owner or article.activity_ids:
                continue
            own = article.with_context(lang=owner.lang, mail_notify_force_send=False)
            own.activity_schedule(
                LOOK_AT, summary=str(make_summary(own.env)), user_id=owner.id
            )

    @api.model
    def _remind_of_reviews(self):
        """Ask the owners of articles whose day of review has come."""
        articles = self.search(
            [("state", "=", "published"), ("review_on", "<=", "today")]
        )
        articles._ask_owner(lambda env: env._("Look whether this is still right."))
