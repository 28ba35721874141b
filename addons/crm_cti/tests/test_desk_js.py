from odoo.tests import HttpCase, tagged

from odoo.addons.crm_base.tests.test_js import run_hoot


# takes 25 seconds
@tagged("post_install", "-at_install", "cap_c02", "cap_c03", "cap_c06")
class TestDeskJs(HttpCase):
    def test_hoot(self):
        """The tests of bar, panel and pop pass in the browser."""
        run_hoot(self, "@crm_cti")
