"""Words are folded alike in Python and PostgreSQL: the cases are in `foldings.json`."""

import json
from pathlib import Path

from odoo.tests import TransactionCase, tagged
from odoo.tools import SQL

from ...tools.folding import fold, get_folded_index, get_folded_sql

CASES = json.loads((Path(__file__).parents[1] / "foldings.json").read_text())
# Whatever may be typed or pasted: all letters of the scripts that people write here.
SIGNS = [
    chr(code)
    for start, end in (
        (0x20, 0x590),
        (0x600, 0x700),
        (0x1E00, 0x2070),
        (0x3000, 0x3100),
        (0x4E00, 0x4E40),
        (0xFB00, 0xFB07),
        (0xFB50, 0xFBB2),
        (0xFE70, 0xFF5F),
    )
    for code in range(start, end)
]


@tagged("post_install", "-at_install")
class TestFolding(TransactionCase):
    def fold_in_database(self, texts):
        """Return texts as PostgreSQL folds them."""
        rows = SQL("SELECT t FROM unnest(%s::text[]) WITH ORDINALITY AS u(t, n)", texts)
        folded = get_folded_sql(SQL.identifier("t"))
        self.env.cr.execute(SQL("SELECT %s FROM (%s) AS r", folded, rows))
        return [text for (text,) in self.env.cr.fetchall()]

    def test_table(self):
        typed, expected = zip(*CASES, strict=True)
        self.assertEqual([fold(text) for text in typed], list(expected))
        self.assertEqual(self.fold_in_database(list(typed)), list(expected))

    def test_all_signs(self):
        texts = [f"x{sign}y" for sign in SIGNS]
        folded = [fold(text) for text in texts]
        self.assertEqual(self.fold_in_database(texts), folded)
        self.assertEqual([fold(text) for text in folded], folded)

    def test_nothing(self):
        self.assertEqual([fold(None), fold(False)], ["", ""])
        self.assertEqual(self.fold_in_database([None]), [None])

    def test_index(self):
        execute = self.env.cr.execute
        execute(
            "CREATE TEMP TABLE folded AS "
            "SELECT 'Ž' || n AS t FROM generate_series(1, 9) AS n"
        )
        execute(SQL(f"CREATE INDEX ON folded (({get_folded_index('t')}))"))
        execute("SET LOCAL enable_seqscan = off")
        folded = get_folded_sql(SQL.identifier("t"))
        execute(SQL("EXPLAIN SELECT t FROM folded WHERE %s = 'z3'", folded))
        plan = "\n".join(line for (line,) in self.env.cr.fetchall())
        self.assertIn("Index Cond", plan)
        execute(SQL("SELECT t FROM folded WHERE %s = 'z3'", folded))
        self.assertEqual(self.env.cr.fetchall(), [("Ž3",)])
