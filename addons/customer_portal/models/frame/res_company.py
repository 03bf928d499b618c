from odoo import fields, models
from odoo.tools import ormcache

from ...tools.colors import (
    MINIMUM_CONTRAST,
    darken_until_readable,
    get_contrast_with_white,
    is_hex_color,
)

PORTAL_FIELDS = (
    "account_price_include",
    "account_use_credit_limit",
    "currency_id",
    "name",
    "parent_path",
    "partner_id",
    "portal_all_products",
    "portal_order_change",
    "portal_order_change_hours",
    "portal_order_page",
    "portal_promises",
    "primary_color",
    "sale_discount_product_id",
    "tax_calculation_rounding_method",
)

# Of mails, where the seller has chosen none.
MAIL_COLORS = {"color": "#1f4e79", "text": "#ffffff", "link": "#1f4e79"}


class ResCompany(models.Model):
    _inherit = "res.company"

    portal_order_change = fields.Boolean(
        "Customers change orders themselves",
        default=True,
        groups="base.group_user",
        help=(
            "Address, on-site contact, requested date, lines and the whole order, "
            "until work begins. Otherwise each change is a request to your sales "
            "team."
        ),
    )
    portal_order_change_hours = fields.Integer(
        "Changes end before the departure",
        groups="base.group_user",
        help=(
            "Hours before the planned departure at which changes end; with 0 they "
            "end when work begins."
        ),
    )

    portal_order_change_country = fields.Boolean(
        "Only within the country",
        default=True,
        groups="base.group_user",
        help=(
            "A delivery address in another country becomes a request, because "
            "taxes and freight may change."
        ),
    )
    portal_order_change_amount = fields.Monetary(
        "Largest difference",
        groups="base.group_user",
        help=(
            "A change of the total by more than this becomes a request. With 0, "
            "any amount changes at once."
        ),
    )
    portal_order_page = fields.Selection(
        [("portal", "The portal's own"), ("odoo", "Odoo's")],
        "Page of an order",
        default="portal",
        required=True,
        groups="base.group_user",
        help=(
            "Odoo's page shows everything that other addons add to it. The "
            "portal's own page shows what they add to its named places."
        ),
    )

    portal_all_products = fields.Boolean(
        "Customers may order any product",
        groups="base.group_user",
        help=(
            "What can be sold is found by every customer who adds a product to an "
            "order. Otherwise each finds what it has ordered or been offered before."
        ),
    )

    _portal_order_change_hours_positive = models.Constraint(
        "CHECK (portal_order_change_hours >= 0)",
        "The hours before the departure cannot be negative.",
    )

    def _fetch_for_portal(self):
        """Read what pages need of the sellers, and not all columns, as Odoo would."""
        self.fetch(PORTAL_FIELDS)

    # ------------------------------------------------------------
    # Days
    # ------------------------------------------------------------

    def write(self, vals):
        """Extend: another address or other working hours may be of another zone."""
        result = super().write(vals)
        if {"partner_id", "resource_calendar_id"} & vals.keys():
            self.env.registry.clear_cache()
        return result

    @ormcache("self.id")
    def _get_accounting_zone(self):
        """Return the time zone in which the books of the company have their days.

        That of its address, else that of its working hours. Remembered, because pages
        ask often; `res.partner` and `resource.calendar` forget it.
        """
        self.ensure_one()
        company = self.sudo()  # sudo: only the zone of the seller
        return company.partner_id.tz or company.resource_calendar_id.tz or "UTC"

    def _get_accounting_day(self):
        """Return the day of the company's books now, wherever the visitor is."""
        return fields.Date.context_today(self._keep_days(self))

    def _keep_days(self, records):
        """Return records in whose environment core, too, takes the company's day."""
        return records.with_context(tz=self._get_accounting_zone())

    # ------------------------------------------------------------
    # Colours
    # ------------------------------------------------------------

    def _get_portal_brand(self):
        """Return the portal's colours, from the company's document layout.

        The text on a button is white where that is readable, else near black; the
        colour of links is darkened until it is readable on white.

        :return: dict of the hex colours color, text and link, or None without one
        """
        self.ensure_one()
        self._fetch_for_portal()
        color = self.primary_color
        if not is_hex_color(color):
            return None
        is_dark = get_contrast_with_white(color) >= MINIMUM_CONTRAST
        return {
            "color": color,
            "text": "#ffffff" if is_dark else "#111111",
            "link": darken_until_readable(color),
        }

    def _get_portal_title(self, title, additional_title, website):
        """Return the title of a document: what the page is, and who it is of.

        With a website core has put the website's name behind `additional_title`.
        """
        own = (additional_title if website else title) or title or additional_title
        return " | ".join(filter(None, [str(own or "").strip(), self.name]))

    def _has_own_portal_layout(self):
        """Return whether the document layout is none of those that Odoo's base brings.

        The portal draws papers in one look for all of those.
        """
        # sudo: the name of a view of the seller
        key = self.sudo().external_report_layout_id.key or ""
        return bool(key) and not key.startswith("web.")

    def _get_portal_button_style(self):
        """Return the style of the one button of a mail, in the seller's colours."""
        brand = self._get_portal_brand() or MAIL_COLORS
        return (
            f"background-color: {brand['color']}; color: {brand['text']}; "
            "padding: 10px 18px; border-radius: 4px; text-decoration: none; "
            "display: inline-block;"
        )

    def _get_portal_link_style(self):
        """Return the style of a link in a mail, in the seller's colour."""
        return f"color: {(self._get_portal_brand() or MAIL_COLORS)['link']};"

    def _get_portal_mail_language(self, lang):
        """Return the tag of a language, for the mail's lang attribute."""
        return self.env["res.lang"]._get_portal_tag(lang)

    def _get_portal_mail_direction(self, lang):
        """Return "rtl" for a language that is written so, else "ltr"."""
        return self.env["res.lang"]._get_data(code=lang).direction or "ltr"
