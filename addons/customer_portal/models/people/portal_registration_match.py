"""Which customers of the seller a request for access may come from."""

import re
from difflib import SequenceMatcher

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, remove_accents

MOST_MATCHES = 20
MOST_CANDIDATES = 200
ALIKE = 0.8  # of SequenceMatcher; 1 is the same
# Greece has a code of its own in VAT numbers.
VAT_PREFIXES = {"GR": ("EL", "GR")}
# Lists of words, for a line each would be long to read.
LEGAL_FORMS = set(  # in the names of companies
    "ab ag aps as asa bv co company corp corporation cv doo eood eurl gmbh inc kft kg"  # noqa: SIM905 (many short words)
    " kgaa limited llc llp ltd mbh nv ohg oo ood oy oyj plc pty sa sarl sas sc se sl"
    " slu sp spa spz srl srls sro ug und and et the zoo".split()
)
MAILBOX_PROVIDERS = set(  # half the world: it says nothing about the company
    "126.com 163.com aol.com bluewin.ch free.fr gmail.com gmx.at gmx.ch gmx.de gmx.net"  # noqa: SIM905 (many short words)
    " googlemail.com hotmail.com hotmail.fr icloud.com laposte.net libero.it live.com"
    " mac.com mail.com mail.ru me.com msn.com orange.fr outlook.com outlook.fr"
    " proton.me protonmail.com qq.com t-online.de telenet.be virgilio.it wanadoo.fr"
    " web.de yahoo.co.uk yahoo.com yahoo.de yahoo.fr yandex.ru".split()
)


class PortalRegistrationMatch(models.Model):
    """A customer that the company of a request may be, and why."""

    _name = "portal.registration.match"
    _description = "Customer like the company of a request"
    _order = "has_vat DESC, has_domain DESC, has_name DESC, id"
    _log_access = False

    registration_id = fields.Many2one(
        "portal.registration", required=True, ondelete="cascade", index=True
    )
    partner_id = fields.Many2one(
        "res.partner", "Customer", required=True, ondelete="cascade", index=True
    )
    has_vat = fields.Boolean("Same VAT number")
    has_domain = fields.Boolean("Same domain of the address")
    has_name = fields.Boolean("Similar name")
    reasons = fields.Char("Why", compute="_compute_reasons")
    vat = fields.Char(related="partner_id.vat")
    country_id = fields.Many2one(related="partner_id.country_id")
    people_count = fields.Integer("People", compute="_compute_people_count")

    @api.depends("has_vat", "has_domain", "has_name")
    def _compute_reasons(self):
        for match in self:
            match.reasons = ", ".join(
                match._fields[name]._description_string(self.env)
                for name in ("has_vat", "has_domain", "has_name")
                if match[name]
            )

    def _compute_people_count(self):
        counts = dict(
            self.env["portal.membership"]._read_group(
                [
                    ("partner_id", "in", self.partner_id.ids),
                    ("state", "!=", "disabled"),
                ],
                ["partner_id"],
                ["__count"],
            )
        )
        for match in self:
            match.people_count = counts.get(match.partner_id, 0)

    def action_open_customer(self):
        """Show the form of the customer, in the person's rights."""
        self.ensure_one()
        return self.partner_id.get_formview_action()

    def action_choose(self):
        """Let the person of the request join this customer.

        :raise AccessError: for those who may not decide
        """
        self.ensure_one()
        self.registration_id.check_access("write")
        self.registration_id.write({"choice": "join", "partner_id": self.partner_id.id})


