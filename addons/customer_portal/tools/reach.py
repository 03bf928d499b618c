"""What a person may give to others."""

from dataclasses import dataclass

from odoo import fields

from .rights import SCOPES


@dataclass(frozen=True)
class Reach:
    """What a person may give to others for one customer: no more than the own.

    `scopes` is {permission code: widest scope}; `limit` the highest order limit in
    `currency`, or None where there is none.
    """

    scopes: dict
    limit: float | None
    currency: object
    widest: str

    def covers_scopes(self, scopes):
        """Return whether {permission code: scope} goes nowhere beyond the own."""
        return all(
            code in self.scopes
            and SCOPES.index(scope) <= SCOPES.index(self.scopes[code])
            for code, scope in scopes.items()
        )

    def covers_limit(self, limit, currency):
        """Return whether an order limit, or None, is not above the own."""
        if self.limit is None:
            return True
        if limit is None:
            return False
        own = self.limit
        if currency != self.currency:
            company = currency.env.company
            today = fields.Date.context_today(currency)
            own = self.currency._convert(own, currency, company, today)
        return currency.compare_amounts(limit, own) <= 0


def narrow(scopes, widest):
    """Return {permission code: scope}, none of them wider than `widest`."""
    return {
        code: min(scope, widest, key=SCOPES.index) for code, scope in scopes.items()
    }
