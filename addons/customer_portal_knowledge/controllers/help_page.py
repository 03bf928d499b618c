"""The pages of help: for visitors, from a proxy if there is one, and for people."""

import re
from urllib.parse import quote

from markupsafe import Markup
from werkzeug.exceptions import NotFound

from odoo import http
from odoo.fields import Domain
from odoo.http import request
from odoo.tools import human_size

from odoo.addons.customer_portal.controllers.portal import Portal

from ..const import FRESH_SECONDS, LONGEST_COMMENT, SITES
from ..tools.body import get_plain_text
from ..tools.sites import read_sites
from ..tools.video import VIDEO_HOSTS, read_chapters, read_video

# A page that everybody may ask for, and which leaves nothing behind.
READ = {
    "type": "http",
    "auth": "public",
    "website": True,
    "methods": ["GET"],
    "readonly": True,
    "save_session": False,
}
# A visitor's page runs the scripts of this site only, and loads nothing of others; a
# video is shown when the reader asks for it.
VISITOR_POLICY = (
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:;"
    " font-src 'self' data:; script-src 'self'; frame-src {hosts}; object-src 'none';"
    " base-uri 'self'; form-action 'self'; frame-ancestors 'self' {sites}"
)
# What leads to a page of this site, but not to one of a named language.
LOCAL = re.compile(
    r"(<(?:a|form)\b(?:(?! hreflang=)[^<>])*? (?:href|action)=\")"
    r"(?=/(?:help|web/login)[/?#\"])(?![^<>]* hreflang=)"
)
# Links to other sites, which would come up inside of the frame.
OUTSIDE = re.compile(r"<a(?=\s[^>]*?href=\"https?:)")
VIDEOS = " ".join(f"https://{host}" for host in VIDEO_HOSTS.values())
VISITOR_HEADERS = {
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "X-Content-Type-Options": "nosniff",
}


def find_pages(env, _rule, query):
    """Yield what a sitemap of Odoo's website lists."""
    for path, date in env["portal.help.article"]._find_for_sitemap():
        if not query or query.lower() in path:
            yield {"loc": path, **({"lastmod": date.date()} if date else {})}


