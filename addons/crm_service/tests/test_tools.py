import doctest

from odoo.tests import TransactionCase, tagged

from ..tools import assignment, clock, mail, ticket, working_time


@tagged("post_install", "-at_install", "cap_v02")
class TestServiceTools(TransactionCase):
    """The examples in the rules hold."""

    def test_doctests(self):
        for module in (assignment, clock, mail, ticket, working_time):
            with self.subTest(module.__name__):
                result = doctest.testmod(module)
                self.assertTrue(result.attempted)
                self.assertFalse(result.failed)
