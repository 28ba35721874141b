from odoo.tests import HttpCase, tagged

from .common import AnalyticsCase
from .sales_set import make_rows

# takes 30 seconds


@tagged("post_install", "-at_install", "cap_a01", "cap_a02", "cap_a03", "cap_a12")
class TestDashboardTour(AnalyticsCase, HttpCase):
    """An analyst sees the pictures and goes from them to the customers."""

    def test_tour(self):
        self._past(make_rows(60))
        self._refresh()
        self._run_model(self._model("rfm"))
        self.start_tour(
            "/odoo/customer-value", "crm_analytics_dashboard", login="mining_analyst"
        )

    def test_profit_tour(self):
        self.env["mining.activity.rate"].create(
            {"activity": "order_line", "date_from": "2020-01-01", "amount": 50}
        )
        self._sell(self.customer, [(self.desk, 9)], date="2026-03-10")
        self._sell(self.other_customer, [(self.paper, 1)], date="2026-03-10")
        self._refresh()
        model = self._model("profit")
        model.window_days = 7000
        self.assertEqual(self._run_model(model).state, "done")
        self.start_tour(
            "/odoo/profit-by-customer", "crm_analytics_profit", login="mining_analyst"
        )

    def test_style_sheet_compiles(self):
        bundle = self.env["ir.qweb"]._get_asset_bundle("web.assets_backend", js=False)
        bundle.css()
        self.assertFalse(bundle.css_errors)
