from odoo import api, models


class PortalRememberedMixin(models.AbstractModel):
    """Records of which pages remember something, until one of them changes."""

    _name = "portal.remembered.mixin"
    _description = "Record that pages remember"

    @api.model_create_multi
    def create(self, vals_list):
        """Extend: pages forget what they remember."""
        records = super().create(vals_list)
        records._forget_remembered()
        return records

    def write(self, vals):
        """Extend: likewise."""
        result = super().write(vals)
        self._forget_remembered()
        return result

    def unlink(self):
        """Extend: likewise."""
        self._forget_remembered()
        return super().unlink()

    def _forget_remembered(self):
        if self._are_remembered():
            self.env.registry.clear_cache()

    def _are_remembered(self):
        """Return whether pages remember something of these records."""
        return True
