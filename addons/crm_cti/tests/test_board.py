import time

from odoo.tests import tagged

from odoo.addons.crm_base.tests.boards import BoardQueries

from .desk_common import DeskCase


@tagged("post_install", "-at_install", "cap_a12")
class TestBoard(BoardQueries, DeskCase):
    """The dashboard of the call centre."""

    def _add(self, numbers):
        for number in numbers:
            queue = self.env["cti.queue"].create(
                {"name": f"Q{number}", "code": f"q{number}", "pbx_id": self.pbx.id}
            )
            at = time.time() - 3600 * (number + 1)
            self._call_in(f"{number}.7", queue=queue.code, at=at)
            self._call_in(f"{number}.8", queue=None, talk=None, at=at)

    def test_queries(self):
        self._assert_few_queries("call_centre", self.supervisor, self._add)

    def test_figures(self):
        self._add(range(3))
        page = self.env["crm.board"].with_user(self.supervisor).get_board("call_centre")
        figures = page["sections"][0]["metrics"]
        for figure in figures:
            link = figure["action"]
            calls = self.env[link["res_model"]].with_user(self.supervisor)
            count = calls.search_count(link["domain"])
            self.assertEqual(figure["value"], str(count), figure["label"])
        self.assertEqual([figure["value"] for figure in figures[:3]], ["6", "3", "3"])
