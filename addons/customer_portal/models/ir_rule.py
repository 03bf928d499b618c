from odoo import models


class IrRule(models.Model):
    _inherit = "ir.rule"

    def _compute_domain_context_values(self):
        """Extend: the rights of a customer's person are part of the cache's key.

        Core caches the evaluated rules of a user. Another worker, or a request that
        began earlier, could keep those of yesterday's role; with the rights in the
        key there is nothing to forget.
        """
        yield from super()._compute_domain_context_values()
        user = self.env.user
        if not self.env.su and user.share:
            yield user.portal_rights

    def _make_access_error(self, operation, records):
        """Extend: mark that a record was refused, so that it can look missing.

        `ir.http` answers people who are not staff as if there were no such record.
        """
        error = super()._make_access_error(operation, records)
        error.hides_record = not self.env.user._is_internal()
        return error