class PortalRegistration(models.Model):
    _inherit = "portal.registration"

    match_ids = fields.One2many(
        "portal.registration.match", "registration_id", "Similar customers"
    )
    other_count = fields.Integer("Other requests", compute="_compute_other_count")

    @api.depends("vat_key", "email")
    def _compute_other_count(self):
        for registration in self:
            registration.other_count = self.search_count(
                registration._get_others_domain()
            )

    def _get_others_domain(self):
        """Return the domain of other confirmed requests of the company or person."""
        return [
            ("id", "!=", self.id),
            ("state", "!=", "to_confirm"),
            "|",
            ("vat_key", "=", self.vat_key),
            ("email", "=", self.email),
        ]

    # ------------------------------------------------------------
    # Look
    # ------------------------------------------------------------

    def _look_for_customers(self):
        """Keep which customers this may be, and propose what to do; in sudo.

        One customer with the same VAT number: join it. None: a new customer. Several:
        nothing, somebody has to look.
        """
        self.ensure_one()
        found = {
            "has_vat": self._find_by_vat(),
            "has_domain": self._find_by_domain(),
            "has_name": self._find_by_name(),
        }
        customers = self.env["res.partner"].union(*found.values())[:MOST_MATCHES]
        self.match_ids.unlink()
        self.match_ids.create(
            [
                {
                    "registration_id": self.id,
                    "partner_id": customer.id,
                    **{reason: customer in found[reason] for reason in found},
                }
                for customer in customers
            ]
        )
        same = found["has_vat"]
        self.write(
            {
                "choice": "join" if len(same) == 1 else False if same else "new",
                "partner_id": same.id if len(same) == 1 else False,
                "is_duplicate_wanted": False,
            }
        )

    def _get_customers_domain(self):
        """Return the domain of what may be a customer: not the seller itself."""
        return Domain("company_id", "in", [False, self.company_id.id]) & Domain(
            "commercial_partner_id.ref_company_ids", "=", False
        )

    def _find_customers(self, partner_ids):
        """Return the customers of these partners, without the seller's own."""
        domain = self._get_customers_domain() & Domain("id", "in", partner_ids)
        customers = self.env["res.partner"].search(domain).commercial_partner_id
        return customers.filtered("active").sorted("id")

    def _find_by_vat(self):
        """Return the customers with this VAT number, however it is written.

        With or without the country's two letters; without, only in that country.
        """
        code = (self.country_id.code or "").upper()
        prefixes = VAT_PREFIXES.get(code, (code,))
        key = self.vat_key
        number = next(
            (
                key.removeprefix(prefix)
                for prefix in prefixes
                if prefix and key.startswith(prefix)
            ),
            key,
        )
        whole = {prefix + number for prefix in prefixes}
        if key[:2].isalpha():
            whole.add(key)  # perhaps of another country
        self.env["res.partner"].flush_model(["vat", "country_id", "active"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT id
                  FROM res_partner
                 WHERE vat IS NOT NULL
                   AND active
                   AND (regexp_replace(upper(vat), '[^A-Z0-9]', '', 'g')
                        = ANY(%(whole)s)
                    OR (regexp_replace(upper(vat), '[^A-Z0-9]', '', 'g') = %(number)s
                        AND (country_id IS NULL OR country_id = %(country)s)))
                """,
                whole=list(whole),
                number=number,
                country=self.country_id.id,
            )
        )
        return self._find_customers([row[0] for row in rows])

    def _find_by_domain(self):
        """Return the customers with an address at the same domain."""
        domain = self.email.rpartition("@")[2]
        if domain in MAILBOX_PROVIDERS:
            return self.env["res.partner"]
        self.env["res.partner"].flush_model(["email_normalized", "active"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT id
                  FROM res_partner
                 WHERE active AND split_part(email_normalized, '@', 2) = %s
              ORDER BY id
                 LIMIT %s
                """,
                domain,
                MOST_CANDIDATES,
            )
        )
        return self._find_customers([row[0] for row in rows])

    def _find_by_name(self):
        """Return the customers with a similar name, legal forms left out."""
        words = _get_words(self.company_name)
        longest = max(words, key=len, default="")
        partners = self.env["res.partner"]
        if len(longest) < 2:
            return partners
        candidates = partners.search(
            self._get_customers_domain()
            & Domain("parent_id", "=", False)
            & Domain("name", "ilike", longest[:4]),
            limit=MOST_CANDIDATES,
            order="id",
        )
        return candidates.filtered(
            lambda partner: _are_alike(words, _get_words(partner.name))
        )


def _get_words(name):
    """Return the words of a company's name that tell it from others."""
    text = remove_accents((name or "").replace(".", "")).casefold()
    words = re.findall(r"\w+", text)
    return [word for word in words if word not in LEGAL_FORMS] or words


def _are_alike(words, others):
    if not others:
        return False
    if set(words) <= set(others) or set(others) <= set(words):
        return True
    matcher = SequenceMatcher(None, " ".join(words), " ".join(others))
    return matcher.ratio() >= ALIKE
