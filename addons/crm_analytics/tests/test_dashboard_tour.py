from odoo.tests import HttpCase, tagged

from .common import AnalyticsCase
from .sales_set import make_rows

# takes 20 seconds


@tagged("post_install", "-at_install", "cap_a01", "cap_a03", "cap_a12")
class TestDashboardTour(AnalyticsCase, HttpCase):
    """An analyst sees the pictures and goes from them to the customers."""

    def test_tour(self):
        self._past(make_rows(60))
        self._refresh()
        self._run_model(self._model("rfm"))
        self.start_tour(
            "/odoo/customer-value", "crm_analytics_dashboard", login="mining_analyst"
        )

    def test_style_sheet_compiles(self):
        bundle = self.env["ir.qweb"]._get_asset_bundle("web.assets_backend", js=False)
        bundle.css()
        self.assertFalse(bundle.css_errors)
