from odoo import models
from odoo.fields import Domain

# Models whose messages are for author and recipients alone.
OF_THE_RECIPIENTS = (
    "portal.dispute",
    "portal.document",
    "portal.document.request",
    "portal.membership",
    "res.partner",
    "res.users",
)


class MailMessage(models.Model):
    _inherit = "mail.message"

    def read(self, fields=None, load="_classic_read"):
        """Extend: as all models do; core checks messages before that."""
        self._check_portal_reads()
        return super().read(fields, load)

    def _get_portal_rule_domain(self, user):
        """Return the domain of the record rule for a person of a customer.

        Messages follow their documents, which have rules. What is written on a
        partner (mails of the seller to one contact) would be open to everybody who
        may read that partner: it is for its author and its recipients. So are
        invitations.
        """
        # So is what staff write on documents, which many customers may see.
        # Core hides internal notes only where people wrote them, not what it logs.
        public = self._get_search_domain_share() & Domain(
            "model", "not in", OF_THE_RECIPIENTS
        )
        return (
            public
            | Domain("author_id", "=", user.partner_id.id)
            | Domain("partner_ids", "in", user.partner_id.ids)
        )

    def _make_access_error(self, operation):
        """Extend: mark that a message was refused, see `ir.rule`."""
        error = super()._make_access_error(operation)
        error.hides_record = not self.env.user._is_internal()
        return error
