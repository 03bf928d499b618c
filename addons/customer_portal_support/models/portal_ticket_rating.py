"""How satisfied somebody was: core's ratings, one for each person of a ticket."""

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import plaintext2html

from odoo.addons.rating.models.rating_data import (
    RATING_HAPPY_VALUE,
    RATING_NEUTRAL_VALUE,
    RATING_UNHAPPY_VALUE,
)

GRADES = (RATING_HAPPY_VALUE, RATING_NEUTRAL_VALUE, RATING_UNHAPPY_VALUE)


class PortalTicket(models.Model):
    _inherit = "portal.ticket"

    def _get_rating_labels(self):
        """Return {grade: (icon, label)} in the order in which they are offered."""
        _ = self.env._
        labels = (
            ("fa-smile-o", _("Satisfied")),
            ("fa-meh-o", _("Partly satisfied")),
            ("fa-frown-o", _("Not satisfied")),
        )
        return dict(zip(GRADES, labels, strict=True))

    def _can_be_rated(self):
        """Return whether there is a help to rate: solved, or closed lately; in sudo."""
        if self.customer_status == "closed":
            return not self.end_reason and not self._is_past_reopening()
        return self.customer_status == "solved"

    def _can_rate(self, person):
        """Return whether somebody may say it: who took part, and no staff; in sudo.

        :param person: a contact, or none for an unknown sender
        """
        if not person:
            return not self.partner_id
        return person in self._get_people() and person.partner_share

    # ------------------------------------------------------------
    # One for each person
    # ------------------------------------------------------------

    def _find_rating(self, person):
        """Return somebody's rating of the ticket, or none; in sudo."""
        domain = [
            ("res_model", "=", self._name),
            ("res_id", "=", self.id),
            ("partner_id", "=", person.id),
        ]
        return self.env["rating.rating"].search(domain, order="id", limit=1)

    def _make_rating(self, person):
        """Return somebody's rating, which may say nothing yet; in sudo."""
        return self._find_rating(person) or self.env["rating.rating"].create(
            {
                "partner_id": person.id,
                "rated_partner_id": self._rating_get_operator().id,
                "res_model_id": self.env["ir.model"]._get_id(self._name),
                "res_id": self.id,
            }
        )

    def _rating_get_access_token(self, partner=None):
        """Override: also after it was used, the token of a person stays the same.

        :raise AccessError: for those who do not see the ticket
        """
        self.check_access("read")
        ticket = self.sudo()  # sudo: as core does, after the check
        person = partner or ticket._rating_get_partner()
        return ticket._make_rating(person.sudo()).access_token  # sudo: the same

    def _get_rating_links(self):
        """Return what a mail offers its reader: dicts of url and label; in sudo.

        Nothing where there is nothing to rate, or it is rated.
        """
        reader = self._get_mail_reader()
        if not self._can_be_rated() or not self._can_rate(reader):
            return []
        rating = self._make_rating(reader)
        if rating.consumed:
            return []
        address = f"{self.get_base_url()}/my/tickets/rating/{rating.access_token}"
        return [
            {"url": f"{address}?grade={grade}", "label": label}
            for grade, (_icon, label) in self._get_rating_labels().items()
        ]

    @api.model
    def _is_rating_token(self, token):
        """Return whether a token of core's ratings is of a ticket."""
        # sudo: yes or no, and nothing else
        ratings = self.env["rating.rating"].sudo()
        domain = [("access_token", "=", token), ("res_model", "=", self._name)]
        return bool(ratings.search_count(domain, limit=1))

    @api.model
    def _find_by_rating_token(self, token):
        """Return (ticket, rating) of the link of a mail, in sudo; both may be none."""
        # sudo: the link is the right to rate this ticket, and to nothing else
        ratings = self.env["rating.rating"].sudo()
        rating = ratings.search(
            [("access_token", "=", token), ("res_model", "=", self._name)], limit=1
        )
        # sudo: the same
        ticket = self.sudo().browse(rating.res_id or []).exists()
        if not ticket or not ticket._can_rate(rating.partner_id):
            return ticket.browse(), rating.browse()
        return ticket, rating

    # ------------------------------------------------------------
    # Rate
    # ------------------------------------------------------------

    def _get_rating_state(self, rating):
        """Return how a rating stands; in sudo.

        :param rating: of this ticket, or none
        :return: "open": may be given or changed; "done": given, and kept; "early":
            there is no help to rate yet; "over": too late
        """
        can_be_rated = self._can_be_rated()
        if rating.consumed and self.customer_status == "closed":
            return "done"
        if can_be_rated:
            return "open"
        if rating.consumed:
            return "done"
        return "over" if self.customer_status == "closed" else "early"

    def _rate(self, person, grade, comment):
        """Keep what somebody says of our help, in place of what was said; in sudo.

        :param person: a contact who may rate it, see `_can_rate`
        :param int grade: one of GRADES
        :param str comment: plain text, or ""
        :raise UserError: when it can not be rated now, or with another grade
        :return: the rating
        """
        self.ensure_one()
        if grade not in GRADES:
            raise UserError(self.env._("Choose how satisfied you are."))
        rating = self._make_rating(person)
        if self._get_rating_state(rating) != "open":
            raise UserError(self.env._("This ticket cannot be rated now."))
        values = {"rating": grade, "feedback": comment or False, "consumed": True}
        is_new = not rating.consumed or any(
            rating[name] != value for name, value in values.items()
        )
        if not rating.consumed:
            # Who has helped in the end.
            values["rated_partner_id"] = self._rating_get_operator().id
        rating.write(values)
        if is_new:
            self._log_rating(rating)
        return rating

    def _log_rating(self, rating):
        """Show it to staff on the ticket; in sudo."""
        _icon, label = self._get_rating_labels()[int(rating.rating)]
        words = self.env._("Rating: %s", label)
        if rating.feedback:
            words = f"{words}\n{rating.feedback}"
        person = rating.partner_id
        self._message_log(
            body=plaintext2html(words),
            author_id=person.id,
            email_from=person.email_formatted or self.email_from,
        )

    def rating_apply(self, *args, **kwargs):
        """Override: people rate on our pages; core's way would write a word on it.

        :raise UserError: always
        """
        raise UserError(self.env._("Tickets are rated with the link of a mail."))

    def _get_allowed_message_params(self):
        """Extend: a message carries no rating."""
        return super()._get_allowed_message_params() - {"rating_value"}

    def _prepare_rating_values(self, user):
        """Return what the ticket's page shows of the rating, or None; in sudo.

        :return: dict with grades ({grade: (icon, label)}), state, and what was said:
            grade (0 for nothing yet) and comment
        """
        person = user.partner_id
        if not self._can_rate(person):
            return None
        rating = self._find_rating(person)
        state = self._get_rating_state(rating)
        if state in ("early", "over"):
            return None
        return {
            "grades": self._get_rating_labels(),
            "state": state,
            "grade": int(rating.rating) if rating.consumed else 0,
            "comment": rating.feedback or "",
        }
