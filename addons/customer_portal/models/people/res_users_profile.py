import pytz

from odoo import models
from odoo.fields import Domain
from odoo.http import request

from ...const import LANG_KEY

PROFILE_FIELDS = ("name", "phone", "lang", "tz")


class ResUsers(models.Model):
    _inherit = "res.users"

    def _get_portal_languages(self):
        """Return {code: name} of the languages that a person can choose.

        Those of the pages, and the own one, which a page may not have.
        """
        self.ensure_one()
        languages = self.env["res.lang"]
        names = {
            code: data.name.split("/")[-1].strip()
            for code, data in languages._get_frontend().items()
        }
        if self.lang and self.lang not in names:
            own = languages._get_data(code=self.lang)
            names[self.lang] = own.name or self.lang
        return names

    def _can_change_portal_name(self):
        """Return whether the own name is the person's to change.

        Not for a person who is a customer without a company, once documents carry
        the name: core has the same rule for the number of such a customer.
        """
        self.ensure_one()
        # sudo: the own contact, and whether documents were made for it
        partner = self.partner_id.sudo()
        if partner != partner.commercial_partner_id:
            return True
        # Core looks through all contacts below; mostly this says it already.
        invoiced = Domain("commercial_partner_id", "=", partner.id) & Domain(
            "state", "=", "posted"
        )
        issued = invoiced & Domain("move_type", "in", ("out_invoice", "out_refund"))
        moves = partner.env["account.move"]
        return not moves.search_count(issued, limit=1) and partner.can_edit_vat()

    def _change_portal_profile(self, values):
        """Change the own details; what did not change is not written.

        The language and the time zone act at once, also in this session. In sudo:
        the person's own record, and only these fields.

        :param dict values: of PROFILE_FIELDS
        :return: the names of the fields that changed, in the reader's language
        """
        self.ensure_one()
        changes = {
            name: values[name]
            for name in PROFILE_FIELDS
            if name in values and (self[name] or "") != (values[name] or "")
        }
        if not changes:
            return []
        # sudo: the person's own record
        self.sudo().write(changes)
        if request and request.session.uid == self.id:
            context = self.with_user(self).context_get()
            request.session.context = {**request.session.context, **context}
            # Chosen here and now: the cookie is set with it.
            request.session[LANG_KEY] = context["lang"]
        env = self.with_context(lang=values.get("lang") or self.env.lang).env
        labels = {
            "name": env._("Name"),
            "phone": env._("Phone"),
            "lang": env._("Language"),
            "tz": env._("Time zone"),
        }
        return [labels[name] for name in changes]

    @staticmethod
    def _is_time_zone(text):
        return text in pytz.all_timezones_set
