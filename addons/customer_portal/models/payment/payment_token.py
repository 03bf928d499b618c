"""Saved ways to pay: of a person, and of those who share theirs with the company."""

from odoo import api, fields, models
from odoo.fields import Domain

EXPIRES_SOON = 45  # days


class PaymentToken(models.Model):
    _inherit = "payment.token"

    portal_customer_id = fields.Many2one(
        "res.partner",
        "Shared with",
        readonly=True,
        copy=False,
        ondelete="set null",
        index="btree_not_null",
        groups="base.group_user",
        help="Who pays for this customer in the portal may use it too, as long as the "
        "owner may.",
    )
    portal_expires_on = fields.Date(
        "Last day",
        copy=False,
        groups="base.group_user",
        help="The last day on which it can be used; empty where the provider does not "
        "say.",
    )

    # ------------------------------------------------------------
    # Who may use it
    # ------------------------------------------------------------

    def _get_available_tokens(
        self,
        providers_ids,
        partner_id,
        is_validation=False,
        portal_customer=None,
        **kwargs,
    ):
        """Extend: for a customer, also what its people share and what is its own.

        :param portal_customer: the customer that is paid for, a commercial partner
        """
        tokens = super()._get_available_tokens(
            providers_ids, partner_id, is_validation=is_validation, **kwargs
        )
        if portal_customer and not is_validation:
            payer = self.env["res.partner"].browse(partner_id)
            tokens |= self._get_shared_tokens(portal_customer).filtered(
                lambda token: (
                    token.provider_id.id in providers_ids
                    # Core refuses what belongs to people of another company.
                    and token.partner_id.commercial_partner_id
                    == payer.commercial_partner_id
                )
            )
        return tokens

    @api.model
    def _get_shared_tokens(self, customer):
        """Return what people may use who pay for a customer, beside their own; in sudo.

        Somebody who does not pay for the customer any more shares nothing with it.
        """
        tokens = self.search(
            Domain("portal_customer_id", "=", customer.id)
            | Domain("partner_id", "=", customer.id)
        )
        return tokens.filtered(
            lambda token: (
                token.partner_id == customer or token._is_owner_paying_for(customer)
            )
        )

    def _is_owner_paying_for(self, customer):
        people = self.partner_id.user_ids.filtered(lambda user: user.share)
        return any(customer.id in self._get_paid_ids(user) for user in people)

    @api.model
    def _get_paid_ids(self, user):
        """Return the ids of the customers for which a person pays anything."""
        rights = user._get_portal_rights()
        return rights.get_ids("pay") | rights.get_own_ids("pay")

    @api.model
    def _find_for_portal(self, token_id):
        """Return a saved method, in sudo, or none; the caller asks whose it is."""
        # sudo: contacts may not read methods
        return self.sudo().search([("id", "=", token_id)])

    @api.model
    def _get_usable_tokens(self, user, remittance_id=None):
        """Return what a person may use for a payment; in sudo.

        The own ones, and for a remittance what is shared with its customer.

        :param int remittance_id: of one that the person may pay, if it is one
        """
        tokens = self.search([("partner_id", "=", user.partner_id.id)])
        remittance = self.env["portal.remittance"].browse(remittance_id or ())
        customer = remittance.partner_id
        if customer.id in self._get_paid_ids(user):
            tokens |= self._get_shared_tokens(customer)
        return tokens

    def _is_over(self):
        """Return whether its last day is over, as far as the provider told it."""
        last = self.portal_expires_on
        return bool(last) and last < fields.Date.context_today(self)

    def _is_own(self, user):
        return self.partner_id == user.partner_id

    def _may_be_ended_by(self, user):
        """Return whether a person may remove it: the owner.

        What is the company's own, its administrator removes.
        """
        rights = user._get_portal_rights()
        return self._is_own(user) or (
            self.partner_id.id in rights.get_ids("manage_people")
        )

    def _may_be_unshared_by(self, user):
        """Return whether a person may end the sharing: owner or administrator."""
        rights = user._get_portal_rights()
        return bool(self.portal_customer_id) and (
            self._is_own(user)
            or self.portal_customer_id.id in rights.get_ids("manage_people")
        )

    # ------------------------------------------------------------
    # The list
    # ------------------------------------------------------------

    @api.model
    def _get_portal_rows(self, user, customer):
        """Return the saved methods that a person sees for a customer; in sudo.

        :return: list of dicts with token (in sudo), name, brand, owner (a name, or ""
            for oneself), shared_with (a name, or ""), last_use (datetime or None),
            expires_on, is_expired, expires_soon, can_share, can_unshare, can_remove
        """
        tokens = self.search([("partner_id", "=", user.partner_id.id)])
        if customer.id in self._get_paid_ids(user):
            tokens |= self._get_shared_tokens(customer)
        last_uses = dict(
            self.env["payment.transaction"]._read_group(
                [
                    ("token_id", "in", tokens.ids),
                    ("state", "in", ("authorized", "done")),
                    ("operation", "!=", "validation"),
                ],
                ["token_id"],
                ["last_state_change:max"],
            )
        )
        today = fields.Date.context_today(self)
        rows = []
        for token in tokens:
            days = (
                (token.portal_expires_on - today).days
                if token.portal_expires_on
                else None
            )
            is_own = token._is_own(user)
            rows.append(
                {
                    "token": token,
                    "name": token.display_name,
                    "brand": token.payment_method_id.name,
                    "owner": "" if is_own else token.partner_id.name,
                    "shared_with": token.portal_customer_id.name or "",
                    "last_use": last_uses.get(token),
                    "expires_on": token.portal_expires_on,
                    "is_expired": days is not None and days < 0,
                    "expires_soon": days is not None and 0 <= days <= EXPIRES_SOON,
                    "can_share": is_own
                    and not token.portal_customer_id
                    and customer.id in self._get_paid_ids(user),
                    "can_unshare": token._may_be_unshared_by(user),
                    "can_remove": token._may_be_ended_by(user),
                }
            )
        return rows

    # ------------------------------------------------------------
    # Share and remove; in sudo, the caller has checked who asks
    # ------------------------------------------------------------

    def _share(self, customer):
        """Let those who pay for a customer use it; twice is once."""
        self.ensure_one()
        if self.portal_customer_id != customer:
            self.portal_customer_id = customer
            self._log_portal("payment_method_shared", customer)

    def _unshare(self):
        """Let nobody but the owner use it any more."""
        for token in self.filtered("portal_customer_id"):
            customer = token.portal_customer_id
            token.portal_customer_id = False
            token._log_portal("payment_method_unshared", customer)

    def _remove_by_customer(self):
        """Archive it; the provider forgets it."""
        self.ensure_one()
        customer = self.portal_customer_id or self.partner_id.commercial_partner_id
        self.portal_customer_id = False
        self.active = False
        self._log_portal("payment_method_removed", customer)

    def _log_portal(self, action, customer):
        self.env["portal.activity"]._log(
            action,
            customer,
            detail=f"{self.payment_method_id.name} {self.display_name}",
        )
