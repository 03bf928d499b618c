"""Strangers at the door."""

from contextlib import suppress

from odoo.exceptions import AccessDenied
from odoo.http import Request

from ..exceptions import TooManyRequests
from .common import PortalHttpCommon

WRONG = "wrong"


class FrontDoorCommon(PortalHttpCommon):
    def setUp(self):
        super().setUp()
        self.limits = self.env["portal.rate.limit"]

    def _token(self):
        return Request.csrf_token(self)

    def _guess(self, login, password=WRONG):
        return self.url_open(
            "/web/login",
            data={"csrf_token": self._token(), "login": login, "password": password},
            allow_redirects=False,
        )

    def _guess_by_rpc(self, login, times=1):
        """Try wrong passwords; unlike a refused request it is not rolled back here."""
        users = self.env["res.users"]
        credential = {"login": login, "password": "wrong", "type": "password"}
        for _ in range(times):
            with suppress(AccessDenied, TooManyRequests):
                users.authenticate(credential, {"interactive": False})

    def _visit(self):
        """Be somebody who is not signed in, with a session."""
        self.authenticate(None, None)

    def _count_checks(self):
        """Return a list that grows with each password that is compared."""
        checks = []
        check = type(self.env["res.users"])._check_credentials

        def count(user, credential, env):
            checks.append(credential["type"])
            return check(user, credential, env)

        self.patch(type(self.env["res.users"]), "_check_credentials", count)
        return checks
