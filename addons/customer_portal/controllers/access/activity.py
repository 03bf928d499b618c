from odoo import fields, http
from odoo.fields import Domain
from odoo.http import request

from ...tools import table
from ..portal import CHANGE, PAGE, Portal
from ..searchbar import Filter, Menu, Searchbar, Sorting

MAX_ROWS = 10_000  # of an export
MAX_PERSONS = 200  # in the menu; the search finds everybody
ROW_FIELDS = [
    "date",
    "user_name",
    "on_behalf_of",
    "partner_id",
    "action",
    "res_model",
    "res_id",
    "document_name",
    "detail",
]
KINDS = {
    "people": [
        "invited",
        "invitation_resent",
        "invitation_accepted",
        "invitation_declined",
        "invitation_withdrawn",
        "member_changed",
        "member_disabled",
        "member_enabled",
        "work_handed_over",
        "role_created",
        "role_changed",
        "role_deleted",
        "two_factor_required",
        "two_factor_optional",
    ],
    "orders": [
        "order_placed",
        "order_handed_over",
        "order_changed",
        "order_cancelled",
        "order_change_requested",
        "order_change_decided",
        "quote_opened",
        "quote_signed",
        "quote_declined",
    ],
    "payments": [
        "payment_started",
        "payment_paid",
        "payment_failed",
        "payment_cancelled",
        "transfer_announced",
        "transfer_withdrawn",
        "promise_made",
        "promise_changed",
        "promise_withdrawn",
        "payment_method_shared",
        "payment_method_unshared",
        "payment_method_removed",
        "pay_links_ended",
        "dispute_opened",
        "dispute_withdrawn",
        "dispute_decided",
    ],
    "addresses": [
        "address_changed",
        "address_archived",
        "address_restored",
        "default_address_changed",
    ],
    "company": [
        "company_change_requested",
        "company_change_withdrawn",
        "company_change_decided",
        "contact_function_changed",
    ],
    "documents": [
        "document_sent",
        "document_withdrawn",
        "document_decided",
        "document_requested",
    ],
    "sign_in": ["sign_in", "sign_in_failed", "rate_limited", "sessions_ended"],
    "own": [
        "profile_changed",
        "data_export_requested",
        "deletion_requested",
        "consent_given",
        "consent_withdrawn",
    ],
    "exports": ["exported"],
    "seller": ["viewed_as", "registered", "registration_decided"],
}
DOCUMENT_URLS = {
    "account.move": "/my/invoices/%s",
    "portal.company.change": "/my/company/changes/%s",
    "portal.document": "/my/documents/%s",
    "portal.document.request": "/my/documents/requests/%s",
    "portal.membership": "/my/people/%s",
    "portal.remittance": "/my/pay/%s",
    "sale.order": "/my/orders/%s",
}


