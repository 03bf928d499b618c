from odoo import models
from odoo.exceptions import UserError


class AccountJournal(models.Model):
    _inherit = "account.journal"

    def _get_manual_inbound_line(self):
        """Return the way of paying in of this journal: by hand, else the first.

        :raise UserError: when the journal takes no money in
        """
        self.ensure_one()
        lines = self.inbound_payment_method_line_ids
        manual = lines.filtered(lambda line: line.code == "manual")
        if not lines:
            raise UserError(
                self.env._("The journal %s has no incoming payment method.", self.name)
            )
        return (manual or lines)[:1]
