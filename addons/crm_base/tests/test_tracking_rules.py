import doctest

from odoo.tests import BaseCase, tagged

from odoo.addons.crm_base.tools import section, tracking


@tagged("post_install", "-at_install", "cap_e02")
class TestTrackingRules(BaseCase):
    def test_doctests(self):
        for module in (tracking, section):
            failed, tried = doctest.testmod(module)
            self.assertTrue(tried)
            self.assertFalse(failed, module.__name__)
