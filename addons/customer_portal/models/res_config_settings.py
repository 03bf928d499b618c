from odoo import fields, models

from .portal_rate_limit import LIMITS


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    portal_limit_sign_in = fields.Integer(
        "Wrong passwords",
        config_parameter="customer_portal.limit_sign_in",
        default=LIMITS["sign_in"].account,
        help="Wrong passwords that are checked for an account in 15 minutes.",
    )
    portal_limit_reset_mail = fields.Integer(
        "Reset mails",
        config_parameter="customer_portal.limit_reset_mail",
        default=LIMITS["reset_mail"].account,
        help="Mails with a link to a new password that a person gets in an hour.",
    )
    portal_limit_search = fields.Integer(
        "Searches",
        config_parameter="customer_portal.limit_search",
        default=LIMITS["search"].account,
        help="Searches of a person in a minute.",
    )
    portal_limit_export = fields.Integer(
        "Exports",
        config_parameter="customer_portal.limit_export",
        default=LIMITS["export"].account,
        help="Exports of a person in a minute.",
    )
    portal_limit_pdf = fields.Integer(
        "PDFs",
        config_parameter="customer_portal.limit_pdf",
        default=LIMITS["pdf"].account,
        help="PDFs that a person opens in a minute.",
    )
    portal_limit_upload = fields.Integer(
        "Files",
        config_parameter="customer_portal.limit_upload",
        default=LIMITS["upload"].account,
        help="Files that a person sends in an hour.",
    )
