from itertools import product

from freezegun import freeze_time

from odoo.exceptions import AccessError
from odoo.models import BaseModel
from odoo.tests import tagged

from .common import AnalyticsCase

DOMAINS = [
    [],
    [("date", ">=", "2026-02-01"), ("date", "<=", "2026-03-31")],
    ["|", ("date", "<", "2026-02-01"), ("date", ">", "2026-03-31")],
    ["!", ("source", "=", "history")],
    [("categ_id.name", "ilike", "paper")],
]
GROUPS = [
    [],
    ["date:month"],
    ["date:quarter", "categ_id"],
    ["categ_id.complete_name", "user_id"],
    ["source", "date:month_number"],
]
AGGREGATES = [
    "__count",
    "quantity:sum",
    "revenue:sum",
    "margin:sum",
    "revenue:sum_currency",
    "currency_id:array_agg_distinct",
]
#: What the sums do not know.
BEYOND = [
    ([("date", "<=", "9999-12-31")], ["date:month"], ["revenue:sum"]),
    ([("date", ">=", "2026-02-02")], [], ["revenue:sum"]),
    ([("product_id", "!=", False)], [], ["revenue:sum"]),
    ([], ["date:day"], ["revenue:sum"]),
    ([], ["customer_id"], ["revenue:sum"]),
    ([], ["date:month"], ["document_ref:count_distinct"]),
    ([], ["date:month"], ["revenue:max"]),
]


def rounded(rows):
    """Give rows whose numbers are rounded and whose records are names of ids."""
    return [tuple(map(_value, row)) for row in rows]


def _value(value):
    if isinstance(value, BaseModel):
        return str(value)
    return round(value, 2) if isinstance(value, float) else value or 0


@tagged("post_install", "-at_install", "cap_a07", "cap_a08")
class TestSums(AnalyticsCase):
    """What the monthly sums answer is what the lines say, and is not more."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._sell(cls.contact, [(cls.paper, 10), (cls.desk, 2)], date="2026-01-31")
        cls._sell(cls.customer, [(cls.gift, 3)], date="2026-02-01")
        cls._sell(cls.customer, [(cls.desk, 1)], date="2026-03-31")
        other = {"user_id": cls.other_salesperson.id}
        cls._sell(cls.other_customer, [(cls.paper, 7)], date="2026-04-01", **other)
        gone = cls._sell(cls.customer, [(cls.desk, 5)], date="2025-07-05")
        cls._refresh()
        gone._action_cancel()
        cls._refresh()
        cls.facts = cls.env["mining.fact"].with_user(cls.analyst)

    def _of_lines(self, facts, *question, **options):
        """Ask the lines themselves, whatever the sums know."""
        return BaseModel._read_group(facts, *question, **options)

    def test_same_answers(self):
        for domain, groups in product(DOMAINS, GROUPS):
            with self.subTest(domain=domain, groups=groups):
                question = (domain, groups, AGGREGATES)
                self.assertTrue(self.facts._as_sums(domain, [groups], AGGREGATES, None))
                self.assertEqual(
                    rounded(self.facts._read_group(*question)),
                    rounded(self._of_lines(self.facts, *question)),
                )

    @freeze_time("2026-05-20 12:00:00")
    def test_last_months_are_those_of_the_calendar(self):
        """Without the running month, and without what is dated ahead."""
        self._sell(self.customer, [(self.desk, 1)], date="2026-05-10")
        self._sell(self.customer, [(self.desk, 1)], date="2026-08-10")
        self._sell(self.customer, [(self.paper, 1)], date="2025-09-10")
        self._refresh()
        months = self.env["mining.month"].with_user(self.analyst)
        found = months._last_months(self.company, 24, ["revenue"])
        self.assertEqual(
            [(str(month)[:7], revenue) for month, revenue in found],
            [
                ("2025-09", 5),
                ("2025-10", 0),
                ("2025-11", 0),
                ("2025-12", 0),
                ("2026-01", 850),
                ("2026-02", 4.5),
                ("2026-03", 400),
                ("2026-04", 35),
            ],
        )
        self.assertEqual(len(months._last_months(self.company, 3, ["revenue"])), 3)

    def test_same_order_and_page(self):
        order = "revenue:sum DESC, __count, date:month"
        for offset, limit in ((0, 2), (1, 1), (0, 50)):
            question = ([], ["date:month", "categ_id"], ["revenue:sum"])
            page = {"offset": offset, "limit": limit, "order": order}
            self.assertEqual(
                rounded(self.facts._read_group(*question, **page)),
                rounded(self._of_lines(self.facts, *question, **page)),
            )

    def test_what_a_pivot_asks(self):
        sets = [[], ["categ_id"], ["date:month"], ["categ_id", "date:month"]]
        groups = self.facts.formatted_read_grouping_sets([], sets, AGGREGATES)
        lines = [self._of_lines(self.facts, [], one, AGGREGATES) for one in sets]
        for found, wanted in zip(groups, lines, strict=True):
            self.assertEqual(len(found), len(wanted))
            self.assertEqual(
                sorted(round(group["revenue:sum"], 2) for group in found),
                sorted(round(row[-4], 2) for row in wanted),
            )
            for group in found:
                behind = self.facts.search_count(group["__extra_domain"])
                self.assertEqual(group["__count"], behind)

    def test_one_query_for_a_pivot(self):
        sets = [[], ["source"], ["date:month"], ["source", "date:month"]]
        self.facts.formatted_read_grouping_sets([], sets, AGGREGATES)
        self.env.cr.flush()
        with self.assertQueryCount(1):
            self.facts.formatted_read_grouping_sets([], sets, AGGREGATES)

    def test_what_only_lines_know(self):
        for domain, groups, aggregates in BEYOND:
            with self.subTest(domain=domain, groups=groups, aggregates=aggregates):
                self.assertIsNone(
                    self.facts._as_sums(domain, [groups], aggregates, None)
                )
                self.assertTrue(self.facts._read_group(domain, groups, aggregates))

    def test_nothing_sold_counts_nothing(self):
        never = [("date", "<", "1990-01-01")]
        self.assertEqual(
            self.facts._read_group(never, [], ["__count", "revenue:sum"]), [(0, False)]
        )
        groups = self.facts.formatted_read_grouping_sets(never, [[]], ["__count"])
        self.assertEqual(groups[0][0]["__count"], 0)

    def test_rules_of_the_facts_hold(self):
        question = ([], ["user_id"], ["revenue:sum"])
        for domain in ("[('user_id', '=', %s)]", "[('order_id.user_id', '=', %s)]"):
            rule = self.env["ir.rule"].create(
                {
                    "name": "Own facts",
                    "model_id": self.env["ir.model"]._get_id("mining.fact"),
                    "domain_force": domain % self.other_salesperson.id,
                }
            )
            with self.subTest(domain=domain):
                self.assertEqual(
                    rounded(self.facts._read_group(*question)),
                    [(str(self.other_salesperson), 35)],
                )
            rule.unlink()

    def test_who_may_not(self):
        question = ([], ["date:month"], ["revenue:sum"])
        for user in (self.salesperson, self.demoted, self.portal_user):
            facts = self.env["mining.fact"].with_user(user)
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                facts.formatted_read_group(*question)
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                facts.formatted_read_grouping_sets([], [["categ_id"]], ["__count"])
        foreign = self.env["mining.fact"].with_user(self.foreign_analyst)
        self.assertFalse(foreign.formatted_read_group(*question))
