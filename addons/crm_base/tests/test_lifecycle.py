import random
from datetime import date, datetime, timedelta

from odoo import Command, fields
from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import SQL

from ..tools import lifecycle
from .common import CrmBaseCase


class LifecycleCase(CrmBaseCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.today = fields.Date.context_today(cls.customer)
        cls.lifecycles = cls.env["crm.lifecycle"]
        cls.product = cls.env["product.product"].create(
            {"name": "Lamp", "type": "consu", "list_price": 100, "taxes_id": False}
        )

    @classmethod
    def _order(cls, partner, days_ago, price=100, state="sale", **values):
        order = cls.env["sale.order"].create(
            {
                **values,
                "partner_id": partner.id,
                "order_line": [
                    Command.create({"product_id": cls.product.id, "price_unit": price})
                ],
            }
        )
        if state == "sale":
            order.action_confirm()
        order.date_order = datetime.combine(
            cls.today - timedelta(days=days_ago), datetime.min.time()
        )
        return order

    @classmethod
    def _rate(cls, partner, rating, days_ago=1):
        cls.env["rating.rating"].create(
            {
                "res_model_id": cls.env["ir.model"]._get_id("res.partner"),
                "res_id": partner.id,
                "partner_id": partner.id,
                "rating": rating,
                "consumed": True,
                "rated_on": datetime.now() - timedelta(days=days_ago),
            }
        )

    def _refresh(self, partners=None):
        partners = partners or self.customer
        self.lifecycles._refresh(partners.ids)
        return partners.with_user(self.clerk)


@tagged("post_install", "-at_install", "cap_s08")
class TestLifecycle(LifecycleCase):
    def test_a_customers_way(self):
        customer = self._refresh()
        self.assertEqual(customer.lifecycle_stage, "potential")
        first = self._order(self.contact, 400)
        steps = [
            (self.today - timedelta(days=400), "new"),
            (self.today - timedelta(days=220), "new"),
            (self.today - timedelta(days=219), "dormant"),
            (self.today - timedelta(days=35), "dormant"),
            (self.today - timedelta(days=34), "lost"),
        ]
        for day, stage in steps:
            self.env.invalidate_all()
            rows = self.env.execute_query(
                SQL(
                    "WITH %s SELECT %s FROM facts f",
                    self.lifecycles._facts_sql(day, self.customer.ids),
                    self.lifecycles._decision_sql(day),
                )
            )
            self.assertEqual(rows[0][0].split(":")[0], stage, day)
        self._refresh()
        self.assertRecordValues(
            customer,
            [
                {
                    "lifecycle_stage": "lost",
                    "lifecycle_reason": "silence",
                    "lifecycle_since": self.today - timedelta(days=34),
                    "last_order_date": first.date_order.date(),
                }
            ],
        )
        self._order(self.customer, 0)
        self._refresh()
        self.assertEqual(customer.lifecycle_stage, "satisfied", "came back")
        self._rate(self.customer, 2)
        self._refresh()
        self.assertEqual(customer.lifecycle_stage, "new", "but is not happy")
        self._rate(self.contact, 5)
        self._rate(self.contact, 5)
        self._refresh()
        self.assertEqual(customer.lifecycle_reason, "rating")
        for days in (10, 20):
            self._order(self.customer, days)
        self._refresh()
        self.assertEqual(customer.lifecycle_stage, "retained")
        self._order(self.customer, 1200)
        self._refresh()
        self.assertEqual(customer.lifecycle_stage, "long_standing")
        self.assertEqual(
            self.contact.with_user(self.clerk).lifecycle_stage, "long_standing"
        )
        log = self.env["crm.lifecycle.log"].with_user(self.clerk)
        log = log.search([("partner_id", "=", self.customer.id)], order="id")
        self.assertEqual(
            log.mapped("stage_to"),
            ["lost", "satisfied", "new", "satisfied", "retained", "long_standing"],
        )
        self.assertEqual(log.mapped("stage_from")[1:], log.mapped("stage_to")[:-1])

    def test_sales_history_counts(self):
        self.env["crm.history.order"].create(
            [
                {
                    "name": f"H{number}",
                    "kind": kind,
                    "source": "before",
                    "company_id": self.company.id,
                    "partner_id": self.contact.id,
                    "date": datetime.now() - timedelta(days=days),
                    "currency_id": self.company.currency_id.id,
                    "amount": amount,
                    "amount_company": amount,
                }
                for number, (kind, days, amount) in enumerate(
                    [("sale", 40, 10), ("sale", 50, 20), ("return", 2, -10)]
                )
            ]
        )
        self.assertEqual(self._refresh().lifecycle_reason, "repeat")
        row = self.lifecycles.search([("partner_id", "=", self.customer.id)])
        self.assertRecordValues(row, [{"orders": 2, "amount": 30.0}])

    def test_what_is_no_purchase(self):
        self._order(self.customer, 3, state="draft")
        self._order(self.customer, 3)._action_cancel()
        self.assertEqual(self._refresh().lifecycle_stage, "potential")

    def test_sql_decides_as_the_tool(self):
        """Every stage, with the days at and beside each limit."""
        rules = lifecycle.Rules()
        seeded = random.Random(11)
        limits = (
            0,
            rules.new_days,
            rules.dormant_days,
            rules.lost_days,
            rules.long_days,
        )
        ages = sorted(
            {limit + step for limit in limits for step in (-1, 0, 1, 2)} - {-1}
        )
        today = date(2026, 3, 1)
        cases = [lifecycle.Facts()]
        for silent in ages:
            for age in ages:
                for _n in range(4):
                    orders = seeded.choice((1, 2, 3, 4))
                    cases.append(
                        lifecycle.Facts(
                            orders,
                            today - timedelta(days=max(age, silent)),
                            today - timedelta(days=silent),
                            seeded.randint(0, orders),
                            seeded.choice((None, 1.0, 3.99, 4.0, 5.0)),
                        )
                    )
        rows = self.env.execute_query(
            SQL(
                """
                SELECT %s FROM (
                    SELECT v.*, %s FROM (VALUES %s) v (
                        number, orders, first_order, last_order, recent_orders, rating
                    )
                ) f ORDER BY number
                """,
                self.lifecycles._decision_sql(today),
                SQL(", ").join(
                    SQL("%s AS %s", getattr(rules, name), SQL.identifier(name))
                    for name in rules.__dataclass_fields__
                ),
                SQL(", ").join(
                    SQL(
                        "(%s, %s, %s::date, %s::date, %s, %s::float8)",
                        number,
                        facts.orders,
                        facts.first_order,
                        facts.last_order,
                        facts.recent_orders,
                        facts.rating,
                    )
                    for number, facts in enumerate(cases)
                ),
            )
        )
        seen = set()
        for (decision,), facts in zip(rows, cases, strict=True):
            expected = lifecycle.stage(facts, rules, today)
            self.assertEqual(tuple(decision.split(":")), expected, facts)
            seen.add(expected[0])
        self.assertEqual(seen, set(lifecycle.STAGES))

    def test_rules_of_the_company(self):
        self._order(self.customer, 30)
        self.assertEqual(self._refresh().lifecycle_stage, "new")
        first = self.env["res.company"].search([], order="id", limit=1)
        settings = self.env["res.config.settings"].with_company(first)
        settings.create({"lifecycle_dormant_days": 20}).execute()
        self.assertEqual(self._refresh().lifecycle_stage, "dormant")
        self.other_company.lifecycle_dormant_days = 60
        foreign = self.env["res.partner"].create(
            {"name": "Foreign", "company_id": self.other_company.id}
        )
        self._order(foreign, 30, company_id=self.other_company.id)
        self.lifecycles._refresh(foreign.ids)
        self.assertEqual(foreign.lifecycle_stage, "new")
        self.assertEqual(first._lifecycle_rules().dormant_days, 20)

    def test_only_changes_are_written(self):
        self._order(self.customer, 3)
        self.assertGreater(self.lifecycles._refresh(), 0)
        self.assertEqual(self.lifecycles._refresh(), 0)
        self._order(self.other_customer, 3)
        self.assertEqual(self.lifecycles._refresh(), 1)

    def test_cron(self):
        self._order(self.customer, 3)
        cron = self.env.ref("crm_base.crm_lifecycle_cron")
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
        self.customer.invalidate_recordset()
        self.assertEqual(self.customer.lifecycle_stage, "new")

    def test_search_sort_and_group(self):
        self._order(self.customer, 3)
        self._order(self.other_customer, 200)
        self._refresh(self.customer | self.other_customer)
        both = self.customer | self.contact | self.other_customer
        partners = self.env["res.partner"].with_user(self.clerk)
        mine = [("id", "in", both.ids)]
        for operator, value, expected in (
            ("=", "new", self.customer | self.contact),
            ("!=", "new", self.other_customer),
            ("in", ["new", "dormant"], both),
            ("=", "potential", partners),
        ):
            found = partners.search([*mine, ("lifecycle_stage", operator, value)])
            self.assertEqual(found, expected, (operator, value))
        potential = partners.search([("lifecycle_stage", "=", "potential")])
        self.assertIn(self.manager.partner_id, potential, "without a row")
        self.assertEqual(
            partners.search([*mine, ("last_order_date", "<", "today -100d")]),
            self.other_customer,
        )
        groups = partners._read_group(mine, ["lifecycle_stage"], ["__count"])
        self.assertEqual(dict(groups), {"new": 2, "dormant": 1})
        ordered = partners.search(mine, order="last_order_date, id")
        self.assertEqual(ordered[0], self.other_customer)

    def test_contact_due_and_neglected(self):
        self._order(self.customer, 150)
        self._order(self.other_customer, 150)
        both = self.customer | self.other_customer
        self._refresh(both)
        partners = self.env["res.partner"].with_user(self.clerk)
        neglected = [("is_neglected", "=", True), ("id", "in", both.ids)]
        self.assertEqual(partners.search(neglected), both)
        self.customer.activity_schedule(
            "mail.mail_activity_data_call", self.today + timedelta(days=3)
        )
        self.other_customer.message_post(
            body="Hello", message_type="comment", subtype_xmlid="mail.mt_note"
        )
        self._refresh(both)
        self.assertEqual(self.customer.next_due_date, self.today + timedelta(days=3))
        self.assertEqual(partners.search(neglected), self.other_customer, "a note only")
        self.assertTrue(self.other_customer.with_user(self.clerk).is_neglected)
        self.other_customer.message_post(
            body="Hello", message_type="comment", subtype_xmlid="mail.mt_comment"
        )
        self._refresh(both)
        self.assertEqual(self.other_customer.last_contact_date, self.today)
        self.assertFalse(partners.search(neglected))
        self.customer.activity_ids.action_feedback(feedback="Called")
        self._refresh(both)
        self.assertEqual(self.customer.last_contact_date, self.today)
        self.assertFalse(self.customer.next_due_date)

    def test_rights(self):
        self._order(self.customer, 3)
        self._refresh()
        with self.assertRaises(AccessError):
            self.lifecycles.with_user(self.demoted).search([])
        row = self.lifecycles.search([("partner_id", "=", self.customer.id)])
        for user in (self.clerk, self.manager):
            with self.assertRaises(AccessError):
                row.with_user(user).stage = "lost"
        self.customer.company_id = self.company
        self.contact.company_id = self.company
        foreign = self.env["crm.lifecycle.log"].with_user(self.foreign_manager)
        self.assertFalse(foreign.search([("partner_id", "=", self.customer.id)]))


@tagged("post_install", "-at_install", "cap_s08", "cap_e06", "cap_s09")
class TestCustomerFacts(LifecycleCase):
    def test_metrics(self):
        self._order(self.contact, 10, 150)
        self._order(self.customer, 20, 50)
        self._order(self.customer, 99, 1000)
        start = self.today - timedelta(days=30)
        metrics = self.contact._customer_metrics(start, self.today)
        self.assertEqual(
            metrics[self.customer.id],
            {
                **metrics[self.customer.id],
                "orders": 2,
                "revenue": 200.0,
                "first_order": self.today - timedelta(days=20),
                "last_order": self.today - timedelta(days=10),
            },
        )
        none = self.other_customer._customer_metrics(start, self.today)
        self.assertEqual(none[self.other_customer.id]["revenue"], 0)

    def test_sell_through(self):
        dealer_of = self.env.ref("crm_base.crm_relation_type_dealer")
        dealer, sub = self.env["res.partner"].create(
            [
                {"name": "Dealer", "is_company": True},
                {"name": "Sub", "is_company": True},
            ]
        )
        for first, second in (
            (dealer, sub),
            (dealer, self.customer),
            (sub, self.customer),
            (sub, self.other_customer),
        ):
            self.env["crm.relation"].create(
                {
                    "from_partner_id": first.id,
                    "type_id": dealer_of.id,
                    "to_partner_id": second.id,
                }
            )
        self._order(dealer, 5, 999)
        self._order(sub, 5, 40)
        self._order(self.contact, 5, 100)
        self._order(self.other_customer, 5, 7)
        self._order(self.other_customer, 50, 1000)
        start = self.today - timedelta(days=30)
        result = (dealer | sub | self.customer)._get_sell_through(start, self.today)
        self.assertEqual(
            result[dealer.id], {"customers": 3, "orders": 3, "amount": 147.0}
        )
        self.assertEqual(result[sub.id], {"customers": 2, "orders": 2, "amount": 107.0})
        self.assertEqual(result[self.customer.id]["customers"], 0)

    def _sections(self, partners, user):
        found = partners.with_user(user)._customer_360_sections()
        return {
            partner_id: {part["key"]: part for part in parts}
            for partner_id, parts in found.items()
        }

    def test_sections(self):
        self._order(self.customer, 200)
        self.env["crm.relation"].create(
            {
                "from_partner_id": self.customer.id,
                "type_id": self.env.ref("crm_base.crm_relation_type_supplies").id,
                "to_partner_id": self.other_customer.id,
            }
        )
        self._refresh()
        parts = self._sections(self.contact, self.clerk)[self.customer.id]
        self.assertEqual(parts["lifecycle"]["metrics"][0]["tone"], "warning")
        self.assertEqual(
            parts["relation"]["rows"][0]["title"], self.other_customer.name
        )
        self.assertEqual(parts["relation"]["rows"][0]["subtitle"], "supplies")
        self.assertEqual(len(parts["consent"]["metrics"]), 5)
        parts = self._sections(self.customer, self.demoted)[self.customer.id]
        self.assertNotIn("consent", parts)
        self.assertNotIn("relation", parts)
        self.assertNotIn("lifecycle", parts)

    def test_sections_cost_the_same_for_one_and_for_many(self):
        supplies = self.env.ref("crm_base.crm_relation_type_supplies")
        many = self.env["res.partner"].create(
            [{"name": f"C{n}", "is_company": True} for n in range(80)]
        )
        self.env["crm.relation"].create(
            [
                {
                    "from_partner_id": partner.id,
                    "type_id": supplies.id,
                    "to_partner_id": self.other_customer.id,
                }
                for partner in many
            ]
        )
        counts = []
        self._sections(many, self.clerk)
        for partners in (many[:1], many):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self._sections(partners, self.clerk)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0])
