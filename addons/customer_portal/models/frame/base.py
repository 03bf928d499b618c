from odoo import models
from odoo.fields import Domain
from odoo.tools import SQL


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
        inverse = field.inverse_name
        below = self.env[field.comodel_name].with_context(active_test=False)
        domain = field.get_comodel_domain(self) & Domain(inverse, "in", self.ids)
        query = below._search(domain, order=below._order)
        found = below._fetch_linked([inverse, *names], links, query)
        groups = found.grouped(inverse)
        values = [groups.get(record, found.browse())._ids for record in self]
        field._insert_cache(self, values)
        return self[name]

    def _fetch_linked(self, names, links=None, query=None):
        """Read named fields of these records and of what they link to, in one query.

        In sudo; nothing is read over what the ORM has in its cache.

        :param names: stored fields of these; of an image only whether there is none
        :param links: {path of many2one fields, as "product_id.uom_id": fields there,
            without lists}
        :param query: which they are, if not these
        :return: those that there are
        """
        if query is None:
            query = self._as_query(ordered=False)
        columns = []
        for path, wanted in {"": names, **(links or {})}.items():
            model, alias = self.browse(), self._table
            for step in path.split(".") if path else ():
                model, alias = model._fields[step].join(model, alias, query)
            columns.append((model, None, SQL.identifier(alias, "id")))
            for field in map(model._fields.get, wanted):
                if field.store and (field.column_type or not path):
                    sql = model._get_linked_sql(field, alias, query)
                    columns.append((model, field, sql))
        rows = self.env.execute_query(query.select(*(sql for *_, sql in columns)))
        ids = ()
        for (model, field, _sql), column in zip(
            columns, zip(*rows, strict=True), strict=False
        ):
            if not field:
                ids = column
                continue
            values = dict(zip(ids, column, strict=True))
            values.pop(None, None)
            if field.type == "binary":  # the ORM reads what there is
                values = {key: None for key, value in values.items() if not value}
            elif field.type in ("one2many", "many2many"):
                values = {key: tuple(value) for key, value in values.items()}
            field._insert_cache(model.browse(tuple(values)), values.values())
        return self.browse(tuple(row[0] for row in rows))

    def _get_linked_sql(self, field, alias, query):
        """Return the SQL of a field: its column, the ids in it, or if there is one.

        :param alias: of this model in the query
        """
        if field.column_type:
            return self._field_to_sql(alias, field.name, query)
        own_id = SQL.identifier(alias, "id")
        if field.type == "binary":
            # sudo: whether there is one, of a record that is read in sudo
            files = self.env["ir.attachment"].sudo()
            domain = [("res_model", "=", self._name), ("res_field", "=", field.name)]
            below = files._search(domain, active_test=False)
            below.add_where(
                SQL("%s = %s", files._field_to_sql(below.table, "res_id"), own_id)
            )
            return SQL("EXISTS(%s)", below.select(SQL("1")))
        comodel = self.env[field.comodel_name]
        comodel = comodel.with_context(**{"active_test": False, **field.context})
        below = comodel._search(field.get_comodel_domain(self), order=comodel._order)
        if field.type == "many2many":
            link = SQL.identifier(field.relation, field.column2)
            below.add_join(
                "JOIN",
                field.relation,
                None,
                SQL("%s = %s", link, SQL.identifier(below.table, "id")),
            )
            owner = SQL.identifier(field.relation, field.column1)
        else:
            owner = comodel._field_to_sql(below.table, field.inverse_name, below)
        below.add_where(SQL("%s = %s", owner, own_id))
        return SQL("ARRAY(%s)", below.select())

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
