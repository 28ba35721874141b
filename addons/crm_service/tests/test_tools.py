import doctest

from odoo.tests import TransactionCase, tagged

from ..tools import (
    chain,
    clock,
    complaint,
    guarantee,
    guard,
    ticket,
    working_days,
    working_time,
)


@tagged("post_install", "-at_install", "cap_v02")
class TestServiceTools(TransactionCase):
    """The examples in the rules hold."""

    def test_doctests(self):
        for module in (
            clock,
            ticket,
            working_time,
            chain,
            complaint,
            guard,
            working_days,
        ):
            with self.subTest(module.__name__):
                result = doctest.testmod(module)
                self.assertTrue(result.attempted)
                self.assertFalse(result.failed)
