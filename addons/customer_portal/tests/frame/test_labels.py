"""What a card of a phone calls a value is what the column of the table calls it."""

from pathlib import Path

from lxml import etree

from odoo.modules import get_module_path
from odoo.tests import BaseCase, tagged

from ..rows import OURS


@tagged("post_install", "-at_install")
class TestLabels(BaseCase):
    def test_labels_are_words_of_the_header(self):
        addons = Path(get_module_path(OURS)).parent
        for path in addons.glob(f"{OURS}*/views/**/*_templates.xml"):
            for table in etree.parse(path).iter("table"):
                texts = ("".join(head.itertext()) for head in table.iter("th"))
                heads = {" ".join(text.split()) for text in texts}
                heads |= {part.get("label.translate", "") for part in table.iter("t")}
                for cell in table.iter("td"):
                    label = cell.get("data-label", "")
                    with self.subTest(label, file=path.name, line=cell.sourceline):
                        self.assertTrue(any(head.startswith(label) for head in heads))
