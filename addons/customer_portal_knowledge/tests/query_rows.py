"""The pages whose queries the core counts here, for people."""

from odoo.tools import SQL

PAGES = {
    "/help": 6,
    "/my/help?of=/my/invoices": 6,
    "/help/counted": 7,
    "/help/search?q=counted": 9,
    "/help/counted/counted-1": 8,
}


def set_up(case):
    """Create a category with ten articles of one series, for owners of a tag."""
    case.env.user.group_ids |= case.env.ref(
        "customer_portal_knowledge.group_help_editor"
    )
    tag = case.env["res.partner.category"].create({"name": "Counted"})
    case.customer.category_id = tag
    category = case.env["portal.help.category"].create(
        {
            "name": "Counted",
            "audience": "tags",
            "partner_category_ids": tag.ids,
        }
    )
    series = case.env["portal.help.series"].create({"name": "Counted"})
    articles = case.env["portal.help.article"].create(
        [
            {
                "name": f"Counted {number}",
                "category_id": category.id,
                "body": "<p>Text</p>",
                "series_id": series.id,
                "lang": "en_US",
            }
            for number in range(10)
        ]
    )
    articles.action_publish()


def multiply(case, times):
    """Copy the articles, and what is read of them."""
    articles = case.env["portal.help.article"].search([("slug", "=like", "counted-%")])
    where = SQL("id IN %s", tuple(articles.ids))
    slug = SQL("original.slug || '-copy-' || copy.number")
    case._copy_rows("portal_help_article", {"slug": slug}, where, times)
    case.env.cr.execute(
        """
        INSERT INTO portal_help_version
               (article_id, lang, is_source, is_current, number, name, body, date)
        SELECT id, 'en_US', TRUE, TRUE, 1, name, body, published_on
          FROM portal_help_article WHERE slug LIKE '%-copy-%'
        """
    )
    case.env["portal.help.entry"]._mend()
    case.env.cr.execute(
        "ANALYZE portal_help_article, portal_help_version, portal_help_entry"
    )
