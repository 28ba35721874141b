from odoo.tests import HttpCase, tagged

from odoo.addons.crm_base.tests.test_js import hoot_id


# takes 25 seconds
@tagged("post_install", "-at_install", "cap_c02", "cap_c03", "cap_c06")
class TestDeskJs(HttpCase):
    def test_hoot(self):
        """The tests of bar, panel and pop pass in the browser."""
        self.browser_js(
            "/web/tests?headless&loglevel=2&preset=desktop&timeout=15000"
            f"&id={hoot_id('@crm_cti')}",
            "",
            "",
            login="admin",
            timeout=300,
            success_signal="[HOOT] Test suite succeeded",
            error_checker=lambda message: "[HOOT]" not in message,
        )
