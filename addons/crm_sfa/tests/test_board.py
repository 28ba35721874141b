from datetime import datetime

from freezegun import freeze_time

from odoo import Command
from odoo.tests import tagged

from odoo.addons.crm_base.tests.boards import BoardQueries

from .common import SfaCase


@tagged("post_install", "-at_install", "cap_a12")
class TestBoard(BoardQueries, SfaCase):
    """The dashboard of a salesperson."""

    def _add(self, numbers):
        product = self.env["product.product"].create({"name": "Chair", "list_price": 9})
        for number in numbers:
            customer = self.env["res.partner"].create({"name": f"Buyer {number}"})
            mine = {"partner_id": customer.id, "user_id": self.seller.id}
            line = Command.create({"product_id": product.id, "price_unit": 9})
            self.env["sale.order"].create({**mine, "order_line": [line]})
            sold = self.env["sale.order"].create({**mine, "order_line": [line]})
            sold.action_confirm()
            self.env["crm.lead"].create(
                {**mine, "name": f"Deal {number}", "type": "opportunity"}
            )

    def test_queries(self):
        self._assert_few_queries("sales", self.seller, self._add)

    def test_queries_of_who_leads(self):
        led = {"name": "Led", "user_id": self.manager.id, "company_id": False}
        team = self.env["crm.team"].create(led)

        def add(numbers):
            self._add(numbers)
            mine = [("user_id", "=", self.seller.id)]
            self.env["sale.order"].search(mine).team_id = team
            self.env["crm.lead"].search(mine).team_id = team

        self._assert_few_queries("sales", self.manager, add)

    def test_figures(self):
        self._add(range(2))
        page = self.env["crm.board"].with_user(self.seller).get_board("sales")
        for figure in page["sections"][0]["metrics"]:
            link = figure["action"]
            orders = self.env[link["res_model"]].with_user(self.seller)
            found = orders.search(link["domain"])
            count = figure["hint"] or f"{figure['value']} documents"
            self.assertEqual(count, f"{len(found)} documents", figure["label"])

    @freeze_time("2026-03-10 04:00:00")
    def test_the_month_begins_where_the_reader_is(self):
        """An order of the first of March in Shanghai is of February in London."""
        self._add(range(2))
        mine = [("user_id", "=", self.seller.id), ("state", "=", "sale")]
        first, second = self.env["sale.order"].search(mine)
        first.date_order = datetime(2026, 2, 28, 17)
        second.date_order = datetime(2026, 2, 28, 15)
        for zone, shown in (("Asia/Shanghai", first), ("Europe/London", first[:0])):
            board = self.env["crm.board"].with_user(self.seller).with_context(tz=zone)
            figure = board.get_board("sales")["sections"][0]["metrics"][0]
            self.assertEqual(figure["hint"], f"{len(shown)} documents", zone)
            found = board.env["sale.order"].search(figure["action"]["domain"])
            self.assertEqual(found, shown, zone)

    def test_who_leads_sees_the_team(self):
        team = self.env["crm.team"].create(
            {"name": "Led", "user_id": self.manager.id, "company_id": False}
        )
        self._add(range(2))
        orders = self.env["sale.order"].search([("user_id", "=", self.seller.id)])
        orders.team_id = team
        sold = orders.filtered(lambda order: order.state == "sale")
        self.assertEqual(len(sold), 2)
        part = self._get_people(self.manager)
        shown = {line["title"]: line for line in part["rows"]}
        line = shown[self.seller.display_name]
        self.assertEqual(line["subtitle"], "2 documents")
        behind = self.env["sale.order"].search(line["action"]["domain"])
        self.assertEqual(behind, sold)
        self.assertFalse(self._get_people(self.seller), "nobody is led")

    def _get_people(self, user):
        page = self.env["crm.board"].with_user(user).get_board("sales")
        for part in page["sections"]:
            if part["key"] == "people":
                return part
        return None
