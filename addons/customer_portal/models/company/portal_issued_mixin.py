from odoo import fields, models


class PortalIssuedMixin(models.AbstractModel):
    """A document that keeps saying what it said when it was issued."""

    _name = "portal.issued.mixin"
    _description = "Document with the addresses of its day"

    issued_on = fields.Datetime(
        readonly=True,
        copy=False,
        groups="base.group_user",
        help=(
            "Since when its addresses are printed as they were then. Empty for "
            "what was issued before the customer portal was installed."
        ),
    )

    def _is_issued(self):
        """Return whether the document is final: posted, or done."""
        raise NotImplementedError

    def _get_partner_as_printed(self, name):
        """Override: a final document names the partner as it was on its day."""
        printed = self._get_as_printed(self[name])
        return (
            super()._get_partner_as_printed(name) if printed == self[name] else printed
        )

    def _get_as_printed(self, partner):
        """Return a partner with the values that this document prints of it."""
        self.ensure_one()
        if not partner or partner._name != "res.partner" or not self._is_issued():
            return partner  # a salesperson is a contact on the page too
        # sudo: when the document was issued
        return partner._get_as_of(self.sudo().issued_on)
