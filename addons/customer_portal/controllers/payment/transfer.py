from datetime import timedelta

from odoo import fields, http
from odoo.http import request

from ...const import TRANSFER_LATEST_DAYS
from ..forms import Form
from ..portal import CHANGE
from .remittance import RemittancePortal


class TransferForm(Form):
    """When the person sends the transfer, or nothing."""

    def clean(self):
        self.clean_date("send_on")
        day = self.values["send_on"]
        today = fields.Date.context_today(self.env.user)
        # sudo: the day of the seller, which the person's may be before or behind
        first = min(today, self.env.company.sudo()._get_accounting_day())
        if day and not first <= day <= today + timedelta(days=TRANSFER_LATEST_DAYS):
            self.errors["send_on"] = self.env._(
                "Choose a day from today until %s days from now.", TRANSFER_LATEST_DAYS
            )


class TransferPortal(RemittancePortal):
    @http.route("/my/pay/<int:remittance_id>/announce", limit="pay", **CHANGE)
    def portal_remittance_announce(self, remittance_id, **post):
        """Keep that a bank transfer will pay a remittance."""
        remittance = self._reach_to_pay(remittance_id)
        if message := self._announce_transfer(remittance, post):
            return self._render_remittance_page(remittance, message)
        return request.redirect(f"/my/pay/{remittance.id}", code=303)

    def _announce_transfer(self, remittance, post):
        """Announce a transfer; return a sentence when that is refused."""
        form = TransferForm(request.env, post)
        if not form.is_valid:
            return form.errors["send_on"]
        # sudo: contacts change nothing themselves; the method locks and checks
        remittance_sudo = remittance.sudo()
        _done, refusal = self._attempt(
            remittance_sudo._announce, form.values["send_on"]
        )
        return refusal

    def _prepare_remittance_values(self, remittance):
        """Extend: what the person copies into the form of the bank."""
        return {
            **super()._prepare_remittance_values(remittance),
            "transfer": self._get_transfer(remittance),
        }

    @staticmethod
    def _get_transfer(remittance):
        """Return how a remittance can be paid by transfer, while it can be."""
        if remittance.state not in ("open", "announced"):
            return None
        return remittance._get_transfer_details()

    def _prepare_payment_form_values(self, remittance, partner=None):
        """Extend: a transfer is announced with the button, not with a provider.

        Where we have no account to name, Odoo's own wire transfer stays.
        """
        values = super()._prepare_payment_form_values(remittance, partner)
        if not remittance._get_transfer_account():
            return values
        wires = values["providers_sudo"].filtered(lambda pro: pro.code == "custom")
        if wires:
            others = values["providers_sudo"] - wires
            values["providers_sudo"] = others
            values["payment_methods_sudo"] = values["payment_methods_sudo"].filtered(
                lambda method: method.provider_ids & others
            )
        return values
