"""Who sees a category or an article: one domain for every way a title can show.

What is seen is the intersection along the tree. It is stored in two parts. The *level*
is the widest circle that any record on the way up allows: everybody, people who are
signed in, or staff. The *guards* are the categories on that way which ask for more than
signing in. Whether a person passes them, and fulfils the article's own condition, is
asked of the database each time, as `portal.document` does: a tag that is taken away
acts at once.
"""

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import SQL

from ..const import LEVEL_CODES, LEVELS

# The level that an audience allows at most; all others are of people who are signed in.
OPEN_AUDIENCES = ("public", "signed_in", "staff")


def narrow(*levels):
    """Return the narrowest of levels; what is empty does not narrow."""
    return max(filter(None, levels), key=LEVEL_CODES.index, default="public")


class PortalHelpAudience(models.AbstractModel):
    """What categories and articles have in common: who reads them."""

    _name = "portal.help.audience"
    _description = "Audience of help"

    audience = fields.Selection(
        [
            ("public", "Everybody"),
            ("signed_in", "People who are signed in"),
            ("tags", "Customers with a tag"),
            ("product", "Owners of a product"),
            ("staff", "Only our staff"),
        ],
        "For",
        required=True,
        default="public",
        groups="base.group_user",
        help=(
            "Nobody sees more than the categories above allow, whatever is chosen here."
        ),
    )
    partner_category_ids = fields.Many2many(
        "res.partner.category",
        string="Tags of customers",
        groups="base.group_user",
        help="Customers that have one of these tags.",
    )
    owned_product_ids = fields.Many2many(
        "product.template",
        string="Products owned",
        groups="base.group_user",
        help=(
            "Customers who bought one of them: a service that was ordered, or "
            "goods that were at least partly delivered or invoiced."
        ),
    )
    level = fields.Selection(
        LEVELS,
        "Seen by",
        compute="_compute_level",
        store=True,
        groups="base.group_user",
        help="What is left when the categories above are counted in.",
    )
    is_live = fields.Boolean(
        "On the pages",
        compute="_compute_is_live",
        store=True,
    )

    def _compute_level(self):
        raise NotImplementedError

    def _compute_is_live(self):
        raise NotImplementedError

    def _get_own_level(self):
        """Return the level of the record alone."""
        self.ensure_one()
        return self.audience if self.audience in OPEN_AUDIENCES else "signed_in"

    # ------------------------------------------------------------
    # The domain
    # ------------------------------------------------------------

    @api.model
    def _get_help_domain(self, user):
        """Return the domain of the record rule: what somebody sees on the pages.

        Staff see all in the back office; on the pages the caller leaves out what is
        not live.

        :param user: a visitor (the public user), a person, or staff
        """
        if not user.share:
            return Domain.TRUE
        domain = Domain("is_live", "=", True) & self._get_seller_domain(user)
        if user._is_public():
            return domain & Domain("level", "=", "public")
        # All customers whose papers the person reaches in any way.
        ids = tuple(sorted(user._get_portal_rights().get_all_ids()))
        return (
            domain
            & Domain("level", "in", ("public", "signed_in"))
            & self._get_passed_domain(ids)
            & self._get_guards_domain(ids)
        )

    @api.model
    def _get_audience_targets(self):
        """Return {audience: the field that says of which tags, products and so on}.

        A seam: an addon that adds an audience adds its field here.
        """
        return {"tags": "partner_category_ids", "product": "owned_product_ids"}

    @api.model
    def _get_missing_target(self, audience):
        """Return what staff are told who leave that field empty."""
        if audience == "tags":
            return self.env._("Choose the tags of the customers.")
        return self.env._("Choose the products.")

    @api.constrains(
        lambda self: ("audience", *self._get_audience_targets().values()),
    )
    def _check_audience(self):
        targets = self._get_audience_targets()
        for record in self:
            name = targets.get(record.audience)
            if name and not record[name]:
                raise ValidationError(self._get_missing_target(record.audience))

    @api.model
    def _get_seller_domain(self, user):
        """Return the domain of what the seller's companies show that one deals with."""
        public = user._is_public()
        ids = self.env.company.ids if public else list(user._get_company_ids())
        return Domain("company_id", "in", [False, *ids])

    @api.model
    def _get_passed_domain(self, customer_ids):
        """Return the domain of records whose own condition customers fulfil."""
        return Domain("audience", "in", OPEN_AUDIENCES) | Domain.OR(
            Domain("audience", "=", audience) & domain
            for audience, domain in self._get_audience_domains(customer_ids).items()
        )

    @api.model
    def _get_audience_domains(self, customer_ids):
        """Return {audience: domain of what these customers see of it}.

        A seam: an addon that adds an audience adds its domain here.

        :param tuple customer_ids: ids of commercial partners, perhaps none
        """
        if not customer_ids:
            return {"tags": Domain.FALSE, "product": Domain.FALSE}
        documents = self.env["portal.document"]
        tags = self._fields["partner_category_ids"]
        products = self._fields["owned_product_ids"]
        return {
            "tags": self._make_help_domain(
                lambda alias: SQL(
                    """%s IN (
                        SELECT help_tag.%s FROM %s help_tag
                          JOIN res_partner_res_partner_category_rel customer_tag
                            ON customer_tag.category_id = help_tag.%s
                         WHERE customer_tag.partner_id IN %s)""",
                    SQL.identifier(alias, "id"),
                    SQL.identifier(tags.column1),
                    SQL.identifier(tags.relation),
                    SQL.identifier(tags.column2),
                    customer_ids,
                ),
                {"res.partner": ["category_id"], self._name: ["partner_category_ids"]},
            ),
            "product": self._make_help_domain(
                lambda alias: SQL(
                    """%s IN (
                        SELECT help_product.%s FROM %s help_product
                         WHERE help_product.%s IN (%s))""",
                    SQL.identifier(alias, "id"),
                    SQL.identifier(products.column1),
                    SQL.identifier(products.relation),
                    SQL.identifier(products.column2),
                    documents._get_owned_products_query(customer_ids),
                ),
                {
                    self._name: ["owned_product_ids"],
                    **documents._get_owned_products_fields(),
                },
            ),
        }

    @api.model
    def _make_help_domain(self, condition, fields_to_flush):
        """Return a domain of SQL that is written anew each time it is used.

        :param callable condition: takes the alias of the table
        :param dict fields_to_flush: {model: names} that the SQL reads
        """

        def to_sql(model, alias, _query):
            for name, names in fields_to_flush.items():
                model.env[name].flush_model(names)
            return condition(alias)

        return Domain.custom(to_sql=to_sql)

    @api.model
    def _get_guards_domain(self, customer_ids):
        """Return the domain of records all of whose guards customers pass."""
        categories = self.env["portal.help.category"]
        guards = categories._fields["guard_ids"]

        def to_sql(model, alias, _query):
            # sudo: which conditions there are, not whom they let see what
            categories_sudo = model.env["portal.help.category"].sudo()
            categories_sudo.flush_model(["guard_ids", "audience"])
            passed = categories_sudo.with_context(active_test=False)._search(
                categories_sudo._get_passed_domain(customer_ids)
            )
            return SQL(
                """%s NOT IN (
                    SELECT guarded.%s FROM %s guarded
                     WHERE guarded.%s NOT IN (%s))""",
                SQL.identifier(alias, self._get_guarded_column()),
                SQL.identifier(guards.column1),
                SQL.identifier(guards.relation),
                SQL.identifier(guards.column2),
                passed.select(),
            )

        return Domain.custom(to_sql=to_sql)

    @api.model
    def _get_guarded_column(self):
        """Return the column that holds the category whose guards count."""
        return "id"

    # ------------------------------------------------------------
    # In words
    # ------------------------------------------------------------

    def _get_audience_names(self):
        """Return what stands behind the kind of audience, as names."""
        name = self._get_audience_targets().get(self.audience)
        records = self[name] if name else None
        return records.mapped("display_name") if records else []

    def _get_audience_text(self):
        """Return who sees the record, its own condition alone."""
        labels = dict(self._fields["audience"]._description_selection(self.env))
        label, names = labels.get(self.audience, ""), self._get_audience_names()
        if not names:
            return label
        return self.env._(
            "%(audience)s: %(names)s", audience=label, names=", ".join(names)
        )
