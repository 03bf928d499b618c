from odoo import api, models, tools


class IrDefault(models.Model):
    _inherit = "ir.default"

    @api.model
    # Core forgets all that is remembered when a default is written.
    @tools.ormcache(
        "self.env.uid",
        "self.env.su",
        "self.env.company.id",
        "model_name",
        "field_name",
        "user_id",
        "company_id",
        "condition",
    )
    def _get(
        self, model_name, field_name, user_id=False, company_id=False, condition=False
    ):
        """Extend: remember it.

        Core asks for the language of visitors in each request, in two queries.
        """
        return super()._get(model_name, field_name, user_id, company_id, condition)
