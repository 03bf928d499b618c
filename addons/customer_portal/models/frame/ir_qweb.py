from odoo import models
from odoo.http import request
from odoo.tools import conditional, config, ormcache

from ...tools.drawing import Drawing

# Pages of Odoo's that belong to a section of ours.
CORE_PLACES = {"/my/account": "/my/profile", "/my/address": "/my/addresses"}


class IrQweb(models.AbstractModel):
    _inherit = "ir.qweb"

    def _prepare_environment(self, values):
        """Extend: what templates draw with functions, see `drawing`.

        And with what a layout says that its pages are private.
        """
        values.setdefault("keep_private", self.env["ir.http"]._keep_private)
        drawing = Drawing(self.env)
        for name, function in drawing.functions.items():
            values.setdefault(name, function)
        return super()._prepare_environment(values)

    def _prepare_frontend_environment(self, values):
        """Extend: each page knows whether the staff look at it as somebody else."""
        values["portal_view"] = request.env["ir.http"]._get_portal_view()
        return super()._prepare_frontend_environment(values)

    @conditional(
        "xml" not in config["dev_mode"],
        ormcache("key", cache="templates.cached_values"),
    )
    def _get_portal_menu(self, key):
        """Return the entries of the navigation as HTML, drawn once for all of a key.

        They are forgotten with any view, group or parameter that changes.

        :param tuple key: all that they depend on, of `res.users._get_portal_menu_key`
        """
        place = {"portal_place": self._get_portal_place()}
        return self._render("customer_portal.menu", place)

    def _get_portal_place(self):
        """Return the section that the page of the request is in, or "".

        That of its address, unless its route says another one: `request.portal_place`.
        """
        # Tests of Odoo have a request with every attribute, which means nothing.
        said = getattr(request, "portal_place", "") if request else ""
        if isinstance(said, str) and said:
            return said
        path = request.httprequest.path.rstrip("/") if request else ""
        place = "/".join(path.split("/")[:3])
        place = CORE_PLACES.get(place, place)
        return place if place in self._get_portal_places() else ""

    @ormcache(cache="routing")
    def _get_portal_places(self):
        """Return how addresses of pages begin: "/my", "/my/orders" and so on.

        What people type behind them would fill the cache of the menu.
        """
        rules = self.env["ir.http"].routing_map().iter_rules()
        return {"/".join(rule.rule.rstrip("/").split("/")[:3]) for rule in rules}
