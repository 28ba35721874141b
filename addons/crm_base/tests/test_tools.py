import doctest

from odoo.tests import tagged
from odoo.tests.common import BaseCase

from ..tools import credit, guard, history_file, lifecycle, phone, section, vat


@tagged("post_install", "-at_install")
class TestTools(BaseCase):
    def test_examples_in_docstrings(self):
        modules = (credit, guard, history_file, lifecycle, phone, section, vat)
        for module in modules:
            with self.subTest(module=module.__name__):
                result = doctest.testmod(module)
                self.assertGreater(result.attempted, 0)
                self.assertEqual(result.failed, 0)
