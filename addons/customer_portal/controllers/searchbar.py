"""Search, filter, sort and page through a list; all of it in the address.

Paging is by position, not by number: an address says after (or before) which
row a page begins, so that the last page costs what the first costs, and a row
that is added meanwhile moves nothing.
"""

from dataclasses import dataclass, field, replace
from urllib.parse import urlencode

from odoo import fields
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools.number import parse_amount
from ..tools.parse import clean_text, parse_date, parse_id

PAGE_SIZES = (20, 50, 100)
MAX_SEARCH = 100
EVERYTHING = "all"  # the key of the filter that leaves nothing out
REVERSED = "_reversed"  # after the key of a sorting: the other way round


@dataclass(frozen=True)
class Sorting:
    """A way to sort a list: by a stored field that is never empty, then by id."""

    label: str
    field: str
    descending: bool = False


@dataclass(frozen=True)
class Filter:
    """A choice of the rows of a list; all of them without a domain."""

    label: str
    domain: object = Domain.TRUE  # a Domain, or a list
    # The key of the sorting of such a list, unless the person says otherwise.
    sortby: str = ""
    is_bucket: bool = False  # it is chosen in the ageing bar, not in the menu


@dataclass(frozen=True)
class Menu:
    """Further filters, beside the one of the page; the first is the default."""

    label: str
    options: dict  # {key: Filter}


@dataclass(frozen=True)
class Searchbar:
    """The choices of one list page; the first of each kind is its default.

    Who searches, or asks for days, means the whole list: the default is then the
    filter "all", where the list has one.
    """

    url: str
    sortings: dict  # {key: Sorting}
    filters: dict  # {key: Filter}
    search: callable = None  # text -> Domain
    placeholder: str = ""
    aliases: dict = field(default_factory=dict)  # old filter key -> key
    menus: dict = field(default_factory=dict)  # {parameter: Menu}
    has_dates: bool = False  # the page asks for the first and the last day
    periods: tuple = ()  # (label, first day, last day) that are chosen at once
    has_columns: bool = False  # its table is sorted by its headers

    def get_default_filter(self, *, is_narrowed):
        if is_narrowed and EVERYTHING in self.filters:
            return EVERYTHING
        return next(iter(self.filters))

    def get_default_sorting(self, filterby):
        return self.filters[filterby].sortby or next(iter(self.sortings))

    def choose(self, query):
        """Return the choice a query string makes; what is unknown is the default."""
        search = clean_text(query.get("search"))[:MAX_SEARCH]
        date_begin = parse_date(query.get("date_begin"))
        date_end = parse_date(query.get("date_end"))
        filterby = self.aliases.get(query.get("filterby"), query.get("filterby"))
        if not (isinstance(filterby, str) and filterby in self.filters):
            is_narrowed = bool(search or date_begin or date_end)
            filterby = self.get_default_filter(is_narrowed=is_narrowed)
        sortby = query.get("sortby")
        if not (isinstance(sortby, str) and _split_sorting(sortby)[0] in self.sortings):
            sortby = self.get_default_sorting(filterby)
        size = query.get("limit", "")
        return Choice(
            searchbar=self,
            sortby=sortby,
            filterby=filterby,
            search=search,
            date_begin=date_begin,
            date_end=date_end,
            size=int(size) if size in map(str, PAGE_SIZES) else PAGE_SIZES[0],
            after=clean_text(query.get("after")),
            before=clean_text(query.get("before")),
            menus={
                name: _known(query.get(name), menu.options)
                for name, menu in self.menus.items()
            },
        )


def _known(key, choices):
    return key if isinstance(key, str) and key in choices else next(iter(choices))


def _split_sorting(sortby):
    """Return (key of a sorting, whether the other way round)."""
    key = sortby.removesuffix(REVERSED)
    return key, key != sortby


@dataclass(frozen=True)
class ListPage:
    """What the page of a list offers to its export."""

    get_searchbar: callable  # -> Searchbar
    get_domain: callable  # -> Domain that the page begins with, before what is chosen
    date_field: str  # what the first and the last day are about
    # Choice -> keys of rows besides the records, see `_prepare_portal_list_more`.
    get_more: callable = lambda _choice: []


