from odoo.tests import tagged

from odoo.addons.crm_base.tests.boards import BoardQueries

from .common import ServiceCase


@tagged("post_install", "-at_install", "cap_a12")
class TestBoard(BoardQueries, ServiceCase):
    """The dashboard of the service."""

    def _add(self, numbers):
        teams = self.env["service.team"].create(
            [{"name": f"Team {number}"} for number in numbers]
        )
        for team in teams:
            self._ticket(team_id=team.id, user=self.service_manager)

    def test_queries(self):
        self._assert_few_queries("service", self.service_manager, self._add)

    def test_figures(self):
        self._add(range(2))
        self._ticket(team_id=self.team.id, user_id=self.agent.id)
        page = self.env["crm.board"].with_user(self.service_manager)
        figures = page.get_board("service")["sections"][0]["metrics"]
        for figure in figures:
            link = figure["action"]
            tickets = self.env[link["res_model"]].with_user(self.service_manager)
            count = tickets.search_count(link["domain"])
            self.assertEqual(figure["value"], str(count), figure["label"])
