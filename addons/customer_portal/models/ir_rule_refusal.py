from odoo import models


class IrRule(models.Model):
    _inherit = "ir.rule"

    def _make_access_error(self, operation, records):
        """Extend: mark that a record was refused, so that it can look missing.

        `ir.http` answers people who are not staff as if there were no such record.
        """
        error = super()._make_access_error(operation, records)
        error.hides_record = not self.env.user._is_internal()
        return error
