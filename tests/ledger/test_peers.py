"""Whom a customer is compared with: the groups that other apps know."""

from odoo.tests import tagged

from odoo.addons.crm_analytics.tests.test_profit import ProfitCase


@tagged("post_install", "-at_install", "cap_a02", "cap_s04")
class TestPeers(ProfitCase):
    """Category first, territory beside it, the tier of value where there is neither."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.category = cls.env["sfa.customer.category"].create({"name": "Dealers"})
        cls.territory = cls.env["sfa.territory"].create({"name": "North"})
        cls.alone = cls.env["res.partner"].create({"name": "Alone"})
        cls.customer.write(
            {"sfa_category_id": cls.category.id, "sfa_territory_id": cls.territory.id}
        )
        cls.other_customer.sfa_territory_id = cls.territory
        for partner, lines in (
            (cls.customer, [(cls.paper, 10), (cls.desk, 2)]),
            (cls.other_customer, [(cls.paper, 40)]),
            (cls.alone, [(cls.desk, 1)]),
        ):
            cls._sell(partner, lines)
        run = cls._run()
        cls.profits = {
            partner: cls._of(run, partner).with_user(cls.analyst)
            for partner in (cls.customer, cls.other_customer, cls.alone)
        }

    def _names(self, page):
        return [name for _key, name in page["peers"]]

    def test_groups_of_each_customer(self):
        names = {
            partner: self._names(profit.get_waterfall())
            for partner, profit in self.profits.items()
        }
        self.assertEqual(names[self.customer], ["Dealers", "North"])
        self.assertEqual(names[self.other_customer], ["North"])
        self.assertEqual(names[self.alone], ["All customers"])

    def test_parts_sum_to_the_gap_of_each_group(self):
        profit = self.profits[self.customer]
        gaps = []
        for key, _name in profit.get_waterfall()["peers"]:
            page = profit.get_waterfall(key)
            self.assertEqual(page["peer"], key)
            parts = [step["gap"] for step in page["steps"] if not step["total"]]
            self.assertAlmostEqual(sum(parts), page["gap"], 6)
            gaps.append(page["gap"])
        # alone in the category; in the territory with one who only buys paper
        self.assertEqual(gaps[0], profit.gap)
        self.assertEqual(gaps[0], 0)
        brought = {
            one: self.profits[one] for one in (self.customer, self.other_customer)
        }
        sales = sum(one.list_sales for one in brought.values())
        share = sum(one.profit for one in brought.values()) / sales
        self.assertAlmostEqual(gaps[1], profit.profit - share * profit.list_sales, 2)

    def test_a_group_of_somebody_else_is_not_taken(self):
        profit = self.profits[self.other_customer]
        for asked in (f"sfa.customer.category,{self.category.id}", "x,1", 5, ["a"]):
            page = profit.get_waterfall(asked)
            self.assertEqual(self._names(page), ["North"])
            self.assertEqual(page["peer"], f"sfa.territory,{self.territory.id}")
