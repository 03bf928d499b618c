"""Articles of help for the tests: for each circle of readers, and who may read what."""

from lxml import html

from odoo import Command
from odoo.tests import new_test_user

from odoo.addons.customer_portal.tests.common import PortalHttpCommon


class HelpMixin:
    """Makes categories and articles; published ones unless a test says otherwise."""

    @classmethod
    def _create_category(cls, name, parent=None, **values):
        return cls.env["portal.help.category"].create(
            {"name": name, "parent_id": parent.id if parent else False, **values}
        )

    @classmethod
    def _create_article(cls, name, category, publish=True, **values):
        article = cls.env["portal.help.article"].create(
            {
                "name": name,
                "category_id": category.id,
                "body": f"<p>Text of {name}.</p>",
                "lang": "en_US",
                **values,
            }
        )
        if publish:
            article.action_publish()
        return article

    @classmethod
    def _create_staff(cls, login, group="base.group_user"):
        return new_test_user(
            cls.env,
            login=login,
            password=login + "-secret",
            groups=group,
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )


class HelpCase(HelpMixin, PortalHttpCommon):
    """Pages of help, over HTTP."""

    @staticmethod
    def _read_page(answer):
        return html.fromstring(answer.text)

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["ir.config_parameter"].set_param(
            "customer_portal.limit_help_feedback", "1000000"
        )
        cls.env["ir.config_parameter"].set_param(
            "customer_portal.limit_help_search", "1000000"
        )
        cls.env.user.group_ids |= cls.env.ref(
            "customer_portal_knowledge.group_help_editor"
        )
        cls.visitor = cls.env.ref("base.public_user")
        cls.paying = cls._create_category("Paying")
