"""What accounting decides about requests to change company data."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from odoo.addons.base.models.res_bank import sanitize_account_number

from ...const import COMPANY_RELATIONS
from .portal_company_change import BANK_FIELDS


class PortalCompanyChange(models.Model):
    _inherit = "portal.company.change"

    answer = fields.Text(
        "Answer to the customer",
        groups="base.group_user",
        help="Why it is refused. The customer sees it when you decide.",
    )
    told = fields.Text("Our answer", readonly=True)
    decided_by_id = fields.Many2one("res.users", "Decided by", readonly=True)
    decided_on = fields.Datetime(readonly=True)
    age = fields.Integer(
        "Days", compute="_compute_age", help=("Since it was requested.")
    )
    warning = fields.Text(compute="_compute_warning", groups="base.group_user")

    @api.depends("create_date", "decided_on", "state")
    def _compute_age(self):
        now = fields.Datetime.now()
        for change in self:
            end = now if change.state == "submitted" else change.decided_on
            since = (end or now) - (change.create_date or now)
            change.age = max(since // timedelta(days=1), 0)

    @api.depends("line_ids.value", "partner_id", "state")
    def _compute_warning(self):
        """Say what accounting has to look at before it decides."""
        for change in self:
            is_open = change.state in ("submitted", "approved")
            change.warning = "\n".join(change._get_warnings()) if is_open else False

    def _get_warnings(self):
        """Return sentences about numbers that look wrong or are known elsewhere."""
        self.ensure_one()
        # sudo: customers of all companies, as duplicates go
        change = self.sudo()
        values = change._get_values()
        sentences = []
        if "vat" in values or "country_id" in values:
            sentences += change._get_vat_warnings(values)
        if "acc_number" in values:
            sentences += change._get_account_warnings(values)
        for line in change.line_ids:
            if line.now_text != line.old_text:
                sentences.append(
                    self.env._("%s has changed since this was requested.", line.label)
                )
        return sentences

    def _get_vat_warnings(self, values):
        customer = self.partner_id
        vat = values.get("vat", customer.vat)
        if not vat:
            return [self.env._("The customer will have no VAT number.")]
        country = customer.country_id
        if "country_id" in values:
            country = country.browse(values["country_id"])
        registrations = self.env["portal.registration"]
        sentences = []
        if not registrations._is_vat_valid(vat, country):
            sentences.append(
                self.env._("The VAT number does not have the format of this country.")
            )
        # In memory: how the numbers of customers are compared.
        number = registrations.new(
            {"vat": vat, "country_id": country.id, "company_id": self.env.company.id}
        )
        others = number._find_by_vat() - customer - customer._get_portal_scope()
        sentences += [
            self.env._("%s also has this VAT number.", other.display_name)
            for other in others[:3]
        ]
        return sentences

    def _get_account_warnings(self, values):
        number = sanitize_account_number(values["acc_number"])
        others = self.env["res.partner.bank"].search(
            [
                ("sanitized_acc_number", "=", number),
                ("partner_id.commercial_partner_id", "!=", self.partner_id.id),
            ],
            limit=3,
        )
        return [
            self.env._(
                "A new bank account: before you approve it, call the customer "
                "on a phone number that you already know."
            ),
            *(
                self.env._("%s also has this bank account.", bank.partner_id.name)
                for bank in others
            ),
        ]

    def _get_values(self):
        """Return {field: value} of what is requested; in sudo."""
        return {
            line.field_name: int(line.value or 0)
            if line.field_name in COMPANY_RELATIONS
            else line.value or ""
            for line in self.line_ids
        }

    # ------------------------------------------------------------
    # Buttons
    # ------------------------------------------------------------

    def action_approve(self):
        """Change the customer's data, or leave it to the day that was asked for.

        :raise AccessError: for those who may not decide
        :raise UserError: when it was decided already, or cannot be done
        """
        change = self._take_to_decide(["submitted"])
        change._remember_state()
        if change.effective_date > fields.Date.context_today(self):
            change._decide("approved")
        else:
            change._apply()
            change._decide("applied")

    def action_refuse(self):
        """Refuse the request; the reason is for the customer.

        :raise AccessError: for those who may not decide
        :raise UserError: without a reason, or when it was decided already
        """
        change = self._take_to_decide(["submitted", "approved"])
        if not (change.answer or "").strip():
            raise UserError(self.env._("Write the reason. The customer will see it."))
        change._remember_state()
        change._decide("refused")

    def _take_to_decide(self, states):
        """Hold a request that waits, and return it in sudo.

        :raise AccessError: for those who may not decide
        :raise UserError: when it was decided or withdrawn already
        """
        self.ensure_one()
        self.check_access("write")
        # sudo: the right to decide was just asked
        change = self.sudo()
        if change._take(states):
            return change
        if change.state == "withdrawn":
            raise UserError(self.env._("The customer has withdrawn this request."))
        raise UserError(
            self.env._("%s has already decided this.", change.decided_by_id.name)
        )

    def _remember_state(self):
        for line in self.line_ids:
            line.decided_text = line.now_text

    def _decide(self, state):
        """Write the decision down, and tell who asked; in sudo."""
        self.write(
            {
                "state": state,
                "decided_on": fields.Datetime.now(),
                "decided_by_id": self.env.uid,
                "told": self.answer,
            }
        )
        self.activity_unlink(["mail.mail_activity_data_todo"])
        label = dict(self._fields["state"]._description_selection(self.env))[state]
        self.env["portal.activity"]._log(
            "company_change_decided", self.partner_id, record=self, detail=label
        )
        self._tell_answer()

    def _tell_answer(self):
        def get_title(env):
            if self.state == "refused":
                return env._("We will not change your company details")
            if self.state == "approved":
                return env._(
                    "We will change your company details on the day you requested"
                )
            return env._("Your company details have been changed")

        self.env["portal.notice"]._tell(
            "company_change_answered",
            self.user_id,
            self.partner_id,
            f"/my/company/changes/{self.id}",
            get_title,
            detail=lambda env: self.told or "",
        )

    # ------------------------------------------------------------
    # Change
    # ------------------------------------------------------------

    def _apply(self):
        """Write what was asked for on the customer; in sudo.

        :raise UserError: when Odoo refuses a value
        """
        self.ensure_one()
        values = self._get_values()
        partner = self.partner_id.with_context(
            no_vat_validation=True, portal_keep_companies=True
        )
        plain = {name: values[name] for name in values if name not in BANK_FIELDS}
        if plain:
            partner.write({name: value or False for name, value in plain.items()})
        if values.get("acc_number"):
            self._apply_account(partner, values)
        self.applied_on = fields.Datetime.now()

    def _apply_account(self, partner, values):
        """Add the account, or use a former one again; no money goes there by itself."""
        banks = self.env["res.partner.bank"].with_context(active_test=False)
        number = sanitize_account_number(values["acc_number"])
        bank = banks.search(
            [("partner_id", "=", partner.id), ("sanitized_acc_number", "=", number)],
            limit=1,
        )
        holder = values.get("acc_holder_name") or partner.name
        if bank:
            bank.allow_out_payment = False
            bank.write({"active": True, "acc_holder_name": holder})
        else:
            banks.create(
                {
                    "acc_number": values["acc_number"],
                    "acc_holder_name": holder,
                    "partner_id": partner.id,
                    "allow_out_payment": False,
                }
            )

    @api.model
    def _apply_due(self):
        """Change what was approved for a day that has come; the daily job."""
        due = self.search(
            [
                ("state", "=", "approved"),
                ("effective_date", "<=", fields.Date.context_today(self)),
            ]
        )
        for change in due:
            try:
                with self.env.cr.savepoint():
                    if not change._take(["approved"]):
                        continue
                    change._apply()
                    change.state = "applied"
                    change._tell_answer()
            except (UserError, ValidationError) as error:
                change.message_post(body=error.args[0])
                change._tell_staff()
