from werkzeug.exceptions import NotFound

from odoo.exceptions import AccessError, MissingError
from odoo.http import request, route

from odoo.addons.customer_portal.tools.parse import parse_id
from odoo.addons.sale_stock.controllers.portal import SaleStockPortal


class DeliveryPortal(SaleStockPortal):
    """Delivery slips: a missing one, a foreign one and an odd token are a 404."""

    def _stock_picking_check_access(self, picking_id, access_token=None):
        """Extend: an id out of range, or a token where the order has none, is missing.

        Core fails with a server error on both.
        """
        if not parse_id(picking_id):
            raise MissingError(request.env._("This document does not exist."))
        # sudo: whether the order has a token that the given one could be
        pickings = request.env["stock.picking"].sudo()
        # nosemgrep: route-sudo-browse-unchecked (nothing of it is given away)
        order = pickings.browse(picking_id).exists().sale_id
        if not order.access_token or not (access_token or "").isascii():
            access_token = None
        return super()._stock_picking_check_access(picking_id, access_token)

    @route(limit="pdf")
    def portal_my_picking_report(self, picking_id, access_token=None, **_query):
        """Extend: raise the refusal, which core returns and then warns about."""
        self._check_slip(picking_id, access_token)
        return super().portal_my_picking_report(picking_id, access_token=access_token)

    @route(limit="pdf")
    def portal_my_picking_return_report(self, picking_id, access_token=None, **_query):
        """Extend: as above."""
        self._check_slip(picking_id, access_token)
        return super().portal_my_picking_return_report(
            picking_id, access_token=access_token
        )

    def _check_slip(self, picking_id, access_token):
        """Refuse a slip that the person or visitor may not see.

        :raise NotFound: also for a missing one
        """
        try:
            self._stock_picking_check_access(picking_id, access_token)
        except (AccessError, MissingError):
            raise NotFound from None
