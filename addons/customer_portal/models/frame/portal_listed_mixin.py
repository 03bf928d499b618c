from itertools import chain

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import split_every

from ...tools import table

CHUNK = 500  # rows that are in memory at one time


class PortalListedMixin(models.AbstractModel):
    """A list of documents that people take along as a file.

    The model is one that the permission engine guards (`portal.scoped.mixin`). It says
    what the list is called, its columns, and what stands in them; the controller of its
    page says what was chosen there (`_get_lists`).
    """

    _name = "portal.listed.mixin"
    _description = "List that is exported"

    # The word in /my/<word>/export.
    _portal_list = None

    @api.model
    def _get_portal_list_label(self):
        """Return what people call the list."""
        raise NotImplementedError

    @api.model
    def _get_portal_list_columns(self):
        """Return the labels of the columns."""
        raise NotImplementedError

    def _prepare_portal_list_rows(self):
        """Yield what stands in the columns, a list for each of these records.

        A cell is text, a day, None, or an amount as (number, decimals).
        """
        raise NotImplementedError

    @api.model
    def _get_portal_list_domain(self, user, customer):
        """Return the domain of what a person may take out of the list.

        The record rules hold besides.
        """
        return self._get_portal_domain(
            user, self._portal_code, customer
        ) & self._get_portal_domain(user, "export", customer)

    @api.model
    def _prepare_portal_list_more(self, user, customer, keys):
        """Return the rows of what the list shows besides its records; few of them.

        :param user: who takes the list along; what they may read now counts
        :param list keys: what was chosen, as the `get_more` of its page gives it
        """
        return []

    @api.model
    def _write_portal_list(self, target, file_format, row_ids, domain, more=()):
        """Write the list to a binary file, in the caller's rights and language.

        Rows are read in chunks, so that the memory does not grow with the list.

        :param str file_format: csv or xlsx
        :param list row_ids: what was chosen, in its order
        :param domain: what of it the person may read now
        :param list more: rows that follow, see `_prepare_portal_list_more`
        """
        rows = chain(self._iterate_portal_list(row_ids, domain), more)
        header = self._get_portal_list_columns()
        label = self._get_portal_list_label()
        self._write_table(target, file_format, label, header, rows)

    @api.model
    def _write_table(self, target, file_format, name, header, rows):
        """Write a table in the caller's language, see `tools.table`."""
        if file_format == "csv":
            table.write_to(target, header, rows)
            return
        lang = self.env["res.lang"]._get_data(code=self.env.lang)
        sheet = {"name": name, "header": header, "rows": rows}
        table.write_workbook(target, [sheet], right_to_left=lang.direction == "rtl")

    def _iterate_portal_list(self, row_ids, domain):
        for chunk in split_every(CHUNK, row_ids):
            records = self.search(Domain("id", "in", list(chunk)) & domain)
            order = {record_id: position for position, record_id in enumerate(chunk)}
            records = records.sorted(lambda record, order=order: order[record.id])
            yield from records._prepare_portal_list_rows()
            self.env.invalidate_all()
