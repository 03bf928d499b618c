"""Addresses of pages: each record has one, and keeps those that it had before."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain


class PortalHelpAddressedMixin(models.AbstractModel):
    """A record with a word in the address of its page, which may change."""

    _name = "portal.help.addressed.mixin"
    _description = "Help with an address"

    slug = fields.Char(
        "Address",
        copy=False,
        help="The word in the address of the page. Former ones lead to the page too.",
    )

    @api.constrains("slug")
    def _check_slug(self):
        for record in self:
            others = self.sudo().with_context(active_test=False)  # sudo: one word
            if others.search_count(
                [("slug", "=", record.slug), ("id", "!=", record.id)], limit=1
            ):
                raise ValidationError(
                    self.env._("Another page has the address %s.", record.slug)
                )

    def _make_slug(self, values):
        """Return the address that the values of a record ask for.

        :param dict values: of a create, or with a new slug alone
        """
        raise NotImplementedError

    def _find_free_slug(self, slug, taken=()):
        """Return a slug that no other record has, with a number if need be."""
        # sudo: which words are taken, also by records that one does not see
        records_sudo = self.sudo().with_context(active_test=False)
        known = set(taken) | set(
            records_sudo.search(
                Domain("slug", "=", slug) | Domain("slug", "=like", f"{slug}-%")
            ).mapped("slug")
        )
        free, number = slug, 2
        while free in known:
            free, number = f"{slug}-{number}", number + 1
        return free

    @api.model_create_multi
    def create(self, vals_list):
        """Extend: each record gets an address that nobody has."""
        taken = []
        for vals in vals_list:
            vals["slug"] = self._find_free_slug(self._make_slug(vals), taken)
            taken.append(vals["slug"])
        records = super().create(vals_list)
        records._forget_addresses([("slug", "in", taken)])
        return records

    def write(self, vals):
        """Extend: the former address leads to the new one."""
        if "slug" not in vals:
            return super().write(vals)
        vals = {**vals, "slug": self._make_slug(vals)}
        former = {
            record: record.slug
            for record in self
            if record.slug and record.slug != vals["slug"]
        }
        result = super().write(vals)
        self._forget_addresses([("slug", "=", vals["slug"])])
        self._keep_former(former)
        return result

    def unlink(self):
        """Extend: its former addresses go with it."""
        ids = self.ids
        result = super().unlink()
        self._forget_addresses([("res_id", "in", ids)])
        return result

    def _keep_former(self, former):
        """Keep where pages were.

        :param dict former: {record: the address that it had}
        """
        # sudo: former addresses are nobody's to write
        self.env["portal.help.address"].sudo().create(
            [
                {"model": self._name, "res_id": record.id, "slug": slug}
                for record, slug in former.items()
            ]
        )

    def _forget_addresses(self, domain):
        """Forget former addresses of pages of this kind."""
        # sudo: former addresses are nobody's to read
        addresses_sudo = self.env["portal.help.address"].sudo()
        addresses_sudo.search(
            Domain("model", "=", self._name) & Domain(domain)
        ).unlink()

    @api.model
    def _find_by_slug(self, slug, names):
        """Return the record of an address, or of a former one, in the own rights.

        :param names: fields that are read with it
        """
        domain = self._get_shown_domain()
        found = self.search_fetch(Domain("slug", "=", slug) & domain, names, limit=1)
        if found:
            return found
        # sudo: former addresses are nobody's to read; the record is looked for below
        addresses_sudo = self.env["portal.help.address"].sudo()
        former = addresses_sudo.search(
            [("model", "=", self._name), ("slug", "=", slug)],
            order="id desc",
            limit=1,
        )
        return self.search_fetch(
            Domain("id", "in", [former.res_id] if former else []) & domain,
            names,
            limit=1,
        )

    @api.model
    def _get_shown_domain(self):
        """Return what the pages show to staff too."""
        return Domain.TRUE
