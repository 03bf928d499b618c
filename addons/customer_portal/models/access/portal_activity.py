from odoo import SUPERUSER_ID, api, fields, models

ACTIONS = [
    ("sign_in", "Signed in"),
    ("sign_in_failed", "Sign-in refused"),
    ("rate_limited", "Slowed down"),
    ("invited", "Invited"),
    ("invitation_resent", "Invitation sent again"),
    ("invitation_accepted", "Invitation accepted"),
    ("invitation_declined", "Invitation declined"),
    ("invitation_withdrawn", "Invitation withdrawn"),
    ("member_changed", "Rights changed"),
    ("member_disabled", "Access disabled"),
    ("member_enabled", "Access enabled"),
    ("work_handed_over", "Work handed over"),
    ("role_created", "Role created"),
    ("role_changed", "Role changed"),
    ("role_deleted", "Role deleted"),
    ("two_factor_required", "Two-factor sign-in required"),
    ("two_factor_optional", "Two-factor sign-in made optional"),
    ("order_placed", "Order placed"),
    ("order_handed_over", "Order handed over"),
    ("quote_opened", "Quote opened"),
    ("quote_signed", "Quote signed"),
    ("quote_declined", "Quote declined"),
    ("payment_started", "Payment started"),
    ("payment_paid", "Payment received"),
    ("payment_failed", "Payment failed"),
    ("payment_cancelled", "Payment cancelled"),
    ("transfer_announced", "Bank transfer announced"),
    ("transfer_withdrawn", "Bank transfer withdrawn"),
    ("promise_made", "Payment promised"),
    ("promise_changed", "Promise to pay changed"),
    ("promise_withdrawn", "Promise to pay withdrawn"),
    ("payment_method_shared", "Payment method shared"),
    ("payment_method_unshared", "Payment method no longer shared"),
    ("payment_method_removed", "Payment method removed"),
    ("pay_links_ended", "Payment links ended"),
    ("address_changed", "Address changed"),
    ("address_archived", "Address archived"),
    ("address_restored", "Address restored"),
    ("default_address_changed", "Default address changed"),
    ("company_change_requested", "Change to company details requested"),
    ("company_change_withdrawn", "Request for company details withdrawn"),
    ("company_change_decided", "Request for company details decided"),
    ("contact_function_changed", "Contacts by function changed"),
    ("order_changed", "Order changed"),
    ("order_cancelled", "Order cancelled"),
    ("order_change_requested", "Order change requested"),
    ("order_change_decided", "Request for an order decided"),
    ("dispute_opened", "Invoice disputed"),
    ("dispute_withdrawn", "Dispute withdrawn"),
    ("dispute_decided", "Dispute decided"),
    ("profile_changed", "Own details changed"),
    ("sessions_ended", "Signed out everywhere"),
    ("data_export_requested", "Export of own data requested"),
    ("deletion_requested", "Deletion of own data requested"),
    ("consent_given", "Consent given"),
    ("consent_withdrawn", "Consent withdrawn"),
    ("document_sent", "Document sent"),
    ("document_withdrawn", "Document withdrawn"),
    ("document_decided", "Document accepted or sent back"),
    ("document_requested", "Document requested"),
    ("exported", "Exported"),
    ("viewed_as", "Seen by the seller's staff"),
    ("registered", "Registration requested"),
    ("registration_decided", "Registration decided"),
]


class PortalActivity(models.Model):
    """Who did what for a customer, and when; written once, never changed.

    The customer's administrator reads the entries of the own company, the seller's
    portal managers read all.
    """

    _name = "portal.activity"
    _description = "Activity in the portal"
    _order = "id desc"
    _rec_name = "action"
    _inherit = ["portal.scoped.mixin"]
    _log_access = False

    _portal_code = "see_activity"
    _portal_search_fields = ("user_name", "on_behalf_of", "document_name", "detail")
    _portal_partner_is_customer = True

    date = fields.Datetime(required=True, readonly=True, index=True)
    partner_id = fields.Many2one(
        "res.partner",
        "Customer",
        readonly=True,
        ondelete="cascade",
        index="btree_not_null",
    )
    user_id = fields.Many2one(
        "res.users", "Person", readonly=True, ondelete="set null", index=True
    )
    # The name stays when the person is gone.
    user_name = fields.Char("Person's name", readonly=True)
    on_behalf_of = fields.Char(
        readonly=True, help="The person in whose place this was done."
    )
    action = fields.Selection(ACTIONS, required=True, readonly=True, index=True)
    res_model = fields.Char("Document type", readonly=True)
    res_id = fields.Many2oneReference(
        "Document", model_field="res_model", readonly=True
    )
    document_name = fields.Char("Document name", readonly=True)
    detail = fields.Char(readonly=True)

    @api.model
    def _log(
        self, action, customers=None, *, user=None, record=None, detail="", behalf=None
    ):
        """Write one entry a customer; without a customer one for the seller only.

        In sudo: entries are nobody's to write but the portal's own.

        :param str action: a key of ACTIONS
        :param customers: commercial partners
        :param user: who did it, by default the current person
        :param record: the document it was done with
        :param str detail: what changed, in the words of the page
        :param behalf: the person in whose place it was done, a res.users
        """
        values = self._prepare_entry(
            action, user=user, record=record, detail=detail, behalf=behalf
        )
        # sudo: nobody has the right to write entries
        return self.sudo().create(
            [
                {**values, "partner_id": customer_id}
                for customer_id in (customers.ids if customers else [False])
            ]
        )

    @api.model
    def _prepare_entry(self, action, *, user=None, record=None, detail="", behalf=None):
        """Return the values of an entry, without the customer; as `_log` takes them."""
        user = user or self.env.user
        values = {
            "date": fields.Datetime.now(),
            "user_id": user.id,
            "user_name": self._get_user_name(user),
            "on_behalf_of": behalf.sudo().name if behalf else False,  # sudo: the same
            "action": action,
            "detail": detail,
        }
        if record:
            values["res_model"] = record._name
            values["res_id"] = record.id
            values["document_name"] = record.sudo().display_name  # sudo: for the log
        return values

    def _get_user_name(self, user):
        """Return who did something; visitors have one technical user, not a name."""
        if user._is_public():
            return self.env._("Visitor, not signed in")
        if user.id == SUPERUSER_ID:
            # Odoo's own name of itself says nothing to a customer: the seller did it.
            return self.env.company.sudo().name  # sudo: the name only, for the log
        return user.sudo().name  # sudo: the name only, for the log

    def _get_portal_own_domain(self, user):
        """Override: one's own deeds."""
        return fields.Domain("user_id", "=", user.id)
