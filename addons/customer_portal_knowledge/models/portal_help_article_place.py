"""Which articles a page of the portal offers: those that explain it, and its products.

An article says itself which pages it explains, so that staff can change it; those that
the addon brings are told once, see `hooks.PAGES`.
"""

from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.customer_portal.tools.parse import parse_id

MOST_OFFERED = 5  # of each kind
ANY = "*"  # in the place of a number


def find_steps(path):
    """Return how articles may call a page, the narrowest first.

    >>> find_steps("/my/orders/7/change")
    ["/my/orders/*/change", "/my/orders/*", "/my/orders"]
    """
    parts = [
        ANY if part.isdecimal() else part for part in path.strip("/").split("/")[:8]
    ]
    steps = ["/" + "/".join(parts[:end]) for end in range(len(parts), 1, -1)]
    return steps or ["/" + parts[0]]


class PortalHelpArticle(models.Model):
    _inherit = "portal.help.article"

    page_paths = fields.Char(
        "Explains the pages",
        groups="base.group_user",
        help=(
            "Pages of the portal on which Help offers it, with a blank between them and"
            " * for a number: /my/invoices /my/invoices/*"
        ),
    )

    @api.model
    def _find_for_page(self, path, lang):
        """Return the rows of the articles that explain a page, the narrowest first.

        :param str path: of a page of this site
        :param str lang: of the reader
        """
        steps = find_steps(path)
        explains = self._make_help_domain(
            lambda alias: SQL(
                "string_to_array(%s, ' ') && %s",
                SQL.identifier(alias, "page_paths"),
                steps,
            ),
            {"portal.help.article": ["page_paths"]},
        )
        rows = self._find_rows(explains, lang)
        ranks = {step: rank for rank, step in enumerate(steps)}
        rows.sort(
            key=lambda row: min(
                ranks.get(step, len(steps)) for step in row["page_paths"].split(" ")
            )
        )
        return rows[:MOST_OFFERED]

    @api.model
    def _find_for_products(self, product_ids, lang):
        """Return the rows of the articles about products, or for their owners.

        :param product_ids: ids of product templates, perhaps none
        """
        if not product_ids:
            return []
        about = self._fields["product_tmpl_ids"]
        owned = self._fields["owned_product_ids"]
        names = {"portal.help.article": ["product_tmpl_ids", "owned_product_ids"]}
        domain = self._make_help_domain(
            lambda alias: SQL(
                "%s IN (%s)",
                SQL.identifier(alias, "id"),
                SQL(" UNION ").join(
                    SQL(
                        "SELECT %s FROM %s WHERE %s IN %s",
                        SQL.identifier(field.column1),
                        SQL.identifier(field.relation),
                        SQL.identifier(field.column2),
                        tuple(product_ids),
                    )
                    for field in (about, owned)
                ),
            ),
            names,
        )
        return self._find_rows(domain, lang)[:MOST_OFFERED]

    @api.model
    def _get_page_models(self):
        """Return {page: (word, model)} of the pages of one record.

        A seam: the model has a method `_get_help_products`.
        """
        return {
            "/my/invoices/*": ("invoice", "account.move"),
            "/my/orders/*": ("order", "sale.order"),
        }

    @api.model
    def _find_page_record(self, path):
        """Return (word, record) of what a page shows, or ("", None).

        In the own rights: what one does not see is as if it were not there.
        """
        parts = path.strip("/").split("/")
        steps = find_steps(path)
        for page, (word, model) in self._get_page_models().items():
            record_id = page in steps and parse_id(parts[page.count("/") - 1])
            if not record_id or not self.env[model].has_access("read"):
                continue
            record = self.env[model].search([("id", "=", record_id)], limit=1)
            return (word, record) if record else ("", None)
        return "", None
