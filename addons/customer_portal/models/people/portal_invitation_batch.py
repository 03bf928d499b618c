import logging

from psycopg2 import OperationalError

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...const import SCOPE_SELECTION

_logger = logging.getLogger(__name__)

PORTION = 25  # people between two commits


class PortalInvitationBatch(models.Model):
    """Many invitations at once, sent by a scheduled action."""

    _name = "portal.invitation.batch"
    _description = "Invitations to the portal"
    _order = "id desc"

    user_id = fields.Many2one(
        "res.users", "Invited by", required=True, readonly=True, ondelete="cascade"
    )
    line_ids = fields.One2many("portal.invitation.batch.line", "batch_id", "People")
    state = fields.Selection(
        [("sending", "Sending"), ("done", "Done")], compute="_compute_progress"
    )
    total_count = fields.Integer("All", compute="_compute_progress")
    sent_count = fields.Integer("Invited", compute="_compute_progress")
    refused_count = fields.Integer("Refused", compute="_compute_progress")
    progress = fields.Float(compute="_compute_progress")

    @api.depends("line_ids.state")
    def _compute_progress(self):
        counts = {
            (batch.id, state): count
            for batch, state, count in self.env[
                "portal.invitation.batch.line"
            ]._read_group(
                [("batch_id", "in", self.ids)], ["batch_id", "state"], ["__count"]
            )
        }
        for batch in self:
            waiting, sent, refused = (
                counts.get((batch.id, state), 0)
                for state in ("to_send", "sent", "refused")
            )
            batch.total_count = waiting + sent + refused
            batch.sent_count = sent
            batch.refused_count = refused
            batch.state = "sending" if waiting else "done"
            batch.progress = 100 * (sent + refused) / (batch.total_count or 1)

    @api.depends("create_date")
    def _compute_display_name(self):
        for batch in self:
            batch.display_name = self.env._(
                "Invitations of %s",
                fields.Date.to_string(
                    fields.Datetime.context_timestamp(
                        self, batch.create_date or fields.Datetime.now()
                    )
                ),
            )

    @api.model
    def _start(self, people):
        """Queue the invitations of people and have them sent at once.

        In the rights of the person, who invites.

        :param list people: values of `portal.invitation.batch.line`
        """
        batch = self.create({"user_id": self.env.uid})
        batch.line_ids.create([{"batch_id": batch.id, **person} for person in people])
        # sudo: the scheduled action is the system's
        self.env.ref("customer_portal.cron_invitations").sudo()._trigger()
        return batch

    @api.model
    def _send_invitations(self):
        """Invite the next people of all batches (scheduled).

        Each portion is committed, so that progress is seen, and that a defect costs
        one portion. A row that fails is refused, the others go on.
        """
        lines = self.env["portal.invitation.batch.line"]
        cron = self.env["ir.cron"]
        waiting = [("state", "=", "to_send")]
        cron._commit_progress(remaining=lines.search_count(waiting))
        while portion := lines.search(waiting, limit=PORTION):
            for key, group in portion.grouped(
                lambda line: (line.batch_id, line.partner_id)
            ).items():
                group._invite(key[0].user_id)
            if not cron._commit_progress(len(portion)):
                break

    # ------------------------------------------------------------
    # Buttons
    # ------------------------------------------------------------

    def _get_action(self):
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
        }

    def action_open_people(self):
        """Show the people who were invited."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_portal.portal_membership_action"
        )
        people = self.line_ids.membership_id
        return {**action, "domain": [("id", "in", people.ids)], "context": {}}

    def action_refresh(self):
        """Show how far it is: the form is read again after any button."""
        self.check_access("read")
        return False


class PortalInvitationBatchLine(models.Model):
    _name = "portal.invitation.batch.line"
    _description = "Invitation to the portal"
    _order = "id"

    batch_id = fields.Many2one(
        "portal.invitation.batch", required=True, ondelete="cascade", index=True
    )
    partner_id = fields.Many2one(
        "res.partner", "Customer", required=True, readonly=True, ondelete="cascade"
    )
    name = fields.Char(readonly=True)
    email = fields.Char("Address", required=True, readonly=True)
    role_id = fields.Many2one(
        "portal.role", required=True, readonly=True, ondelete="cascade"
    )
    scope = fields.Selection(SCOPE_SELECTION, required=True, readonly=True)
    state = fields.Selection(
        [("to_send", "To send"), ("sent", "Invited"), ("refused", "Refused")],
        required=True,
        readonly=True,
        default="to_send",
        index=True,
    )
    error = fields.Char("Reason", readonly=True)
    membership_id = fields.Many2one(
        "portal.membership", readonly=True, ondelete="set null"
    )

    def _invite(self, inviter):
        """Invite these people of one customer; together, or else one by one.

        The right to invite was asked when the batch was made.
        """
        lines = self.with_context(lang=inviter.lang)
        try:
            with self.env.cr.savepoint():
                lines._invite_together(inviter)
        except UserError as refusal:
            if len(self) == 1:
                self.write({"state": "refused", "error": refusal.args[0]})
                return
            for line in self:
                line._invite(inviter)
        except OperationalError:
            # Somebody changes the same people now: the scheduled action comes again.
            raise
        except Exception:
            # One row must not hold up all the others.
            _logger.exception("Invitations %s failed", self.ids)
            if len(self) == 1:
                self.write(
                    {
                        "state": "refused",
                        "error": lines.env._("It failed. Please contact us."),
                    }
                )
                return
            for line in self:
                line._invite(inviter)

    def _invite_together(self, inviter):
        answers = self.env["portal.membership"]._invite(
            self.partner_id,
            [
                {
                    "email": line.email,
                    "name": line.name or "",
                    "role": line.role_id,
                    "scope": line.scope,
                    "order_limit": None,
                }
                for line in self
            ],
            inviter=inviter,
        )
        for line, answer in zip(self, answers, strict=True):
            line.write(
                {
                    "state": "refused" if answer["error"] else "sent",
                    "error": answer["error"],
                    "membership_id": answer["membership"].id,
                }
            )
