"""The link in the mail of an invoice: it pays this invoice, without signing in."""

import hashlib
import re
from datetime import datetime, timedelta
from typing import NamedTuple

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import consteq
from odoo.tools.misc import hmac

from ...const import MAX_DOCUMENTS, PAY_LINK_DAYS, PAY_LINK_KINDS
from ...tools.choice import add_up, from_units, to_units

SCOPE = "customer_portal.pay_link"
EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001  # Odoo's times are UTC without a zone
TOKEN = re.compile(
    r"(?P<move>[1-9][0-9]{0,8})-(?P<customer>[1-9][0-9]{0,8})"
    r"-(?P<end>[1-9][0-9]{0,10})-(?P<version>[0-9]{1,8})\.(?P<signature>[0-9a-f]{64})"
)


class PayLink(NamedTuple):
    """What a link opens: an invoice in sudo, as long as `is_valid`.

    The signature was right; a link that is over or was ended by staff still says
    which invoice it was for, so that a new one can be sent to the known address.
    """

    move: models.BaseModel
    ends_on: object
    is_valid: bool
    token: str


class PortalPayLink(models.AbstractModel):
    """Makes and reads the links. They are stored nowhere: a signature is the right."""

    _name = "portal.pay.link"
    _description = "Link to pay without signing in"

    @api.model
    def _get_kind(self):
        """Return what links let people pay: a key of PAY_LINK_KINDS."""
        # sudo: a parameter, which visitors may not read
        parameters = self.env["ir.config_parameter"].sudo()
        kind = parameters.get_param("customer_portal.pay_link") or "document"
        return kind if kind in dict(PAY_LINK_KINDS) else "document"

    @api.model
    def _get_days(self):
        """Return for how many days a link holds."""
        return self.env["ir.config_parameter"]._get_portal_number(
            "pay_link_days", PAY_LINK_DAYS, most=3650
        )

    @api.model
    def _is_on(self, customer):
        """Return whether this customer pays by links: as the seller switched it."""
        if self._get_kind() == "no" or not self.env.user._is_portal_payment_enabled():
            return False
        data = self.env["ir.model.data"]
        pay_id = data._xmlid_to_res_id("customer_portal.permission_pay")
        # sudo: the seller's switches; asked for each mail, so without a query
        section = self.env["portal.permission"].sudo().browse(pay_id).section_id
        switches = section.switch_ids
        own = switches.filtered(lambda switch: switch.partner_id == customer)
        tagged = switches.filtered(
            lambda switch: switch.category_id & customer.category_id
        )
        if own or tagged:
            return all((own or tagged).mapped("is_on"))
        return section.is_on

    # ------------------------------------------------------------
    # The token
    # ------------------------------------------------------------

    @api.model
    def _make_token(self, move):
        """Return the token of an invoice's link; in sudo."""
        customer = move.commercial_partner_id
        end = fields.Datetime.now() + timedelta(days=self._get_days())
        text = "-".join(
            map(
                str,
                (
                    move.id,
                    customer.id,
                    int((end - EPOCH).total_seconds()),
                    customer.portal_pay_link_version,
                ),
            )
        )
        return f"{text}.{self._sign(text)}"

    @api.model
    def _sign(self, text):
        # sudo: the secret of the database
        return hmac(self.env(su=True), SCOPE, text, hashlib.sha256)

    @api.model
    def _get_url(self, move):
        """Return the address of a new link; in sudo."""
        return f"{move.get_base_url()}/pay/{self._make_token(move)}"

    @api.model
    def _read(self, token):
        """Return the PayLink of a token, or None for one that we did not make."""
        match = TOKEN.fullmatch(token) if isinstance(token, str) else None
        if not match:
            return None
        text = token.rpartition(".")[0]
        if not consteq(match["signature"], self._sign(text)):
            return None
        # sudo: the signed token is the right to this one invoice
        move_sudo = self.env["account.move"].sudo().browse(int(match["move"])).exists()
        customer_sudo = move_sudo.commercial_partner_id
        if move_sudo.move_type != "out_invoice" or customer_sudo.id != int(
            match["customer"]
        ):
            return None
        ends_on = EPOCH + timedelta(seconds=int(match["end"]))
        is_valid = (
            ends_on > fields.Datetime.now()
            and int(match["version"]) == customer_sudo.portal_pay_link_version
        )
        return PayLink(move_sudo, ends_on, is_valid, token)

    # ------------------------------------------------------------
    # What can be paid
    # ------------------------------------------------------------

    @api.model
    def _get_offers(self, move):
        """Return what the page of an invoice offers to pay, the usual one first.

        In sudo. The browser chooses one of the keys and never an amount.

        :return: list of dicts with key (full, instalments, due), amount and amounts,
            {account.move: amount}; empty when nothing can be paid now
        """
        holds = move._get_holds()
        left = move._get_amount_left(holds)
        if not move._is_open_document() or not left:
            return []
        today = fields.Date.context_today(self)
        offers = {"full": {move: left}}
        due = self._get_due_amount(move, today, holds)
        if 0 < due < left:
            offers["instalments"] = {move: due}
        if self._get_kind() == "due":
            documents = self._get_due_documents(move, today)
            holds = documents._get_holds()
            others = {
                other: amount
                for other in documents
                if (amount := self._get_due_amount(other, today, holds)) > 0
            }
            if others.keys() - {move}:
                offers["due"] = others
        return [
            {
                "key": key,
                "amount": self._get_price(amounts, move.currency_id),
                "amounts": amounts,
            }
            for key, amounts in offers.items()
        ]

    @api.model
    def _get_price(self, amounts, currency):
        """Return what is asked for amounts of invoices: less the running discounts.

        :param dict amounts: {account.move: amount in its currency}
        """
        digits = currency.decimal_places
        holds = self.env["account.move"].union(*amounts)._get_holds()
        totals = add_up(
            move._get_pay_units(holds).choose(to_units(amount, digits))
            for move, amount in amounts.items()
        )
        return from_units(totals.to_pay, digits)

    @api.model
    def _get_due_amount(self, move, today, holds):
        """Return what of an invoice is due today or before, and not under way.

        :param dict holds: of `account.move._get_holds`
        """
        items = move._get_open_items().filtered(
            lambda item: item.date_maturity and item.date_maturity <= today
        )
        due = sum(items.mapped("amount_residual_currency"))
        held = move._pick_holds(holds).take(move.amount_residual)
        return max(move.currency_id.round(due - held), 0.0)

    @api.model
    def _get_due_documents(self, move, today):
        """Return the customer's invoices with something due for one payment."""
        return move.search(
            move._get_open_domain()
            & Domain("state", "=", "posted")
            & Domain("move_type", "=", "out_invoice")
            & Domain("commercial_partner_id", "=", move.commercial_partner_id.id)
            & Domain("company_id", "=", move.company_id.id)
            & Domain("currency_id", "=", move.currency_id.id)
            & Domain(
                "line_ids",
                "any",
                [
                    ("display_type", "=", "payment_term"),
                    ("reconciled", "=", False),
                    ("date_maturity", "<=", today),
                ],
            ),
            order="invoice_date_due, id",
            limit=MAX_DOCUMENTS,
        )

    @api.model
    def _open_remittance(self, link, key):
        """Return the remittance of what a visitor chose; sent twice it is the same.

        In sudo: the link is the right to pay the invoice.

        :param str key: of one of `_get_offers`
        :raise UserError: when it cannot be paid now
        """
        move = link.move
        customer = move.commercial_partner_id
        self.env["portal.ledger.lock"]._lock(move.company_id, customer)
        offers = {offer["key"]: offer for offer in self._get_offers(move)}
        if key not in offers:
            move._check_nothing_under_way()
            raise UserError(
                self.env._("There is nothing left to pay, or it is under way.")
            )
        amounts = offers[key]["amounts"]
        for remittance in self._get_remittances(move):
            chosen = {
                line.move_id: line.amount_requested for line in remittance.line_ids
            }
            if remittance.state == "open" and chosen == amounts:
                return remittance
        return self.env["portal.remittance"]._open(
            customer, move.partner_id, amounts, source="link"
        )

    @api.model
    def _get_remittances(self, move):
        """Return what was chosen with links of this invoice, the newest first."""
        return self.env["portal.remittance"].search(
            [
                ("source", "=", "link"),
                ("line_ids.move_id", "=", move.id),
                ("partner_id", "=", move.commercial_partner_id.id),
            ]
        )

    # ------------------------------------------------------------
    # Another link
    # ------------------------------------------------------------

    @api.model
    def _send_again(self, link):
        """Mail a new link to where the customer's invoices go, if there is a reason.

        In sudo. Who asks learns nothing: neither the address nor whether it was sent.
        """
        move = link.move
        limits = self.env["portal.rate.limit"]
        verdict = limits._hit("pay_link_mail", account=f"document:{move.id}")
        if not verdict.allowed or not self._is_on(move.commercial_partner_id):
            return
        if not move._is_open_document() or not move._get_pay_link_recipients():
            return
        template = self.env.ref("customer_portal.mail_template_pay_link")
        # As the system, and not linked to the invoice: whoever may read it there
        # could read the link too.
        template.with_user(SUPERUSER_ID).send_mail(
            move.id, email_values={"model": False, "res_id": False}
        )
        self.env["res.users"]._send_mails_soon()