class ActivityPortal(Portal):
    @http.route("/my/activity", **PAGE)
    def portal_my_activity(self, **query):
        """List who did what for the customer and its branches."""
        self._check_can("see_activity")
        entries = request.env["portal.activity"]
        choice = self._get_activity_searchbar().choose(query)
        page = choice.fetch(entries, self._get_activity_domain(choice), ROW_FIELDS)
        page["records"].partner_id._fetch_names()
        return self._render_page(
            "customer_portal.activity",
            {
                "page_name": "activity",
                "choice": choice,
                "page": page,
                "rows": self._prepare_activity_rows(page["records"]),
                "show_customer": len(self._get_activity_customers()) > 1,
                "can_export": request.env.user._portal_can("export"),
                "export_url": choice.address().replace(
                    "/my/activity", "/my/activity/export", 1
                ),
                "max_rows": MAX_ROWS,
            },
        )

    @http.route("/my/activity/export", limit="export", **CHANGE)
    def portal_my_activity_export(self, **query):
        """Answer with the filtered list as a table of text, and write that down."""
        self._check_can("see_activity")
        self._check_can("export")
        choice = self._get_activity_searchbar().choose(query)
        entries = request.env["portal.activity"].search_fetch(
            self._get_activity_domain(choice),
            ROW_FIELDS,
            order="date desc, id desc",
            limit=MAX_ROWS + 1,
        )
        content = self._write_activity(entries)
        request.env["portal.activity"]._log(
            "exported",
            self._get_customer(),
            detail=request.env._("Activity, %s rows", min(len(entries), MAX_ROWS)),
        )
        return self._send_table(content, "activity")

    def _get_activity_domain(self, choice):
        """Return the domain of the filtered list; the record rules hold too."""
        return request.env["portal.activity"]._get_portal_domain(
            request.env.user, root=self._get_customer()
        ) & choice.get_domain("date")

    def _get_activity_customers(self):
        """Return the customers whose entries the person sees, all or the own only."""
        rights = request.env.user._get_portal_rights()
        root_id = self._get_customer().id
        ids = rights.get_ids("see_activity", root_id)
        ids |= rights.get_own_ids("see_activity", root_id)
        return request.env["res.partner"].browse(sorted(ids))

    def _get_activity_searchbar(self):
        env = request.env
        labels = {
            "people": env._("People and roles"),
            "orders": env._("Orders"),
            "payments": env._("Payments"),
            "addresses": env._("Addresses"),
            "company": env._("Company details"),
            "documents": env._("Documents"),
            "sign_in": env._("Sign-in"),
            "own": env._("Own details"),
            "exports": env._("Exports"),
            "seller": env._("The seller"),
        }
        return Searchbar(
            url="/my/activity",
            filters={
                "all": Filter(env._("Everything")),
                **{
                    kind: Filter(labels[kind], [("action", "in", KINDS[kind])])
                    for kind in KINDS
                },
            },
            menus=self._get_person_menus(),
            has_dates=True,
            sortings={
                "newest": Sorting(env._("Newest"), "date", descending=True),
                "oldest": Sorting(env._("Oldest"), "date"),
            },
            search=env["portal.activity"]._get_portal_search_domain,
            placeholder=env._("Person, document or detail"),
        )

    def _get_person_menus(self):
        """Return the menu of the people whose entries the person sees."""
        members = request.env["portal.membership"]._get_colleagues(
            self._get_customers("see_activity"), MAX_PERSONS
        )
        if not members:
            return {}
        options = {"": Filter(request.env._("Everyone"))}
        for member in members:
            options[str(member.user_id.id)] = Filter(
                member.name, Domain("user_id", "=", member.user_id.id)
            )
        return {"person": Menu(request.env._("Person"), options)}

    def _prepare_activity_rows(self, entries):
        """Return the entries in words, with links to what the person may open."""
        urls = {}
        for model, group in entries.grouped("res_model").items():
            if model in DOCUMENT_URLS:
                # In the person's own rights: the record rules decide.
                found = request.env[model].search(
                    [("id", "in", group.mapped("res_id"))]
                )
                for record_id in found.ids:
                    urls[model, record_id] = DOCUMENT_URLS[model] % record_id
        if not request.env.user._portal_can("manage_people"):
            urls = {key: url for key, url in urls.items() if "/people/" not in url}
        labels = self._get_action_labels()
        return [
            {
                "entry": entry,
                "action": labels[entry.action],
                "url": urls.get((entry.res_model, entry.res_id)),
            }
            for entry in entries
        ]

    @staticmethod
    def _get_action_labels():
        """Return {action: what it is called}."""
        field = request.env["portal.activity"]._fields["action"]
        return dict(field._description_selection(request.env))

    def _write_activity(self, entries):
        """Return the file of the newest MAX_ROWS entries."""
        env = request.env
        labels = self._get_action_labels()
        header = [
            env._("When"),
            env._("Person"),
            env._("On behalf of"),
            env._("Company"),
            env._("What"),
            env._("Document"),
            env._("Detail"),
        ]
        rows = [
            (
                fields.Datetime.context_timestamp(entry, entry.date).strftime(
                    "%Y-%m-%d %H:%M:%S"
                ),
                entry.user_name,
                entry.on_behalf_of,
                entry.partner_id.name,
                labels[entry.action],
                entry.document_name,
                entry.detail,
            )
            for entry in entries[:MAX_ROWS]
        ]
        if len(entries) > MAX_ROWS:
            rows.append(
                [
                    env._(
                        "Only the newest %s rows. Choose dates to see others.", MAX_ROWS
                    )
                ]
            )
        return table.write(header, rows)
