"""The mail with an invitation has a neutral subject, and names lead nowhere."""

from odoo import SUPERUSER_ID, api
from odoo.tools.convert import convert_file

OLD_START = "{{ object.invited_by_id.name or"


def migrate(cr, version):
    """Take the new words where the seller has not changed the old ones."""
    env = api.Environment(cr, SUPERUSER_ID, {"lang": "en_US"})
    template = env.ref("customer_portal.mail_template_invitation", False)
    if template and (template.subject or "").startswith(OLD_START):
        file = "data/mail_template_people.xml"
        convert_file(env, "customer_portal", file, None, mode="init", noupdate=True)
