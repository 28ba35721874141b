import random

from odoo.tests import tagged

from odoo.addons.crm_base.tests.test_tracking_flows import FlowCase

from .flows import ProductionFlowFactory, ProductionOracle

# takes 40 seconds
FLOWS = 30


@tagged("post_install", "-at_install", "cap_e02")
class TestProductionFlows(FlowCase):
    def test_statement_agrees_with_loops(self):
        """Bills of two levels, kits in kits, merged and cancelled production."""
        rng = random.Random(self.seed())
        factory = ProductionFlowFactory(self.env, rng)
        orders = self.build(factory, FLOWS)
        oracle = ProductionOracle(factory.today)
        self.assertEqual(self.compare(orders, oracle), [])
        self.check_coverage(orders)
        self.assertIn("in_production", orders.mapped("tracking_stage"))

    def coverage(self, orders):
        productions = orders.stock_reference_ids.production_ids
        return {
            "productions": len(productions),
            "backordered": len(productions.filtered("backorder_sequence")),
            "cancelled": len(productions.filtered(lambda p: p.state == "cancel")),
            "second_level": len(productions.filtered("production_group_id.parent_ids")),
            "kits": len(
                orders.order_line.filtered(
                    lambda line: line.product_id.bom_ids.filtered(
                        lambda bom: bom.type == "phantom"
                    )
                )
            ),
        }
