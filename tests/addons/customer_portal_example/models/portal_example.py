from odoo import fields, models
from odoo.exceptions import UserError


class PortalExample(models.Model):
    """Something that the seller writes down and the customer confirms."""

    _name = "portal.example"
    _inherit = ["portal.scoped.mixin", "portal.listed.mixin"]
    _description = "Example"
    _order = "date, id"

    _portal_code = "see_examples"
    _portal_partner_is_customer = True
    _portal_search_fields = ("name",)
    _portal_list = "examples"

    name = fields.Char(required=True)
    partner_id = fields.Many2one(
        "res.partner", "Customer", required=True, index=True, ondelete="cascade"
    )
    date = fields.Date("Wanted by", required=True, default=fields.Date.context_today)
    state = fields.Selection(
        [("waiting", "Waiting"), ("confirmed", "Confirmed")],
        "Status",
        required=True,
        default="waiting",
        index=True,
    )
    user_id = fields.Many2one("res.users", "Confirmed by", readonly=True, index=True)

    # ------------------------------------------------------------
    # Lists
    # ------------------------------------------------------------

    def _get_portal_list_label(self):
        return self.env._("Examples")

    def _get_portal_list_columns(self):
        return [self.env._("Name"), self.env._("Wanted by"), self.env._("Status")]

    def _prepare_portal_list_rows(self):
        labels = dict(self._fields["state"]._description_selection(self.env))
        for example in self:
            yield [example.name, example.date, labels[example.state]]

    def _prepare_waiting_items(self):
        """Return these as items, see `res.users._get_portal_waiting`."""
        self.fetch(["date", "name"])
        return [
            {
                "label": self.env._("Confirm: %s", example.name),
                "url": f"/my/examples/{example.id}",
                "note": "",
                "date": example.date,
            }
            for example in self
        ]

    # ------------------------------------------------------------
    # Actions
    # ------------------------------------------------------------

    def _confirm(self):
        """Confirm in the name of the current person, and tell the others.

        In sudo: the caller has checked that the person sees it.

        :raise UserError: it was confirmed before
        """
        self.lock_for_update()
        if self.state != "waiting":
            raise UserError(self.env._("This was confirmed already."))
        self.write({"state": "confirmed", "user_id": self.env.uid})
        self.env["portal.notice"]._tell(
            "example_confirmed",
            self._get_portal_readers(),
            self.partner_id,
            f"/my/examples/{self.id}",
            lambda env: env._("%s was confirmed.", self.name),
        )
