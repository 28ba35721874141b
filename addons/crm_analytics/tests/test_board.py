from datetime import timedelta

from odoo import Command, fields
from odoo.tests import tagged

from odoo.addons.crm_base.tests.boards import BoardQueries

from .test_profit import ProfitCase


@tagged("post_install", "-at_install", "cap_a12")
class TestBoard(BoardQueries, ProfitCase):
    """The dashboards of the manager and of marketing."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rates[0].amount = 1000
        cls.director = cls._new_user(
            "mining_director",
            "crm_analytics.crm_analytics_group_user,account.group_account_invoice",
        )

    def _add_losers(self, numbers):
        for number in numbers:
            customer = self.env["res.partner"].create({"name": f"Loser {number}"})
            self._sell(customer, [(self.paper, 1)])
            invoice = self.env["account.move"].create(
                {
                    "move_type": "out_invoice",
                    "partner_id": customer.id,
                    "invoice_date": "2026-01-01",
                    "invoice_date_due": "2026-02-01",
                    "invoice_line_ids": [
                        Command.create({"name": "Goods", "price_unit": 5})
                    ],
                }
            )
            invoice.action_post()
        self._run()

    def _add_campaigns(self, numbers):
        today = fields.Date.context_today(self.env["crm.board"])
        for number in numbers:
            campaign = self.env["utm.campaign"].create({"title": f"Campaign {number}"})
            self._sell(
                self.customer,
                [(self.paper, 1)],
                date=str(today - timedelta(days=2)),
                campaign_id=campaign.id,
            )
            segment = self.env["crm.segment"].create(
                {"name": f"Segment {number}", "kind": "static"}
            )
            segment.add_partners(self.customer.ids)
        self._refresh()

    def test_queries_of_the_manager(self):
        self._assert_few_queries("manager", self.director, self._add_losers)

    def test_queries_of_marketing(self):
        self._assert_few_queries("marketing", self.director, self._add_campaigns)

    def test_overdue_is_that_of_the_page(self):
        self._add_losers(range(2))
        receivables = self.env["mining.receivable"].with_user(self.director)
        page = receivables.get_page()
        found = receivables._get_overdue()
        months = receivables.get_months()
        self.assertEqual([*found], [page["overdue"], months[-1][3]])
        self.assertTrue(found[0])
        page = self.env["crm.board"].with_user(self.director).get_board("manager")
        tile = next(
            metric
            for part in page["sections"]
            if part["key"] == "receivables"
            for metric in part["metrics"]
        )
        lines = self.env["account.move.line"].search(tile["action"]["domain"])
        self.assertAlmostEqual(sum(lines.mapped("amount_residual")), found[0], 2)
