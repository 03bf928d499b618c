from odoo.exceptions import AccessError

from .common import PortalCommon


class TestNotice(PortalCommon):
    def _tell(self, users, **values):
        return self.env["portal.notice"]._tell(
            "order_changed",
            users,
            self.customer,
            "/my/orders/1",
            lambda env: env._("Order %s was changed.", "S1"),
            **values,
        )

    def test_tells_each_person_but_not_who_did_it(self):
        people = self.buyer | self.colleague | self.stranger
        notices = self._tell(people, author=self.colleague)
        self.assertEqual(notices.user_id, self.buyer | self.stranger)
        self.assertEqual(set(notices.mapped("title")), {"Order S1 was changed."})

    def test_tells_neither_staff_nor_who_left(self):
        self.colleague.active = False
        author = self.stranger
        notices = self._tell(self.buyer | self.colleague | self.env.user, author=author)
        self.assertEqual(notices.user_id, self.buyer)

    def test_is_read_by_its_person_only(self):
        notice = self._tell(self.buyer)
        self.assertEqual(notice.with_user(self.buyer).title, "Order S1 was changed.")
        with self.assertRaises(AccessError):
            notice.with_user(self.stranger).check_access("read")
        for operation in ("write", "create", "unlink"):
            self.assertFalse(notice.with_user(self.buyer).has_access(operation))
