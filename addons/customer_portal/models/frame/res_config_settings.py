from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...const import (
    DIGEST_HOUR,
    DIGEST_PERIODS,
    DUE_NOTICE_DAYS,
    PAY_LINK_DAYS,
    PAY_LINK_KINDS,
    QUOTE_NOTICE_DAYS,
    RETENTION_YEARS,
    TRANSFER_DAYS,
    VIEW_MINUTES,
)
from .portal_rate_limit import LIMITS, read_networks


def _get_limit_field(kind, label, explanation):
    """Return the field of the parameter that bounds a kind of LIMITS."""
    return fields.Integer(
        label,
        config_parameter=f"customer_portal.limit_{kind}",
        default=LIMITS[kind].account,
        help=explanation,
    )


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    portal_default_role_id = fields.Many2one(
        "portal.role",
        "Usual role",
        config_parameter="customer_portal.default_role_id",
        domain=[("partner_id", "=", False)],
        help=(
            "The role of portal users without a chosen role, and preselected in "
            "invitations. If empty, it is Member, and a role must be chosen when "
            "inviting."
        ),
    )
    portal_invitation_hours = fields.Integer(
        "Invitations hold",
        config_parameter="auth_signup.signup.validity.hours",
        default=144,
        help="How many hours the link in an invitation is valid.",
    )
    portal_registration = fields.Boolean(
        "Companies can request access",
        config_parameter="customer_portal.registration",
        help=(
            "The sign-in page offers a form. Nobody gets in until a member of "
            "staff has approved the request."
        ),
    )
    portal_view_minutes = fields.Selection(
        VIEW_MINUTES,
        "Time to look",
        config_parameter="customer_portal.view_minutes",
        default=VIEW_MINUTES[0][0],
        help=(
            "How long a member of staff views the portal as a customer unless "
            "another time is chosen."
        ),
    )
    portal_digest_period = fields.Selection(
        DIGEST_PERIODS,
        "Digest",
        config_parameter="customer_portal.digest_period",
        default=DIGEST_PERIODS[0][0],
        help="How often people get the digest if they have chosen nothing.",
    )
    portal_digest_hour = fields.Integer(
        "Hour of the digest",
        config_parameter="customer_portal.digest_hour",
        default=DIGEST_HOUR,
        help="From 0 to 23, in the time zone of each person.",
    )
    portal_due_days = fields.Integer(
        "Before an invoice is due",
        config_parameter="customer_portal.due_days",
        default=DUE_NOTICE_DAYS,
        help="How many days before its due date people are told.",
    )
    portal_quote_days = fields.Integer(
        "Before a quote expires",
        config_parameter="customer_portal.quote_days",
        default=QUOTE_NOTICE_DAYS,
        help="How many days before its last day people are told.",
    )
    portal_retention_years = fields.Integer(
        "Documents are kept",
        config_parameter="customer_portal.retention_years",
        default=RETENTION_YEARS,
        help="How many years accounting law makes you keep orders and invoices.",
    )

    portal_transfer_days = fields.Integer(
        "Announced transfers hold",
        config_parameter="customer_portal.transfer_days",
        default=TRANSFER_DAYS,
        help="For how many days an announced bank transfer reserves its documents.",
    )
    portal_pay_link = fields.Selection(
        PAY_LINK_KINDS,
        "The link in an invoice e-mail pays",
        config_parameter="customer_portal.pay_link",
        default="document",
    )
    portal_pay_link_days = fields.Integer(
        "Links hold",
        config_parameter="customer_portal.pay_link_days",
        default=PAY_LINK_DAYS,
        help="For how many days the link in an invoice e-mail can be used to pay it.",
    )

    portal_layout_notice = fields.Char(compute="_compute_portal_layout_notice")

    portal_order_change = fields.Boolean(
        related="company_id.portal_order_change", readonly=False
    )
    portal_order_change_hours = fields.Integer(
        related="company_id.portal_order_change_hours", readonly=False
    )
    portal_order_change_country = fields.Boolean(
        related="company_id.portal_order_change_country", readonly=False
    )
    portal_order_change_amount = fields.Monetary(
        related="company_id.portal_order_change_amount", readonly=False
    )
    portal_all_products = fields.Boolean(
        related="company_id.portal_all_products", readonly=False
    )
    portal_order_page = fields.Selection(
        related="company_id.portal_order_page", readonly=False
    )

    portal_limit_sign_in = _get_limit_field(
        "sign_in",
        "Wrong passwords",
        "Wrong passwords checked per account in 15 minutes.",
    )
    portal_staff_networks = fields.Char(
        "Networks of your staff",
        config_parameter="customer_portal.staff_networks",
        help=(
            "People can sign in from these networks whatever strangers try, for "
            "example from 192.0.2.0/24 or 2001:db8::/48. Do not enter an address "
            "that others share."
        ),
    )
    portal_limit_reset_mail = _get_limit_field(
        "reset_mail",
        "Reset e-mails",
        "Password reset e-mails that one person can get per hour.",
    )
    portal_limit_search = _get_limit_field(
        "search", "Searches", "Searches per person and minute."
    )
    portal_limit_export = _get_limit_field(
        "export", "Exports", "Exports per person and minute."
    )
    portal_limit_pdf = _get_limit_field(
        "pdf", "PDFs", "PDFs drawn per person and minute."
    )
    portal_limit_upload = _get_limit_field(
        "upload", "Files", "Files that one person can send per hour."
    )

    @api.depends("company_id")
    def _compute_portal_layout_notice(self):
        """Say who prints papers where the seller chose a layout of its own."""
        reports = self.env["ir.actions.report"]
        for settings in self:
            company = settings.company_id
            if not company._has_own_portal_layout():
                settings.portal_layout_notice = False
            elif reports._prints_own_layout(company):
                settings.portal_layout_notice = self.env._(
                    "Odoo prints invoices, orders and delivery slips in your document"
                    " layout."
                )
            else:
                settings.portal_layout_notice = self.env._(
                    "Your document layout needs wkhtmltopdf, which is not installed"
                    " here. Until then invoices, orders and delivery slips have the"
                    " portal's layout."
                )

    @api.constrains("portal_staff_networks")
    def _check_portal_staff_networks(self):
        for settings in self:
            _networks, wrong = read_networks(settings.portal_staff_networks or "")
            if wrong:
                raise ValidationError(
                    self.env._(
                        "%s is not a network. Write it like 192.0.2.0/24.",
                        ", ".join(wrong),
                    )
                )
