"""The way out of seeing the portal as a person of a customer."""

from odoo.http import request, route

from ..portal import CHANGE, PAGE, Portal


class ViewAsPortal(Portal):
    @route("/my/view_as/stop", **CHANGE)
    def portal_view_as_stop(self, **_fields):
        """End the view, and go back to the customer in the back office."""
        view_sudo = request.env["portal.view.session"]._leave()
        if not view_sudo:
            return request.redirect("/my")
        return request.redirect(f"/odoo/res.partner/{view_sudo.partner_id.id}")

    @route("/my/view_as/ended", **{**PAGE, "readonly": False})
    def portal_view_as_ended(self, **_query):
        """Say that the time is over; what follows are the staff member's own pages."""
        view_sudo = request.env["portal.view.session"]._leave()
        if not view_sudo:
            return request.redirect("/my")
        return self._render_page(
            "customer_portal.view_as_ended",
            {
                "person": view_sudo.person_id.name,
                "back_url": f"/odoo/res.partner/{view_sudo.partner_id.id}",
            },
        )
