from ..frame.overview import OverviewPortal


class OverviewDisputePortal(OverviewPortal):
    """What is disputed, in the figures of the overview."""

    def _get_overview_queries(self, customer):
        """Extend: whether something is disputed."""
        queries = super()._get_overview_queries(customer)
        if customers := self._get_customers("see_invoices"):
            queries["disputed"] = customers._get_disputed_query()
        return queries