class HelpPortal(Portal):
    # ------------------------------------------------------------
    # Pages
    # ------------------------------------------------------------

    @http.route("/help", sitemap=find_pages, **READ)
    def portal_help(self, **_query):
        """Show the categories at the top, with what is in them."""
        tree = self._get_tree()
        return self._render_help(
            "customer_portal_knowledge.home",
            {"shelves": tree.get_shelves(None), "path": "/help"},
            is_indexed=any(category.is_indexed for category in tree.categories),
        )

    @http.route("/help/sitemap.xml", sitemap=False, **READ)
    def portal_help_sitemap(self, **_query):
        """List the public pages for search engines, where there is no website."""
        base = self._get_base_url()
        pages = [
            {"url": base + quote(path), "day": date and date.date().isoformat()}
            for path, date in request.env["portal.help.article"]._find_for_sitemap()
        ]
        text = request.env["ir.qweb"]._render(
            "customer_portal_knowledge.sitemap", {"pages": pages}
        )
        return self._send_xml(text, "application/xml")

    @http.route("/help/feed.xml", sitemap=False, **READ)
    def portal_help_feed(self, **_query):
        """List the newest public articles for programs that follow them."""
        env = request.env
        langs = env["ir.http"]._get_help_langs()
        prefix = "".join(lang["prefix"] for lang in langs if lang["is_here"])
        base = f"{self._get_base_url()}{prefix}"
        rows = env["portal.help.article"]._find_for_feed(self._get_lang())
        for row in rows:
            row["address"] = base + quote(row["url"])
        text = env["ir.qweb"]._render(
            "customer_portal_knowledge.feed",
            {
                "rows": rows,
                "base": base,
                # sudo: the name of the seller
                "seller": env.company.sudo().name,
                "changed": max((row["date"] for row in rows), default=None),
            },
        )
        return self._send_xml(text, "application/atom+xml")

    def _send_xml(self, text, mimetype):
        return self._let_keep(
            request.make_response(
                '<?xml version="1.0" encoding="UTF-8"?>\n' + str(text).strip(),
                [("Content-Type", f"{mimetype};charset=utf-8")],
            )
        )

    @http.route("/help/<string:category_slug>", sitemap=False, **READ)
    def portal_help_category(self, category_slug, **_query):
        """Show one category: what is below it, its articles and answers."""
        env = request.env
        tree = self._get_tree()
        category = tree.find(category_slug)
        if not category:
            former = env["portal.help.category"]._find_by_slug(category_slug, ["slug"])
            if former:
                return self._lead_to(former._get_url())
            return self._miss()
        rows = env["portal.help.article"]._find_rows(
            Domain("category_id", "=", category.id), self._get_lang()
        )
        return self._render_help(
            "customer_portal_knowledge.category",
            {
                "category": category,
                "trail": tree.get_trail(category),
                "shelves": tree.get_shelves(category),
                "articles": [row for row in rows if row["kind"] == "article"],
                "answers": [row for row in rows if row["kind"] == "answer"],
                "path": category._get_url(),
                "title": category.name,
                "summary": category.description or "",
            },
            is_indexed=category.is_indexed,
        )

    @http.route(
        "/help/<string:category_slug>/<string:article_slug>", sitemap=False, **READ
    )
    def portal_help_article(self, category_slug, article_slug, **_query):
        """Show one article, or one answer."""
        page, category, tree = self._find_article(category_slug, article_slug)
        if page is None:
            return self._miss()
        path = f"/help/{category.slug}/{page['slug']}"
        if (category_slug, article_slug) != (category.slug, page["slug"]):
            return self._lead_to(path)
        return self._render_article(page, category, tree)

    def _render_article(self, page, category, tree, status=200, **values):
        """Render the page of an article.

        :param dict page: of `_find_page`
        """
        articles = request.env["portal.help.article"]
        series, related = articles._find_neighbours(page, self._get_lang())
        place = next(
            (at for at, row in enumerate(series) if row["id"] == page["id"]), None
        )
        return self._render_help(
            "customer_portal_knowledge.article",
            {
                "page": page,
                "category": category,
                "trail": tree.get_trail(category),
                "series": series if len(series) > 1 else [],
                "place": place,
                "before": series[place - 1] if place else None,
                "after": series[place + 1 : place + 2] if place is not None else [],
                "related": [row for row in related if row["id"] != page["id"]],
                "manuals": articles._find_manuals(page),
                "video": read_video(page["video_url"]),
                "chapters": read_chapters(page["chapters"]),
                "path": f"/help/{category.slug}/{page['slug']}",
                "title": page["name"],
                "summary": page["summary"],
                "article_langs": page["langs"],
                "shown_lang": page["lang"],
                "asks_why": request.httprequest.args.get("notice") == "help_sorry",
                "comment": "",
                "comment_error": None,
                "helpful_error": None,
                "longest_comment": LONGEST_COMMENT,
                "human_size": human_size,
                "structured": self._draw_article(page, category, tree),
                **self._get_language_values(page),
                **values,
            },
            is_indexed=category.is_indexed,
            status=status,
        )

    # ------------------------------------------------------------
    # What they find
    # ------------------------------------------------------------

    @staticmethod
    def _get_sites():
        """Return the sites that may show what is public inside of their pages."""
        # sudo: one setting
        parameters = request.env["ir.config_parameter"].sudo()
        return read_sites(parameters.get_param(SITES))[0]

    @staticmethod
    def _get_lang():
        return request.env.lang or "en_US"

    @staticmethod
    def _get_tree():
        return request.env["portal.help.category"]._get_tree()

    def _find_article(self, category_slug, article_slug):
        """Return (page, category, tree) of an address, or of a former one.

        What one does not see, and what never was, are (None, None, tree) alike.
        """
        articles = request.env["portal.help.article"]
        tree = self._get_tree()
        page = articles._find_page(article_slug, self._get_lang())
        if not page:
            former = articles._find_by_slug(article_slug, ["slug"])
            page = former and articles._find_page(former.slug, self._get_lang())
        category = page and tree.categories.filtered(
            lambda category: category.id == page["category_id"]
        )
        if not category:
            return None, None, tree
        return page, category, tree

    def _get_language_values(self, page):
        """Return tag, direction and name of the language of a foreign text."""
        if not page["is_foreign"]:
            return {"text_tag": None, "text_dir": None, "text_language": ""}
        langs = request.env["res.lang"]
        lang = langs._get_data(code=page["lang"])
        return {
            "text_tag": langs._get_portal_tag(page["lang"]),
            "text_dir": lang.direction or "ltr",
            "text_language": lang.name or page["lang"],
        }

    def _draw_article(self, page, category, tree):
        """Return what search engines read of a public article, as JSON-LD."""
        if not request.env.user._is_public() or not category.is_indexed:
            return ""
        articles = request.env["portal.help.article"]
        base = self._get_base_url()
        langs = request.env["res.lang"]
        trail = [
            {
                "@type": "ListItem",
                "position": place,
                "name": step.name,
                "item": base + quote(step._get_url()),
            }
            for place, step in enumerate(tree.get_trail(category), 1)
        ]
        about = {
            "@type": "TechArticle",
            "headline": page["name"],
            "description": page["summary"],
            "inLanguage": langs._get_portal_tag(page["lang"]),
            "dateModified": page["date"].isoformat(),
            "url": base + quote(f"{category._get_url()}/{page['slug']}"),
        }
        if page["kind"] == "answer":
            text = get_plain_text(page["body"])
            answer = {"@type": "Answer", "text": text}
            question = {"@type": "Question", "name": page["name"]}
            about = {
                "@type": "FAQPage",
                "mainEntity": [{**question, "acceptedAnswer": answer}],
            }
        crumbs = {"@type": "BreadcrumbList", "itemListElement": trail}
        return articles._draw_structured(about, crumbs)

    # ------------------------------------------------------------
    # How it is shown
    # ------------------------------------------------------------

    @staticmethod
    def _get_base_url():
        # sudo: the address of this site
        parameters = request.env["ir.config_parameter"].sudo()
        return (parameters.get_param("web.base.url") or "").rstrip("/")

    def _render_help(self, template, values, is_indexed=True, status=200):
        """Render a page: in the portal's frame for people, in a lean one for visitors.

        :param bool is_indexed: whether search engines may list it
        """
        env = request.env
        langs = env["ir.http"]._get_help_langs()
        shown_lang = values.get("shown_lang", env.lang)
        values = {
            "no_breadcrumbs": True,
            "title": env._("Help"),
            "summary": "",
            "article_langs": None,
            "is_indexed": is_indexed and status == 200,
            "base_url": self._get_base_url(),
            "langs": langs,
            # Of a text in another language than the page, the page in that language.
            "prefix": "".join(
                lang["prefix"] for lang in langs if lang["code"] == shown_lang
            ),
            "is_person": not env.user._is_public(),
            "draw_help_text": self._draw_text,
            **values,
        }
        if values["is_person"]:
            request.portal_place = "/help"
            return self._render_page(template, values, status=status)
        is_lean = self._has_light_scripts()
        is_framed = env["ir.http"]._is_framed_help()
        values.update(
            notice=self._get_done_text(),
            light_scripts=is_lean,
            without_scripts=is_lean,
            no_header=is_framed,
            no_footer=is_lean or is_framed,
            is_lean=is_lean,
            is_framed=is_framed,
        )
        response = request.render(template, values, status=status)
        response.flatten()
        if is_lean:
            self._keep_language(response, langs)
        if not values["is_indexed"]:
            response.headers["X-Robots-Tag"] = "noindex"
        sites = " ".join(self._get_sites())
        if is_lean:
            response.headers.update(VISITOR_HEADERS)
            policy = VISITOR_POLICY.format(hosts=VIDEOS, sites=sites)
        else:
            policy = f"frame-ancestors 'self' {sites}"
        response.headers["Content-Security-Policy"] = policy.strip()
        if not is_lean or status != 200 or values["notice"]:
            response.headers["Cache-Control"] = "no-store"
            return response
        return self._let_keep(response)

    @staticmethod
    def _keep_language(response, langs):
        """Let links and forms lead to pages in the language of this one.

        No cookie knows it, and with a website its own layout does this.
        """
        prefix = "".join(lang["prefix"] for lang in langs if lang["is_here"])
        if prefix:
            text = response.get_data(as_text=True)
            response.set_data(LOCAL.sub(lambda found: found[0] + prefix, text))

    @staticmethod
    def _let_keep(response):
        """Let proxies keep what a visitor reads: all that is on it is public."""
        if request.env.user._is_public():
            response.headers["Cache-Control"] = f"public, max-age={FRESH_SECONDS}"
            response.headers["Vary"] = "Accept-Language, Cookie, Sec-Fetch-Dest"
        return response

    @staticmethod
    def _draw_text(body):
        """Return the text of an article, which was cleaned when it was written."""
        if request.env["ir.http"]._is_framed_help():
            body = OUTSIDE.sub('<a target="_blank"', body)
        # nosemgrep: markup-of-data (see `tools.body`)
        return Markup(body)  # noqa: S704  # nosec B704  # cleaned, as said

    def _lead_to(self, path):
        """Redirect for good to where a page is now."""
        return request.redirect(self._get_local_url(path), code=301)

    @staticmethod
    def _get_local_url(path):
        """Return the address of a page of help in the language of this one."""
        return request.env["ir.http"]._url_for(path)

    def _miss(self):
        """Answer for what is missing, and for what one does not see: the same.

        A visitor is offered to sign in, a person the way to the start.
        """
        if not request.env.user._is_public():
            raise NotFound
        return self._render_help(
            "customer_portal_knowledge.missing", {"path": "/help"}, status=404
        )
