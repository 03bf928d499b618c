"""What the seller says of terms and returns of what is being ordered."""

from odoo import models
from odoo.fields import Domain

TERMS = ("help_terms_id", "help_terms_text")


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def _get_help_terms(self, user):
        """Return terms and returns of the lines of a draft; in sudo.

        Those of the product count, else of its category or the nearest above.

        :param user: who orders; an article that the person does not see is left out
        :return: (dicts with key, name, and text or body; {id of a line: key})
        """
        sources = self._find_terms_sources()
        articles = self.env["portal.help.article"].with_user(user)
        article_ids = {source.help_terms_id.id for source in sources.values()} - {False}
        rows = {}
        if article_ids:
            domain = Domain("id", "in", list(article_ids))
            found = articles._find_rows(domain, self.env.lang, with_text=True)
            rows = {row["id"]: row for row in found}
        terms, keys = {}, {}
        for line, source in sources.items():
            row = rows.get(source.help_terms_id.id)
            if row:
                key = f"article_{row['id']}"
                terms[key] = {"key": key, "text": "", **row}
            elif source.help_terms_text:
                key = f"{source._table}_{source.id}"
                name = source.name
                terms[key] = {"key": key, "name": name, "text": source.help_terms_text}
            else:
                continue
            keys[line.id] = key
        return list(terms.values()), keys

    def _find_terms_sources(self):
        """Return {line: the product or the category whose terms count}."""
        products = self.order_line.product_id
        products.fetch(["product_tmpl_id"])
        templates = products.product_tmpl_id
        templates.fetch(["name", "categ_id", *TERMS])
        categories = self.env["product.category"].search_fetch(
            [("id", "parent_of", templates.categ_id.ids)], ["name", "parent_id", *TERMS]
        )
        sources = {}
        for line in self.order_line:
            source = template = line.product_id.product_tmpl_id
            if template and not _has_terms(template):
                source = template.categ_id & categories
                while source and not _has_terms(source):
                    source = source.parent_id
            if source:
                sources[line] = source
        return sources


def _has_terms(source):
    return bool(source.help_terms_id or source.help_terms_text)
