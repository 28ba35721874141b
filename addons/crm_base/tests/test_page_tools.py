import doctest

from odoo.tests import BaseCase, tagged

from ..tools import address, timeline


@tagged("post_install", "-at_install", "cap_e06")
class TestPageTools(BaseCase):
    """The examples in the documentation of the page's rules hold."""

    def test_examples(self):
        for module in (address, timeline):
            with self.subTest(module=module.__name__):
                result = doctest.testmod(module)
                self.assertTrue(result.attempted)
                self.assertFalse(result.failed)

    def test_cursor_refuses_what_it_did_not_write(self):
        place = timeline.encode(
            timeline.Place(timeline.datetime(2026, 1, 1), "mail", 1)
        )
        bad = (
            "",
            "!!!",
            place[:-3],
            "bnVsbA",  # null
            "WzEsMiwzXQ",  # [1,2,3]
            "x" * 1000,
            7,
            timeline.encode(timeline.Place(timeline.datetime(2026, 1, 1), "mail", -1)),
            timeline.encode(
                timeline.Place(timeline.datetime(2026, 1, 1), "mail", True)
            ),
        )
        for cursor in bad:
            with self.subTest(cursor=cursor), self.assertRaises(ValueError):
                timeline.decode(cursor)
