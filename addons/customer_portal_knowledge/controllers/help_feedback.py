"""What readers answer to "Was this helpful?"."""

from urllib.parse import urlsplit

from werkzeug.exceptions import BadRequest

from odoo import http
from odoo.http import request

from odoo.addons.customer_portal.const import LARGEST_FORM
from odoo.addons.customer_portal.controllers.forms import Form

from ..const import LONGEST_COMMENT
from .help_page import HelpPortal

ANSWERS = {"yes": True, "no": False}


class FeedbackForm(Form):
    """Whether it helped, and perhaps why not."""

    texts = frozenset({"comment"})

    def clean(self):
        self.clean_line("comment", size=LONGEST_COMMENT)
        self.values["is_helpful"] = ANSWERS.get(self.raw.get("helpful"))
        if self.values["is_helpful"] is None:
            self.errors["helpful"] = self.env._("Choose yes or no.")


class HelpFeedbackPortal(HelpPortal):
    # A visitor has no session that a token could belong to, see decision 0049.
    # nosemgrep: route-csrf-off (`_check_origin` asks, of people for the token)
    @http.route(
        "/help/<string:category_slug>/<string:article_slug>/feedback",
        type="http",
        auth="public",
        website=True,
        sitemap=False,
        methods=["POST"],
        csrf=False,
        save_session=False,
        limit="help_feedback",
        max_content_length=LARGEST_FORM,
    )
    def portal_help_feedback(self, category_slug, article_slug, **post):
        """Keep whether an article helped; one answer for each reader."""
        self._check_origin(post)
        page, category, tree = self._find_article(category_slug, article_slug)
        if page is None:
            return self._miss()
        form = FeedbackForm(request.env, post)
        if not form.is_valid:
            return self._render_article(
                page,
                category,
                tree,
                status=422,
                asks_why="open",
                comment=form.raw.get("comment", ""),
                comment_error=form.errors.get("comment"),
                helpful_error=form.errors.get("helpful"),
            )
        self._keep_feedback(page, form.values)
        path = f"/help/{category.slug}/{page['slug']}"
        if form.values["comment"]:
            path = f"{path}?notice=help_comment"
        elif form.values["is_helpful"]:
            path = f"{path}?notice=help_thanks"
        else:
            path = f"{path}?notice=help_sorry#helpful"
        return request.redirect(self._get_local_url(path), code=303)

    def _keep_feedback(self, page, values):
        env = request.env
        is_visitor = env.user._is_public()
        http_request = request.httprequest
        reader = env["portal.rate.limit"]._get_reader(
            http_request.remote_addr, http_request.headers.get("User-Agent", "")[:300]
        )
        # sudo: the article was found in the own rights
        article = env["portal.help.article"].sudo().browse(page["id"])
        # sudo: nobody writes answers but by this page
        answers = env["portal.help.feedback"].sudo()
        answers._keep(
            article,
            page,
            values["is_helpful"],
            values["comment"],
            user=None if is_visitor else env.user,
            reader=reader,
        )

    @staticmethod
    def _check_origin(post):
        """Refuse what another site sends in the name of a reader.

        Who is signed in has a token; of a visitor the browser says where the form was.

        :raise BadRequest: without the token, or from elsewhere
        """
        if not request.env.user._is_public():
            if not request.validate_csrf(post.get("csrf_token")):
                raise BadRequest
            return
        headers = request.httprequest.headers
        site = headers.get("Sec-Fetch-Site")
        if site and site not in ("same-origin", "none"):
            raise BadRequest
        origin = headers.get("Origin")
        if origin and urlsplit(origin).netloc != request.httprequest.host:
            raise BadRequest

    def _get_done_texts(self):
        """Extend: what became of an answer."""
        _ = request.env._
        return {
            **super()._get_done_texts(),
            "help_thanks": _("Thank you. We are glad that it helped."),
            "help_sorry": _("Thank you. Tell us below what is missing or wrong."),
            "help_comment": _("Thank you. Your comment is with the author."),
        }
