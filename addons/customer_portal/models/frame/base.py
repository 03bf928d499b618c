from odoo import models
from odoo.fields import Domain
from odoo.tools import SQL, ormcache

from ...tools.linked_query import Ids, LinkedQuery


class Base(models.AbstractModel):
    _inherit = "base"

    # {field with the customer of a paper's day: field of the contact that it was read
    # from, if any}; who takes a customer over gets its papers.
    _portal_customer_fields = {}

    def _get_portal_record_customer(self):
        """Return the commercial partner that a record belongs to, or none.

        Of a document guarded by roles it is known; others belong to nobody here.
        """
        return self.env["res.partner"]

    def _choose_merged(self):
        """Return which of these rows stays when contacts are merged and all are alike.

        :param self: in sudo; those of the contact that stays come first
        """
        return self[:1]

    def _give_way_to_merged(self):
        """Go, for another row stays; in sudo, past what deleting does otherwise."""
        self.env.execute_query(
            SQL(
                "DELETE FROM %s WHERE id = ANY(%s) RETURNING id",
                SQL.identifier(self._table),
                self.ids,
            )
        )

    def _get_partner_as_printed(self, name):
        """Return the partner in a field as a paper of this record prints it.

        Documents that were issued override it with what was true then.
        """
        return self[name]

    def _get_portal_unguarded_domain(self):
        """Return the domain of records that the roles leave to stock Odoo: none.

        A model that has some says so in its global rule.
        """
        return Domain.FALSE

    def read(self, fields=None, load="_classic_read"):
        """Extend: to people of customers a missing record is like a foreign one."""
        self._check_portal_reads()
        return super().read(fields, load)

    def _check_portal_reads(self):
        """Refuse a person of a customer a missing record in the words of a foreign one.

        Core leaves missing records out of the answer and refuses foreign ones, which
        tells that they exist. Of models that the engine does not guard it stays so:
        those that use them know it.

        :raise AccessError: after the same work for both
        """
        user = self.env.user
        if (
            self.env.su
            or not hasattr(self, "_get_portal_rule_domain")
            or not user.share
            or user._is_public()
            or not self.browse().has_access("read")
        ):
            return
        ids = set(self._origin.ids)
        found = self.with_context(active_test=False).search_count(
            [("id", "in", sorted(ids))]
        )
        if found < len(ids):
            raise self.env["ir.rule"]._make_access_error("read", self.browse())

    def _fetch_below(self, name, names, links=None):
        """Return the records of a one2many of these, with named fields, in one query.

        Asked for the field, the ORM reads which they are in a query of its own. It is
        in the ORM's cache afterwards, and so is what they link to.

        :param names: stored fields of its records
        :param links: as of `_fetch_linked`
        """
        field = self._fields[name]
        if not any(field._cache_missing_ids(self)):
            return self[name]
        below = self.env[field.comodel_name]
        linked = below._get_linked_query(
            tuple(dict.fromkeys([field.inverse_name, *names])),
            _as_pairs(links),
            (self._name, name),
        )
        found = below._fetch_by_query(linked, self.ids)
        groups = found.grouped(field.inverse_name)
        values = [groups.get(record, found.browse())._ids for record in self]
        field._insert_cache(self, values)
        return self[name]

    def _fetch_linked(self, names, links=None):
        """Read named fields of these records and of what they link to, in one query.

        In sudo; nothing is read over what the ORM has in its cache.

        :param names: stored fields of these; of an image only whether there is none
        :param links: {path of many2one fields, as "product_id.uom_id": fields there}
        :return: those that there are
        """
        linked = self._get_linked_query(tuple(names), _as_pairs(links), None)
        return self._fetch_by_query(linked, self.ids)

    def _fetch_by_query(self, linked, ids):
        """Read the records of a LinkedQuery into the ORM's cache.

        :param ids: of these records, or of what they are below
        :return: those that there are
        """
        rows = self.env.execute_query(linked.of(ids)) if ids else []
        self._insert_rows(linked, rows)
        return self.browse(tuple(row[0] for row in rows))

    def _insert_rows(self, linked, rows):
        """Put what a LinkedQuery has found into the ORM's cache.

        Nothing is put over what is there. Lists that may be in another order than the
        ORM's are read again.
        """
        columns = zip(*rows, strict=True)
        records, places, several = self.browse(), [], []
        for (model, name, is_ordered), values in zip(
            linked.columns, columns, strict=False
        ):
            if not name:
                # Several rows link to one record, or to none.
                first = {key: place for place, key in enumerate(values) if key}
                records, places = self.env[model].browse(tuple(first)), first.values()
                is_whole = len(first) == len(values)
                continue
            field = records._fields[name]
            if not is_whole:
                values = [values[place] for place in places]
            if field.type == "binary":  # the ORM reads what there is
                pairs = zip(records._ids, values, strict=True)
                missing = tuple(key for key, value in pairs if not value)
                field._insert_cache(records.browse(missing), [None] * len(missing))
                continue
            if field.type in ("one2many", "many2many"):
                values = [tuple(value) for value in values]
                if not is_ordered and any(len(value) > 1 for value in values):
                    several.append((records, name))
                    continue
            field._insert_cache(records, values)
        for linked_records, name in several:
            linked_records.fetch([name])

    @ormcache("self._name", "self.env.lang", "names", "links", "below")
    def _get_linked_query(self, names, links, below):
        """Return the LinkedQuery of `_fetch_linked` or `_fetch_below`.

        Remembered until models change, for making its text takes longer than reading.
        It depends on the language, for columns that are translated, and on no person:
        it is of records that are read in sudo.

        :param tuple links: of pairs, as the items of those of `_fetch_linked`
        :param below: (model, one2many field) where these are its records
        """
        # sudo: what is read in sudo, as `_fetch_linked` says
        start = self.sudo().with_context(active_test=False)
        owner = "id"
        domain = Domain.TRUE
        order = None
        if below:
            field = self.env[below[0]]._fields[below[1]]
            owner = field.inverse_name
            domain = field.get_comodel_domain(self.env[below[0]])
            terms = [term.strip() for term in start._order.split(",")]
            # All have one owner each, and are put in groups by it.
            order = ", ".join(term for term in terms if term.split()[0] != owner)
        query = start._search(domain, order=order)
        return start._build_query(query, owner, names, links)

    def _build_query(self, query, owner, names, links=()):
        """Return the LinkedQuery that reads named fields of what a query finds.

        :param query: of a search in sudo; it has no condition on the owner
        :param owner: the field of these records that has the ids which come later
        """
        own = self._field_to_sql(query.table, owner, query)
        query.add_where(SQL("%s = ANY(%s)", own, Ids))
        parts = []
        for path, wanted in (("", names), *links):
            model, alias = self.browse(), query.table
            for step in path.split(".") if path else ():
                model, alias = model._fields[step].join(model, alias, query)
            parts.append((model._name, None, True, SQL.identifier(alias, "id")))
            for field in map(model._fields.get, wanted):
                if field.company_dependent:
                    raise ValueError(f"{field} is another for each company")
                if field.store:
                    sql, is_ordered = model._get_linked_sql(field, alias, query)
                    parts.append((model._name, field.name, is_ordered, sql))
        return LinkedQuery(
            query.select(*(sql for *_, sql in parts)),
            tuple(tuple(part[:3]) for part in parts),
        )

    def _get_linked_sql(self, field, alias, query):
        """Return the SQL of a field: its column, the ids in it, or if there is one.

        The order of most lists follows from their own table. Where it asks others, the
        list comes without one: few have more than one record, and those are read again.

        :param alias: of this model in the query
        :return: (SQL, whether a list is in its order)
        """
        if field.column_type:
            return self._field_to_sql(alias, field.name, query), True
        own_id = SQL.identifier(alias, "id")
        if field.type == "binary":
            # sudo: whether there is one, of a record that is read in sudo
            files = self.env["ir.attachment"].sudo()
            domain = [("res_model", "=", self._name), ("res_field", "=", field.name)]
            below = files._search(domain, active_test=False)
            below.add_where(
                SQL("%s = %s", files._field_to_sql(below.table, "res_id"), own_id)
            )
            return SQL("EXISTS(%s)", below.select(SQL("1"))), True
        comodel = self.env[field.comodel_name]
        comodel = comodel.with_context(**{"active_test": False, **field.context})
        domain = field.get_comodel_domain(self)
        below, plain = (
            comodel._search(domain, order=order) for order in (comodel._order, None)
        )
        is_many2many = field.type == "many2many"
        if not is_many2many:
            # Where the owner is on a table that the order asks too, it is asked once.
            owner = comodel._field_to_sql(plain.table, field.inverse_name, plain)
            comodel._field_to_sql(below.table, field.inverse_name, below)
        is_ordered = below.from_clause == plain.from_clause
        if not is_ordered:
            below = plain
        if is_many2many:
            link, owner = (
                SQL.identifier(field.relation, column)
                for column in (field.column2, field.column1)
            )
            if not is_ordered and not below.where_clause:
                sql = SQL(
                    "ARRAY(SELECT %s FROM %s WHERE %s = %s)",
                    link,
                    SQL.identifier(field.relation),
                    owner,
                    own_id,
                    to_flush=field,
                )
                return sql, False
            below.add_join(
                "JOIN",
                field.relation,
                None,
                SQL("%s = %s", link, SQL.identifier(below.table, "id")),
            )
        below.add_where(SQL("%s = %s", owner, own_id))
        return SQL("ARRAY(%s)", below.select()), is_ordered

    def _read_plain(self, names):
        """Return the values of these records as dicts, as the rows of a list show them.

        Of a many2one it is the id, or None; a missing text is "", a missing number 0.
        It takes what `search_fetch` has read, whole columns at once: record by record
        the ORM would look at the rights, and make a record, of each value. What is not
        read yet is fetched, and nothing beside it.

        :param names: stored fields
        """
        columns = []
        for name in names:
            field = self._fields[name]
            if not self.env.su:
                self._check_field_access(field, "read")
            if field.compute:
                field.recompute(self)
            if any(field._cache_missing_ids(self)):
                self.fetch(names)
            cache = field._get_cache(self.env)
            column = [cache[record_id] for record_id in self._ids]
            if field.type in ("char", "text", "selection"):
                column = [value or "" for value in column]
            elif field.type in ("integer", "float", "monetary"):
                column = [value or 0 for value in column]
            columns.append(column)
        return [
            dict(zip(("id", *names), values, strict=True))
            for values in zip(self._ids, *columns, strict=True)
        ]


def _as_pairs(links):
    return tuple((path, tuple(names)) for path, names in (links or {}).items())
