"""Documents between the seller and its customers: what they are, and their life."""

from datetime import date, timedelta

from odoo import api, fields, models
from odoo.exceptions import MissingError, UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import SQL
from odoo.tools.misc import format_date

from ...const import DOCUMENT_NOTICE_DAYS

FOREVER = date(9999, 12, 31)
WITHDRAWABLE = ("to_check", "sent_back")


class PortalDocument(models.Model):
    """A document with its versions, of the seller or of one customer.

    Who of the customers sees it is said by its audience, see
    `portal_document_audience`.
    """

    _name = "portal.document"
    _description = "Document in the portal"
    _inherit = [
        "mail.thread",
        "mail.activity.mixin",
        "portal.scoped.mixin",
        "portal.document.checked",
    ]
    _order = "added_on desc, id desc"

    _portal_code = "see_documents"
    _portal_search_fields = ("name", "kind_id.name", "file_name", "product_names")
    _portal_partner_is_customer = True

    name = fields.Char("Title", required=True, tracking=True)
    kind_id = fields.Many2one(
        "portal.document.kind", required=True, ondelete="restrict", index=True
    )
    direction = fields.Selection(
        [("seller", "From us"), ("customer", "From the customer")],
        required=True,
        readonly=True,
        default="seller",
    )
    description = fields.Text(help="The customers can see it.")
    company_id = fields.Many2one(
        "res.company",
        default=lambda self: self.env.company,
        index=True,
        help="Only people who work with this company see it. Empty: all companies.",
    )
    active = fields.Boolean(default=True)
    user_id = fields.Many2one(
        "res.users",
        "Responsible",
        default=lambda self: self.env.user,
        domain=[("share", "=", False)],
        groups="base.group_user",
        tracking=True,
    )
    partner_id = fields.Many2one(
        "res.partner",
        "Customer",
        index="btree_not_null",
        ondelete="cascade",
        domain="['|', ('is_company', '=', True), ('parent_id', '=', False)]",
        tracking=True,
    )
    # From the customer
    state = fields.Selection(
        [
            ("to_check", "To check"),
            ("accepted", "Accepted"),
            ("sent_back", "Sent back"),
        ],
        "Status",
        required=True,
        readonly=True,
        default="accepted",
        index=True,
        tracking=True,
    )
    sender_id = fields.Many2one("res.users", "Sent by", readonly=True)
    request_id = fields.Many2one(
        "portal.document.request",
        "Answers the request",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        groups="base.group_user",
    )
    # Versions
    version_ids = fields.One2many("portal.document.version", "document_id", "Versions")
    version_count = fields.Integer(readonly=True, default=0, copy=False)
    current_version_id = fields.Many2one(
        "portal.document.version",
        "Current version",
        compute="_compute_current_version",
        store=True,
        ondelete="set null",
    )
    file_name = fields.Char(
        related="current_version_id.name", store=True, string="File"
    )
    size = fields.Integer(
        related="current_version_id.size", store=True, string="Size in bytes"
    )
    added_on = fields.Datetime(
        related="current_version_id.added_on", store=True, index=True, string="Added"
    )
    # Validity
    valid_from = fields.Date(tracking=True)
    valid_until = fields.Date(tracking=True, help="The last day.")
    # What lists are sorted by.
    runs_until = fields.Date(compute="_compute_runs_until", store=True, index=True)
    notice_days = fields.Integer(
        "Renewal notice (days)",
        default=DOCUMENT_NOTICE_DAYS,
        groups="base.group_user",
        help=(
            "How many days before the end the readers and the responsible person "
            "are told."
        ),
    )
    notice_on = fields.Date(
        compute="_compute_notice_on", store=True, groups="base.group_user"
    )
    noticed_until = fields.Date(
        readonly=True,
        copy=False,
        groups="base.group_user",
        help="The end that was told already.",
    )

    _validity = models.Constraint(
        "CHECK (valid_from IS NULL OR valid_until IS NULL"
        " OR valid_from <= valid_until)",
        "A document cannot end before it begins.",
    )
    _notice_days = models.Constraint(
        "CHECK (notice_days BETWEEN 0 AND 3650)",
        "Enter a number of days that is not negative.",
    )

    @api.depends("version_ids.number")
    def _compute_current_version(self):
        for document in self:
            document.current_version_id = document.version_ids.sorted("number")[-1:]

    @api.depends("valid_until")
    def _compute_runs_until(self):
        for document in self:
            document.runs_until = document.valid_until or FOREVER

    @api.depends("valid_until", "notice_days")
    def _compute_notice_on(self):
        for document in self:
            document.notice_on = document.valid_until and (
                document.valid_until - timedelta(days=document.notice_days)
            )

    @api.constrains("direction", "audience", "partner_id")
    def _check_customer(self):
        for document in self:
            if document.direction == "customer" and document.audience != "customer":
                raise ValidationError(
                    self.env._(
                        "Documents sent by a customer are visible to that "
                        "customer only."
                    )
                )
            if document.audience == "customer" and not document.partner_id:
                raise ValidationError(self.env._("Choose the customer."))
            customer = document.partner_id
            if customer != customer.commercial_partner_id:
                raise ValidationError(
                    self.env._(
                        "%s is a contact. Choose its company.", customer.display_name
                    )
                )

    # ------------------------------------------------------------
    # Versions
    # ------------------------------------------------------------

    def _get_next_number(self):
        """Return the number of the next version, which nobody else gets.

        A real UPDATE of the row: whoever waits for it is run again by Odoo.

        :raise MissingError: without a document
        """
        self.flush_recordset()
        self.env.cr.execute(
            SQL(
                """
                UPDATE portal_document
                   SET version_count = COALESCE(version_count, 0) + 1
                 WHERE id = %s
             RETURNING version_count
                """,
                self.id or None,
            ),
            log_exceptions=False,
        )
        row = self.env.cr.fetchone()
        if not row:
            raise MissingError(self.env._("This document does not exist."))
        self.invalidate_recordset(["version_count"])
        return row[0]

    def _add_version(self, name, content, note=""):
        """Add a file as the newest version, by the current user; in sudo.

        :param str name: a clean name
        :param bytes content: the file
        :return: the version
        """
        self.ensure_one()
        return self.version_ids._store(self, name, content, note)

    # ------------------------------------------------------------
    # From the customer
    # ------------------------------------------------------------

    @api.model
    def _receive(self, customer, values, name, content, note="", request=None):
        """Keep a file that a person of a customer sends, and tell staff; in sudo.

        The caller has checked that the person may send for the customer, and the
        file.

        :param customer: the commercial partner that the document is of
        :param dict values: name, kind_id, valid_until and description of the form
        :param str name: the clean name of the file
        :param bytes content: the file
        :param request: the portal.document.request that it answers
        :return: the document
        """
        sender = self.env.user
        customer = customer.with_env(self.env)
        request = request or self.env["portal.document.request"]
        document = self.with_context(
            mail_create_nolog=True, mail_create_nosubscribe=True, tracking_disable=True
        ).create(
            {
                **values,
                "direction": "customer",
                "audience": "customer",
                "partner_id": customer.id,
                "company_id": request.company_id.id or self.env.company.id,
                "state": "to_check",
                "sender_id": sender.id,
                "user_id": (request.user_id or customer._get_portal_caretaker()).id,
                "request_id": request.id,
            }
        )
        document._add_version(name, content, note)
        document._ask_to_check()
        document._tell_colleagues()
        self.env["portal.activity"]._log("document_sent", customer, record=document)
        return document

    def _receive_version(self, name, content, note=""):
        """Keep a newer file of a document that the customer sent; in sudo.

        :raise UserError: for a document of the seller, or one that was withdrawn
        """
        self.ensure_one()
        if self.direction != "customer" or not self.active:
            raise UserError(self.env._("You cannot add a version to this document."))
        self._add_version(name, content, note)
        self.write({"state": "to_check", "answer": False})
        if self.request_id._is_waiting():
            self.request_id._receive()
        self._ask_to_check()
        self._tell_colleagues()
        self.env["portal.activity"]._log(
            "document_sent",
            self.partner_id,
            record=self,
            detail=self.env._("Version %s", self.version_count),
        )

    def _withdraw(self):
        """Take back what staff have not accepted; in sudo.

        :raise UserError: when it was accepted meanwhile
        """
        self.ensure_one()
        if self.direction != "customer" or not self._take(WITHDRAWABLE):
            raise UserError(
                self.env._("We have accepted this document, so it stays with us.")
            )
        self.active = False
        self.activity_unlink(["mail.mail_activity_data_todo"])
        self.request_id._reopen_without_documents()
        self.env["portal.activity"]._log(
            "document_withdrawn", self.partner_id, record=self
        )

    def _can_withdraw(self, user):
        """Return whether a person may take this document back now."""
        self.ensure_one()
        return (
            self.direction == "customer"
            and self.active
            and self.state in WITHDRAWABLE
            and self._portal_allows(user, "send_documents")
        )

    def _ask_to_check(self):
        """Give the responsible something to do, once; in sudo."""
        for document in self:
            if not document.user_id or document.activity_ids:
                continue
            lang = document.user_id.lang
            document.with_context(
                lang=lang, mail_notify_force_send=False
            ).activity_schedule(
                "mail.mail_activity_data_todo",
                summary=document.with_context(lang=lang).env._(
                    "Check what %s sent", document.partner_id.display_name
                ),
                user_id=document.user_id.id,
            )

    def _tell_colleagues(self):
        """Tell the colleagues who may see it that a person sent a document."""
        name = self.name
        self.env["portal.notice"]._tell(
            "document_sent",
            self._get_portal_readers(),
            self.partner_id,
            f"/my/documents/{self.id}",
            lambda env: env._("A colleague sent us the document %s.", name),
        )

    # ------------------------------------------------------------
    # Staff decide
    # ------------------------------------------------------------

    def action_accept(self):
        """Accept what customers sent.

        :raise AccessError: for those who may not change documents
        :raise UserError: when somebody decided, or the customer withdrew it meanwhile
        """
        self.check_access("write")
        for document in self:
            document._decide("accepted")

    def action_send_back(self):
        """Ask the customer for another file, with the reason.

        :raise AccessError: for those who may not change documents
        :raise UserError: without a reason, or when it was decided meanwhile
        """
        self.check_access("write")
        for document in self:
            if not (document.answer or "").strip():
                raise UserError(self.env._("Write the message for the customer."))
            document._decide("sent_back")

    def _decide(self, state):
        """Write a decision down and tell the customer's people.

        :param str state: accepted or sent_back
        :raise UserError: when there is nothing to decide any more
        """
        self.ensure_one()
        # sudo: the right to decide was asked
        document_sudo = self.sudo()
        if (
            document_sudo.direction != "customer"
            or not document_sudo.active
            or not document_sudo._take(["to_check"])
        ):
            raise UserError(
                self.env._(
                    "There is nothing left to decide about %s.", self.display_name
                )
            )
        values = document_sudo._prepare_decision(state)
        if state == "accepted":
            values["answer"] = False
        document_sudo.write(values)
        document_sudo.activity_unlink(["mail.mail_activity_data_todo"])
        document_sudo.request_id._follow_documents(document_sudo)
        document_sudo._tell_decision()

    def _tell_decision(self):
        """Tell the customer's people what was decided, and log it; in sudo."""
        name, answer = self.name, self.answer
        if self.state == "sent_back":
            self.env["portal.notice"]._tell(
                "document_requested",
                self._get_portal_people_to_send(),
                self.partner_id,
                f"/my/documents/{self.id}",
                lambda env: env._("We need another file for %s.", name),
                detail=lambda _env: answer,
            )
        label = dict(self._fields["state"]._description_selection(self.env))
        self.env["portal.activity"]._log(
            "document_decided",
            self.partner_id,
            record=self,
            detail=": ".join(filter(None, [label[self.state], answer])),
        )

    def _get_notice_customer(self):
        """Return the customer that notices to the readers are about, or none.

        People read notices of the customers that they work for; the people of a branch
        do not work for its head office.
        """
        return self.partner_id.browse() if self.include_branches else self.partner_id

    def _get_portal_people_to_send(self):
        """Return the people who may send documents for its customer."""
        return self._get_portal_readers("send_documents")

    # ------------------------------------------------------------
    # Time
    # ------------------------------------------------------------

    @api.model
    def _remind(self):
        """Tell readers and responsible of documents that are about to run out.

        Once for each end. A document renewed meanwhile has another end.
        """
        today = fields.Date.context_today(self)
        documents = self.search(
            [
                ("notice_on", "<=", today),
                ("valid_until", ">=", today),
                ("current_version_id", "!=", False),
                ("state", "=", "accepted"),
            ],
            order="valid_until, id",
        ).filtered(lambda document: document.noticed_until != document.valid_until)
        for done, document in enumerate(documents, 1):
            document._tell_expiring()
            document.noticed_until = document.valid_until
            self.env["ir.cron"]._commit_progress(1, remaining=len(documents) - done)

    def _tell_expiring(self):
        name, until = self.name, self.valid_until
        self.env["portal.notice"]._tell(
            "document_expiring",
            self._get_portal_readers(),
            self._get_notice_customer(),
            f"/my/documents/{self.id}",
            lambda env: env._(
                "%(name)s is valid until %(date)s.",
                name=name,
                date=format_date(env, until),
            ),
        )
        if self.user_id:
            lang = self.user_id.lang
            self.with_context(
                lang=lang, mail_notify_force_send=False
            ).activity_schedule(
                "mail.mail_activity_data_todo",
                date_deadline=until,
                summary=self.with_context(lang=lang).env._("Renew this document"),
                user_id=self.user_id.id,
            )

    def _get_status(self):
        """Return how the document stands today, a key.

        One of to_check, sent_back, expired, expiring, future, valid.
        """
        self.ensure_one()
        today = fields.Date.context_today(self)
        if self.state != "accepted":
            return self.state
        if self.valid_until and self.valid_until < today:
            return "expired"
        if self.valid_from and self.valid_from > today:
            return "future"
        if self.valid_until and self.valid_until <= today + timedelta(
            days=DOCUMENT_NOTICE_DAYS
        ):
            return "expiring"
        return "valid"

    def _get_portal_badge(self):
        """Return how the document stands for `draw_badge`: a key, and the words."""
        status = self._get_status()
        _ = self.env._
        labels = {
            "to_check": _("We are checking it"),
            "sent_back": _("Sent back"),
            "expired": _("No longer valid"),
            "expiring": _("Expires soon"),
            "future": _("Not valid yet"),
            "valid": _("Accepted") if self.direction == "customer" else _("Valid"),
        }
        return status, labels[status]

    # ------------------------------------------------------------
    # Lists
    # ------------------------------------------------------------

    @api.model
    def _get_current_domain(self):
        """Return the domain of what has not run out, evaluated when it is used."""
        return Domain("runs_until", ">=", "today")

    def _prepare_portal_rows(self, customer_ids):
        """Return what lists show of these documents, in a few queries.

        In the caller's own rights.

        :param customer_ids: the customers that the person acts for
        """
        opened_ids = self.env["portal.document.access"]._get_opened_ids(
            self.current_version_id
        )
        products = self._get_portal_products(customer_ids)
        # What is for a company and its branches names no company to the branch.
        known = set(customer_ids)
        self.partner_id.filtered(lambda one: one.id in known)._fetch_names()
        return [
            {
                "document": document,
                "customer": document.partner_id
                if document.partner_id.id in known
                else self.env["res.partner"],
                "badge": document._get_portal_badge(),
                "is_new": document.direction == "seller"
                and document.current_version_id.id not in opened_ids,
                "products": products.get(document.id, []),
            }
            for document in self
        ]
