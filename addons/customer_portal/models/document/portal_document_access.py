from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

SAME_OPENING = 60  # seconds; browsers ask for a file in parts, and again


class PortalDocumentAccess(models.Model):
    """Who opened which version of a document, and when; written once, never changed.

    The seller's staff read it, and people of the customer who see the activity, of
    the openings for their own customers.
    """

    _name = "portal.document.access"
    _description = "View of a document in the portal"
    _inherit = ["portal.scoped.mixin"]
    _order = "id desc"
    _rec_name = "user_name"
    _log_access = False

    _portal_code = "see_activity"
    _portal_partner_is_customer = True

    date = fields.Datetime(required=True, readonly=True, index=True)
    document_id = fields.Many2one(
        "portal.document", required=True, readonly=True, ondelete="cascade", index=True
    )
    version_id = fields.Many2one(
        "portal.document.version", required=True, readonly=True, ondelete="cascade"
    )
    partner_id = fields.Many2one(
        "res.partner", "Customer", readonly=True, ondelete="cascade", index=True
    )
    user_id = fields.Many2one("res.users", "Person", readonly=True, ondelete="set null")
    # The name stays when the person is gone.
    user_name = fields.Char("Person's name", readonly=True)
    company_id = fields.Many2one(
        related="document_id.company_id", store=True, readonly=True
    )

    _version_user_index = models.Index("(version_id, user_id, date)")

    @api.model
    def _log(self, version, customer):
        """Write down that the current person opens a version; one INSERT.

        Nothing is written for the rest of a file that comes in parts, or for asking
        again in the same minute.

        :param version: which the person may read
        :param customer: for whom the person acts
        """
        # sudo: the name only
        user_sudo = self.env.user.sudo()
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO portal_document_access
                            (date, document_id, version_id, partner_id, user_id,
                             user_name, company_id)
                     SELECT %(now)s, document.id, %(version)s, %(partner)s, %(user)s,
                            %(name)s, document.company_id
                       FROM portal_document document
                      WHERE document.id = %(document)s
                        AND NOT EXISTS (
                            SELECT FROM portal_document_access before
                             WHERE before.version_id = %(version)s
                               AND before.user_id = %(user)s
                               AND before.date > %(now)s - %(seconds)s * interval '1 s')
                """,
                now=fields.Datetime.now(),
                document=version.document_id.id,
                version=version.id,
                partner=customer.id or None,
                user=user_sudo.id,
                name=user_sudo.name,
                seconds=SAME_OPENING,
            )
        )
        self.invalidate_model()

    @api.model
    def _get_opened_ids(self, versions):
        """Return the ids of those versions that the current person has opened."""
        # sudo: one's own openings
        rows = self.sudo()._read_group(
            [("version_id", "in", versions.ids), ("user_id", "=", self.env.uid)],
            ["version_id"],
        )
        return {version.id for (version,) in rows}

    def _get_portal_own_domain(self, user):
        """Override: one's own openings."""
        return Domain("user_id", "=", user.id)

    def _get_portal_rule_domain(self, user):
        """Extend: of documents that the person sees too; their titles stand here."""
        documents = self.env["portal.document"]
        return super()._get_portal_rule_domain(user) & Domain(
            "document_id", "any!", documents._get_portal_rule_domain(user)
        )
