from odoo import models


class ResPartner(models.Model):
    _inherit = "res.partner"

    def write(self, vals):
        """Extend: forget the zone of a company's books, and how a person reads.

        Core forgets the language of a user that is written at the user, and not at
        the contact, where staff write it too.
        """
        result = super().write(vals)
        is_read_with = {"lang", "tz"} & vals.keys() and self._has_users()
        if is_read_with or ("tz" in vals and self.ref_company_ids):
            self.env.registry.clear_cache()
        return result

    def _has_users(self):
        # sudo: whether somebody signs in with it
        return bool(self.sudo().user_ids)
