"""Who of a customer gets which mails."""

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

FUNCTIONS = [
    ("invoices", "Invoices"),
    ("reminders", "Payment reminders"),
    ("shipping", "Shipping notices"),
    ("tickets", "E-mails about tickets"),
]
MOST_CONTACTS = 20  # of one function


class PortalContactFunction(models.Model):
    """One contact gets the mails of one kind, for one company or branch.

    Without any, the mails go where Odoo sends them by itself.
    """

    _name = "portal.contact.function"
    _description = "Contact by function"
    _inherit = ["portal.scoped.mixin"]
    _order = "partner_id, function, id"
    _rec_name = "contact_id"

    _portal_code = "manage_company"
    _portal_partner_is_customer = True

    partner_id = fields.Many2one(
        "res.partner", "Customer", required=True, ondelete="cascade", index=True
    )
    function = fields.Selection(FUNCTIONS, "Gets", required=True)
    contact_id = fields.Many2one(
        "res.partner", required=True, ondelete="cascade", index=True
    )
    email = fields.Char(related="contact_id.email", string="E-mail address")

    _contact_unique = models.UniqueIndex(
        "(partner_id, function, contact_id)",
        ("This contact already gets these e-mails."),
    )

    @api.constrains("partner_id", "contact_id")
    def _check_contact(self):
        for line in self:
            # sudo: whose contact it is
            line_sudo = line.sudo()
            customer = line_sudo.partner_id
            if customer != customer.commercial_partner_id:
                raise ValidationError(
                    self.env._("%s is a contact. Choose the company.", customer.name)
                )
            if line_sudo.contact_id.commercial_partner_id != customer:
                raise ValidationError(
                    self.env._(
                        "%(contact)s is not a contact of %(company)s.",
                        contact=line_sudo.contact_id.display_name,
                        company=customer.display_name,
                    )
                )

    def _get_portal_own_domain(self, user):
        """Override: what the person gets."""
        return fields.Domain("contact_id", "=", user.partner_id.id)

    @api.model
    def _get_contacts(self, customer, function):
        """Return who gets the mails of one kind, with an address; in sudo, or none."""
        found = self._get_contacts_of_all(customer, function)
        return found.get(customer, self.env["res.partner"].sudo())  # sudo: empty

    @api.model
    def _get_contacts_of_all(self, customers, function):
        """Return {customer: contacts} of those that have some, in one go; in sudo."""
        # sudo: where mails of the seller go
        lines = self.sudo().search(
            [("partner_id", "in", customers.ids), ("function", "=", function)]
        )
        found = {}
        for line in lines:
            contact, customer = line.contact_id, line.partner_id
            if (
                contact.active
                and contact.email
                and contact.commercial_partner_id == customer
            ):
                found[customer] = found.get(customer, contact.browse()) | contact
        return found

    @api.model
    def _replace_contact(self, old, new):
        """Let another contact get what one got; in sudo."""
        lines = self.search([("contact_id", "=", old.id)])
        lines.contact_id = new

    @api.model
    def _get_explanations(self):
        """Return {function: (label, what comes of it)}, for the page."""
        labels = dict(self._fields["function"]._description_selection(self.env))
        texts = {
            "invoices": self.env._(
                "Invoices and credit notes by e-mail. If nobody is listed, "
                "they go to the order's invoice address."
            ),
            "reminders": self.env._(
                "Reminders about what is due or overdue, where we send some. "
                "If nobody is listed, they go to the invoice address."
            ),
            "shipping": self.env._(
                "The e-mail saying that goods have left, where we send one. "
                "If nobody is listed, it goes to the delivery address."
            ),
            "tickets": self.env._(
                "For e-mails about tickets, in addition to the person who opened one."
            ),
        }
        return {function: (labels[function], texts[function]) for function in labels}

    @api.model
    def _add(self, customer, function, email, name=""):
        """Let a contact of a customer get mails of one kind; in sudo.

        A new contact is made where the customer has none with this address.

        :raise UserError: when too many get them
        """
        self.env["portal.ledger.lock"]._lock(self.env.company, customer)
        of_function = [("partner_id", "=", customer.id), ("function", "=", function)]
        lines = self.search(of_function)
        partners = self.env["res.partner"]
        found = partners.search(
            [
                ("commercial_partner_id", "=", customer.id),
                ("email_normalized", "=", email),
            ],
            order="type, id",  # people before addresses
        )
        if found & lines.contact_id:
            return
        if len(lines) >= MOST_CONTACTS:
            raise UserError(
                self.env._(
                    "At most %s contacts can receive the same e-mails.", MOST_CONTACTS
                )
            )
        contact = found[:1] or partners.with_context(tracking_disable=True).create(
            {
                "name": name or email,
                "email": email,
                "parent_id": customer.id,
                "company_id": customer.company_id.id,
                "lang": customer.lang,
            }
        )
        line = self.create(
            {
                "partner_id": customer.id,
                "function": function,
                "contact_id": contact.id,
            }
        )
        line._log_change("+")

    def _remove(self):
        """Let a contact get these mails no more; in sudo."""
        self.ensure_one()
        self._log_change("−")
        self.unlink()

    def _log_change(self, sign):
        label = dict(self._fields["function"]._description_selection(self.env))
        self.env["portal.activity"]._log(
            "contact_function_changed",
            self.partner_id,
            detail=f"{label[self.function]}: {sign} {self.contact_id.email}",
        )
