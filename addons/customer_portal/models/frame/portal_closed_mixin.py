from odoo import api, models


class PortalClosedMixin(models.AbstractModel):
    """A model of Odoo with notes of the seller that every contact could read.

    For fields that Odoo's forms show to whom it may concern: with `groups` on them it
    would warn, at each upgrade, that those forms may show more than their fields allow.
    """

    _name = "portal.closed.mixin"
    _description = "Has fields that customers' people cannot read"

    # Their names; a model says them in one place.
    _portal_closed_fields = ()

    @api.model
    def _has_field_access(self, field, operation):
        """Extend: nobody of a customer reads or writes these."""
        if (
            field.name in self._portal_closed_fields
            and not self.env.su
            and self.env.user.share
        ):
            return False
        return super()._has_field_access(field, operation)
