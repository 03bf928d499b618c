import hashlib
import json
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..tools.gateway import GatewayError

# After so long it is asked whether the customer is still there: staff may delete it.
TRUSTED_FOR = timedelta(days=1)
MOST_MADE = 5  # of one customer on one day


class PortalStripeCustomer(models.Model):
    """One customer at Stripe for each customer of ours.

    Core makes one for each attempt, so that nobody finds at Stripe what a customer
    has paid, and saved cards of colleagues lie apart.
    """

    _name = "portal.stripe.customer"
    _description = "Customer at Stripe"
    _rec_name = "reference"
    _log_access = False

    provider_id = fields.Many2one(
        "payment.provider", required=True, readonly=True, ondelete="cascade"
    )
    partner_id = fields.Many2one(
        "res.partner", required=True, readonly=True, ondelete="cascade", index=True
    )
    reference = fields.Char(required=True, readonly=True)
    checked_on = fields.Datetime(required=True, readonly=True)

    _provider_partner_unique = models.UniqueIndex("(provider_id, partner_id)")

    @api.model
    def _get_reference(self, provider, partner):
        """Return the id of a customer at Stripe, made where there is none; in sudo.

        :param partner: anybody of the customer
        :raise UserError: where Stripe cannot be asked
        """
        customer = partner.commercial_partner_id
        found = self.search(
            [("provider_id", "=", provider.id), ("partner_id", "=", customer.id)]
        )
        gateway = provider._get_stripe_gateway()
        now = fields.Datetime.now()
        try:
            if found and now - found.checked_on > TRUSTED_FOR:
                if gateway.has_customer(found.reference):
                    found.checked_on = now
                else:
                    self._keep(provider, customer, None)
                    found = self.browse()
            if found:
                return found.reference
            values, key = self._prepare_values(customer), self._get_key(customer)
            key = f"{key}{json.dumps(values)}"
            return self._keep(provider, customer, self._make(gateway, values, key))
        except GatewayError as error:
            raise UserError(
                self.env._(
                    "Could not establish the connection to the payment provider."
                )
            ) from error

    def _make(self, gateway, values, key):
        """Make a customer, and return its id.

        With the same key Stripe answers the same, also when that one was deleted since.
        """
        reference = ""
        for _time in range(MOST_MADE):
            hashed = hashlib.sha256(f"{key}{reference}".encode()).hexdigest()
            reference = gateway.make_customer(values, hashed)
            if gateway.has_customer(reference):
                break
        return reference

    @api.model
    def _forget(self, provider, reference):
        """Forget a customer that Stripe does not have any more; in sudo.

        What is saved with it cannot be charged, and is archived.

        :return: whether anything of it was known
        """
        found = self.search(
            [("provider_id", "=", provider.id), ("reference", "=", reference)]
        )
        tokens = self.env["payment.token"].search(
            [("provider_id", "=", provider.id), ("provider_ref", "=", reference)]
        )
        tokens.active = False
        is_known = bool(found or tokens)
        found.unlink()
        return is_known

    def _prepare_values(self, customer):
        """Return what Stripe is told of a customer."""
        address = {
            "city": customer.city,
            "country": customer.country_id.code,
            "line1": customer.street,
            "line2": customer.street2,
            "postal_code": customer.zip,
            "state": customer.state_id.name,
        }
        values = {
            "address": {name: value for name, value in address.items() if value},
            "description": self.env._("Customer %s", customer.id),
            "email": customer.email_normalized,
            "metadata": {
                "odoo_customer": str(customer.id),
                "odoo_database": self._get_database(),
            },
            "name": customer.name,
            "phone": (customer.phone or "")[:20],
        }
        return {name: value for name, value in values.items() if value}

    def _get_key(self, customer):
        """Return what the idempotency key of a new customer is made of.

        The same values make the same customer, also when the first try was undone
        here.
        """
        return f"{self._get_database()} customer {customer.id} {fields.Date.today()}"

    @api.model
    def _get_database(self):
        # sudo: which database this is
        return self.env["ir.config_parameter"].sudo().get_param("database.uuid")

    def _keep(self, provider, customer, reference):
        """Keep which one it is, and return it; of two at once, the first one counts.

        :param reference: None where it is gone
        """
        values = (provider.id, customer.id)
        query = SQL(
            """
            INSERT INTO portal_stripe_customer
                        (provider_id, partner_id, reference, checked_on)
                 VALUES (%s, %s, %s, now() AT TIME ZONE 'UTC')
            ON CONFLICT (provider_id, partner_id) DO NOTHING
            """,
            *(*values, reference),
        )
        if reference is None:
            query = SQL(
                """
                DELETE FROM portal_stripe_customer
                 WHERE provider_id = %s AND partner_id = %s
                """,
                *values,
            )
        self.env.cr.execute(query, log_exceptions=False)
        self.invalidate_model()
        return reference
