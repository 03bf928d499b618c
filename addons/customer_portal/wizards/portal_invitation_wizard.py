import base64
import math

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ..const import SCOPE_SELECTION
from ..tools import table
from ..tools.fold import fold_name, fold_number
from ..tools.mailbox import read_named_mailbox
from ..tools.table_reader import TableProblem
from . import portal_invitation_file

OUTCOMES = [
    ("invite", "Will be invited"),
    ("active", "Already works for the customer"),
    ("invited", "Already invited"),
    ("disabled", "Access is disabled"),
    ("no_address", "No address"),
    ("wrong_address", "Wrong address"),
    ("staff", "A user of the back office"),
    ("twice", "Twice in the list"),
    ("unknown_customer", "Unknown customer"),
    ("several_customers", "Several customers with that name"),
    ("no_role", "Choose a role"),
    ("unknown_role", "Unknown role"),
    ("unknown_scope", "Unknown scope"),
]
# As text of base64; a little more than what is refused as too large.
LONGEST_CODED = portal_invitation_file.LONGEST_FILE // 3 * 4 + 1024
# Nothing is wrong with these rows: there is nothing to do.
NOTHING_TO_DO = ("active", "invited")


class PortalInvitationWizard(models.TransientModel):
    """Whom of many would be invited, before anybody is."""

    _name = "portal.invitation.wizard"
    _description = "Invite to the portal"

    state = fields.Selection(
        [("file", "File"), ("preview", "Preview")], default="file", required=True
    )
    file = fields.Binary("File (CSV)")
    file_name = fields.Char()
    role_id = fields.Many2one(
        "portal.role",
        domain=[("partner_id", "=", False)],
        default=lambda self: self.env["portal.role"]._get_usual(),
        help="For rows without a role. The usual role of the settings is preselected.",
    )
    scope = fields.Selection(SCOPE_SELECTION, required=True, default="company")
    partner_id = fields.Many2one(
        "res.partner", help="Whose people are invited, if it is but one customer."
    )
    line_ids = fields.One2many("portal.invitation.wizard.line", "wizard_id")
    invite_count = fields.Integer("To invite", compute="_compute_counts")
    nothing_count = fields.Integer("Nothing to do", compute="_compute_counts")
    wrong_count = fields.Integer("Wrong", compute="_compute_counts")
    wrong_file = fields.Binary("Wrong rows", compute="_compute_wrong_file")
    wrong_file_name = fields.Char(compute="_compute_wrong_file")

    @api.onchange("role_id")
    def _onchange_role_id(self):
        """Give the role to rows that have none and name none."""
        for line in self.line_ids:
            if not line.role_id and not line.role_text:
                line.role_id = self.role_id

    @api.depends("line_ids.outcome")
    def _compute_counts(self):
        for wizard in self:
            outcomes = wizard.line_ids.mapped("outcome")
            wizard.invite_count = outcomes.count("invite")
            wizard.nothing_count = sum(outcome in NOTHING_TO_DO for outcome in outcomes)
            wizard.wrong_count = (
                len(outcomes) - wizard.invite_count - wizard.nothing_count
            )

    @api.depends("line_ids.outcome")
    def _compute_wrong_file(self):
        labels = dict(
            self.env["portal.invitation.wizard.line"]
            ._fields["outcome"]
            ._description_selection(self.env)
        )
        header = ["row", *portal_invitation_file.COLUMNS, "reason"]
        for wizard in self:
            rows = [
                [
                    line.row or "",
                    line.customer_text or line.partner_id.display_name or "",
                    line.name or "",
                    line.email or "",
                    line.role_text or line.role_id.name or "",
                    line.scope_text or line.scope or "",
                    labels[line.outcome],
                ]
                for line in wizard.line_ids
                if line.outcome not in ("invite", *NOTHING_TO_DO)
            ]
            wizard.wrong_file_name = "wrong-rows.csv"
            wizard.wrong_file = rows and base64.b64encode(table.write(header, rows))

    # ------------------------------------------------------------
    # Fill
    # ------------------------------------------------------------

    def _add_partners(self, partners):
        """Add contacts; of companies their people, or else the company itself."""
        companies = partners.filtered(
            lambda partner: partner == partner.commercial_partner_id
        )
        found = self.env["res.partner"].search(
            [
                ("commercial_partner_id", "in", companies.filtered("is_company").ids),
                ("is_company", "=", False),
                ("type", "=", "contact"),
                ("email", "!=", False),
            ],
            order="commercial_partner_id, name",
        )
        chosen = (partners - companies) | found
        chosen |= companies - found.commercial_partner_id
        customer = chosen.commercial_partner_id
        self.partner_id = customer if len(customer) == 1 else False
        self._add_rows(
            [
                {
                    "partner_id": contact.commercial_partner_id.id,
                    "name": contact.name,
                    "email": contact.email,
                    "role_id": self.role_id.id,
                    "scope": self.scope,
                }
                for contact in chosen
            ]
        )

    def _add_rows(self, rows):
        lines = self.env["portal.invitation.wizard.line"].create(
            [{"wizard_id": self.id, **row} for row in rows]
        )
        # What is wrong stands first: of many rows only a page is seen.
        lines.filtered(
            lambda line: line.outcome not in ("invite", *NOTHING_TO_DO)
        ).sequence = 0
        self.state = "preview"

    def _add_file(self, data):
        """Add the rows of a file.

        :raise UserError: for a file that cannot be read as a whole
        """
        try:
            rows = portal_invitation_file.read(data)
        except TableProblem as problem:
            raise UserError(
                portal_invitation_file.get_problem(self.env, problem)
            ) from problem
        if not rows:
            raise UserError(self.env._("The file has no rows."))
        customers = self._find_customers({row["customer"] for row in rows} - {""})
        owners = [
            False,
            *(partner.id for found in customers.values() for partner in found),
        ]
        roles = self.env["portal.role"].search([("partner_id", "in", owners)])
        prepared = []
        for row in rows:
            found = customers.get(row["customer"], self.env["res.partner"])
            values = {
                "row": row["row"],
                "customer_text": row["customer"],
                "customer_count": len(found),
                "partner_id": found.id if len(found) == 1 else False,
                "name": row["name"],
                "email": row["email"],
                "role_text": row["role"],
                "role_id": self._find_role(row["role"], found[:1], roles).id,
                "scope_text": row["scope"],
                "scope": self._find_scope(row["scope"]),
            }
            prepared.append(values)
        self._add_rows(prepared)

    def _find_customers(self, texts):
        """Return {text: customers with it as reference, VAT number or name}.

        In the person's rights. A reference goes before a VAT number, that before a
        name; just as it is written goes before other letters, a company before a
        person. Both sides are folded by one function.
        """
        partners = self.env["res.partner"]
        query = partners._search(
            Domain("partner_share", "=", True)
            & (Domain("is_company", "=", True) | Domain("parent_id", "=", False))
        )
        columns = ("id", "is_company", "ref", "vat", "name")
        partners.flush_model(columns[1:])
        rows = self.env.execute_query(
            query.select(*(SQL.identifier(query.table, name) for name in columns))
        )
        folds = (fold_name, fold_number, fold_name)
        wanted = [{fold(text) for text in texts} - {""} for fold in folds]
        places = [{} for _fold in folds]  # {folded: [(is_company, text, id)]}
        for record_id, is_company, *values in rows:
            for place, (fold, value) in enumerate(zip(folds, values, strict=True)):
                if value and (key := fold(value)) in wanted[place]:
                    row = (bool(is_company), " ".join(value.split()), record_id)
                    places[place].setdefault(key, []).append(row)
        return {text: partners.browse(_choose(text, folds, places)) for text in texts}

    def _find_role(self, text, customer, roles):
        """Return the role of that name which the customer can use, or none."""
        if not text:
            return self.role_id
        named = roles.filtered(lambda role: fold_name(role.name) == fold_name(text))
        own = named.filtered(lambda role: customer and role.partner_id == customer)
        return (own or named.filtered(lambda role: not role.partner_id))[:1]

    def _find_scope(self, text):
        """Return the key of a scope, by key or by label, or False."""
        if not text:
            return self.scope
        labels = self._fields["scope"]._description_selection(self.env)
        for key, label in labels:
            if fold_name(text) in (key, fold_name(label)):
                return key
        return False

    # ------------------------------------------------------------
    # Buttons
    # ------------------------------------------------------------

    def _get_action(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Invite to the portal"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
            "context": {"dialog_size": "extra-large"},
        }

    def action_preview(self):
        """Read the file and show what would happen.

        :raise UserError: without a file that can be read
        """
        self.ensure_one()
        self.check_access("write")
        if not self.file:
            raise UserError(self.env._("Choose a file."))
        self.line_ids.unlink()
        self._add_file(base64.b64decode(self.file[:LONGEST_CODED]))
        return self._get_action()

    def action_invite(self):
        """Hand those who can be invited to the background job, and show its progress.

        :raise AccessError: for those who may not change people
        :raise UserError: when there is nobody to invite
        """
        self.ensure_one()
        if not self.env["portal.membership"].has_access("create"):
            raise AccessError(self.env._("You may not invite people to the portal."))
        lines = self.line_ids.filtered(lambda line: line.outcome == "invite")
        if not lines:
            raise UserError(self.env._("There is nobody to invite."))
        batch = self.env["portal.invitation.batch"]._start(
            [
                {
                    "partner_id": line.partner_id.id,
                    "name": line.name,
                    "email": line.email,
                    "role_id": line.role_id.id,
                    "scope": line.scope,
                }
                for line in lines
            ]
        )
        return batch._get_action()


