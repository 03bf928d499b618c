"""What a customer's form says of documents, and who looks after them."""

from odoo import fields, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    portal_document_count = fields.Integer(
        "Documents", compute="_compute_portal_document_counts", groups="base.group_user"
    )
    portal_request_count = fields.Integer(
        "Requested documents",
        compute="_compute_portal_document_counts",
        groups="base.group_user",
    )

    def _compute_portal_document_counts(self):
        documents = self.env["portal.document"]
        requests = self.env["portal.document.request"]
        counts, waiting = {}, {}
        if documents.has_access("read"):
            of_these = [("partner_id", "in", self._origin.ids)]
            counts = dict(documents._read_group(of_these, ["partner_id"], ["__count"]))
            waiting = dict(
                requests._read_group(
                    [*of_these, ("state", "in", ("open", "received", "sent_back"))],
                    ["partner_id"],
                    ["__count"],
                )
            )
        for partner in self:
            partner.portal_document_count = counts.get(partner._origin, 0)
            partner.portal_request_count = waiting.get(partner._origin, 0)

    def _get_portal_caretaker(self):
        """Return the seller's person for what this customer sends, or none; in sudo.

        The salesperson of the customer, or of the next company above.
        """
        self.ensure_one()
        partner = self
        while partner:
            caretaker = partner.user_id.filtered(
                lambda user: user.active and user._is_internal()
            )
            if caretaker:
                return caretaker
            partner = partner.parent_id
        return self.env["res.users"]

    def action_open_portal_documents(self):
        """Show the documents of this customer.

        :raise AccessError: for those who may not read them
        """
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_portal.portal_document_action"
        )
        return {
            **action,
            "domain": [("partner_id", "=", self.commercial_partner_id.id)],
            "context": {"default_partner_id": self.commercial_partner_id.id},
        }
