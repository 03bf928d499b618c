"""Requests for access: from the form of a visitor to staff's list."""

import re
from datetime import timedelta

from psycopg2.errors import UniqueViolation

from odoo import SUPERUSER_ID, api, fields, models
from odoo.tools import SQL, str2bool
from odoo.tools.misc import get_lang, hash_sign, verify_hash_signed

CONFIRM_DAYS = 7  # for an address that nobody confirms
TOKEN_DAYS = 30
LONGEST_TOKEN = 500  # characters
SIGNED_FOR = "customer_portal.registration"
OPEN_STATES = ["to_decide", "sent_back"]


class PortalRegistration(models.Model):
    """A company asks for access to the portal; the seller's staff decide.

    Who asks has no sign-in. The link in the mail to the typed address stands for
    the person; until it was followed, the request is not shown to staff.
    """

    _name = "portal.registration"
    _description = "Request for access to the portal"
    _inherit = ["mail.thread", "portal.todo.mixin", "portal.held.mixin"]
    _order = "id desc"
    _rec_name = "company_name"

    company_name = fields.Char("Company", required=True, readonly=True, tracking=True)
    vat = fields.Char("VAT number", required=True, readonly=True, tracking=True)
    vat_key = fields.Char(
        "VAT number to compare", compute="_compute_vat_key", store=True, index=True
    )
    country_id = fields.Many2one(
        "res.country", required=True, readonly=True, tracking=True
    )
    person_name = fields.Char("Person", required=True, readonly=True, tracking=True)
    email = fields.Char("E-mail address", required=True, readonly=True, index=True)
    phone = fields.Char(readonly=True, tracking=True)
    message = fields.Text(readonly=True)
    lang = fields.Char("Language", readonly=True)
    company_id = fields.Many2one(
        "res.company", "Asked company", required=True, readonly=True, ondelete="cascade"
    )
    state = fields.Selection(
        [
            ("to_confirm", "Address to confirm"),
            ("to_decide", "To decide"),
            ("sent_back", "Sent back"),
            ("approved", "Approved"),
            ("refused", "Refused"),
        ],
        "Status",
        required=True,
        readonly=True,
        default="to_confirm",
        index=True,
        tracking=True,
    )
    confirmed_on = fields.Datetime(readonly=True)
    request_key = fields.Char(readonly=True, copy=False, groups="base.group_system")

    _request_key_unique = models.UniqueIndex("(request_key)")

    @api.depends("vat")
    def _compute_vat_key(self):
        for registration in self:
            registration.vat_key = self._normalize_vat(registration.vat)

    @api.model
    def _normalize_vat(self, text):
        """Return a VAT number as it is compared: capital letters and digits only."""
        return re.sub(r"[^A-Z0-9]", "", (text or "").upper())

    # ------------------------------------------------------------
    # Ask
    # ------------------------------------------------------------

    @api.model
    def _is_open(self):
        """Return whether the seller lets companies ask for access."""
        # sudo: a parameter, which visitors may not read
        parameters = self.env["ir.config_parameter"].sudo()
        return str2bool(parameters.get_param("customer_portal.registration"), False)

    @api.model
    def _is_vat_valid(self, vat, country):
        """Return whether a number has the form of the country's.

        Odoo checks it where its addon for that is installed, without asking any
        service.
        """
        # sudo: countries and their groups
        partners = self.env["res.partner"].sudo()
        checked, _code = partners._run_vat_checks(
            country, self._normalize_vat(vat), validation="setnull"
        )
        return bool(checked)

    @api.model
    def _receive(self, values, key):
        """Keep a request, and queue the mail that asks to confirm the address.

        In sudo: visitors have no rights. Nothing is looked up and nothing given back:
        who asks must not learn which companies or addresses are known. A form that
        was sent before, or too many for one address, makes nothing.

        :param dict values: the cleaned fields of the form
        :param str key: of the form, see `portal.request`
        """
        # sudo: a visitor's request, see above
        registrations_sudo = self.sudo().with_context(
            mail_create_nolog=True, mail_create_nosubscribe=True, tracking_disable=True
        )
        key = key if self.env["portal.request"]._is_key(key) else False
        if key and registrations_sudo.search_count([("request_key", "=", key)]):
            return
        limits = self.env["portal.rate.limit"]
        account = limits._get_login_key(values["email"])
        verdict = limits._hit("registration_mail", account=account)
        if not verdict.allowed:
            if verdict.is_first:
                limits._log_refusal("registration_mail")
            return
        try:
            with self.env.cr.savepoint():
                registration_sudo = registrations_sudo.create(
                    {
                        **values,
                        "lang": get_lang(self.env).code,
                        "company_id": self.env.company.id,
                    }
                )
                registration_sudo._claim_key(key)
        except UniqueViolation:
            return  # the second click of a double one
        registration_sudo._queue_mail("confirm")

    def _claim_key(self, key):
        """Store the key of the form.

        Past the ORM, which would log an error where a key is there already.

        :param key: text, or False
        :raise UniqueViolation: when another request came first
        """
        if key:
            self.flush_recordset()
            self.env.cr.execute(
                SQL(
                    "UPDATE portal_registration SET request_key = %s WHERE id = %s",
                    key,
                    self.id,
                ),
                log_exceptions=False,
            )
            self.invalidate_recordset(["request_key"])

    # ------------------------------------------------------------
    # The link
    # ------------------------------------------------------------

    def _make_token(self):
        """Return what the link in a mail carries; in sudo."""
        self.ensure_one()
        return hash_sign(
            self.env,
            SIGNED_FOR,
            [self.id, self.email],
            expiration=timedelta(days=TOKEN_DAYS),
        )

    @api.model
    def _find_by_token(self, token):
        """Return the request of a link, in sudo, or none.

        Wrong, expired and forgotten ones are alike.
        """
        # sudo: the token is the right to the request
        registrations_sudo = self.sudo()
        if not isinstance(token, str) or not 0 < len(token) <= LONGEST_TOKEN:
            return registrations_sudo
        try:
            values = verify_hash_signed(registrations_sudo.env, SIGNED_FOR, token)
        except ValueError:  # no token at all
            return registrations_sudo
        if not values:
            return registrations_sudo
        registration_id, email = values
        registration_sudo = registrations_sudo.browse(registration_id).exists()
        is_late = registration_sudo.state == "to_confirm" and (
            registration_sudo.create_date < self._get_confirm_limit()
        )
        if registration_sudo.email != email or is_late:
            return registrations_sudo
        return registration_sudo

    def _get_url(self):
        """Return where the button of a mail leads; in sudo."""
        token = self._make_token()
        return f"{self.get_base_url()}/registration/request?token={token}"

    def _queue_mail(self, kind):
        """Queue one of the mails to the person; in sudo.

        :param str kind: the end of the template's name
        """
        template = self.env.ref(f"customer_portal.mail_template_registration_{kind}")
        # As the system, and not linked to the request: whoever may read it could
        # read the link too.
        template.with_user(SUPERUSER_ID).send_mail(
            self.id, email_values={"model": False, "res_id": False}
        )
        self.env["res.users"]._send_mails_soon()

    # ------------------------------------------------------------
    # Confirm and correct
    # ------------------------------------------------------------

    def _is_correctable(self):
        """Return whether the person can still change the request; not for none."""
        return bool(self) and self.state in OPEN_STATES

    def _confirm(self):
        """Show the request to staff; in sudo: the caller has the token of it.

        Confirming twice is the same as once.
        """
        if not self._take(["to_confirm"]):
            return
        self.write({"state": "to_decide", "confirmed_on": fields.Datetime.now()})
        self._hand_over(self.env._("Requested access"))

    def _correct(self, values):
        """Take the corrected request; in sudo: the caller has the token of it.

        :param dict values: the cleaned fields of the form; the address stays
        :return: whether it was still open
        """
        if not self._take(OPEN_STATES):
            return False
        fields_ = ("company_name", "vat", "country_id", "person_name", "phone")
        self.write(
            {
                **{name: values[name] for name in (*fields_, "message")},
                "state": "to_decide",
                "answer": False,
            }
        )
        self._hand_over(self.env._("Sent again"))
        return True

    def _hand_over(self, what):
        """Look for customers that fit, tell the managers, and write it down."""
        self._look_for_customers()
        self._tell_managers()
        self.env["portal.activity"]._log(
            "registered",
            record=self,
            detail=f"{what}: {self.company_name}, {self.vat}, {self.email}",
        )

    def _tell_managers(self):
        """Give a portal manager of the seller's company something to do."""
        self._give_todo(
            lambda env: env._("Decide who gets access"),
            group="customer_portal.group_portal_manager",
            company=self.company_id,
        )

    # ------------------------------------------------------------
    # Forget
    # ------------------------------------------------------------

    @api.model
    def _get_confirm_limit(self):
        return fields.Datetime.now() - timedelta(days=CONFIRM_DAYS)

    @api.autovacuum
    def _gc_unconfirmed(self):
        """Forget requests whose address nobody has confirmed."""
        self.search(
            [
                ("state", "=", "to_confirm"),
                ("create_date", "<", self._get_confirm_limit()),
            ],
            limit=1000,
        ).unlink()
