"""What the tests of the apps' dashboards share."""

#: Queries that a dashboard may take, whatever it shows.
MOST = 6


class BoardQueries:
    """Beside a test case: a dashboard asks as much for many records as for one."""

    def _count_board_queries(self, role, user):
        """Count queries of a page whose reader has asked for something before."""
        board = self.env["crm.board"].with_user(user)
        for _request in range(2):  # the first one learns the rules of what it reads
            self.env.flush_all()
            self.env.invalidate_all()
            board.get_board(role)
        self.env.invalidate_all()
        user.with_user(user).read(["tz", "company_id", "group_ids"])
        self.env["res.company"].with_user(user).search([]).currency_id.read(["name"])
        before = self.env.cr.sql_log_count
        board.get_board(role)
        return self.env.cr.sql_log_count - before

    def _assert_few_queries(self, role, user, add):
        """Count with one record of a kind, then with a dozen.

        :param add: function that adds records; gets which they are
        """
        add(range(1))
        self._assert_full(role, user)
        few = self._count_board_queries(role, user)
        add(range(1, 12))
        self.assertLessEqual(self._count_board_queries(role, user), few)
        self.assertLessEqual(few, MOST)

    def _assert_full(self, role, user):
        """Check that no part of the page is left out because it is empty."""
        page = self.env["crm.board"].with_user(user).get_board(role)
        for part in page["sections"]:
            self.assertTrue(part["rows"] or part["metrics"], part["title"])
