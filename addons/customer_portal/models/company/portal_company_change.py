"""What a customer asks to change about itself: from the form to staff's list."""

from stdnum.iso7064 import mod_97_10

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools.misc import format_date

from odoo.addons.base.models.res_bank import sanitize_account_number

from ...const import COMPANY_FIELDS, COMPANY_RELATIONS

BANK_FIELDS = ("acc_number", "acc_holder_name")


class PortalCompanyChange(models.Model):
    """A customer asks to change its name, number, billing address or bank account.

    Nothing changes until accounting approves, on the day that was asked for at the
    earliest. Both sides read what was asked, what it was before, and the answer.
    """

    _name = "portal.company.change"
    _description = "Request to change company details"
    _inherit = [
        "mail.thread",
        "portal.todo.mixin",
        "portal.held.mixin",
        "portal.scoped.mixin",
    ]
    _order = "id desc"

    _portal_code = "manage_company"
    _portal_partner_is_customer = True

    partner_id = fields.Many2one(
        "res.partner",
        "Customer",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    company_id = fields.Many2one(
        "res.company", related="partner_id.company_id", store=True, readonly=True
    )
    user_id = fields.Many2one(
        "res.users", "Requested by", readonly=True, ondelete="set null", index=True
    )
    # The name stays when the person is gone.
    user_name = fields.Char("Person's name", readonly=True)
    state = fields.Selection(
        [
            ("submitted", "To decide"),
            ("approved", "Approved, waiting for its day"),
            ("applied", "Done"),
            ("refused", "Refused"),
            ("withdrawn", "Withdrawn"),
        ],
        "Status",
        required=True,
        readonly=True,
        default="submitted",
        index=True,
        tracking=True,
    )
    effective_date = fields.Date(
        "Valid from", required=True, readonly=True, help="The first day of the change."
    )
    note = fields.Text("Message of the customer", readonly=True)
    line_ids = fields.One2many(
        "portal.company.change.line", "change_id", "Requested", readonly=True
    )
    applied_on = fields.Datetime("Changed on", readonly=True)

    _open_unique = models.UniqueIndex(
        "(partner_id) WHERE state = 'submitted'",
        "A request from this customer is already waiting for an answer.",
    )

    @api.depends("partner_id.name", "line_ids.label")
    def _compute_display_name(self):
        for change in self:
            labels = ", ".join(change.line_ids.mapped("label"))
            # sudo: the name of the customer
            change.display_name = f"{change.sudo().partner_id.name}: {labels}"

    def _give_way_to_merged(self):
        """Override: one request waits for an answer, the other stays as withdrawn."""
        self.state = "withdrawn"
        self.flush_recordset()

    def _get_portal_own_domain(self, user):
        """Override: what the person asked for."""
        return Domain("user_id", "=", user.id)

    def _get_portal_badge(self):
        """Return the status for `draw_badge`: a key of its colour, and the words."""
        self.ensure_one()
        _ = self.env._
        badges = {
            "submitted": ("pending", _("Waiting for our answer")),
            "approved": (
                "processing",
                _("Approved for %s", format_date(self.env, self.effective_date)),
            ),
            "applied": ("active", _("Changed")),
            "refused": ("expired", _("Refused")),
            "withdrawn": ("archived", _("Withdrawn")),
        }
        return badges[self.state]

    # ------------------------------------------------------------
    # What is there
    # ------------------------------------------------------------

    @api.model
    def _get_current_values(self, customer):
        """Return {field: value} of what a customer has now; in sudo."""
        customer.fetch(
            [name for name, _label in COMPANY_FIELDS if name not in BANK_FIELDS]
        )
        values = {}
        for name, _label in COMPANY_FIELDS:
            if name in BANK_FIELDS:
                values[name] = ""
            elif name in COMPANY_RELATIONS:
                values[name] = customer[name].id or 0
            else:
                values[name] = customer[name] or ""
        return values

    @api.model
    def _get_accounts(self, customer):
        """Return the bank accounts of a customer as people of it read them; in sudo.

        :return: list of dicts with number (the last four places) and holder
        """
        # sudo: the customer's own accounts, masked
        banks = self.env["res.partner.bank"].sudo()
        accounts = banks.search([("partner_id", "=", customer.id)])
        return [
            {
                "number": mask_account(account.acc_number),
                "holder": account.acc_holder_name or customer.name,
            }
            for account in accounts
        ]

    @api.model
    def _get_open(self, customer):
        """Return the request of a customer that waits for an answer, or none."""
        return self.search(
            [("partner_id", "=", customer.id), ("state", "=", "submitted")], limit=1
        )

    @api.model
    def _describe(self, name, value, customer):
        """Return a value as both sides read it.

        Of a bank account the last four places; without one those that are there.
        """
        if name == "acc_number":
            if value:
                return mask_account(value)
            accounts = self._get_accounts(customer)
            return ", ".join(account["number"] for account in accounts)
        if name == "acc_holder_name" and not value:
            accounts = self._get_accounts(customer)
            return ", ".join(account["holder"] for account in accounts)
        if name in COMPANY_RELATIONS:
            # sudo: names of countries and states
            records = self.env[COMPANY_RELATIONS[name]].sudo()
            return records.browse(value or []).name or ""
        return value or ""

    # ------------------------------------------------------------
    # Ask
    # ------------------------------------------------------------

    @api.model
    def _check_values(self, customer, values):
        """Return what is wrong with requested values; in sudo.

        Whether another customer has the same number is told to staff only.

        :param dict values: {field: cleaned value}; the VAT number is written as Odoo
            writes it
        :return: {field: sentence}
        """
        errors = {}
        if not values["name"]:
            errors["name"] = self.env._("Enter the name of the company.")
        # sudo: countries and their rules
        countries = self.env["res.country"].sudo()
        country = countries.browse(values["country_id"] or []).exists()
        if not country:
            errors["country_id"] = self.env._("Choose a country.")
            return errors
        state = countries.env["res.country.state"].browse(values["state_id"] or [])
        if state and state not in country.state_ids:
            errors["state_id"] = self.env._("Choose a state of the country.")
        elif country.state_required and not state:
            errors["state_id"] = self.env._("Choose a state.")
        if not values["street"]:
            errors["street"] = self.env._("Enter the street.")
        if not values["city"]:
            errors["city"] = self.env._("Enter the city.")
        if country.zip_required and not values["zip"]:
            errors["zip"] = self.env._("Enter the ZIP.")
        self._check_vat(customer, country, values, errors)
        self._check_account(values, errors)
        return errors

    def _check_vat(self, customer, country, values, errors):
        """Check the form of the number as core does; no service is asked."""
        is_same = values["vat"] == (customer.vat or "") and country == (
            customer.country_id
        )
        if is_same or not values["vat"]:
            return
        try:
            checked, _code = customer._run_vat_checks(
                country, values["vat"], partner_name=values["name"]
            )
        except ValidationError:
            checked = False
        if not checked:
            errors["vat"] = self.env._(
                "This is not a VAT number of %s. Please check it.", country.name
            )
        else:
            values["vat"] = checked

    def _check_account(self, values, errors):
        number = sanitize_account_number(values["acc_number"]) or ""
        if not number:
            if values["acc_number"] or values["acc_holder_name"]:
                values["acc_number"] = ""
                errors["acc_number"] = self.env._("Enter the number of the account.")
            return
        is_right = number.isascii()
        if number[:2].isalpha():
            # An IBAN: country, check digits, and what the country likes.
            is_right = (
                is_right
                and 15 <= len(number) <= 34
                and number[2:4].isdigit()
                and mod_97_10.is_valid(number[4:] + number[:4])
            )
            number = " ".join(number[i : i + 4] for i in range(0, len(number), 4))
        else:
            is_right = is_right and number.isdigit() and 4 <= len(number) <= 34
        values["acc_number"] = number
        if not is_right:
            errors["acc_number"] = self.env._(
                "This is not an account number. Please check it."
            )

    @api.model
    def _ask(self, customer, user, values, effective_date, note=""):
        """Keep what a person asks for, once, and tell who has to know.

        In sudo: the caller has checked the right and the values.

        :param dict values: {field: value} of all COMPANY_FIELDS; what is as it is now
            is not asked for
        :return: the request
        :raise UserError: when nothing differs, or another request waits
        """
        self.env["portal.ledger.lock"]._lock(self.env.company, customer)
        if self._get_open(customer):
            raise UserError(
                self.env._(
                    "We are already working on a request from your company. "
                    "Withdraw it first to request something else."
                )
            )
        current = self._get_current_values(customer)
        changed = [name for name in current if values[name] != current[name]]
        if changed[-1:] == ["acc_number"] and self._has_account(
            customer, values["acc_number"]
        ):
            changed.remove("acc_number")
        if not changed:
            raise UserError(self.env._("Nothing was changed."))
        change = self.with_context(
            mail_create_nolog=True, mail_create_nosubscribe=True
        ).create(
            {
                "partner_id": customer.id,
                "user_id": user.id,
                "user_name": user.name,
                "effective_date": effective_date,
                "note": note,
                "line_ids": [
                    fields.Command.create(
                        {
                            "field_name": name,
                            "value": str(values[name] or ""),
                            "old_text": self._describe(name, current[name], customer),
                            "new_text": self._describe(name, values[name], customer)
                            if values[name]
                            else "",
                        }
                    )
                    for name in changed
                ],
            }
        )
        change._tell_staff()
        change._tell_colleagues(user)
        self.env["portal.activity"]._log(
            "company_change_requested",
            customer,
            record=change,
            detail=", ".join(change.line_ids.mapped("label")),
        )
        return change

    def _has_account(self, customer, number):
        # sudo: whether it is there
        banks = self.env["res.partner.bank"].sudo()
        return bool(
            banks.search_count(
                [
                    ("partner_id", "=", customer.id),
                    ("sanitized_acc_number", "=", sanitize_account_number(number)),
                ],
                limit=1,
            )
        )

    def _tell_staff(self):
        """Give the salesperson, or somebody of accounting, something to do."""
        self._give_todo(
            lambda env: env._("Decide about company details"),
            group="account.group_account_manager",
            company=self.company_id or self.env.company,
            salesperson=self.partner_id.user_id,
        )

    def _tell_colleagues(self, user):
        """Tell the other people who may change the company's data."""
        labels = self.line_ids.mapped("field_name")
        self.env["portal.notice"]._tell(
            "company_change_asked",
            self._get_portal_readers(),
            self.partner_id,
            f"/my/company/changes/{self.id}",
            lambda env: env._("%s requests a change to the company details", user.name),
            detail=lambda env: ", ".join(_get_labels(env, labels)),
            author=user,
        )

    # ------------------------------------------------------------
    # Withdraw
    # ------------------------------------------------------------

    def _withdraw(self):
        """Take a request back; in sudo. Doing it twice is the same.

        :raise UserError: when it was decided meanwhile
        """
        self.ensure_one()
        if not self._take(["submitted"]):
            if self.state == "withdrawn":
                return
            raise UserError(
                self.env._("We have answered this request in the meantime.")
            )
        self.state = "withdrawn"
        self.activity_unlink(["mail.mail_activity_data_todo"])
        self.env["portal.activity"]._log(
            "company_change_withdrawn",
            self.partner_id,
            record=self,
            detail=", ".join(self.line_ids.mapped("label")),
        )


def _get_labels(env, names):
    """Return what fields are called, in the language of the environment."""
    field = env["portal.company.change.line"]._fields["field_name"]
    labels = dict(field._description_selection(env))
    return [labels[name] for name in names]


def mask_account(number):
    """Return the last four places of an account number, behind points."""
    number = sanitize_account_number(number) or ""
    return f"•••• {number[-4:]}" if number else ""
