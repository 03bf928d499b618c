from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.customer_portal_knowledge.tools.body import clean_body

from ..tools.private_data import (
    blank_body,
    blank_text,
    find_in_body,
    find_in_text,
)


class PortalHelpDraft(models.TransientModel):
    """An article that begins with a solved ticket, until nothing private is in it."""

    _name = "portal.help.draft"
    _description = "Article from a ticket"

    ticket_id = fields.Many2one("portal.ticket", required=True, readonly=True)
    name = fields.Char("Title", required=True)
    category_id = fields.Many2one("portal.help.category")
    body = fields.Html("Text", sanitize=False)
    found_text = fields.Text(
        "Perhaps private",
        compute="_compute_found",
        help="What could be about a person or a customer.",
    )
    found_count = fields.Integer(compute="_compute_found")
    is_checked = fields.Boolean(
        "I looked at each; nothing of it is private",
        help="Readers of an article are strangers to the customer who asked.",
    )

    @api.depends("name", "body", "ticket_id")
    def _compute_found(self):
        labels = self._get_labels()
        for draft in self:
            found = draft._find_private()
            draft.found_count = len(found)
            draft.found_text = "\n".join(
                f"{labels[kind]} {part}" for kind, part in found
            )

    @api.model_create_multi
    def create(self, vals_list):
        """Extend: the text is cleaned before it is kept."""
        return super().create([self._clean(vals) for vals in vals_list])

    def write(self, vals):
        """Extend: the text is cleaned before it is kept."""
        return super().write(self._clean(vals))

    @api.model
    def _clean(self, vals):
        return {**vals, "body": clean_body(vals["body"])} if "body" in vals else vals

    def _get_labels(self):
        """Return {kind: what stands in the place of something private}."""
        _ = self.env._
        return {
            "email": _("[e-mail address]"),
            "link": _("[link]"),
            "iban": _("[bank account]"),
            "card": _("[card]"),
            "phone": _("[phone]"),
            "address": _("[address]"),
            "number": _("[number]"),
            "name": _("[name]"),
        }

    def _get_words(self):
        self.ticket_id.check_access("read")
        # sudo: of whom a ticket is that the agent reads
        return self.ticket_id.sudo()._get_private_words()

    def _find_private(self):
        """Return [(kind, text)] of what may be private in title and text."""
        words = self._get_words()
        found = find_in_text(self.name or "", words) + find_in_body(self.body, words)
        return list(dict.fromkeys(found))

    def action_blank(self):
        """Put words such as [name] in the place of all that may be private."""
        self.ensure_one()
        words, labels = self._get_words(), self._get_labels()
        self.name = blank_text(self.name, words, labels)
        self.body = blank_body(self.body, words, labels)
        return self._reopen()

    def action_make(self):
        """Make a draft for staff of it, and open it.

        :raise UserError: while there may be something private in it
        """
        self.ensure_one()
        if self.found_count and not self.is_checked:
            raise UserError(
                self.env._(
                    "Blank out what is private, or say that nothing of it is private."
                )
            )
        if not self.category_id:
            raise UserError(self.env._("Choose a category."))
        ticket = self.ticket_id
        article = self.env["portal.help.article"].create(
            {
                "name": self.name,
                "body": self.body,
                "category_id": self.category_id.id,
                # Until somebody says whom it is for.
                "audience": "staff",
                "product_tmpl_ids": ticket.product_id.product_tmpl_id.ids,
            }
        )
        self._remember_ticket(article)
        return {
            "type": "ir.actions.act_window",
            "res_model": article._name,
            "res_id": article.id,
            "view_mode": "form",
        }

    def _remember_ticket(self, article):
        # sudo: which ticket it came from is nobody's to write
        article.sudo().ticket_id = self.ticket_id

    def _reopen(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Article from a ticket"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }
