"""Whose a typed login is: phones write a capital first letter and a space behind."""

from odoo import api, models
from odoo.tools import SQL

LONGEST_LOGIN = 256  # characters


class ResUsers(models.Model):
    _inherit = "res.users"

    _login_in_small_letters = models.Index("(lower(login))")

    @api.model
    def _get_login_domain(self, login):
        """Extend: letters count, not their size, nor spaces around them.

        It is asked by every door: sign-in, RPC, reset, sign-up.
        """
        return super()._get_login_domain(
            self._find_spelling(login, SQL("person.login"))
        )

    @api.model
    def _get_email_domain(self, email):
        """Extend: as for logins."""
        return super()._get_email_domain(
            self._find_spelling(email, SQL("partner.email"))
        )

    @api.model
    def _find_spelling(self, text, column):
        """Return how a typed login is written where it stands.

        Just as it was typed, if somebody has that; or as the only one who has it in
        other letters. It is never chosen between two people. PostgreSQL makes all
        letters small, so that both sides follow one rule.

        :param SQL column: of `person` (res_users) or its `partner`
        :return: the text itself when nobody has it
        """
        if not isinstance(text, str) or not 0 < len(text) <= LONGEST_LOGIN:
            return text
        if "\0" in text:
            return text
        self.env["res.users"].flush_model(["login", "active", "partner_id"])
        self.env["res.partner"].flush_model(["email"])
        typed = (text, text.strip())
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT %(column)s
                  FROM res_users person
                  JOIN res_partner partner ON partner.id = person.partner_id
                 WHERE person.active
                   AND lower(%(column)s) IN (lower(%(all)s), lower(%(bare)s))
                """,
                column=column,
                all=typed[0],
                bare=typed[1],
            )
        )
        known = [spelling for (spelling,) in rows]
        for spelling in typed:
            if spelling in known:
                return spelling
        return known[0] if len(known) == 1 else text
