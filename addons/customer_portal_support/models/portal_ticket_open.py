"""A ticket that a person of a customer opens in the portal."""

from markupsafe import Markup, escape

from odoo import api, fields, models
from odoo.fields import Command


class PortalTicket(models.Model):
    _inherit = "portal.ticket"

    # Somebody of the head office asks for a branch: then it is not the contact's.
    portal_customer_id = fields.Many2one(readonly=False)

    @api.model
    def _open(
        self,
        user,
        kind,
        customer,
        company,
        values,
        *,
        answers=(),
        files=(),
        returns=None,
    ):
        """Return the ticket of a person, with what was answered and sent.

        In sudo: the caller has checked that the person may ask this for the customer,
        and reached what it is about in the person's rights.

        :param kind: the request type
        :param company: of the seller
        :param dict values: of the ticket: subject, urgency, is_complaint and links
        :param answers: dicts with question (see `_prepare_questions`), text, and of
            some kinds number or date
        :param files: (clean name, content, the question)
        :param returns: (of what goods are returned, {key: quantity}), or None
        :raise UserError: when more is returned than can be now
        """
        returned = self._prepare_returns(*returns) if returns else []
        said, facts = self._split_answers(answers)
        ticket = self.with_company(company).create(
            {
                **values,
                "partner_id": user.partner_id.id,
                "portal_customer_id": customer.id,
                "type_id": kind.id,
                "team_id": kind._get_teams(company)[kind].id,
                "channel": "portal",
                "description": said,
                "value_ids": [
                    Command.create(self._prepare_value(answer)) for answer in facts
                ],
                "return_ids": [Command.create(goods) for goods in returned],
            }
        )
        ticket._keep_files(files)
        ticket._keep_searches(user)
        return ticket

    @api.model
    def _split_answers(self, answers):
        """Return (the long texts as one HTML, the other answers)."""
        long_texts = [
            answer for answer in answers if answer["question"]["kind"] == "long_text"
        ]
        parts = []
        for answer in long_texts:
            text = Markup("<br/>").join(escape(answer["text"]).split("\n"))
            label = answer["question"]["label"]
            if len(long_texts) > 1:
                parts.append(Markup("<p><strong>%s</strong></p>") % label)
            parts.append(Markup("<p>%s</p>") % text)
        rest = [answer for answer in answers if answer not in long_texts]
        return Markup().join(parts), rest

    @api.model
    def _prepare_value(self, answer):
        """Return the values of one `portal.ticket.value`."""
        question = answer["question"]
        return {
            "field_id": question["id"],
            "sequence": question["sequence"],
            "label": question["label"],
            "text": answer["text"],
            "number": answer.get("number") or 0.0,
            "date": answer.get("date") or False,
        }

    def _keep_files(self, files):
        """Keep what was sent with a new ticket: an answer for each file."""
        # Core makes every picture smaller; a photo comes back as it was sent.
        attachments = self.env["ir.attachment"].with_context(image_no_postprocess=True)
        kept = attachments.create(
            [
                {
                    "name": name,
                    "raw": content,
                    "res_model": self._name,
                    "res_id": self.id,
                }
                for name, content, _question in files
            ]
        )
        self.value_ids = [
            Command.create(
                {
                    **self._prepare_value({"question": question, "text": file.name}),
                    "res_model": file._name,
                    "res_id": file.id,
                }
            )
            for file, (_name, _content, question) in zip(kept, files, strict=True)
        ]
