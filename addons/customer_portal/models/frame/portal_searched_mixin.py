from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL
from odoo.tools.misc import get_lang

from ...tools.number import Notation
from ...tools.search import (
    get_number_sql,
    get_pattern,
    read_ranges,
    search_word,
    split_words,
)


class PortalSearchedMixin(models.AbstractModel):
    """A record that people find by words: what a search of the portal looks at.

    Each word has to stand somewhere, in whatever order. The domain says what fits,
    never what may be seen: whoever searches adds that.
    """

    _name = "portal.searched.mixin"
    _description = "Record that is found by words"

    # Numbers and references: found with other separators too.
    _portal_search_numbers = ()
    # Other texts, also of related records.
    _portal_search_fields = ()
    # Amounts, compared without their sign.
    _portal_search_amounts = ()

    @api.model
    def _get_portal_search_domain(self, text, customer_ids=()):
        """Return the domain of what a text finds; nothing where it has no word.

        :param str text: short and clean, as a `Searchbar` gives it
        :param customer_ids: the customers whose records are looked through, where the
            search reads lines and other papers
        """
        words = split_words(text)
        if not words:
            return Domain.FALSE
        found = Domain.AND(
            [self._get_portal_word_domain(word, customer_ids) for word in words]
        )
        if len(words) > 1:
            found |= self._get_portal_amounts_domain(text)
        return found

    @api.model
    def _get_portal_word_domain(self, word, customer_ids):
        """Return the domain of the records that one word finds.

        Where other papers are read too, each of them is asked alone and by its own
        index, among those of the customers.

        :param Word word: of `tools/search.py`
        """
        own = self._get_portal_own_word_domain(word)
        sources = self._get_portal_search_sources(word, customer_ids)
        if not sources:
            return own
        within = self._get_portal_searched_domain(customer_ids)
        # The caller's domain and the record rules say which of them are seen.
        query = self._search(within & own, active_test=False, bypass_access=True)
        found = SQL(" UNION ALL ").join([query.select(), *sources])
        return Domain.custom(
            to_sql=lambda _model, alias, _query: SQL(
                "%s IN (%s)", SQL.identifier(alias, "id"), found
            )
        )

    @api.model
    def _get_portal_own_word_domain(self, word):
        """Return the domain of the records that have a word themselves."""
        return (
            self._get_portal_number_domain(word)
            | search_word(word, self._portal_search_fields)
            | self._get_portal_amounts_domain(word.typed)
        )

    @api.model
    def _get_portal_number_domain(self, word):
        """Return the domain of the records with a word in a number or reference."""
        if not self._portal_search_numbers:
            return Domain.FALSE
        return self._get_portal_like_domain(get_pattern(word.number))

    @api.model
    def _get_portal_like_domain(self, pattern):
        """Return the domain of the records whose numbers fit a pattern of LIKE."""
        names = self._portal_search_numbers

        def to_sql(model, alias, query):
            columns = [model._field_to_sql(alias, name, query) for name in names]
            return SQL("%s LIKE %s", get_number_sql(columns), pattern)

        return Domain.custom(to_sql=to_sql)

    @api.model
    def _get_portal_amounts_domain(self, text):
        """Return the domain of the records with an amount that a text may mean."""
        names = self._portal_search_amounts
        ranges = names and self._read_portal_ranges(text)
        return Domain.OR(
            [
                (Domain(name, ">=", low) & Domain(name, "<", high))
                | (Domain(name, ">", -high) & Domain(name, "<=", -low))
                for low, high in ranges
                for name in names
            ]
        )

    @api.model
    def _read_portal_ranges(self, text):
        """Return the ranges of amounts of a text, as the person writes them."""
        return read_ranges(
            text, Notation.of(get_lang(self.env)), self._get_portal_currency_names()
        )

    @api.model
    def _get_portal_currency_names(self):
        """Return signs and codes of the currencies in use."""
        currencies = self.env["res.currency"].get_all_currencies().values()
        return [
            name
            for currency in currencies
            for name in (currency["name"], currency["symbol"])
            if name
        ]

    @api.model
    def _get_portal_search_sources(self, word, customer_ids):
        """Return what else finds records: a list of SELECT of their ids.

        Each reads papers of these customers only, whatever the person may read of
        them: a word that only a foreign paper has finds nothing.

        :param Word word: of `tools/search.py`
        :param customer_ids: ids of commercial partners
        """
        return []

    @api.model
    def _get_portal_searched_domain(self, customer_ids):
        """Return the domain of the records that are looked through."""
        return Domain.TRUE