def _choose(text, folds, places):
    """Return the ids of the customers that a text means, see `_find_customers`."""
    for fold, place in zip(folds, places, strict=True):
        if not (rows := place.get(fold(text), [])):
            continue
        for rule in (
            lambda row: row[0] and row[1] == text,
            lambda row: row[1] == text,
            lambda row: row[0],
            lambda row: True,
        ):
            if chosen := [row[2] for row in rows if rule(row)]:
                return chosen
    return []


class PortalInvitationWizardLine(models.TransientModel):
    _name = "portal.invitation.wizard.line"
    _description = "Person to invite to the portal"
    _order = "sequence, row, id"

    wizard_id = fields.Many2one(
        "portal.invitation.wizard", required=True, ondelete="cascade", index=True
    )
    sequence = fields.Integer(default=1)
    row = fields.Integer(readonly=True)
    customer_text = fields.Char("Customer in the file", readonly=True)
    customer_count = fields.Integer(readonly=True)
    partner_id = fields.Many2one(
        "res.partner",
        "Customer",
        domain=["|", ("is_company", "=", True), ("parent_id", "=", False)],
    )
    name = fields.Char()
    email = fields.Char("Address")
    reached = fields.Char(
        "Will reach",
        compute="_compute_reached",
        help="The address to which the invitation goes, and which becomes the login.",
    )
    role_text = fields.Char("Role in the file", readonly=True)
    role_id = fields.Many2one(
        "portal.role",
        domain="['|', ('partner_id', '=', False), ('partner_id', '=', partner_id)]",
    )
    scope_text = fields.Char("Scope in the file", readonly=True)
    scope = fields.Selection(SCOPE_SELECTION)
    outcome = fields.Selection(OUTCOMES, compute="_compute_outcome")

    @api.depends("email")
    def _compute_reached(self):
        for line in self:
            line.reached = line._get_address()

    @api.depends("partner_id", "email", "role_id", "scope", "wizard_id.line_ids.email")
    def _compute_outcome(self):
        """Say what would happen; `portal.membership._invite` decides later."""
        seen = set()
        members, staff = self._find_members()
        lines = self.wizard_id.line_ids | self
        # In the order of the file: the second of two is the one too many.
        for line in lines.sorted(lambda line: (line.row, line._origin.id or math.inf)):
            address = line._get_address()
            key = (line.partner_id._origin.id, address)
            outcome = line._get_mistake(address)
            if not outcome and address in staff:
                outcome = "staff"
            if not outcome and key in members:
                outcome = members[key]
            if not outcome and key in seen:
                outcome = "twice"
            seen.add(key)
            line.outcome = outcome or "invite"

    def _get_address(self):
        _name, address = read_named_mailbox(self.email)
        return address

    def _find_members(self):
        """Return who works for whom already, in few queries for any number of rows.

        :return: ({(id of the customer, address): state}, addresses of staff)
        """
        lines = self.wizard_id.line_ids | self
        addresses = {line._get_address() for line in lines} - {""}
        members = {}
        # sudo: logins of people are not for all staff; only "already there" is said
        memberships_sudo = self.env["portal.membership"].sudo()
        for member in memberships_sudo.search(
            [
                ("partner_id", "in", lines.partner_id._origin.ids),
                "|",
                ("email", "in", list(addresses)),
                ("user_id.login", "in", list(addresses)),
            ]
        ):
            for address in (member.email, member.user_id.login):
                members[member.partner_id.id, address] = member.state
        # sudo: the same
        users = self.env["res.users"].sudo()
        staff = users.search(
            [("share", "=", False), ("login", "in", list(addresses))]
        ).mapped("login")
        return members, set(staff)

    def _get_mistake(self, address):
        """Return the outcome of a row that cannot be right, or None."""
        if not self.partner_id:
            many = self.customer_count > 1
            return "several_customers" if many else "unknown_customer"
        if not (self.email or "").strip():
            return "no_address"
        if not address:
            return "wrong_address"
        if not self.role_id and not self.role_text:
            return "no_role"
        owner = self.role_id.partner_id
        if not self.role_id or (owner and owner != self.partner_id._origin):
            return "unknown_role"
        return None if self.scope else "unknown_scope"
