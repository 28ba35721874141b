from odoo.exceptions import AccessError
from odoo.tests import tagged

from .boards import MOST, BoardQueries
from .common import CrmBaseCase


@tagged("post_install", "-at_install", "cap_a12")
class TestBoard(BoardQueries, CrmBaseCase):
    """A dashboard is for its role, shows what its reader may read, and reads little."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.boards = cls.env["crm.board"]._get_boards()
        cls.readers = {
            role: cls._new_user(f"board_{role}", board["group"])
            for role, board in cls.boards.items()
        }

    def _get(self, role):
        return self.env["crm.board"].with_user(self.readers[role]).get_board(role)

    def test_every_role_gets_its_page(self):
        for role in self.boards:
            page = self._get(role)
            with self.subTest(role=role):
                self.assertTrue(page["title"])
                self.assertTrue(page["sections"])
                self.assertLessEqual(len(page["tiles"]), 6)

    def test_what_a_page_leads_to_opens(self):
        for role in self.boards:
            page = self._get(role)
            parts = [part for one in page["sections"] for part in one["metrics"]]
            parts += [part for one in page["sections"] for part in one["rows"]]
            for action in filter(None, (part["action"] for part in parts)):
                model = self.env[action["res_model"]].with_user(self.readers[role])
                with self.subTest(role=role, model=model._name):
                    model.search_count(action["domain"] or [])

    def test_other_roles_and_unknown_pages_are_refused(self):
        for role in (*self.boards, "nobody", None, ["sales"]):
            for user in (self.portal_user, self.demoted):
                board = self.env["crm.board"].with_user(user)
                with self.subTest(role=role), self.assertRaises(AccessError):
                    board.get_board(role)

    def test_a_page_takes_few_queries(self):
        for role, user in self.readers.items():
            with self.subTest(role=role):
                self.assertLessEqual(self._count_board_queries(role, user), MOST)
