import psycopg2

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged, users
from odoo.tools import mute_logger

from .common import CrmBaseCase


@tagged("post_install", "-at_install", "cap_s09")
class TestRelation(CrmBaseCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.dealer_of = cls.env.ref("crm_base.crm_relation_type_dealer")
        cls.refers = cls.env.ref("crm_base.crm_relation_type_refers")
        cls.competes = cls.env.ref("crm_base.crm_relation_type_competes")
        cls.third = cls.env["res.partner"].create({"name": "Third", "is_company": True})

    def _relate(self, first, kind, second, user=None, **values):
        return (
            self.env["crm.relation"]
            .with_user(user or self.clerk)
            .create(
                {
                    "from_partner_id": first.id,
                    "type_id": kind.id,
                    "to_partner_id": second.id,
                    **values,
                }
            )
        )

    def test_both_customers_show_it(self):
        relation = self._relate(self.customer, self.dealer_of, self.other_customer)
        customer = self.customer.with_user(self.clerk)
        self.assertRecordValues(
            customer.relation_side_ids,
            [{"label": "dealer of", "other_partner_id": self.other_customer.id}],
        )
        self.assertRecordValues(
            self.other_customer.with_user(self.clerk).relation_side_ids,
            [{"label": "buys through", "other_partner_id": self.customer.id}],
        )
        self.assertEqual(customer.relation_count, 1)
        action = customer.relation_side_ids.action_open_relation()
        self.assertEqual(action["res_id"], relation.id)

    def test_who_may_be_on_each_side(self):
        with self.assertRaises(ValidationError):
            self._relate(self.contact, self.dealer_of, self.customer)
        with self.assertRaises(ValidationError):
            self._relate(self.customer, self.competes, self.contact)
        self._relate(self.contact, self.refers, self.customer)
        with self.assertRaises(ValidationError):
            self.refers.with_user(self.manager).from_side = "company"

    def test_no_relation_to_oneself_and_dates_in_order(self):
        with mute_logger("odoo.sql_db"), self.assertRaises(psycopg2.IntegrityError):
            self._relate(self.customer, self.competes, self.customer)
        with mute_logger("odoo.sql_db"), self.assertRaises(psycopg2.IntegrityError):
            self._relate(
                self.customer,
                self.competes,
                self.third,
                date_from="2026-02-01",
                date_to="2026-01-31",
            )

    def test_unique_while_dates_overlap(self):
        first = self._relate(
            self.customer, self.dealer_of, self.third, date_to="2025-12-31"
        )
        second = self._relate(
            self.customer, self.dealer_of, self.third, date_from="2026-01-01"
        )
        with self.assertRaises(ValidationError):
            second.date_from = "2025-12-31"
        with self.assertRaises(ValidationError):
            self._relate(self.customer, self.dealer_of, self.third)
        self._relate(self.customer, self.competes, self.third)
        with self.assertRaises(ValidationError):
            self._relate(self.third, self.competes, self.customer)
        self.assertTrue(first.exists())

    def test_no_circle_where_the_type_forbids_it(self):
        self._relate(self.customer, self.dealer_of, self.other_customer)
        last = self._relate(
            self.other_customer, self.dealer_of, self.third, date_to="2025-12-31"
        )
        with self.assertRaises(ValidationError):
            self._relate(
                self.third, self.dealer_of, self.customer, date_from="2025-12-31"
            )
        circle = self._relate(
            self.third, self.dealer_of, self.customer, date_from="2026-01-01"
        )
        with self.assertRaises(ValidationError):
            last.date_to = False
        self.assertTrue(circle.exists())
        supplies = self.env.ref("crm_base.crm_relation_type_supplies")
        self._relate(self.customer, supplies, self.third)
        self._relate(self.third, supplies, self.customer)
        with self.assertRaises(ValidationError):
            supplies.with_user(self.manager).forbids_cycles = True

    def test_concurrent_changes_of_a_type_wait(self):
        self._relate(self.customer, self.dealer_of, self.third)
        with self.registry.cursor() as other:
            other.execute("SET LOCAL lock_timeout = '50ms'")
            with (
                mute_logger("odoo.sql_db"),
                self.assertRaises(psycopg2.errors.LockNotAvailable),
            ):
                self.env(cr=other)["crm.relation"]._lock_types([self.dealer_of.id])
            other.rollback()

    def test_end_today(self):
        relation = self._relate(self.customer, self.dealer_of, self.third)
        self.assertTrue(relation.is_current)
        relations = self.env["crm.relation"]
        self.assertIn(relation, relations.search([("is_current", "=", True)]))
        relation.date_to = "2020-01-01"
        self.assertFalse(relation.is_current)
        self.assertIn(relation, relations.search([("is_current", "=", False)]))
        relation.date_to = False
        relation.action_end()
        self.assertTrue(relation.date_to)

    def test_rights(self):
        relation = self._relate(self.customer, self.dealer_of, self.third)
        with self.assertRaises(AccessError):
            relation.unlink()
        with self.assertRaises(AccessError):
            self.dealer_of.with_user(self.clerk).name = "x"
        with self.assertRaises(AccessError):
            relation.with_user(self.demoted).read(["note"])
        with self.assertRaises(AccessError):
            self._relate(self.customer, self.competes, self.third, self.demoted)
        self.third.company_id = self.other_company
        with self.assertRaises(AccessError):
            relation.read(["note"])
        self.assertFalse(self.customer.with_user(self.clerk).relation_count)
        relation.with_user(self.manager).sudo().unlink()


@tagged("post_install", "-at_install", "cap_s09")
class TestNetwork(CrmBaseCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.dealer_of = cls.env.ref("crm_base.crm_relation_type_dealer")
        cls.chain = cls.env["res.partner"].create(
            [{"name": f"Dealer {number}", "is_company": True} for number in range(6)]
        )
        for first, second in zip(cls.chain, cls.chain[1:], strict=False):
            cls._deal(first, second)

    @classmethod
    def _deal(cls, first, second, **values):
        return cls.env["crm.relation"].create(
            {
                "from_partner_id": first.id,
                "type_id": cls.dealer_of.id,
                "to_partner_id": second.id,
                **values,
            }
        )

    def _network(self, partner, user=None, **arguments):
        return partner.with_user(user or self.clerk).get_relation_network(**arguments)

    def test_shape(self):
        network = self._network(self.chain[1], depth=1)
        self.assertEqual(
            network["nodes"][0],
            {
                "id": self.chain[1].id,
                "name": "Dealer 1",
                "is_company": True,
                "stage": "potential",
                "depth": 0,
            },
        )
        self.assertEqual([node["depth"] for node in network["nodes"]], [0, 1, 1])
        self.assertEqual(
            network["edges"][0],
            {
                "source": self.chain[0].id,
                "target": self.chain[1].id,
                "type": self.dealer_of.id,
                "label": "dealer of",
                "inverse": "buys through",
            },
        )
        self.assertFalse(network["truncated"])

    def test_depth_limit_and_arguments(self):
        self.assertEqual(len(self._network(self.chain[0], depth=2)["nodes"]), 3)
        self.assertEqual(len(self._network(self.chain[0], depth=99)["nodes"]), 5)
        cut = self._network(self.chain[0], depth=4, limit=3)
        self.assertEqual((len(cut["nodes"]), cut["truncated"]), (3, True))
        self.assertEqual(len(cut["edges"]), 2)
        with self.assertRaises(UserError):
            self._network(self.chain[0], depth="deep")
        alone = self._network(self.other_customer)
        self.assertEqual((len(alone["nodes"]), alone["edges"]), (1, []))

    def test_ended_relations_are_left_out(self):
        self._deal(self.customer, self.chain[0], date_to="2020-01-01")
        self._deal(self.customer, self.other_customer, date_from="2999-01-01")
        self.assertEqual(len(self._network(self.customer)["nodes"]), 1)

    def test_rights_cut_the_way(self):
        self.chain[1].company_id = self.other_company
        network = self._network(self.chain[0], depth=4)
        self.assertEqual([node["id"] for node in network["nodes"]], self.chain[0].ids)
        self.assertEqual(network["edges"], [])
        with self.assertRaises(AccessError):
            self._network(self.chain[1])
        with self.assertRaises(AccessError):
            self._network(self.chain[0], self.demoted)
        with self.assertRaises(AccessError):
            self._network(self.customer, self.portal_user)

    @users("crm_clerk")
    def test_constant_queries(self):
        self._network(self.chain[0])
        counts = []
        for partner in (self.chain[0], self.customer):
            if partner == self.customer:
                many = (
                    self.env["res.partner"]
                    .sudo()
                    .create([{"name": f"C{n}", "is_company": True} for n in range(40)])
                )
                self.env["crm.relation"].sudo().create(
                    [
                        Command.create(
                            {
                                "from_partner_id": partner.id,
                                "type_id": self.dealer_of.id,
                                "to_partner_id": other.id,
                            }
                        )[2]
                        for other in many
                    ]
                )
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self._network(partner)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0])
        self.assertLessEqual(counts[0], 9)
