from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from ...tools.folding import fold, get_folded_sql
from ...tools.found import ALIKE, EXACT, NAMES, WORDS, FoundQuery
from ...tools.search import get_dense_pieces, get_whole_pattern, is_amount, split_words

LEAST_ALIKE = 0.4  # of 1, see docs/decisions/0051
NEWEST_READ = 500  # records of a group that are looked through first
LEAST_PIECES = 0.5  # of the pairs of letters of Chinese words


class PortalFoundMixin(models.AbstractModel):
    """A source of the one search, `portal.search`.

    A model says of which groups its records are, what a text finds of them, and what
    a row shows. All of it in the person's own rights; what a person may not see is left
    out in the query, so that it is not counted either.
    """

    _name = "portal.found.mixin"
    _inherit = ["portal.searched.mixin"]
    _description = "Record that the search of the portal finds"

    # The order within a group.
    _portal_found_order = "id desc"
    # A text that people may misspell: a stored field of the model.
    _portal_alike_field = None

    @api.model
    def _get_portal_found_groups(self, user, customer):
        """Return the `FoundGroup`s of this model that a person may look through.

        :param user: the person
        :param customer: the customer that the person acts for
        """
        return []

    @api.model
    def _search_portal_found(self, text, how, group, limit):
        """Return the query of what a text finds in a group, the best first.

        The same record may come twice.

        :param str text: short and clean
        :param str how: WORDS, NAMES, EXACT or ALIKE of `tools/found.py`
        :param FoundGroup group: of `_get_portal_found_groups`
        """
        if how == ALIKE:
            return self._search_portal_alike(text, group, limit)
        if how == EXACT:
            found = self._get_portal_exact_domain(text)
        elif how == NAMES:
            found = self._get_portal_names_domain(text)
        else:
            found = self._get_portal_found_domain(text, group)
        if how != WORDS and group.customer_ids:
            found = self._fence_portal_found(found, group)
        query = self._search(
            group.domain & found, order=self._portal_found_order, limit=limit
        )
        if how == EXACT or not group.customer_ids or query.is_empty():
            return query
        newest = self._search_portal_newest(text, group, 2 * limit)
        return FoundQuery([newest, query], 2 * limit)

    @api.model
    def _get_portal_names_domain(self, text):
        """Return the domain of what has all words of a text in itself."""
        return Domain.AND(
            [self._get_portal_own_word_domain(word) for word in split_words(text)]
        )

    @api.model
    def _search_portal_newest(self, text, group, limit):
        """Return the query of what has all words in itself, among the newest.

        What has a word in common with thousands, as a year in the number, is found
        here, and PostgreSQL looks no further.
        """
        newest = self._search(
            group.domain, order=self._portal_found_order, limit=NEWEST_READ
        )
        # Each is read, without an index.
        records = self.with_context(portal_found_newest=True)
        return records._search(
            Domain("id", "in", newest) & records._get_portal_names_domain(text),
            order=self._portal_found_order,
            limit=limit,
        )

    @api.model
    def _fence_portal_found(self, found, group):
        """Return a domain of the same records, found before they are put in order.

        Else PostgreSQL may read all that a customer ever had in the order of its days,
        to stop at the first few that fit, of which there are none.
        """
        within = self.with_context(portal_found_within=group.within or Domain.TRUE)
        query = within._search(
            within._get_portal_searched_domain(group.customer_ids) & found
            if group.customer_ids
            else found,
            bypass_access=True,
        )
        return Domain.custom(
            to_sql=lambda _model, alias, _query: SQL(
                "%s IN (%s OFFSET 0)", SQL.identifier(alias, "id"), query.select()
            )
        )

    @api.model
    def _get_portal_found_domain(self, text, group):
        """Return the domain of what has all words of a text, wherever they stand.

        Further papers that lead to records lead to those of the group alone.
        """
        within = group.within or Domain.TRUE
        records = self.with_context(portal_found_within=within)
        return records._get_portal_search_domain(text, group.customer_ids)

    @api.model
    def _get_portal_searched_domain(self, customer_ids):
        """Extend: the records of the group that is looked through."""
        domain = super()._get_portal_searched_domain(customer_ids)
        return domain & self.env.context.get("portal_found_within", Domain.TRUE)

    @api.model
    def _get_portal_exact_domain(self, text):
        """Return the domain of the records whose number or amount a text is.

        A number has a digit: words alone are no number.
        """
        if not any(letter.isdigit() for letter in text):
            return Domain.FALSE
        found = self._get_portal_whole_number_domain(text)
        if is_amount(text, self._get_portal_currency_names()):
            found |= self._get_portal_amounts_domain(text)
        return found

    @api.model
    def _get_portal_whole_number_domain(self, text):
        """Return the domain of the records with a text as number or reference."""
        number = "".join(word.number for word in split_words(text))
        if not self._portal_search_numbers or not number:
            return Domain.FALSE
        return self._get_portal_like_domain(get_whole_pattern(number))

    @api.model
    def _search_portal_alike(self, text, group, limit):
        """Return the query of what is called nearly as a text says, the best first.

        Only what the person reaches is compared; no index is needed for that.
        """
        name = self._portal_alike_field
        if not name or not self.pool.has_trigram:
            return self.browse()._as_query()
        query = self._search(group.domain)
        if query.is_empty():
            return query
        return self._order_portal_alike(
            query, self._field_to_sql(query.table, name, query), text, limit
        )

    @api.model
    def _order_portal_alike(self, query, column, text, limit):
        """Return a query of what is called nearly as a text says, the best first.

        :param SQL column: what the rows are called
        """
        folded = get_folded_sql(column)
        pieces = get_dense_pieces(text)
        if pieces:
            hits = [SQL("(%s LIKE %s)::int", folded, f"%{piece}%") for piece in pieces]
            score = SQL("(%s)::float / %s", SQL(" + ").join(hits), len(hits))
        else:
            score = SQL("word_similarity(%s, %s)", fold(text), folded)
        query.add_where(SQL("%s >= %s", score, LEAST_PIECES if pieces else LEAST_ALIKE))
        query.order = SQL("%s DESC, %s", score, SQL.identifier(query.table, "id"))
        query.limit = limit
        return query

    def _prepare_portal_found_rows(self, words):
        """Return what the search shows of these records, in a few queries.

        In the caller's own rights.

        :param words: what is looked for, `Word`s of `tools/search.py`; nothing while
            somebody types, when a row needs title, url and number alone
        :return: list of dicts of `_prepare_portal_found_row`
        """
        raise NotImplementedError

    @api.model
    def _prepare_portal_found_row(self, record_id, title, url, **more):
        """Return one row: plain values, in which the caller marks the words.

        Further keys are kind (what one such record is called, by default as its group),
        number (beside the title), note (a word of ours, not marked),
        excerpt (where the words stand, a text, or Markup that is marked already), badge
        (for `draw_badge`), date, amount and currency (a record), part (the address of
        a piece of HTML, whose element `.cp_read_here` is what can be read in place).
        """
        return {
            "id": record_id,
            "title": title,
            "url": url,
            "kind": "",
            "number": "",
            "note": "",
            "excerpt": "",
            "badge": None,
            "date": None,
            "amount": None,
            "currency": None,
            "part": "",
            **more,
        }

    def _get_portal_found_action(self, user):
        """Return the one thing to do with this record, or None.

        As its page decides; asked of what was found exactly.

        :return: dict with label, url and is_main (whether it waits for the person)
        """
        self.ensure_one()
