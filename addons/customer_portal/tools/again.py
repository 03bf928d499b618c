"""What a request was before its route was run, for Odoo to run it again.

Odoo rolls the transaction back, because somebody else was quicker, and calls the route
once more on the same request. What the first run left there would be seen by the
second: context and user, headers of the answer, a session that is saved already, where
a file was read to. What was counted is counted once.
"""

from collections import Counter
from copy import deepcopy

from odoo import api
from odoo.http import request


def get_start():
    """Return the Start of the current request, or None outside of one."""
    return vars(request).get("portal_start") if request else None


class Start:
    """What a request is before its route is run."""

    def __init__(self):
        env, session = request.env, request.session
        self.user, self.context, self.is_su = env.uid, env.context, env.su
        self.headers = request.future_response.headers.copy()
        self.attributes = vars(request).keys() | {"portal_start", "params"}
        self.session, self.sid = deepcopy(dict(session)), session.sid
        self.is_dirty = session.is_dirty
        # {what was counted: how often}: in all runs, and in this one.
        self.counted, self.seen = Counter(), Counter()
        self.is_saved = False  # the session, in an earlier run
        self.begun_id = None  # the payment that is to be charged with a saved card
        self.charged_id = None  # the one that was written down, and charged

    def restore(self):
        """Make the request what it was, on the cursor that it has now."""
        for name in vars(request).keys() - self.attributes:
            delattr(request, name)
        headers = request.future_response.headers
        headers.clear()
        headers.extend(self.headers)
        # A look as a customer keeps nothing; see models/access/ir_http.py.
        vars(request.env.cr).pop("commit", None)
        request.env = api.Environment(
            request.env.cr, self.user, self.context, self.is_su
        )
        if self.user:
            request.update_env()  # what is flushed at the end, is so in these rights
        # Odoo rewinds the first file of each field only.
        for files in request.httprequest.files.listvalues():
            for file in files:
                file.seek(0)
        self._restore_session()
        self.seen.clear()
        self.begun_id = None

    def _restore_session(self):
        """Put back what the request began with.

        Odoo has read the session again: what an earlier run saved at its end, or what
        was there before the request.
        """
        session = request.session
        if self.is_saved:
            for name in session.keys() - self.session.keys():
                del session[name]
        if self.is_saved or self.is_dirty:
            session.update(deepcopy(self.session))
            session.sid, session.is_dirty = self.sid, self.is_dirty

    def is_counted(self, hit):
        """Return whether an earlier run of this request has counted a hit already."""
        self.seen[hit] += 1
        return self.seen[hit] <= self.counted[hit]

    def keep(self, hit):
        """Remember that a hit was counted."""
        self.counted[hit] += 1

    def forget(self, kind, key):
        """Remember that the hits of a person or an address were taken back."""
        for hits in (self.counted, self.seen):
            for hit in [hit for hit in hits if hit[0] == kind and key in hit[1:]]:
                del hits[hit]
