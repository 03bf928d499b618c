from odoo import api, models


class AccountPartialReconcile(models.Model):
    _inherit = "account.partial.reconcile"

    @api.model_create_multi
    def create(self, vals_list):
        """Extend: a promise is kept at once when the money is booked.

        Whether one is broken is asked once a day: an entry that is changed is matched
        anew, and its document is open in between.
        """
        partials = super().create(vals_list)
        partials._keep_promises()
        return partials

    def _keep_promises(self):
        # sudo: promises follow what the caller was allowed to book
        lines = self.env["portal.promise.line"].sudo()
        lines = lines.search_fetch(
            [
                ("move_id", "in", self.debit_move_id.move_id.ids),
                ("promise_id", "any", lines.promise_id._get_followed_domain()),
                ("promise_id.state", "!=", "kept"),
            ],
            ["promise_id"],
        )
        lines.promise_id._settle(is_final=False)
