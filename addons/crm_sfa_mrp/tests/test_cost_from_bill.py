from odoo import Command, fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.crm_sfa.tests.gate_common import GateCase


@tagged("post_install", "-at_install", "cap_s13")
class TestCostFromBill(GateCase):
    """What is made to order costs what its bill of material says."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        order = cls.env.ref("stock.route_warehouse0_mto")
        order.active = True
        routes = order | cls.env.ref("mrp.route_warehouse0_manufacture")
        cls.steel = cls.make_product("Bill steel", 10)
        cls.screw = cls.make_product("Bill screw", 0.5)
        to_order = {"route_ids": [Command.set(routes.ids)], "is_storable": True}
        cls.frame = cls.make_product("Bill frame", 0, **to_order)
        cls.bike = cls.make_product("Bill bike", 0, **to_order)
        cls.bill(cls.frame, [(cls.steel, 2)])
        cls.bill(cls.bike, [(cls.frame, 2), (cls.screw, 40)], product_qty=1)
        cls.kit = cls.make_product("Bill kit", 0)
        cls.bill(cls.kit, [(cls.steel, 3), (cls.bike, 1)], type="phantom")
        cls.stocked = cls.make_product("Bill stocked", 30, is_storable=True)
        cls.bill(cls.stocked, [(cls.steel, 9)])

    @classmethod
    def bill(cls, product, parts, **vals):
        return cls.env["mrp.bom"].create(
            {
                "product_tmpl_id": product.product_tmpl_id.id,
                "product_qty": 1,
                "bom_line_ids": [
                    Command.create({"product_id": part.id, "product_qty": quantity})
                    for part, quantity in parts
                ],
                **vals,
            }
        )

    def cost(self, product):
        line = self.make_quotation(product).order_line
        return line.sudo()._sfa_gate_lines()[line.sudo()].cost

    def test_costs(self):
        self.assertAlmostEqual(self.cost(self.frame), 20)
        self.assertAlmostEqual(self.cost(self.bike), 60)  # 2 × 20 + 40 × 0.5
        self.assertAlmostEqual(self.cost(self.kit), 90)
        self.assertAlmostEqual(self.cost(self.stocked), 30)

    def test_like_the_platform(self):
        operation = self.env["mrp.routing.workcenter"].create(
            {
                "name": "Weld",
                "bom_id": self.frame.bom_ids.id,
                "workcenter_id": self.env["mrp.workcenter"]
                .create({"name": "Bench", "costs_hour": 60})
                .id,
                "time_cycle_manual": 5,
            }
        )
        self.assertTrue(operation.cost)
        wanted = self.frame._compute_bom_price(self.frame.bom_ids)
        self.assertGreater(wanted, 20)
        self.assertAlmostEqual(self.cost(self.frame), wanted)

    def test_gate(self):
        order = self.make_quotation(self.bike)
        order.action_confirm()
        held = self.make_quotation(self.kit)  # margin of 10 under the floor of 20
        with self.assertRaises(UserError):
            held.action_confirm()
        self.screw.standard_price = 0
        order = self.make_quotation(self.bike)
        with self.assertRaises(UserError) as caught:
            order.action_quotation_sent()
        self.assertIn("Bill bike", str(caught.exception))

    def test_the_oldest_cost_counts(self):
        self.categ.sfa_cost_days = 30
        self.steel.sfa_cost_date = fields.Date.subtract(fields.Date.today(), days=40)
        with self.assertRaises(UserError):
            self.make_quotation(self.bike).action_confirm()
        self.steel.action_sfa_confirm_cost()
        self.make_quotation(self.bike).action_confirm()

    def test_bill_within_itself(self):
        self.env.cr.execute(
            "UPDATE mrp_bom_line SET product_id = %s WHERE bom_id = %s",
            [self.bike.id, self.frame.bom_ids.id],
        )
        self.env.invalidate_all()
        self.assertIsNone(self.cost(self.bike))

    def test_queries_do_not_grow(self):
        def count(orders):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            orders._sfa_gate_blocked()
            return self.env.cr.sql_log_count - before

        orders = self.env["sale.order"].with_user(self.seller)
        for _number in range(10):
            orders |= self.make_quotation(self.bike, self.frame, self.kit)
        count(orders)
        self.assertLessEqual(count(orders), count(orders[:1]) + 1)
