"""From a solved ticket to an article, without what is private in it."""

from lxml import html
from markupsafe import Markup

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools.mail import is_html_empty

from odoo.addons.customer_portal_knowledge.tools.body import clean_body, draw_inner

PAPER_FIELDS = ("name", "client_order_ref", "ref", "payment_reference", "memo")
PARTNER_FIELDS = ("name", "street", "street2", "zip", "vat", "ref", "phone", "email")
SHORTEST_WORD = 3  # of a name


class PortalTicket(models.Model):
    _inherit = "portal.ticket"

    help_article_ids = fields.One2many(
        "portal.help.article",
        "ticket_id",
        "Articles",
        groups="customer_portal_knowledge.group_help_author",
    )

    def action_make_article(self):
        """Begin an article with question and answer, to look through them.

        :raise AccessError: for those who may not read the ticket or write articles
        :raise UserError: for a ticket that is not solved
        """
        self.ensure_one()
        self.check_access("read")
        self.env["portal.help.article"].check_access("create")
        if not self.solved_on:
            raise UserError(self.env._("Solve the ticket first."))
        draft = self.env["portal.help.draft"].create(
            {
                "ticket_id": self.id,
                "name": self.subject,
                "body": self._draw_article(),
            }
        )
        return draft._reopen()

    def action_open_articles(self):
        """Show the articles that were made from the ticket."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_portal_knowledge.portal_help_article_action"
        )
        return {**action, "domain": [("ticket_id", "=", self.id)], "context": {}}

    def _get_help_products(self):
        """Return the ids of the product of a ticket that the caller has found."""
        self.ensure_one()
        # sudo: which product it is about, for whoever sees the ticket
        return self.sudo().product_id._get_help_templates()

    def _draw_article(self):
        """Return question and answer of a ticket as HTML, without pictures.

        Quoted mails, and what only staff read, are no part of it.
        """
        # sudo: words of a ticket that the agent reads
        words = self.sudo().message_ids.filtered(self._is_word).sorted("id")
        ours = words.filtered(self._is_ours)
        asked = self.description
        if is_html_empty(asked):
            asked = (words - ours)[:1].body
        question = _draw_words(asked)
        answer = Markup("").join(_draw_words(word.body) for word in ours)
        return Markup("<h2>%s</h2>%s<h2>%s</h2>%s") % (
            self.env._("The question"),
            question,
            self.env._("The answer"),
            answer,
        )

    def _get_private_words(self):
        """Return {word: kind} of what the records say of the ticket's people; in sudo.

        Kinds are name, address and number.
        """
        people = (
            self.partner_id
            | self.portal_customer_id
            | self.participant_ids
            | self.message_ids.author_id
            | self.user_id.partner_id
        )
        words = {}
        for partner in people | people.commercial_partner_id | people.parent_id:
            for name in PARTNER_FIELDS:
                kind = {"name": "name", "street": "address", "street2": "address"}
                _add(words, partner[name], kind.get(name, "number"))
            for word in (partner.name or "").replace(",", " ").split():
                _add(words, word, "name")
        _add(words, self.number, "number")
        for name in self._get_link_fields().values():
            record = self[name]
            if not record or name == "product_id":
                continue
            for field_name in PAPER_FIELDS:
                if field_name in record._fields:
                    _add(words, record[field_name], "number")
        return words


def _add(words, text, kind):
    """Note a word, unless it is too short to be told from others."""
    if isinstance(text, str) and len(text.strip()) >= SHORTEST_WORD:
        words.setdefault(text.strip(), kind)


def _draw_words(body):
    """Return what somebody wrote, without quotes of mails and without pictures."""
    if is_html_empty(body):
        return Markup("")
    root = html.fragment_fromstring(str(body), create_parent="div")
    for element in root.xpath(".//*[@data-o-mail-quote or @data-o-mail-quote-node]"):
        element.drop_tree()
    for element in root.xpath(".//img | .//blockquote"):
        element.drop_tree()
    return clean_body(draw_inner(root))
