from odoo import models


class PortalRemittance(models.Model):
    """What the papers of a remittance ask of other parts."""

    _inherit = "portal.remittance"

    def _get_transfer_details(self):
        """Return where a bank transfer for this remittance goes, in sudo.

        The place for announced transfers, which replace it.

        :return: empty, or a dict with name, account_number, bic, bank, reference
            (texts) and send_on (a date)
        """
        self.ensure_one()
        return {}
