"""What the pages read of articles: titles, texts and neighbours, in few queries.

Which articles there are is asked in the own rights of whoever looks: each query here
stands on one of `_search`, which has the record rule in it. Titles and texts are joined
to what that finds, so that a title can show only where its article does.
"""

import json

from markupsafe import Markup

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..const import MOST_TITLES

# The version that somebody reads: in the own language, else the original.
READ_VERSION = """
    JOIN LATERAL (
        SELECT * FROM portal_help_version
         WHERE article_id = article.id AND is_current
           AND (lang = %(lang)s OR is_source)
      ORDER BY lang = %(lang)s DESC LIMIT 1
    ) version ON TRUE
"""
ORDERS = {
    "shelf": SQL("article.sequence, article.id"),
    "series": SQL("article.series_sequence, article.sequence, article.id"),
    "newest": SQL("article.published_on DESC, article.id DESC"),
}
FED = 30  # articles in a feed


class PortalHelpArticle(models.Model):
    _inherit = "portal.help.article"

    # Read by the pages only; no version keeps it.
    video_url = fields.Char(
        "Video",
        groups="base.group_user",
        help=(
            "Of YouTube or Vimeo. Nothing is loaded from there before a reader agrees."
        ),
    )
    video_id = fields.Many2one(
        "ir.attachment",
        "Video file",
        domain=[("mimetype", "=like", "video/%")],
        groups="base.group_user",
        ondelete="set null",
    )
    chapters = fields.Text(
        groups="base.group_user", help="One on each line: 1:25 Choose the invoices"
    )
    transcript = fields.Text(
        groups="base.group_user", help="What is said, for who reads instead."
    )

    def _find_rows(self, domain, lang, order="shelf", with_text=False):
        """Return what lists show of the articles that one sees, as dicts; one query.

        :param domain: which of them
        :param str lang: of the reader
        :param str order: a key of ORDERS
        :param bool with_text: of all, not of answers only
        """
        is_fed = order == "newest"
        query = self._search(
            domain & self._get_shown_domain(),
            limit=FED if is_fed else MOST_TITLES,
            order="published_on desc, id desc" if is_fed else None,
        )
        if query.is_empty():
            return []
        self._flush_pages()
        rows = self.env.execute_query_dict(
            SQL(
                """
                SELECT article.id, article.slug, article.kind, article.category_id,
                       article.series_id, article.series_sequence, article.page_paths,
                       category.slug AS category_slug,
                       version.name, version.summary, version.lang, version.date,
                       version.lang <> %(lang)s AS is_foreign,
                       COALESCE(version.is_outdated, FALSE) AS is_outdated,
                       CASE WHEN article.kind = 'answer' OR %(with_text)s
                            THEN version.body END AS body
                  FROM (%(found)s) found
                  JOIN portal_help_article article ON article.id = found.id
                  JOIN portal_help_category category
                    ON category.id = article.category_id
                  %(version)s
              ORDER BY %(order)s
                """,
                lang=lang,
                with_text=with_text,
                found=query.select(),
                version=SQL(READ_VERSION, lang=lang),
                order=ORDERS[order],
            )
        )
        langs = self.env["res.lang"]
        for row in rows:
            foreign = row["is_foreign"]
            row["tag"] = langs._get_portal_tag(row["lang"]) if foreign else None
            row["url"] = f"/help/{row['category_slug']}/{row['slug']}"
        return rows

    @api.model
    def _find_page(self, slug, lang):
        """Return all that the page of an article shows, as a dict, or None; one query.

        :param str slug: the word in its address, which nobody had before it
        """
        query = self._search(
            Domain("slug", "=", slug) & self._get_shown_domain(), limit=1
        )
        self._flush_pages()
        rows = self.env.execute_query_dict(
            SQL(
                """
                SELECT article.id, article.slug, article.kind, article.category_id,
                       article.series_id, article.published_on, article.video_url,
                       article.video_id, article.chapters, article.transcript,
                       version.name, version.summary, version.body, version.lang,
                       version.number, version.date,
                       version.lang <> %(lang)s AS is_foreign,
                       COALESCE(version.is_outdated, FALSE) AS is_outdated,
                       ARRAY(SELECT other.lang FROM portal_help_version other
                              WHERE other.article_id = article.id
                                AND other.is_current
                           ORDER BY other.lang) AS langs,
                       ARRAY(SELECT related.related_id
                               FROM portal_help_article_related_rel related
                              WHERE related.article_id = article.id) AS related_ids,
                       ARRAY(SELECT about.product_template_id
                               FROM portal_help_article_about_rel about
                              WHERE about.portal_help_article_id = article.id
                       ) AS product_ids,
                       ARRAY(SELECT COALESCE(product.name ->> %(lang)s,
                                             product.name ->> 'en_US')
                               FROM portal_help_article_about_rel about
                               JOIN product_template product
                                 ON product.id = about.product_template_id
                              WHERE about.portal_help_article_id = article.id
                                AND product.active AND product.sale_ok
                                AND (product.company_id IS NULL
                                     OR product.company_id = article.company_id)
                           ORDER BY 1) AS products,
                       (SELECT json_agg(json_build_object('id', file.id,
                                   'name', file.name, 'size', file.file_size)
                               ORDER BY file.name, file.id)
                          FROM ir_attachment_portal_help_article_rel rel
                          JOIN ir_attachment file ON file.id = rel.ir_attachment_id
                         WHERE rel.portal_help_article_id = article.id) AS files
                  FROM (%(found)s) found
                  JOIN portal_help_article article ON article.id = found.id
                  %(version)s
                """,
                lang=lang,
                found=query.select(),
                version=SQL(READ_VERSION, lang=lang),
            )
        )
        return rows[0] if rows else None

    def _flush_pages(self):
        self.env["portal.help.version"].flush_model()
        self.env["portal.help.article"].flush_model()
        names = ["name", "active", "sale_ok", "company_id"]
        self.env["product.template"].flush_model(names)

    def _get_titles(self, lang):
        """Return {id: what a list shows} of these articles that one sees."""
        rows = self._find_rows(Domain("id", "in", self.ids), lang)
        return {row["id"]: row for row in rows}

    @api.model
    def _count_by_category(self):
        """Return {category id: number of articles that somebody sees in it}."""
        groups = self._read_group(
            self._get_shown_domain(), ["category_id"], ["__count"]
        )
        return {category.id: count for category, count in groups}

    @api.model
    def _find_neighbours(self, page, lang):
        """Return what stands beside an article, of what one sees; one query or none.

        :param dict page: of `_find_page`
        :return: (rows of its series in their order, rows of the related articles)
        """
        related_ids, series_id = page["related_ids"], page["series_id"]
        domain = Domain("id", "in", related_ids)
        if series_id:
            domain |= Domain("series_id", "=", series_id)
        if not related_ids and not series_id:
            return [], []
        rows = self._find_rows(domain, lang, "series")
        series = [row for row in rows if series_id and row["series_id"] == series_id]
        related = [row for row in rows if row["id"] in related_ids]
        return series, related

    @api.model
    def _find_manuals(self, page):
        """Return the documents of its products that a person sees by their audience.

        :param dict page: of `_find_page`
        """
        documents = self.env["portal.document"]
        if not page["product_ids"] or not documents.has_access("read"):
            return documents
        # sudo: contacts do not read the products of documents; the ids only narrow
        about = documents.sudo()._search(
            [("product_tmpl_ids", "in", page["product_ids"])]
        )
        return documents.search_fetch(
            [("id", "in", about)], ["name", "file_name"], limit=20
        )

    # ------------------------------------------------------------
    # For search engines
    # ------------------------------------------------------------

    @api.model
    def _draw_structured(self, *things):
        """Return JSON-LD that ends no script of the page, whatever is in it."""
        text = json.dumps(
            {"@context": "https://schema.org", "@graph": things}, ensure_ascii=False
        )
        for sign in "<>&\u2028\u2029":
            text = text.replace(sign, f"\\u{ord(sign):04x}")
        # nosemgrep: markup-of-data (a script of data ends at <, which is not there)
        return Markup(text)  # noqa: S704  # nosec B704  # escaped, see above

    def _as_visitor(self):
        """Return the model in the rights of a visitor, whoever asks."""
        if self.env.user._is_public():
            return self
        visitor = self.env.ref("base.public_user")
        # Without the companies of the one who asks.
        return self.with_user(visitor).with_context(allowed_company_ids=[])

    @api.model
    def _find_for_feed(self, lang):
        """Return the rows of the newest public articles that others may list.

        In the rights of a visitor, whoever asks.

        :param str lang: of the reader
        """
        articles = self._as_visitor()
        listed = articles.env["portal.help.category"]._search(
            [("is_indexed", "=", True)]
        )
        return articles._find_rows(Domain("category_id", "in", listed), lang, "newest")

    @api.model
    def _find_for_sitemap(self):
        """Yield (path, date or None) of the public pages that search engines may list.

        In the rights of a visitor, whoever asks.
        """
        articles = self._as_visitor()
        categories = articles.env["portal.help.category"]
        shown = categories.search_fetch([("is_indexed", "=", True)], ["slug"])
        slugs = {category.id: category.slug for category in shown}
        if not slugs:
            return
        yield "/help", None
        for slug in slugs.values():
            yield f"/help/{slug}", None
        found = articles.search_fetch(
            Domain("category_id", "in", list(slugs)),
            ["slug", "category_id", "write_date"],
        )
        for article in found:
            path = f"/help/{slugs[article.category_id.id]}/{article.slug}"
            yield path, article.write_date
