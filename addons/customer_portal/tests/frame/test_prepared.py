"""The cast that all classes of a database share is committed whole, or not at all."""

from odoo.modules.registry import Registry
from odoo.tests import BaseCase, TransactionCase, tagged
from odoo.tests.common import get_db_name
from odoo.tools import mute_logger

from odoo.addons.base.tests.common import BaseCommon

from .. import prepared


class FailingCast(BaseCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.half = cls.env["res.partner"].create({"name": "Half a cast"})
        cls.env.flush_all()
        raise ValueError("in the middle")


class UnkeptCast(BaseCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.partner"].create({"name": "Half a cast"})
        cls.lookup = cls.env.ref


class OtherCast(BaseCommon):
    pass


@tagged("post_install", "-at_install")
class TestPrepared(BaseCase):
    def _count(self):
        with Registry(get_db_name()).cursor() as cr:
            cr.execute("SELECT COUNT(*) FROM res_partner WHERE name = 'Half a cast'")
            return cr.fetchone()[0]

    def _make(self, maker):
        # Inside of a test it also finds, and ends, the patches of this class.
        with mute_logger("odoo.tests.common"):
            prepared.Cast.make(maker)

    def test_set_up_that_fails_leaves_nothing(self):
        with self.assertRaisesRegex(ValueError, "in the middle"):
            self._make(FailingCast)
        self.assertEqual(self._count(), 0)

    def test_what_no_other_class_could_use_is_refused(self):
        with self.assertRaisesRegex(TypeError, "lookup: method cannot be kept"):
            self._make(UnkeptCast)
        self.assertEqual(self._count(), 0)

    def test_class_with_more_of_core_s_set_up_is_refused(self):
        class Mixed(OtherCast, FailingCast):
            pass

        with self.assertRaisesRegex(TypeError, "Mixed: .* without FailingCast"):
            prepared.set_up(Mixed, OtherCast)


@tagged("post_install", "-at_install")
class TestKeeping(TransactionCase):
    def test_values_come_back_in_the_rights_they_had(self):
        env = self.env
        partners = env["res.partner"].create([{"name": "One"}, {"name": "Two"}])
        values = {
            "records": partners.with_context(lang="en_US"),
            "one": partners[0].with_user(env.ref("base.public_user")),
            "above": partners[1].sudo(),
            "none": env["res.partner"],
            "parts": [partners[0], {"two": (partners[1], 2, None, "text", False)}],
        }
        kept = prepared.pack(values)
        back = prepared.unpack(env, kept)
        self.assertEqual(back, values)
        for name in ("records", "one", "above"):
            with self.subTest(name):
                self.assertEqual(back[name].env, values[name].env)
