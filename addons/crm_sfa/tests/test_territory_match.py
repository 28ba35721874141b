import random

from odoo import Command, fields
from odoo.tests import tagged

from .territory_common import TerritoryCase

SEED = 4


def normal(code):
    return (code or "").replace(" ", "").upper()


@tagged("post_install", "-at_install", "cap_s04")
class TestTerritoryMatch(TerritoryCase):
    """The statement finds what asking customer by customer, rule by rule finds."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rng = random.Random(SEED)
        cls.places = [
            cls._territory(f"T{number}", parent_id=cls.whole.id) for number in range(6)
        ]
        cls.countries = [cls.china, cls.germany, cls.env.ref("base.fr")]
        cls.states = cls.env["res.country.state"].search(
            [("country_id", "in", [country.id for country in cls.countries])],
            order="country_id, code",
        )
        cls.industries = cls.env["res.partner.industry"].search([], limit=3)
        category = cls.env["sfa.customer.category"]
        cls.retail = category.create({"name": "Retail"})
        cls.chain = category.create({"name": "Chain", "parent_id": cls.retail.id})
        cls.dealer = category.create({"name": "Dealer"})
        cls.tags = cls.env["res.partner.category"].create(
            [{"name": "Gold"}, {"name": "Silver"}]
        )
        goods = cls.env["product.category"]
        cls.office = goods.create({"name": "Office"})
        cls.paper = goods.create({"name": "Paper", "parent_id": cls.office.id})
        cls.pens = goods.create({"name": "Pens", "parent_id": cls.office.id})
        cls.brands = cls.env["product.tag"].create(
            [{"name": "North"}, {"name": "South"}]
        )
        cls.products = cls.env["product.product"].create(
            [
                {
                    "name": f"Article {number}",
                    "type": "service",
                    "categ_id": (cls.paper, cls.pens, cls.office)[number % 3].id,
                    "product_tag_ids": [Command.set(cls.brands[number % 2].ids)],
                }
                for number in range(4)
            ]
        )

    def _some(self, choices, chance=0.5):
        """Give one of the records, or an empty one."""
        if self.rng.random() < chance and len(choices):
            return self.rng.choice(list(choices))
        return self.env["res.country"]

    def _code(self):
        return self.rng.choice(["", "2", "20", "sw1"]) + "".join(
            self.rng.choice("0129 a") for _place in range(self.rng.randint(0, 4))
        )

    def _draw_customers(self):
        values = []
        for number in range(150):
            country = self._some(self.countries, 0.8)
            states = self.states.filtered(lambda one, at=country: one.country_id == at)
            tags = [tag.id for tag in self.tags if self.rng.random() < 0.3]
            values.append(
                {
                    "name": f"Customer {number}",
                    "is_company": True,
                    "country_id": country.id,
                    "state_id": self._some(states).id,
                    "zip": self._code() or False,
                    "industry_id": self._some(self.industries).id,
                    "sfa_category_id": self._some(
                        [self.retail, self.chain, self.dealer]
                    ).id,
                    "category_id": [Command.set(tags)],
                    "company_id": self.rng.choice(
                        [False, False, self.company.id, self.other_company.id]
                    ),
                }
            )
        return self.env["res.partner"].create(values)

    def _sell(self, customers):
        for customer in customers[::4]:
            if customer.company_id == self.other_company:
                continue
            for product in self.products[: self.rng.randint(0, 4)]:
                order = self._order(customer, product, price=self.rng.randint(1, 300))
                if self.rng.random() < 0.2:
                    order.date_order = fields.Datetime.subtract(
                        fields.Datetime.now(), days=400
                    )

    def _draw_rules(self, count=60):
        rules = self.env["sfa.territory.rule"]
        while len(rules) < count:
            country = self._some(self.countries)
            states = self.states.filtered(lambda one, at=country: one.country_id == at)
            codes = sorted((normal(self._code()), normal(self._code())))
            ranged = self.rng.random() < 0.4 and codes[0] and codes[1] > codes[0]
            low = self.rng.choice([0, 0, 0, 100, 200])
            values = {
                "territory_id": self.rng.choice(self.places).id,
                "sequence": self.rng.randint(1, 9),
                "country_id": country.id,
                "state_id": self._some(states, 0.3).id,
                "zip_from": ranged and codes[0],
                "zip_to": ranged and codes[1],
                "industry_id": self._some(self.industries, 0.2).id,
                "category_id": self._some([self.retail, self.dealer], 0.2).id,
                "tag_id": self._some(self.tags, 0.2).id,
                "product_category_id": self._some([self.office, self.pens], 0.15).id,
                "brand_id": self._some(self.brands, 0.15).id,
                "revenue_from": low,
                "revenue_to": low and self.rng.choice([0, 300]),
                "active": self.rng.random() < 0.9,
                "domain": self.rng.choice(
                    ["[]", "", False, False, "[('name', 'like', '1')]"]
                ),
            }
            if any(
                values[name]
                for name in values
                if name not in ("territory_id", "sequence", "active", "domain")
            ):
                rules += rules.create(values)
        return rules

    # --------------------------------------------------------- the independent answer

    def _bought(self, customer):
        year = fields.Datetime.subtract(fields.Datetime.now(), days=365)
        return self.env["sale.order"].search(
            [
                ("partner_id", "=", customer.id),
                ("state", "=", "sale"),
                ("date_order", ">=", year),
            ]
        )

    def _above(self, category):
        while category:
            yield category
            category = category.parent_id

    def _fits(self, rule, customer, orders):
        products = orders.order_line.product_id
        code = normal(customer.zip)
        first = normal(rule.zip_from)
        last = normal(rule.zip_to)
        revenue = sum(orders.mapped("amount_untaxed"))
        return (
            (not rule.country_id or rule.country_id == customer.country_id)
            and (not rule.state_id or rule.state_id == customer.state_id)
            and (not first or (code and first <= code and code[: len(last)] <= last))
            and (not rule.industry_id or rule.industry_id == customer.industry_id)
            and (
                not rule.category_id
                or rule.category_id in self._above(customer.sfa_category_id)
            )
            and (not rule.tag_id or rule.tag_id in customer.category_id)
            and (
                not rule.product_category_id
                or any(
                    rule.product_category_id in self._above(category)
                    for category in products.categ_id
                )
            )
            and (not rule.brand_id or rule.brand_id in products.product_tag_ids)
            and (not rule.revenue_from or revenue >= rule.revenue_from)
            and (not rule.revenue_to or revenue < rule.revenue_to)
            and (not rule._has_domain() or "1" in customer.name)
            and customer.company_id in (self.env["res.company"], rule.company_id)
        )

    def _expected(self, customers, rules):
        ordered = rules.filtered("active").sorted(lambda rule: (rule.sequence, rule.id))
        answer = {}
        for customer in customers:
            orders = self._bought(customer)
            rule = next(
                (one for one in ordered if self._fits(one, customer, orders)), None
            )
            answer[customer] = rule and (rule.territory_id, rule)
        return answer

    def test_same_as_one_by_one(self):
        customers = self._draw_customers()
        self._sell(customers)
        rules = self._draw_rules()
        self.assertGreater(len(set(rules.mapped("shape"))), 15)
        expected = self._expected(customers, rules)
        run = self._run()
        run._apply_moves()
        current = {
            one.partner_id: (one.territory_id, one.rule_id)
            for one in self.env["sfa.territory.assignment"].search(
                [("partner_id", "in", customers.ids), ("date_to", "=", False)]
            )
        }
        for customer in customers:
            self.assertEqual(current.get(customer), expected[customer], customer.name)
        self.assertGreater(len(current), 60)
        for customer in customers:
            territory = current[customer][0] if customer in current else False
            self.assertEqual(customer.sfa_territory_id, territory or self.east[:0])
        self.assertEqual(self._run().move_count, 0)

    def test_new_customers_as_a_run_would(self):
        """What is matched when it is made is what a realignment would find."""
        rules = self._draw_rules().filtered(
            lambda rule: not {"product", "brand", "revenue"} & set(rule.shape.split())
        )
        (self.env["sfa.territory.rule"].search([]) - rules).unlink()
        customers = self._draw_customers()
        expected = self._expected(customers, rules)
        for customer in customers:
            territory = expected[customer] and expected[customer][0]
            self.assertEqual(customer.sfa_territory_id, territory or self.east[:0])
        self.assertEqual(self._run().move_count, 0)
