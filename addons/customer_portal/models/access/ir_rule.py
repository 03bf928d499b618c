from odoo import models


class IrRule(models.Model):
    _inherit = "ir.rule"

    def _get_rules(self, model_name, mode="read"):
        """Extend: where the engine says what people reach, core's rules say no more.

        Rules of groups widen, and the engine's global rule has the last word. Core's
        own for portal users would change nothing, and look for the tree of companies
        in three queries of each search.
        """
        rules = super()._get_rules(model_name, mode)
        if mode != "read":
            return rules
        # sudo: rules are read to be obeyed
        of_groups = rules.sudo().filtered("groups")
        own = of_groups.filtered(
            lambda rule: rule.domain_force == f"user._get_portal_domain('{model_name}')"
        )
        guards_all = self.env[model_name]._get_portal_unguarded_domain().is_false()
        return rules - (of_groups - own) if own and guards_all else rules

    def _compute_domain_context_values(self):
        """Extend: the rights of a customer's person are part of the cache's key.

        Core caches the evaluated rules of a user. Another worker, or a request that
        began earlier, could keep those of yesterday's role; with the rights in the
        key there is nothing to forget.
        """
        yield from super()._compute_domain_context_values()
        user = self.env.user
        # What groups a user has is remembered; `share` reads the user each time.
        if not self.env.su and not user._is_internal():
            yield user.portal_rights

    def _make_access_error(self, operation, records):
        """Extend: mark that a record was refused, so that it can look missing.

        `ir.http` answers people who are not staff as if there were no such record.
        """
        error = super()._make_access_error(operation, records)
        error.hides_record = not self.env.user._is_internal()
        return error
