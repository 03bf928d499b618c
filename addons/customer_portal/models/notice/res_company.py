from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    portal_news_day = fields.Date(
        groups=fields.NO_ACCESS,
        help="The last day of which it was looked what happened with it.",
    )
