"""Papers keep what they said: partners remember what they were."""

from odoo import models

# Where these change, the contacts of a company print another name of it.
NAMING_FIELDS = {"name", "is_company", "company_name", "parent_id"}


class ResPartner(models.Model):
    _inherit = "res.partner"

    def _keep_printed(self, vals):
        """Keep the former values where these would change what papers print."""
        # sudo: former values are nobody's to write; who may not write is refused next
        versions = self.env["portal.address.version"].sudo()
        names = vals.keys() & {*versions._get_printed_fields(), "parent_id"}
        if not names:
            return
        # sudo: as above
        changed = self.sudo().filtered(
            lambda partner: any(partner._is_changed(name, vals[name]) for name in names)
        )
        if changed:
            versions._keep(changed, with_contacts=bool(NAMING_FIELDS & names))

    def _is_changed(self, name, value):
        field = self._fields[name]
        current = field.convert_to_write(self[name], self)
        return (current or False) != (field.convert_to_write(value, self) or False)

    def _get_as_of(self, moment):
        """Return this partner as it was at a moment: itself, or one in memory.

        :param moment: a datetime, or False for before all that is kept
        """
        self.ensure_one()
        # sudo: what a paper printed, for whoever reads the paper
        versions = self.env["portal.address.version"].sudo()
        values = versions._find_values(self, moment)
        if values is None:
            return self
        known = {name: values[name] for name in values if name in self._fields}
        # What a contact prints before its own name; without its company, which core
        # would ask for the name of today.
        known["company_name"] = (
            known["company_name"] or known["commercial_company_name"]
        )
        # Without `origin`: records in memory of one origin share what is computed.
        return self.new(known)
