from odoo import api, fields, models
from odoo.tools import SQL

MONTHS = 24
# {share: (what was done in the portal, all of it)}
SHARES = {
    "invoice_share": ("invoices_portal", "invoices"),
    "order_share": ("orders_portal", "orders"),
    "question_share": ("questions_portal", "questions"),
}


class PortalAdoptionMonth(models.Model):
    """How much of a customer's business went through the portal, month by month.

    One row for each month, customer and company of the seller, of the last two years.
    A query, so that whatever is asked costs one. The seller's own companies are no
    customers. A share of several rows is that of their sums, not the mean of shares.
    """

    _name = "portal.adoption.month"
    _description = "Use of the portal by month"
    _auto = False
    _order = "month desc, partner_id"
    _rec_name = "partner_id"
    _depends = {
        "account.move": [
            "commercial_partner_id",
            "company_id",
            "invoice_date",
            "move_type",
            "payment_state",
            "state",
        ],
        "mail.message": ["author_id", "date", "message_type", "model", "res_id"],
        "portal.remittance": ["source", "state"],
        "portal.remittance.line": ["amount_applied", "move_id", "remittance_id"],
        "res.company": ["partner_id"],
        "res.partner": ["commercial_partner_id", "partner_share", "user_id"],
        "sale.order": [
            "company_id",
            "date_order",
            "portal_customer_id",
            "portal_user_id",
            "signed_on",
            "state",
        ],
    }

    month = fields.Date(readonly=True)
    partner_id = fields.Many2one("res.partner", "Customer", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    salesperson_id = fields.Many2one("res.users", readonly=True)
    invoices = fields.Integer("Invoices paid", readonly=True)
    invoices_portal = fields.Integer("Invoices paid in the portal", readonly=True)
    invoice_share = fields.Float(
        "Invoices paid in the portal (%)",
        readonly=True,
        digits=(16, 1),
        aggregator="avg",
        help=(
            "Share of the month's paid invoices that were paid in the portal or "
            "with the link in their e-mail."
        ),
    )
    orders = fields.Integer(readonly=True)
    orders_portal = fields.Integer("Orders placed in the portal", readonly=True)
    order_share = fields.Float(
        "Orders placed in the portal (%)",
        readonly=True,
        digits=(16, 1),
        aggregator="avg",
        help="Share of the month's orders that were placed or signed in the portal.",
    )
    questions = fields.Integer(readonly=True)
    questions_portal = fields.Integer("Questions asked in the portal", readonly=True)
    question_share = fields.Float(
        "Questions asked in the portal (%)",
        readonly=True,
        digits=(16, 1),
        aggregator="avg",
        help=(
            "Share of customers' messages about invoices and orders that were "
            "written in the portal rather than sent by e-mail."
        ),
    )

    @property
    def _table_query(self):
        return SQL(
            """
            WITH first AS (
                SELECT date_trunc('month', %(today)s::date)
                       - %(months)s * INTERVAL '1 month' AS day
            ), paid AS (
                SELECT date_trunc('month', move.invoice_date)::date AS month,
                       move.commercial_partner_id AS partner_id, move.company_id,
                       EXISTS (
                           SELECT FROM portal_remittance_line line
                             JOIN portal_remittance remittance
                               ON remittance.id = line.remittance_id
                            WHERE line.move_id = move.id
                              AND line.amount_applied != 0
                              AND remittance.state NOT IN ('reversed', 'cancelled')
                              AND remittance.source IN ('portal', 'link', 'autopay')
                       ) AS is_portal
                  FROM account_move move, first
                 WHERE move.state = 'posted'
                   AND move.move_type = 'out_invoice'
                   AND move.payment_state IN ('paid', 'in_payment')
                   AND move.invoice_date >= first.day
            ), ordered AS (
                SELECT date_trunc('month', sale.date_order)::date AS month,
                       sale.portal_customer_id AS partner_id, sale.company_id,
                       sale.portal_user_id IS NOT NULL
                       OR sale.signed_on IS NOT NULL AS is_portal
                  FROM sale_order sale, first
                 WHERE sale.state = 'sale'
                   AND sale.date_order >= first.day
            ), asked AS (
                SELECT date_trunc('month', message.date)::date AS month,
                       author.commercial_partner_id AS partner_id,
                       COALESCE(move.company_id, sale.company_id) AS company_id,
                       message.message_type = 'comment' AS is_portal
                  FROM mail_message message
                  JOIN res_partner author ON author.id = message.author_id
             LEFT JOIN account_move move ON message.model = 'account.move'
                   AND move.id = message.res_id
             LEFT JOIN sale_order sale ON message.model = 'sale.order'
                   AND sale.id = message.res_id,
                       first
                 WHERE message.model IN ('account.move', 'sale.order')
                   AND message.message_type IN ('comment', 'email')
                   AND message.date >= first.day
                   AND author.partner_share
            ), happened AS (
                SELECT month, partner_id, company_id, 1 AS invoices,
                       is_portal::int AS invoices_portal, 0 AS orders,
                       0 AS orders_portal, 0 AS questions, 0 AS questions_portal
                  FROM paid
             UNION ALL
                SELECT month, partner_id, company_id, 0, 0, 1, is_portal::int, 0, 0
                  FROM ordered
             UNION ALL
                SELECT month, partner_id, company_id, 0, 0, 0, 0, 1, is_portal::int
                  FROM asked
            )
            SELECT row_number() OVER (
                       ORDER BY month, happened.partner_id, happened.company_id) AS id,
                   month, happened.partner_id, happened.company_id,
                   customer.user_id AS salesperson_id,
                   %(sums)s
              FROM happened
              JOIN res_partner customer ON customer.id = happened.partner_id
             WHERE NOT EXISTS (SELECT FROM res_company seller
                                WHERE seller.partner_id = happened.partner_id)
          GROUP BY month, happened.partner_id, happened.company_id, customer.user_id
            """,
            today=fields.Date.context_today(self),
            months=MONTHS - 1,
            sums=SQL(", ").join(self._get_sums()),
        )

    @staticmethod
    def _get_sums():
        """Yield the columns of each share: the part, the whole, and the share."""
        for name, (part, whole) in SHARES.items():
            yield SQL(
                "SUM(%(part)s) AS %(part)s, SUM(%(whole)s) AS %(whole)s,"
                " SUM(%(part)s) * 100.0 / NULLIF(SUM(%(whole)s), 0) AS %(share)s",
                part=SQL.identifier(part),
                whole=SQL.identifier(whole),
                share=SQL.identifier(name),
            )

    @api.model
    def _read_group_select(self, aggregate_spec, query):
        """Extend: the share of many rows is that of their sums."""
        name, _colon, function = aggregate_spec.partition(":")
        if name not in SHARES or function != "avg":
            return super()._read_group_select(aggregate_spec, query)
        part, whole = (
            self._field_to_sql(self._table, column, query) for column in SHARES[name]
        )
        return SQL("SUM(%s) * 100.0 / NULLIF(SUM(%s), 0)", part, whole)

    def action_open_invoices(self):
        """Show the invoices of the row, in the person's rights."""
        return self._get_action(
            "account.move",
            self.env._("Invoices"),
            "invoice_date",
            [
                ("commercial_partner_id", "=", self.partner_id.id),
                ("move_type", "=", "out_invoice"),
                ("state", "=", "posted"),
                ("payment_state", "in", ("paid", "in_payment")),
            ],
        )

    def action_open_orders(self):
        """Show the orders of the row, in the person's rights."""
        return self._get_action(
            "sale.order",
            self.env._("Orders"),
            "date_order",
            [("portal_customer_id", "=", self.partner_id.id), ("state", "=", "sale")],
        )

    def _get_action(self, model, name, field, domain):
        self.ensure_one()
        after = fields.Date.add(self.month, months=1)
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": model,
            "view_mode": "list,form",
            "domain": [
                *domain,
                ("company_id", "=", self.company_id.id),
                (field, ">=", self.month),
                (field, "<", after),
            ],
        }
