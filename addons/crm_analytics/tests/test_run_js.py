from odoo.tests import HttpCase, tagged

from odoo.addons.crm_base.tests.test_js import run_hoot


# takes 25 seconds
@tagged("post_install", "-at_install", "cap_a13")
class TestRunJs(HttpCase):
    def test_hoot(self):
        """The tests of the bar of a run pass in the browser."""
        run_hoot(self, "@crm_analytics")
