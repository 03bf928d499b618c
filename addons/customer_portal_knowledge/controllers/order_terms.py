from odoo.http import request

from odoo.addons.customer_portal.controllers.order.reorder import ReorderPortal

from .help_page import HelpPortal


class HelpTermsPortal(ReorderPortal):
    def _render_review_page(self, order, **kwargs):
        """Extend: terms and returns at what is ordered."""
        response = super()._render_review_page(order, **kwargs)
        # sudo: what the seller says of products of the person's own draft
        terms, keys = order.sudo()._get_help_terms(request.env.user)
        response.qcontext.update(
            help_terms=terms,
            help_term_keys=keys,
            draw_help_text=HelpPortal._draw_text,
        )
        return response
