"""Who of the customers sees a document.

Odoo remembers the rules of people, with their rights as the key. So a domain here names
the customers that a person reaches, which are part of the rights, and asks the database
for everything else (tags, orders, branches) each time it is used: a tag that is taken
away acts at once.
"""

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL


class PortalDocument(models.Model):
    _inherit = "portal.document"

    audience = fields.Selection(
        [
            ("all", "All customers"),
            ("tags", "Customers with a tag"),
            ("customer", "One customer"),
            ("product", "Owners of a product"),
        ],
        "For",
        required=True,
        default="customer",
        tracking=True,
    )
    include_branches = fields.Boolean(
        "With its branches",
        help=(
            "People of the companies below see it too. People of a company always "
            "see what is meant for its branches."
        ),
    )
    category_ids = fields.Many2many(
        "res.partner.category",
        string="Tags",
        groups="base.group_user",
        help="Customers that have one of these tags.",
    )
    product_tmpl_ids = fields.Many2many(
        "product.template",
        string="Products",
        groups="base.group_user",
        help=(
            "Customers who bought one of them: a service that was ordered, or "
            "goods that were at least partly delivered or invoiced."
        ),
    )
    product_names = fields.Char(
        compute="_compute_product_names",
        search="_search_product_names",
        help="For customers' people, only the products they own.",
    )
    audience_text = fields.Char(
        "Who sees it", compute="_compute_audience_text", groups="base.group_user"
    )

    @api.depends("product_tmpl_ids")
    @api.depends_context("uid")
    def _compute_product_names(self):
        if self.env.user._is_internal():
            for document in self:
                # sudo: names, for who reads the document
                names = document.sudo().product_tmpl_ids.mapped("name")
                document.product_names = ", ".join(names)
            return
        rights = self.env.user._get_portal_rights()
        products = self._get_portal_products(rights.get_ids(self._portal_code))
        for document in self:
            document.product_names = ", ".join(products.get(document.id, []))

    def _search_product_names(self, operator, value):
        if operator != "ilike":
            return NotImplemented
        # sudo: people of customers may not read products; only which documents
        documents_sudo = self.env["portal.document"].sudo()
        documents_sudo = documents_sudo.with_context(active_test=False)
        return Domain(
            "id",
            "in",
            documents_sudo._search(
                Domain("audience", "=", "product")
                & Domain("product_tmpl_ids.name", "ilike", value)
            ),
        )

    # ------------------------------------------------------------
    # The domain
    # ------------------------------------------------------------

    def _get_portal_customers_domain(self, customer_ids):
        """Override: what is for all, for one, for a tag, or for owners of something.

        A seam: an audience adds its domain to `_get_audience_domains`.
        """
        ids = tuple(sorted(customer_ids))
        if not ids:
            return Domain.FALSE
        return Domain.OR(
            Domain("audience", "=", audience) & domain
            for audience, domain in self._get_audience_domains(ids).items()
        )

    def _get_audience_domains(self, customer_ids):
        """Return {audience: domain of what these customers see of it}.

        :param tuple customer_ids: at least one id of a commercial partner
        """
        return {
            "all": Domain.TRUE,
            "customer": Domain("partner_id", "in", customer_ids)
            | (
                Domain("include_branches", "=", True)
                & self._make_portal_domain(
                    lambda alias: SQL(
                        "%s IN (%s)",
                        SQL.identifier(alias, "partner_id"),
                        self._get_above_query(customer_ids),
                    ),
                    {"res.partner": ["parent_id"]},
                )
            ),
            "tags": self._make_portal_domain(
                lambda alias: SQL(
                    """%s IN (
                        SELECT document_tag.portal_document_id
                          FROM portal_document_res_partner_category_rel document_tag
                          JOIN res_partner_res_partner_category_rel tag
                            ON tag.category_id = document_tag.res_partner_category_id
                         WHERE tag.partner_id IN %s)""",
                    SQL.identifier(alias, "id"),
                    customer_ids,
                ),
                {"res.partner": ["category_id"], "portal.document": ["category_ids"]},
            ),
            "product": self._make_portal_domain(
                lambda alias: SQL(
                    """%s IN (
                        SELECT document_product.portal_document_id
                          FROM portal_document_product_template_rel document_product
                         WHERE document_product.product_template_id IN (%s))""",
                    SQL.identifier(alias, "id"),
                    self._get_owned_products_query(customer_ids),
                ),
                {
                    "portal.document": ["product_tmpl_ids"],
                    **self._get_owned_products_fields(),
                },
            ),
        }

    def _make_portal_domain(self, condition, fields_to_flush):
        """Return a domain of SQL that is written anew each time it is used.

        :param callable condition: takes the alias of the table of documents
        :param dict fields_to_flush: {model: names} that the SQL reads
        """

        def to_sql(model, alias, _query):
            for name, names in fields_to_flush.items():
                model.env[name].flush_model(names)
            return condition(alias)

        return Domain.custom(to_sql=to_sql)

    @api.model
    def _get_above_query(self, customer_ids):
        """Return the SQL of the ids of the companies above these customers."""
        return SQL(
            """
            WITH RECURSIVE above(id) AS (
                SELECT parent_id FROM res_partner WHERE id IN %s AND is_company
                 UNION
                SELECT partner.parent_id
                  FROM res_partner partner
                  JOIN above ON above.id = partner.id
                 WHERE partner.is_company
            )
            SELECT id FROM above WHERE id IS NOT NULL
            """,
            customer_ids,
        )

    @api.model
    def _get_owned_products_query(self, customer_ids):
        """Return the SQL of the ids of the product templates that customers own."""
        return SQL(
            "SELECT owned.product_tmpl_id FROM (%s) owned",
            self._get_owners_query(SQL("buyer.id IN %s", customer_ids)),
        )

    @api.model
    def _get_owners_query(self, condition):
        """Return the SQL of who owns what: customer_id and product_tmpl_id.

        A service counts when it is ordered, goods when something was delivered or
        invoiced: without Odoo's stock nobody may write down what was delivered.

        :param condition: SQL about buyer (res_partner) and product (product_product)
        """
        return SQL(
            """
            SELECT buyer.id AS customer_id, product.product_tmpl_id
              FROM res_partner buyer
              JOIN sale_order sale ON sale.portal_customer_id = buyer.id
              JOIN sale_order_line line ON line.order_id = sale.id
              JOIN product_product product ON product.id = line.product_id
              JOIN product_template template ON template.id = product.product_tmpl_id
             WHERE %s
               AND sale.state = 'sale'
               AND (template.type = 'service'
                    OR line.qty_delivered > 0 OR line.qty_invoiced > 0)
            """,
            condition,
        )

    @api.model
    def _get_owned_products_fields(self):
        """Return {model: names} that `_get_owned_products_query` reads."""
        return {
            "sale.order": ["portal_customer_id", "state"],
            "sale.order.line": ["product_id", "qty_delivered", "qty_invoiced"],
        }

    # ------------------------------------------------------------
    # What a person reaches
    # ------------------------------------------------------------

    def _get_portal_own_domain(self, user):
        """Override: what the person sent."""
        return Domain("direction", "=", "customer") & Domain("sender_id", "=", user.id)

    def _get_portal_domain(self, user, code=None, root=None):
        """Extend: of those who may only send, what they sent themselves."""
        domain = super()._get_portal_domain(user, code, root)
        if code in (None, self._portal_code):
            sent = super()._get_portal_domain(user, "send_documents", root)
            domain |= sent & self._get_portal_own_domain(user)
        return domain

    def _get_portal_rule_domain(self, user):
        """Extend: nothing archived, without a file, or before its first day."""
        return super()._get_portal_rule_domain(user) & self._get_portal_shown_domain()

    @api.model
    def _get_portal_shown_domain(self):
        return (
            Domain("active", "=", True)
            & Domain("current_version_id", "!=", False)
            & (Domain("valid_from", "=", False) | Domain("valid_from", "<=", "today"))
        )

    def _portal_allows(self, user, code):
        """Override: a document for many has no customer, its audience decides.

        What somebody sends is of one customer.
        """
        self.ensure_one()
        # sudo: yes or no about a record that the caller has at hand
        documents_sudo = self.sudo().with_context(active_test=False)
        if code != self._portal_code:
            rights = user._get_portal_rights()
            customer_id = documents_sudo.partner_id.id
            return customer_id in rights.get_ids(code) or (
                customer_id in rights.get_own_ids(code)
                and documents_sudo.sender_id == user
            )
        return bool(
            documents_sudo.search_count(
                Domain("id", "=", self.id) & self._get_portal_domain(user, code),
                limit=1,
            )
        )

    def _get_portal_products(self, customer_ids):
        """Return {document id: names of its products that these customers own}.

        Of other products of the document the customer is not told.
        """
        documents = self.filtered(lambda document: document.audience == "product")
        if not documents or not customer_ids:
            return {}
        for name, names in self._get_owned_products_fields().items():
            self.env[name].flush_model(names)
        rows = self.env.execute_query(
            SQL(
                """
                SELECT rel.portal_document_id, rel.product_template_id
                  FROM portal_document_product_template_rel rel
                 WHERE rel.portal_document_id IN %s
                   AND rel.product_template_id IN (%s)
              ORDER BY rel.portal_document_id, rel.product_template_id
                """,
                tuple(documents.ids),
                self._get_owned_products_query(tuple(customer_ids)),
            )
        )
        # sudo: names of products that the customer has bought
        templates_sudo = self.env["product.template"].sudo()
        templates_sudo = templates_sudo.browse({template for _id, template in rows})
        templates_sudo.fetch(["name"])
        names = {template.id: template.name for template in templates_sudo}
        products = {}
        for document_id, template_id in rows:
            products.setdefault(document_id, []).append(names[template_id])
        return products

    # ------------------------------------------------------------
    # The readers
    # ------------------------------------------------------------

    def _get_portal_readers(self, code=None):
        """Override: the people whom the audience lets see the document, in sudo.

        One query finds the customers, one more a person reads the rights.
        """
        self.ensure_one()
        code = code or self._portal_code
        # sudo: to tell them what happened; the caller gives them no more
        document_sudo = self.sudo()
        customer = document_sudo.partner_id
        if code != self._portal_code:
            return customer._get_portal_people(code).filtered(
                lambda user: customer.id in user._get_portal_rights().get_ids(code)
            )
        return document_sudo._find_readers().user_id

    def _find_readers(self):
        """Return the memberships by which people see this document; in sudo."""
        self.ensure_one()
        ids_by_member = {
            member: member.user_id._get_portal_rights().get_ids(
                self._portal_code, member.partner_id.id
            )
            for member in self._get_candidates()
        }
        seeing = self._find_audience(set().union(*ids_by_member.values()))
        company = self.company_id
        return self.env["portal.membership"].union(
            *(
                member
                for member, ids in ids_by_member.items()
                if ids & seeing
                and (not company or company in member.user_id.company_ids)
            )
        )

    def _get_candidates(self):
        """Return the memberships that allow to see documents at all; in sudo."""
        domain = Domain(
            "role_id.line_ids.permission_id.code", "=", self._portal_code
        ) & Domain("state", "=", "active")
        if self.audience == "customer":
            customers = self.partner_id
            tree = customers.search([("id", "parent_of", customers.ids)])
            if self.include_branches:
                tree |= customers._get_portal_scope()
            domain &= Domain("partner_id", "in", tree.ids)
        return self.env["portal.membership"].search(
            domain & Domain("user_id.active", "=", True)
        )

    def _find_audience(self, customer_ids):
        """Return those ids of customers that see this document; in sudo.

        A seam: an audience that is not known here is asked for one by one.
        """
        self.ensure_one()
        if not customer_ids or self.audience == "all":
            return set(customer_ids)
        if self.audience == "tags":
            return set(
                self.env["res.partner"]
                .with_context(active_test=False)
                .search(
                    [
                        ("id", "in", list(customer_ids)),
                        ("category_id", "in", self.category_ids.ids),
                    ]
                )
                .ids
            )
        if self.audience == "product":
            return customer_ids & self._find_owners()
        return {
            customer_id
            for customer_id in customer_ids
            if self.search_count(
                Domain("id", "=", self.id)
                & self._get_portal_customers_domain([customer_id]),
                limit=1,
            )
        }

    def _find_owners(self):
        """Return the ids of the customers that own one of the products."""
        if not self.product_tmpl_ids:
            return set()
        for name, names in self._get_owned_products_fields().items():
            self.env[name].flush_model(names)
        condition = SQL(
            "product.product_tmpl_id IN %s", tuple(self.product_tmpl_ids.ids)
        )
        rows = self.env.execute_query(
            SQL(
                "SELECT DISTINCT owner.customer_id FROM (%s) owner",
                self._get_owners_query(condition),
            )
        )
        return {customer_id for (customer_id,) in rows}

    @api.depends(
        "audience",
        "partner_id",
        "include_branches",
        "category_ids",
        "product_tmpl_ids",
    )
    def _compute_audience_text(self):
        labels = dict(self._fields["audience"]._description_selection(self.env))
        for document in self:
            names = document._get_audience_names()
            label = labels.get(document.audience, "")
            document.audience_text = (
                self.env._(
                    "%(audience)s: %(names)s", audience=label, names=", ".join(names)
                )
                if names
                else label
            )

    def _get_audience_names(self):
        """Return the names that stand behind the kind of audience."""
        records = {
            "customer": self.partner_id,
            "tags": self.category_ids,
            "product": self.product_tmpl_ids,
        }.get(self.audience)
        return records.mapped("display_name") if records else []

    def action_open_readers(self):
        """Show the people who see this document.

        :raise AccessError: for those who may not read it
        """
        self.ensure_one()
        self.check_access("read")
        memberships = self._get_readers_shown()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_portal.portal_membership_action"
        )
        name = self.env._(
            "%(people)s people at %(customers)s customers can see %(name)s",
            people=len(memberships.user_id),
            customers=len(memberships.partner_id),
            name=self.display_name,
        )
        return {
            **action,
            "name": name,
            "display_name": name,
            "domain": [("id", "in", memberships.ids)],
            "context": {"create": False, "group_by": "partner_id"},
        }

    def _get_readers_shown(self):
        """Return the memberships by which people see a document that staff read."""
        # sudo: the rights of people, which are nobody's to read
        members_sudo = self.sudo()._find_readers()
        return members_sudo.sudo(False).with_env(self.env)
