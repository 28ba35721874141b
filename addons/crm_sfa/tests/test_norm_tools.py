import doctest

from odoo.tests import BaseCase, tagged

from ..tools import norm, schedule


@tagged("post_install", "-at_install", "cap_s05", "cap_s06")
class TestNormTools(BaseCase):
    def test_doctests(self):
        for module in (norm, schedule):
            result = doctest.testmod(module)
            self.assertEqual(result.failed, 0, module.__name__)
            self.assertGreater(result.attempted, 2)
