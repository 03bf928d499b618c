from odoo import api, models


class PortalDocumentVersion(models.Model):
    _inherit = "portal.document.version"

    @api.model_create_multi
    def create(self, vals_list):
        """Extend: articles about the document may have to be looked at."""
        versions = super().create(vals_list)
        versions._doubt_articles()
        return versions

    def _doubt_articles(self):
        """Let the owners look at the articles about documents with a new version."""
        # sudo: who may add a version lets the owners of articles know
        articles_sudo = self.env["portal.help.article"].sudo()
        for version in self.filtered(lambda version: version.number > 1):
            document = version.document_id
            about = articles_sudo.search([("document_ids", "in", document.ids)])
            name = document.name
            about._cast_doubt(
                lambda env, name=name: env._("There is a new version of %s.", name)
            )
