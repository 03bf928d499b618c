from werkzeug.exceptions import TooManyRequests

from odoo import models
from odoo.http import request


class ResUsersApikeys(models.Model):
    _inherit = "res.users.apikeys"

    def _check_credentials(self, *, scope, key):
        """Extend: an address that sends wrong keys is refused for a while.

        A key names nobody, so it is counted by address; and only wrong ones are,
        so that programs with a right one cost no more than before.

        :raise werkzeug's TooManyRequests: instead of a check that would be one too
            many; from here Odoo lets only exceptions of HTTP pass
        """
        if not request:
            # By RPC it is the password of a sign-in, which is counted there.
            return super()._check_credentials(scope=scope, key=key)
        limits = self.env["portal.rate.limit"]
        address = limits._get_address_key(request.httprequest.remote_addr)
        wait = limits._get_wait("api_key", address)
        if wait:
            refusal = limits._make_refusal(wait, "api_key")
            raise TooManyRequests(refusal.args[0], retry_after=wait)
        user_id = super()._check_credentials(scope=scope, key=key)
        if not user_id and limits._hit("api_key", address=address).is_first:
            limits._log_refusal("api_key")
        return user_id