@dataclass(frozen=True)
class Choice:
    """What a person chose on a list page."""

    searchbar: Searchbar
    sortby: str
    filterby: str
    search: str
    date_begin: object
    date_end: object
    size: int
    after: str
    before: str
    menus: dict  # {parameter: chosen key}

    @property
    def sorting(self):
        key, is_reversed = _split_sorting(self.sortby)
        sorting = self.searchbar.sortings[key]
        if is_reversed:
            return replace(sorting, descending=not sorting.descending)
        return sorting

    @property
    def has_default_sorting(self):
        return self.sortby == self.searchbar.get_default_sorting(self.filterby)

    @property
    def has_default_filter(self):
        return self.filterby == self.searchbar.get_default_filter(
            is_narrowed=self.is_narrowed
        )

    @property
    def sizes(self):
        return PAGE_SIZES

    @property
    def is_default(self):
        return self.address() == self.searchbar.url

    @property
    def is_narrowed(self):
        """Whether words or days are looked for."""
        return bool(self.search or self.date_begin or self.date_end)

    @property
    def chosen_menus(self):
        """Return {parameter: key} of the menus in which something is chosen."""
        return {
            name: key
            for name, key in self.menus.items()
            if key != next(iter(self.searchbar.menus[name].options))
        }

    @property
    def is_counted(self):
        """Whether the filters say how many rows each has: where one looks for some."""
        return bool(self.is_narrowed or self.chosen_menus)

    @property
    def has_more(self):
        """Whether something is chosen behind "More filters"."""
        return bool(self.date_begin or self.date_end or self.chosen_menus)

    @property
    def listed_filters(self):
        """Return {key: Filter} of those that the search bar names."""
        filters = self.searchbar.filters
        return {key: filters[key] for key in filters if not filters[key].is_bucket}

    @property
    def is_limited(self):
        """Whether the same words may find more: elsewhere than where one looked."""
        return self.has_more or not self.has_default_filter

    def get_widest_address(self):
        """Return the address of the words alone: no filter, no days, no company."""
        return self.searchbar.choose({"search": self.search}).address()

    def get_periods(self):
        """Return the links to usual ranges of days: dicts with label, url, current."""
        chosen = (self.date_begin, self.date_end)
        return [
            {
                "label": label,
                "url": self.address(
                    date_begin=begin.isoformat(), date_end=end.isoformat()
                ),
                "current": "true" if (begin, end) == chosen else None,
            }
            for label, begin, end in self.searchbar.periods
        ]

    def get_hidden(self, anew):
        """Return {parameter: value} of what was chosen, for a form's hidden fields.

        Of the filter and the sorting only what is not their default.

        :param anew: parameters that the form sends itself
        """
        values = {
            **self.menus,
            "search": self.search,
            "filterby": "" if self.has_default_filter else self.filterby,
            "sortby": "" if self.has_default_sorting else self.sortby,
            "date_begin": self.date_begin,
            "date_end": self.date_end,
            "limit": "" if self.size == PAGE_SIZES[0] else self.size,
        }
        return {
            name: value for name, value in values.items() if value and name not in anew
        }

    def get_domain(self, date_field):
        """Return the domain of the filter, the search text, the menus and the dates.

        :param str date_field: the field that date_begin and date_end are about
        """
        return self.filter_domain & self.get_search_domain(date_field)

    @property
    def filter_domain(self):
        return Domain(self.searchbar.filters[self.filterby].domain)

    def get_search_domain(self, date_field):
        """Return the domain of all that is chosen but the filter."""
        domain = Domain.TRUE
        if self.search and self.searchbar.search:
            domain &= self.searchbar.search(self.search)
        for name, key in self.menus.items():
            domain &= Domain(self.searchbar.menus[name].options[key].domain)
        if self.date_begin:
            domain &= Domain(date_field, ">=", self.date_begin)
        if self.date_end:
            domain &= Domain(date_field, "<=", self.date_end)
        return domain

    def find(self, model, domain):
        """Return the domain of the rows that the words find; they are looked for once.

        What a page shows of them, their totals and the counts read them by id.

        :param model: empty recordset, in the rights that the rows are read with
        :param domain: of the whole list as it is searched, without a filter
        """
        if not self.search:
            return domain
        return Domain("id", "in", model._search(domain).get_result_ids())

    def count(self, model, domain):
        """Return {key of a filter: rows}, in one query; nothing while nobody looks.

        :param model: empty recordset, in the rights that the rows are read with
        :param domain: of the whole list as it is searched, without a filter
        """
        filters = self.listed_filters
        if not self.is_counted or len(filters) < 2:
            return {}
        query = model._search(domain)
        if query.is_empty():
            return dict.fromkeys(filters, 0)
        columns = [
            SQL(
                "COUNT(*) FILTER (WHERE %s)",
                Domain(option.domain)
                .optimize_full(model)
                ._to_sql(model, query.table, query),
            )
            for option in filters.values()
        ]
        [counts] = model.env.execute_query(query.select(*columns))
        return dict(zip(filters, counts, strict=True))

    def sort_column(self, key):
        """Return how the header of a column sorts by it.

        :return: dict with url, icon, and aria (ascending or descending, None where the
            list is sorted otherwise)
        """
        chosen, _is_reversed = _split_sorting(self.sortby)
        sortby, aria = key, None
        if chosen == key:
            sortby = key if self.sortby != key else f"{key}{REVERSED}"
            aria = "descending" if self.sorting.descending else "ascending"
        icon = "fa-caret-up" if aria == "ascending" else "fa-caret-down"
        return {"url": self.address(sortby=sortby), "aria": aria, "icon": icon}

    def address(self, **changes):
        """Return the address of this choice with changes, from its first row.

        Defaults are left out, so that an address says what was chosen.
        """
        values = {
            "search": self.search,
            "date_begin": self.date_begin and self.date_begin.isoformat(),
            "date_end": self.date_end and self.date_end.isoformat(),
            "limit": str(self.size),
            **self.menus,
            **changes,
        }
        default_filter = self.searchbar.get_default_filter(
            is_narrowed=bool(
                values["search"] or values["date_begin"] or values["date_end"]
            )
        )
        values.setdefault(
            "filterby", default_filter if self.has_default_filter else self.filterby
        )
        default_sorting = self.searchbar.get_default_sorting(values["filterby"])
        values.setdefault(
            "sortby", default_sorting if self.has_default_sorting else self.sortby
        )
        defaults = {
            **{
                name: next(iter(menu.options))
                for name, menu in self.searchbar.menus.items()
            },
            "filterby": default_filter,
            "sortby": default_sorting,
            "limit": str(PAGE_SIZES[0]),
        }
        names = ("search", "filterby", "sortby", "date_begin", "date_end", "limit")
        chosen = {
            name: values[name]
            for name in dict.fromkeys((*names, *values))
            if values[name] and values[name] != defaults.get(name)
        }
        return (
            f"{self.searchbar.url}?{urlencode(chosen)}"
            if chosen
            else self.searchbar.url
        )

    def fetch(self, model, domain, field_names):
        """Return one page of rows with the addresses of its neighbours.

        :param model: empty recordset, in the rights that the rows are read with
        :param domain: the domain of the whole filtered list
        :param list field_names: what the rows show
        :return: dict with records, previous and next (addresses or None)
        """
        name, descending = self.sorting.field, self.sorting.descending
        backwards = bool(self.before) and not self.after
        position = _parse_position(
            model, name, self.before if backwards else self.after
        )
        if not position:
            backwards = False
        reverse = descending != backwards
        direction = "desc" if reverse else "asc"
        page_domain = Domain(domain)
        if position:
            page_domain &= _beyond(name, position, "<" if reverse else ">")
        records = model.search_fetch(
            page_domain,
            [*field_names, name],
            order=f"{name} {direction}, id {direction}",
            limit=self.size + 1,
        )
        more = len(records) > self.size
        records = records[: self.size]
        if backwards:
            records = records[::-1]
        has_previous = more if backwards else bool(position)
        has_next = True if backwards else more
        return {
            "records": records,
            "previous": has_previous
            and records
            and self.address(before=_position(records[0], name)),
            "next": has_next
            and records
            and self.address(after=_position(records[-1], name)),
        }


def _beyond(name, position, operator):
    """Return the domain of the rows beyond a position; the id breaks ties."""
    value, record_id = position
    return Domain(name, f"{operator}=", value) & (
        Domain(name, operator, value)
        | (Domain(name, "=", value) & Domain("id", operator, record_id))
    )


def _position(record, name):
    value = record[name]
    if record._fields[name].type == "datetime":
        value = fields.Datetime.to_string(value)
    return f"{value}~{record.id}"


def _parse_position(model, name, text):
    """Return (value, id) of a position in the address, or None."""
    value, _separator, record_id = text.rpartition("~")
    record_id = parse_id(record_id)
    if not value or not record_id:
        return None
    kind = model._fields[name].type
    if kind == "date":
        value = parse_date(value)
    elif kind == "datetime":
        try:
            value = fields.Datetime.to_datetime(value)
        except ValueError:
            value = None
    elif kind in ("monetary", "float"):
        value = parse_amount(value)
    return None if value is None else (value, record_id)
