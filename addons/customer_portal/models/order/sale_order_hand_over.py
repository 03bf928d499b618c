"""An order above the limit of its maker is handed to a colleague."""

from odoo import models
from odoo.exceptions import UserError

MOST_OFFERED = 3  # colleagues on the page


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def _get_limit_notice(self, user):
        """Return why a person may not place this draft, and who may; in sudo.

        :return: None below the limit, else dict with limit, currency (of the limit) and
            colleagues (res.users, at most MOST_OFFERED)
        """
        self.ensure_one()
        member = user._get_portal_membership(self.portal_customer_id)
        if not self._is_above_limit(member, self.amount_total):
            return None
        return {
            "limit": member.order_limit,
            "currency": member.currency_id,
            "colleagues": self._get_hand_over_people(user),
        }

    def _get_hand_over_people(self, user):
        """Return the colleagues who may place this draft as it is; in sudo."""
        self.ensure_one()
        customer = self.portal_customer_id
        people = customer._get_portal_people("order") - user
        # By which of their companies they reach this one.
        roots = {
            person: person._get_portal_rights().find_root(
                customer.id, person._get_portal_customer().id
            )
            for person in people
        }
        members = self.env["portal.membership"].search(
            [("user_id", "in", people.ids), ("partner_id", "in", [*roots.values()])]
        )
        colleagues = members.filtered(
            lambda member: (
                member.partner_id.id == roots[member.user_id]
                and not self._is_above_limit(member, self.amount_total)
            )
        ).user_id
        return colleagues.sorted(lambda person: (person.name, person.id))[:MOST_OFFERED]

    def _hand_over(self, user, colleague_id):
        """Make a colleague the maker of this draft, and tell it; in sudo.

        The caller has checked that it is the draft of `user`, and holds the lock.

        :param int colleague_id: as it was sent
        :raise UserError: when this colleague may not place it
        """
        self.ensure_one()
        colleague = self._get_hand_over_people(user).filtered(
            lambda person: person.id == colleague_id
        )
        if not colleague:
            raise UserError(
                self.env._("This person cannot place the order. Choose another one.")
            )
        customer = self.portal_customer_id
        self.portal_user_id = colleague
        total = self.currency_id.format(self.amount_total)
        self.message_post(
            body=self.env._("Handed over to %s in the portal.", colleague.name),
            author_id=user.partner_id.id,
            message_type="notification",
            subtype_xmlid="mail.mt_note",
        )
        self.env["portal.activity"]._log(
            "order_handed_over",
            customer,
            user=user,
            record=self,
            detail=f"{colleague.name}: {total}",
        )
        self.env["portal.notice"]._tell(
            "order_handed_over",
            colleague,
            customer,
            f"/my/orders/{self.id}/review",
            lambda env: env._(
                "%(name)s asks you to place order %(order)s.",
                name=user.name,
                order=self.name,
            ),
            lambda env: env._("The total is %s. Nothing is ordered yet.", total),
            author=user,
        )
