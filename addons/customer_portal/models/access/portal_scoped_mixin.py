from odoo import api, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.http import request
from odoo.tools import SQL, split_every

PEOPLE_AT_ONCE = 200  # whose own records one query looks for


class PortalScopedMixin(models.AbstractModel):
    """A document that the permission engine guards.

    A model says which permission shows its records, where the customer stands and
    which records are a person's own; pages, counts and the record rule take their
    domain from here.
    """

    _name = "portal.scoped.mixin"
    _inherit = ["portal.searched.mixin"]
    _description = "Document guarded by the roles of the portal"

    # The permission without which no record is seen.
    _portal_code = None
    # The field that holds a partner of the customer, and whether that partner is
    # the customer itself (its commercial partner).
    _portal_partner_field = "partner_id"
    _portal_partner_is_customer = False

    def _get_portal_own_domain(self, user):
        """Return the domain of the records that are this person's own."""
        return Domain(self._portal_partner_field, "=", user.partner_id.id)

    def _get_portal_customers_domain(self, customer_ids):
        """Return the domain of the records of these customers, by id."""
        ids = sorted(customer_ids)
        if not ids:
            return Domain.FALSE
        if self._portal_partner_is_customer:
            return Domain(self._portal_partner_field, "in", ids)
        # Past the rules of partners, which would only cost: the ids are decided.
        return Domain(
            self._portal_partner_field,
            "any!",
            Domain("commercial_partner_id", "in", ids),
        )

    def _get_portal_domain(self, user, code=None, root=None):
        """Return the domain of what a person reaches by a permission.

        :param user: the person, a res.users
        :param str code: a permission, by default the one that shows the records
        :param root: the customer that the person acts for, with its branches; all
            customers of the person without it
        """
        rights = user._get_portal_rights()
        code = code or self._portal_code
        root_id = root.id if root else None
        domain = self._get_portal_customers_domain(rights.get_ids(code, root_id))
        if own_ids := rights.get_own_ids(code, root_id):
            domain |= self._get_portal_customers_domain(
                own_ids
            ) & self._get_portal_own_domain(user)
        return domain

    def _get_portal_searched_domain(self, customer_ids):
        """Override: the records of these customers."""
        return self._get_portal_customers_domain(customer_ids)

    def _find_portal_domain(self, text, user, code=None, root=None):
        """Return the domain of what a text finds among what a person reaches.

        The caller adds what is reached, see `_get_portal_domain`.
        """
        rights = user._get_portal_rights()
        code = code or self._portal_code
        root_id = root.id if root else None
        return self._get_portal_search_domain(
            text, rights.get_ids(code, root_id) | rights.get_own_ids(code, root_id)
        )

    def _get_portal_record_customer(self):
        """Return the commercial partner that the record belongs to, or none."""
        # sudo: only whose record it is, which is what is asked for
        record_sudo = self.sudo()
        record_sudo.fetch([self._portal_partner_field])
        record_sudo[self._portal_partner_field].fetch(["commercial_partner_id", "name"])
        return self[self._portal_partner_field].commercial_partner_id

    def _portal_allows(self, user, code):
        """Return whether a permission of a person reaches this record.

        In sudo: it says yes or no about a record that the caller has at hand.
        """
        self.ensure_one()
        if code == "pay" and not user._is_portal_payment_enabled():
            return False
        # sudo: only whose record this is
        record_sudo = self.sudo()
        customer = record_sudo._get_portal_record_customer()
        rights = user._get_portal_rights()
        if customer.id in rights.get_ids(code):
            return True
        return customer.id in rights.get_own_ids(code) and bool(
            record_sudo.filtered_domain(self._get_portal_own_domain(user))
        )

    @api.model
    def _find_ids(self, queries):
        """Return {name: ids that its query finds, in its order}, asked all at once.

        :param dict queries: {name: Query}, of `_search`, in the rights that it was made
            with
        """
        found = {name: [] for name in queries}
        asked = {name: query for name, query in queries.items() if not query.is_empty()}
        if asked:
            [answers] = self.env.execute_query(
                SQL(
                    "SELECT %s",
                    SQL(", ").join(
                        SQL("ARRAY(%s)", query.select()) for query in asked.values()
                    ),
                )
            )
            found.update(zip(asked, answers, strict=True))
        return found

    def _get_tally_selects(self, tally):
        """Return the SELECTs that count records of these customers, for `user`.

        In the caller's own rights. What a person reaches as a whole and what is the
        person's own are counted apart: it depends on the company for which one looks.

        :param Tally tally: what is counted
        :return: {whether only the person's own: SQL of customer id, count and day}
        """
        members = self.env.user._get_portal_rights().memberships.values()
        selects = {}
        for is_own in (False, True):
            ids = set().union(
                *(
                    (member.own if is_own else member.full).get(tally.code, ())
                    for member in members
                )
            )
            domain = self._get_portal_customers_domain(ids) & tally.domain
            if is_own:
                domain &= self._get_portal_own_domain(self.env.user)
            query = self._search(domain)
            if query.is_empty():
                continue
            day = SQL("NULL::date")
            if tally.get_day:
                day = SQL("MIN(%s)", tally.get_day(query.table, query))
            query.groupby = self._field_to_sql(
                query.table, self._portal_partner_field, query
            )
            selects[is_own] = query.select(query.groupby, SQL("COUNT(*)"), day)
        return selects

    def _filtered_followed(self, user):
        """Return those of these records to which a page may link, for whoever looks.

        Of a person, what the record rules show; staff and who holds the link of a mail
        follow all that the page names, as in stock Odoo.
        """
        if not user.share or user._is_public():
            return self
        seen = self.with_user(user).search([("id", "in", self.ids)])
        return self.filtered(lambda record: record.id in seen._ids)

    def _get_portal_readers(self, code=None):
        """Return the people of the customer whom a permission lets see this record.

        In sudo: to tell them what happened to it; the caller gives them no more.
        """
        self.ensure_one()
        code = code or self._portal_code
        # sudo: only whose record this is
        customer = self.sudo()._get_portal_record_customer()
        people = customer._get_portal_people(code)
        return people.filtered(lambda user: self._portal_allows(user, code))

    def _get_portal_customers(self):
        """Return {record: commercial partner that it belongs to}, in sudo.

        In a number of queries that does not grow with the records.
        """
        # sudo: only whose records they are
        records_sudo = self.sudo()
        records_sudo.fetch([self._portal_partner_field])
        records_sudo[self._portal_partner_field].fetch(["commercial_partner_id"])
        return {
            record: record_sudo[self._portal_partner_field].commercial_partner_id
            for record, record_sudo in zip(self, records_sudo, strict=True)
        }

    def _get_portal_readers_by_record(self, codes):
        """Return the people whom permissions let see each of these records.

        As `_get_portal_readers`, in a number of queries that grows neither with the
        records nor with the people; and only who sees papers of the seller's company.
        In sudo: to tell them what happened; the caller gives them no more.

        :param codes: permissions, of which one is enough
        :return: {record: res.users}
        """
        records_of = {}  # {customer: records}
        for record, customer in self._get_portal_customers().items():
            records_of.setdefault(customer, []).append(record)
        customers = self.env["res.partner"].concat(*records_of)
        # sudo: as said above
        users = self.env["res.users"].sudo()
        people = users.union(*(customers._get_portal_people(code) for code in codes))
        records_of = {customer.id: own for customer, own in records_of.items()}
        seen = {}
        for part in split_every(PEOPLE_AT_ONCE, people.ids, people.browse):
            part = part.with_prefetch(people.ids)
            seen |= self._find_portal_ids(part, codes, records_of)
        companies = self._get_portal_sellers()
        found = {record: [] for record in self}
        by_id = {record.id: record for record in self}
        for user, ids in seen.items():
            for record in (by_id[record_id] for record_id in ids):
                if companies[record] <= user.company_ids:
                    found[record].append(user)
        return {record: users.union(*people) for record, people in found.items()}

    def _find_portal_ids(self, users, codes, records_of):
        """Return {user: ids of the records that the person reaches}; in sudo.

        :param dict records_of: {customer's id: records}
        """
        seen, queries = {}, {}
        for user in users:
            rights = user._get_portal_rights()
            full = set().union(*(rights.get_ids(code) for code in codes))
            own = set().union(*(rights.get_own_ids(code) for code in codes)) - full
            seen[user] = {
                record.id
                for customer_id in full & records_of.keys()
                for record in records_of[customer_id]
            }
            own_ids = [
                record.id
                for customer_id in own & records_of.keys()
                for record in records_of[customer_id]
            ]
            if own_ids:
                own_domain = self._get_portal_own_domain(user)
                queries[user] = self.sudo()._search(  # sudo: as said above
                    Domain("id", "in", own_ids) & own_domain
                )
        for user, ids in self._find_ids(queries).items():
            seen[user].update(ids)
        return seen

    def _get_portal_sellers(self):
        """Return {record: company of the seller, or none}, in sudo."""
        if "company_id" not in self._fields:
            return dict.fromkeys(self, self.env["res.company"])
        records_sudo = self.sudo()  # sudo: only whose papers they are
        records_sudo.fetch(["company_id"])
        return {
            record: record_sudo.company_id
            for record, record_sudo in zip(self, records_sudo, strict=True)
        }

    def _portal_is_of(self, user):
        """Return whether the record belongs to a customer that a person works for."""
        # sudo: only whose record this is
        customer = self.sudo()._get_portal_record_customer()
        return bool(user._get_portal_rights().find_root(customer.id))

    def _check_portal_allows(self, code):
        """Refuse what the role of the person does not allow with this record.

        Visitors, and people who do not work for the customer, are not asked: they
        hold the link of one document, which opens it for everybody.

        :raise ValidationError: for a person of the customer without the permission
        """
        user = request.env.user if request else self.env.user
        if user._is_public() or not user.share or not self._portal_is_of(user):
            return
        if not self._portal_allows(user, code):
            raise ValidationError(user._get_portal_refusal())

    def _get_portal_rule_domain(self, user):
        """Return the domain of the record rule for a person of a customer."""
        return self._get_portal_domain(user)
