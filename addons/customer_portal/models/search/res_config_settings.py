from odoo import fields, models

from .portal_search_log import KEPT_DAYS, WINDOW_HOURS


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    # Odoo keeps no parameter for a switch that is off: what is on from the beginning
    # has a switch that turns it off.
    portal_no_search_log = fields.Boolean(
        "Do not record searches", config_parameter="customer_portal.no_search_log"
    )
    portal_no_search_signals = fields.Boolean(
        "Do not tell salespeople",
        config_parameter="customer_portal.no_search_signals",
    )
    portal_search_days = fields.Integer(
        "Searches are kept",
        config_parameter="customer_portal.search_days",
        default=KEPT_DAYS,
    )
    portal_search_window = fields.Integer(
        "Waiting window",
        config_parameter="customer_portal.search_window",
        default=WINDOW_HOURS,
        help="For how many hours a ticket counts as what followed a search.",
    )
    portal_content_owner_id = fields.Many2one(
        related="company_id.portal_content_owner_id", readonly=False
    )
