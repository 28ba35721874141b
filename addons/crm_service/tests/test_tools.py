import doctest

from odoo.tests import TransactionCase, tagged

from ..tools import clock, promise, ticket, working_time
from ..tools import (
    anonymous,
    article_text,
    clock,
    question,
    search_text,
    ticket,
    words,
    working_time,
)

MODULES = (
    anonymous,
    article_text,
    clock,
    question,
    search_text,
    ticket,
    words,
    working_time,
)


@tagged("post_install", "-at_install", "cap_v02")
class TestServiceTools(TransactionCase):
    """The examples in the rules hold."""

    def test_doctests(self):
        for module in (clock, promise, ticket, working_time):
        for module in MODULES:
            with self.subTest(module.__name__):
                result = doctest.testmod(module)
                self.assertTrue(result.attempted)
                self.assertFalse(result.failed)
