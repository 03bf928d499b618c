"""Search, filter, sort and page through a list; all of it in the address.

Paging is by position, not by number: an address says after (or before) which
row a page begins, so that the last page costs what the first costs, and a row
that is added meanwhile moves nothing.
"""

from dataclasses import dataclass, field
from urllib.parse import urlencode

from odoo import fields
from odoo.fields import Domain

from ..tools.number import parse_amount, read_amount
from ..tools.parse import clean_text, parse_date, parse_id

PAGE_SIZES = (20, 50, 100)
MAX_SEARCH = 100


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
    """The choices of one list page; the first of each kind is its default."""

    url: str
    sortings: dict  # {key: Sorting}
    filters: dict  # {key: Filter}
    search: callable = None  # text -> Domain
    placeholder: str = ""
    aliases: dict = field(default_factory=dict)  # old filter key -> key
    menus: dict = field(default_factory=dict)  # {parameter: Menu}
    has_dates: bool = False  # the page asks for the first and the last day

    @property
    def default_filter(self):
        return next(iter(self.filters))

    def get_default_sorting(self, filterby):
        return self.filters[filterby].sortby or next(iter(self.sortings))

    def choose(self, query):
        """Return the choice a query string makes; what is unknown is the default."""
        filterby = self.aliases.get(query.get("filterby"), query.get("filterby"))
        filterby = _known(filterby, self.filters)
        sortby = query.get("sortby")
        if not (isinstance(sortby, str) and sortby in self.sortings):
            sortby = self.get_default_sorting(filterby)
        size = query.get("limit", "")
        return Choice(
            searchbar=self,
            sortby=sortby,
            filterby=filterby,
            search=clean_text(query.get("search"))[:MAX_SEARCH],
            date_begin=parse_date(query.get("date_begin")),
            date_end=parse_date(query.get("date_end")),
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
        return self.searchbar.sortings[self.sortby]

    @property
    def has_default_sorting(self):
        return self.sortby == self.searchbar.get_default_sorting(self.filterby)

    @property
    def sizes(self):
        return PAGE_SIZES

    @property
    def is_default(self):
        return self.address() == self.searchbar.url

    def get_domain(self, date_field):
        """Return the domain of the filter, the search text and the dates.

        :param str date_field: the field that date_begin and date_end are about
        """
        domain = Domain(self.searchbar.filters[self.filterby].domain)
        if self.search and self.searchbar.search:
            domain &= self.searchbar.search(self.search)
        for name, key in self.menus.items():
            domain &= Domain(self.searchbar.menus[name].options[key].domain)
        if self.date_begin:
            domain &= Domain(date_field, ">=", self.date_begin)
        if self.date_end:
            domain &= Domain(date_field, "<=", self.date_end)
        return domain

    def address(self, **changes):
        """Return the address of this choice with changes, from its first row.

        Defaults are left out, so that an address says what was chosen.
        """
        filterby = changes.get("filterby", self.filterby)
        default_sorting = self.searchbar.get_default_sorting(filterby)
        values = {
            "search": self.search,
            "filterby": self.filterby,
            "sortby": default_sorting if self.has_default_sorting else self.sortby,
            "date_begin": self.date_begin and self.date_begin.isoformat(),
            "date_end": self.date_end and self.date_end.isoformat(),
            "limit": str(self.size),
            **self.menus,
            **changes,
        }
        defaults = {
            **{
                name: next(iter(menu.options))
                for name, menu in self.searchbar.menus.items()
            },
            "filterby": self.searchbar.default_filter,
            "sortby": default_sorting,
            "limit": str(PAGE_SIZES[0]),
        }
        chosen = {
            name: value
            for name, value in values.items()
            if value and value != defaults.get(name)
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


def search_text(text, names, amounts=(), notation=None):
    """Return the domain of rows in which one of the fields holds the text.

    :param names: text fields
    :param amounts: money fields that are compared when the text is a number; with both
        when it may be two
    :param notation: how the person writes numbers
    """
    domain = Domain.OR([Domain(name, "ilike", text) for name in names])
    for amount in read_amount(text, notation):
        domain |= Domain.OR(
            [
                Domain(name, ">=", amount - 0.005) & Domain(name, "<=", amount + 0.005)
                for name in amounts
            ]
        )
    return domain
