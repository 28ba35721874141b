import logging
import os
import random

from odoo.tests import tagged

from .common import CrmBaseCase
from .flows import FlowFactory, FlowOracle

_logger = logging.getLogger(__name__)

# takes 40 seconds

#: Flows in an ordinary run; CRM_BASE_FLOWS sets another number, CRM_BASE_SEED makes
#: other flows. Many small runs beat a long one: one transaction has no statistics.
FLOWS = 40


class FlowCase(CrmBaseCase):
    """Builds flows and compares the statement with the loops, figure by figure."""

    def build(self, factory, count):
        orders = self.env["sale.order"]
        for _number in range(int(os.environ.get("CRM_BASE_FLOWS", count))):
            orders |= factory.flow()
        # what a commit does: events refresh the stored stage
        self.env.cr.flush()
        return orders

    def compare(self, orders, oracle):
        data = orders.with_user(self.manager)._tracking_data()
        self.assertEqual(set(data), set(orders.ids))
        differences = []
        for order in orders:
            got = data[order.id]
            want = oracle.figures(order)
            for name, value in want.items():
                close = (
                    abs(got[name] - value) < 1e-4
                    if isinstance(value, float | int) and not isinstance(value, bool)
                    else got[name] == value
                )
                if not close:
                    differences.append((order.id, name, got[name], value))
            stored = (order.tracking_stage, order.tracking_late)
            if stored != (want["stage"], want["late"]):
                differences.append((order.id, "stored", stored, want["stage"]))
        return differences

    def seed(self):
        return int(os.environ.get("CRM_BASE_SEED", 20260309))

    def check_coverage(self, orders):
        coverage = self.coverage(orders)
        _logger.info("%s orders compared: %s", len(orders), coverage)
        self.assertFalse([kind for kind, count in coverage.items() if not count])

    def coverage(self, orders):
        """Count how often each kind of trouble happened in the flows."""
        moves = orders.order_line.move_ids
        invoices = orders.order_line.invoice_lines.move_id
        posted = invoices.filtered(lambda move: move.state == "posted")
        lines = orders.order_line
        pickings = moves.picking_id
        return {
            "backorders": len(pickings.backorder_id),
            "returns": len(moves.filtered("origin_returned_move_id")),
            "refunds": len(posted.filtered(lambda m: m.move_type == "out_refund")),
            "down_payments": len(lines.filtered("is_downpayment")),
            "currencies": len(posted.currency_id) - 1,
            "foreign_invoices": len(
                posted.filtered(
                    lambda m: (
                        m.line_ids.sale_line_ids.order_id.currency_id != m.currency_id
                    )
                )
            ),
            "partly_paid": len(
                posted.filtered(lambda m: 0 < m.amount_residual < m.amount_total)
            ),
            "shared_pickings": len(
                pickings.filtered(lambda p: len(p.move_ids.sale_line_id.order_id) > 1)
            ),
            "shared_invoices": len(
                posted.filtered(lambda m: len(m.line_ids.sale_line_ids.order_id) > 1)
            ),
            "services": len(
                lines.filtered(
                    lambda line: (
                        line.product_id.type == "service" and not line.is_downpayment
                    )
                )
            ),
            "zero_lines": len(
                lines.filtered(
                    lambda line: line.product_id and not line.product_uom_qty
                )
            ),
            "archived": len(lines.product_id.filtered(lambda p: not p.active)),
            "cancelled": len(orders.filtered(lambda o: o.state == "cancel")),
            "discounts": len(lines.filtered("discount")),
            "late": len(orders.filtered("tracking_late")),
            "dozens": len(
                lines.filtered(lambda li: li.product_uom_id != li.product_id.uom_id)
            ),
        }


@tagged("post_install", "-at_install", "cap_e02")
class TestTrackingFlows(FlowCase):
    def test_statement_agrees_with_loops(self):
        """Backorders, returns, refunds, instalments, currencies, shared documents."""
        rng = random.Random(self.seed())
        factory = FlowFactory(self.env, rng)
        orders = self.build(factory, FLOWS)
        oracle = FlowOracle(factory.today)
        self.assertEqual(self.compare(orders, oracle), [])
        self.check_coverage(orders)
        self.assertGreater(len(set(orders.mapped("tracking_stage"))), 6)
