import doctest
from importlib import import_module
from pkgutil import iter_modules

from odoo.tests import TransactionCase, tagged

from .. import tools


@tagged("post_install", "-at_install", "cap_v02", "cap_v07", "cap_v08")
class TestServiceTools(TransactionCase):
    """The examples in the rules hold."""

    def test_doctests(self):
        attempted = 0
        for info in iter_modules(tools.__path__, f"{tools.__name__}."):
            with self.subTest(info.name):
                result = doctest.testmod(import_module(info.name))
                self.assertFalse(result.failed)
                attempted += result.attempted
        self.assertGreater(attempted, 20)
