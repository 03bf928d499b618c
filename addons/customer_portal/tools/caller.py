"""The address that a call comes from, also where no request is at hand."""

import threading

from odoo.http import request


def remember_address(address):
    """Keep the caller's address for RPC, whose calls do not see the request.

    With the address of the page, which Odoo sets anew for each request, so that no
    later request of the thread takes it for its own.
    """
    thread = threading.current_thread()
    thread.portal_caller = (getattr(thread, "url", None), address)


def get_address():
    """Return the address of the caller, or None."""
    if request:
        return request.httprequest.remote_addr
    thread = threading.current_thread()
    url, address = getattr(thread, "portal_caller", (None, None))
    return address if url is not None and url is getattr(thread, "url", None) else None
