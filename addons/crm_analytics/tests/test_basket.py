from collections import Counter, defaultdict
from itertools import combinations

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..models import mining_run_job
from ..tools import basket
from .common import AnalyticsCase
from .sales_set import make_rows


@tagged("post_install", "-at_install", "cap_a05", "cap_a13")
class TestBasket(AnalyticsCase):
    """What is bought together, counted, judged on later baskets and offered."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rows = make_rows(200)
        cls._past(cls.rows)
        cls._refresh()
        cls.model = cls._model("basket")
        cls.made = cls._run_model(cls.model)
        products = cls.env["product.product"]
        cls.tea = products.search([("default_code", "=", "TEA")])
        cls.cup = products.search([("default_code", "=", "CUP")])

    def _counted(self):
        """Count baskets of each product and pair without the database."""
        baskets = defaultdict(set)
        for invoice, code, *_rest in self.rows:
            baskets[invoice].add(code)
        single = Counter(code for codes in baskets.values() for code in codes)
        both = Counter(
            pair
            for codes in baskets.values()
            for pair in combinations(sorted(codes), 2)
        )
        return single, both, len(baskets)

    def test_progress_never_goes_back(self):
        told = []
        runs = self.env.registry["mining.run"]
        self.patch(runs, "_step", lambda run, key=None, part=None: told.append(part))
        self.patch(mining_run_job, "BATCH", 3)
        self._run_model(self.model)
        parts = [part for part in told if part is not None]
        self.assertGreater(len(parts), 2)
        self.assertEqual(parts, sorted(parts))

    def test_pairs_are_those_of_the_file(self):
        single, both, count = self._counted()
        least = self.made.parameters["least"]
        expected = {}
        for pair, together in both.items():
            for one, two in (pair, pair[::-1]):
                measured = basket.measures(together, single[one], single[two], count)
                if together >= least and measured[3] > 1:
                    expected[one, two] = together, round(float(measured[2]), 4)
        found = self.env["mining.pair"].search(
            [("run_id", "=", self.made.id), ("kind", "=", "together")]
        )
        self.assertEqual(
            {
                (pair.product_id.default_code, pair.other_id.default_code): (
                    pair.baskets,
                    round(pair.lift, 4),
                )
                for pair in found
            },
            expected,
        )
        self.assertIn(("TEA", "CUP"), expected)

    def test_better_than_what_sells_most(self):
        self.assertEqual(self.made.state, "done", self.made.verdict)
        self.assertGreater(self.made.quality, self.made.baseline)

    def test_the_same_again(self):
        first = self.made.digest
        self.assertEqual(self._run_model(self.model).digest, first)

    def test_bought_next(self):
        visits = defaultdict(lambda: defaultdict(set))
        for _invoice, code, _quantity, _price, date, who in self.rows:
            visits[who][date].add(code)
        steps = Counter()
        for days in visits.values():
            ordered = sorted(days)
            for before, after in zip(ordered, ordered[1:], strict=False):
                steps.update(
                    (one, two)
                    for one in days[before]
                    for two in days[after]
                    if one != two
                )
        found = self.env["mining.pair"].search(
            [("run_id", "=", self.made.id), ("kind", "=", "after")]
        )
        for pair in found:
            codes = pair.product_id.default_code, pair.other_id.default_code
            self.assertEqual(pair.baskets, steps[codes])

    def test_lines_behind_a_pair_are_those_that_were_counted(self):
        pairs = self.env["mining.pair"].search([("run_id", "=", self.made.id)])
        self.assertIn("together", pairs.mapped("kind"))
        for kind in ("together", "after"):
            pair = pairs.filtered(lambda one, kind=kind: one.kind == kind)[:1]
            if not pair:
                continue
            lines = self.env["mining.fact"].with_user(self.analyst)
            action = pair.with_user(self.analyst).action_open_baskets()
            lines = lines.search(action["domain"])
            first = lines.filtered(
                lambda line, pair=pair: line.product_id == pair.product_id
            )
            self.assertEqual(lines.product_id, pair.product_id | pair.other_id)
            if kind == "together":
                self.assertEqual(len(set(lines.mapped("document_ref"))), pair.baskets)
                self.assertEqual(len(set(first.mapped("document_ref"))), pair.baskets)
            else:
                visits = {(line.customer_id, line.date) for line in first}
                self.assertEqual(len(visits), pair.baskets)

    def test_services_are_left_out(self):
        (self.tea | self.cup).product_tmpl_id.type = "service"
        run = self._run_model(self.model)
        found = self.env["mining.pair"].search([("run_id", "=", run.id)])
        self.assertNotIn(self.tea, found.product_id | found.other_id)

    def test_too_few_baskets(self):
        self.model.needed = 100_000
        run = self._run_model(self.model)
        self.assertEqual(run.state, "refused")
        self.assertIn("baskets, 100,000 needed.", run.verdict)

    # ------------------------------------------------------------------- quotation

    def _quotation(self, user=None):
        return (
            self.env["sale.order"]
            .with_user(user or self.salesperson)
            .create(
                {
                    "partner_id": self.customer.id,
                    "order_line": [Command.create({"product_id": self.tea.id})],
                }
            )
        )

    def _offers(self, order):
        action = order.action_mining_offers()
        return (
            self.env["mining.offer"]
            .with_user(self.salesperson)
            .search(action["domain"])
        )

    def test_offer_accepted(self):
        order = self._quotation()
        offer = self._offers(order)
        self.assertEqual(
            (offer[0].product_id, offer[0].because_id), (self.cup, self.tea)
        )
        offer[0].action_accept()
        self.assertEqual(order.order_line.product_id, self.tea | self.cup)
        self.assertEqual(offer[0].state, "accepted")
        with self.assertRaises(UserError):
            offer[0].action_accept()
        self.assertNotIn(self.cup, self._offers(order).product_id)

    def test_refusals_are_learned(self):
        weights = []
        for _turn in range(2):
            offer = self._offers(self._quotation())
            cup = offer.filtered(lambda one: one.product_id == self.cup)
            weights.append(cup.weight)
            cup.action_refuse()
        self.assertAlmostEqual(weights[1], weights[0] * 2 / 3, 6)

    def test_margin_and_stock_of_an_offer(self):
        self.cup.write({"standard_price": 1, "list_price": 3})
        offer = self._offers(self._quotation())[0]
        self.assertEqual((offer.price, offer.margin, offer.free_qty), (3, 2, 0))

    def test_without_cost_no_margin_is_shown(self):
        self.cup.write({"standard_price": 0, "list_price": 3})
        offer = self._offers(self._quotation())[0]
        self.assertEqual((offer.price, offer.is_costed), (3, False))

    def test_analysts_without_a_sales_role_read_offers(self):
        offer = self._offers(self._quotation())[0]
        self.env.invalidate_all()
        read = offer.with_user(self.analyst).read(["free_qty", "margin", "price"])
        self.assertEqual(read[0]["free_qty"], 0)

    def test_an_offer_in_the_currency_of_its_company(self):
        """The list price is kept in the main company's, the cost in the other one's."""
        euro = self.env.ref("base.EUR")
        euro.active = True
        self.env["res.currency.rate"].create(
            {
                "name": "2020-01-01",
                "rate": 0.5,
                "currency_id": euro.id,
                "company_id": False,
            }
        )
        self.other_company.currency_id = euro
        self.cup.list_price = 3
        self.cup.with_company(self.other_company).standard_price = 1
        order = (
            self.env["sale.order"]
            .with_company(self.other_company)
            .create(
                {"partner_id": self.customer.id, "company_id": self.other_company.id}
            )
        )
        offer = self.env["mining.offer"].create(
            {"order_id": order.id, "product_id": self.cup.id}
        )
        self.assertEqual(offer.currency_id, euro)
        self.assertEqual((offer.price, offer.margin), (1.5, 0.5))

    def test_nothing_known(self):
        order = self._quotation()
        order.order_line.product_id = self.desk
        self.assertFalse(self._offers(order))

    def test_what_is_not_sold_is_not_offered(self):
        self.cup.sale_ok = False
        self.assertNotIn(self.cup, self._offers(self._quotation()).product_id)

    def test_confirmed_orders_stay(self):
        order = self._quotation()
        offer = self._offers(order)[0]
        order.action_confirm()
        with self.assertRaises(UserError):
            offer.action_accept()
        with self.assertRaises(UserError):
            offer.action_refuse()

    def test_only_who_writes_the_quotation(self):
        order = self._quotation()
        offer = self._offers(order)[0]
        for user in (self.other_salesperson, self.clerk):
            with self.assertRaises(AccessError):
                order.with_user(user).action_mining_offers()
            with self.assertRaises(AccessError):
                offer.with_user(user).action_accept()
            with self.assertRaises(AccessError):
                offer.with_user(user).action_refuse()
        with self.assertRaises(AccessError):
            offer.write({"state": "accepted"})
        with self.assertRaises(AccessError):
            offer.create({"order_id": order.id, "product_id": self.cup.id})

    def test_queries_do_not_grow(self):
        counts = []
        products = self.env["product.product"].search(
            [("default_code", "=like", "P%")], limit=20
        )
        for number in (1, 20):
            order = self._quotation()
            order.order_line = [
                Command.create({"product_id": product.id})
                for product in products[:number]
            ]
            self.env.flush_all()
            order._mining_rules(order.order_line.product_id)
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            order._mining_rules(order.order_line.product_id)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0])
