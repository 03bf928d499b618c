"""The translation templates hold what the addons say, and nothing else."""

import io
from pathlib import Path
from unittest import SkipTest

import polib

from odoo.modules.module import get_module_path
from odoo.tests import TransactionCase, tagged
from odoo.tools import file_open
from odoo.tools.translate import trans_export


@tagged("post_install", "-at_install")
class TestTerms(TransactionCase):
    def test_templates_are_up_to_date(self):
        if self.env.ref("base.module_customer_portal").demo:
            raise SkipTest("demo data has terms, too, and nobody translates them")
        folder = Path(get_module_path("customer_portal")).parent
        for addon in sorted(self.env.registry._init_modules):
            if Path(get_module_path(addon)).parent != folder:
                continue  # of somebody else
            with self.subTest(addon=addon):
                buffer = io.BytesIO()
                trans_export(False, [addon], buffer, "po", self.env)
                with file_open(f"{addon}/i18n/{addon}.pot") as file:
                    kept = self._read(file.read())
                found = self._read(buffer.getvalue().decode())
                differing = {msgid for msgid, _entry in kept.items() ^ found.items()}
                self.assertFalse(differing, "bin/i18n was not run")

    def _read(self, text):
        """Return `{term: entry}`; an entry names all places of a term."""
        return {entry.msgid: str(entry) for entry in polib.pofile(text)}
