from odoo import Command, fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from .gate_common import GateCase


@tagged("post_install", "-at_install", "cap_s13", "cap_s03")
class TestCostGateRules(GateCase):
    """What holds a quotation back, and what does not."""

    def reasons(self, order):
        found = order._sfa_gate_blocked().get(order, [])
        names = {line.id: line.product_id for line in order.order_line}
        return {(names[finding.key], finding.kind) for finding in found}

    def test_good_order_leaves(self):
        order = self.make_quotation(self.good, self.service)
        order.action_confirm()
        self.assertEqual(order.state, "sale")

    def test_cost_missing(self):
        order = self.make_quotation(self.good, self.costless)
        self.assertEqual(self.reasons(order), {(self.costless, "cost_missing")})
        with self.assertRaises(UserError) as caught:
            order.action_confirm()
        text = str(caught.exception)
        self.assertIn(order.name, text)
        self.assertIn("Gate costless", text)
        self.assertNotIn("Gate good", text)
        self.assertEqual(order.state, "draft")

    def test_a_typed_cost_does_not_stand_for_a_missing_one(self):
        order = self.make_quotation(self.costless)
        order.order_line.purchase_price = 10
        self.assertEqual(self.reasons(order), {(self.costless, "cost_missing")})

    def test_a_typed_cost_counts_when_higher_only(self):
        order = self.make_quotation(self.thin)
        order.order_line.purchase_price = 1
        self.assertEqual(self.reasons(order), {(self.thin, "margin")})
        order = self.make_quotation(self.good)
        order.order_line.purchase_price = 90
        self.assertEqual(self.reasons(order), {(self.good, "margin")})

    def test_cost_too_old(self):
        self.categ.sfa_cost_days = 30
        today = fields.Date.today()
        order = self.make_quotation(self.good)
        self.assertFalse(self.reasons(order))
        self.good.sfa_cost_date = fields.Date.subtract(today, days=31)
        self.assertEqual(self.reasons(order), {(self.good, "cost_expired")})
        self.good.sfa_cost_date = False
        self.assertEqual(self.reasons(order), {(self.good, "cost_expired")})
        self.good.action_sfa_confirm_cost()
        self.assertFalse(self.reasons(order))
        self.good.sfa_cost_date = False
        self.good.standard_price = 61
        self.assertEqual(self.good.sfa_cost_date, today)

    def test_floors(self):
        below = self.env["product.category"].create(
            {"name": "Below", "parent_id": self.categ.id}
        )
        self.good.categ_id = below
        order = self.make_quotation(self.good)
        self.assertEqual(below.sfa_effective_margin_floor, 20)
        self.assertFalse(self.reasons(order))
        below.sfa_margin_floor = 45
        self.assertEqual(self.reasons(order), {(self.good, "margin")})
        below.sfa_margin_floor = 0
        category = self.env["sfa.customer.category"].create(
            {"name": "Strict", "margin_floor": 50}
        )
        self.customer.sfa_category_id = self.env["sfa.customer.category"].create(
            {"name": "Strict child", "parent_id": category.id}
        )
        self.assertEqual(self.reasons(order), {(self.good, "margin")})

    def test_discount_of_the_customer_category(self):
        self.customer.sfa_category_id = self.env["sfa.customer.category"].create(
            {"name": "Dealers", "discount_limit": 10}
        )
        order = self.make_quotation(self.good, partner_id=self.contact.id)
        order.order_line.discount = 10
        self.assertFalse(self.reasons(order))
        order.order_line.discount = 12
        self.assertEqual(self.reasons(order), {(self.good, "discount")})
        # a price typed by hand is a discount as well
        order.order_line.write({"discount": 0, "price_unit": 85})
        self.assertEqual(self.reasons(order), {(self.good, "discount")})
        order.order_line.price_unit = 120
        self.assertFalse(self.reasons(order))

    def test_pricelist_is_no_discount(self):
        self.customer.sfa_category_id = self.env["sfa.customer.category"].create(
            {"name": "Dealers", "discount_limit": 5}
        )
        pricelist = self.env["product.pricelist"].create(
            {
                "name": "Dealers",
                "item_ids": [
                    Command.create({"compute_price": "percentage", "percent_price": 15})
                ],
            }
        )
        order = self.make_quotation(self.good, pricelist_id=pricelist.id)
        self.assertAlmostEqual(order.amount_untaxed, 170)
        self.assertFalse(self.reasons(order))

    def test_discount_on_the_whole_quotation(self):
        order = self.make_quotation(self.good)
        self.company.sale_discount_product_id = self.service
        self.env["sale.order.discount"].with_user(self.seller).create(
            {
                "sale_order_id": order.id,
                "discount_type": "so_discount",
                "discount_percentage": 0.3,
            }
        ).action_apply_discount()
        self.assertAlmostEqual(order.amount_untaxed, 140)
        self.assertEqual(self.reasons(order), {(self.good, "margin")})

    def test_exempt_lines(self):
        self.service.sfa_cost_checked = False
        order = self.make_quotation(self.good, self.service)
        order.order_line = [
            Command.create({"display_type": "line_section", "name": "Section"}),
            Command.create({"display_type": "line_note", "name": "Note"}),
        ]
        self.assertFalse(self.reasons(order))
        self.service.sfa_cost_checked = True
        self.assertEqual(self.reasons(order), {(self.service, "cost_missing")})

    def test_currency_and_unit(self):
        currency = self.env["res.currency"].create(
            {
                "name": "GAT",
                "symbol": "G",
                "rate_ids": [
                    Command.create({"name": "2020-01-01", "company_rate": 2.0})
                ],
            }
        )
        pricelist = self.env["product.pricelist"].create(
            {"name": "G", "currency_id": currency.id}
        )
        order = self.make_quotation(self.good, pricelist_id=pricelist.id)
        order.order_line.product_uom_id = self.env.ref("uom.product_uom_dozen")
        order.order_line.price_unit = 12 * 2 * 100  # a dozen at list price
        self.assertFalse(self.reasons(order))
        order.order_line.price_unit = 12 * 2 * 74  # margin of 14 of 74
        self.assertEqual(self.reasons(order), {(self.good, "margin")})

    def test_off_by_default(self):
        company = self.env["res.company"].create({"name": "Free"})
        self.assertFalse(company.sfa_quote_gate)
        self.company.sfa_quote_gate = False
        order = self.make_quotation(self.costless)
        order.action_confirm()
        self.assertEqual(order.state, "sale")

    def test_all_reasons_of_all_orders_at_once(self):
        orders = self.make_quotation(self.costless, self.thin) | self.make_quotation(
            self.thin
        )
        with self.assertRaises(UserError) as caught:
            orders.action_confirm()
        text = str(caught.exception)
        for order in orders:
            self.assertIn(order.name, text)
        self.assertEqual(text.count("Gate thin"), 2)
        self.assertEqual(text.count("Gate costless"), 1)

    def test_queries_do_not_grow(self):
        def count(orders):
            # Twice: caches of the process may be filled anew in between.
            counts = []
            for _attempt in range(2):
                self.env.flush_all()
                self.env.invalidate_all()
                before = self.env.cr.sql_log_count
                orders._sfa_gate_blocked()
                counts.append(self.env.cr.sql_log_count - before)
            return min(counts)

        orders = self.env["sale.order"].with_user(self.seller)
        for _number in range(20):
            orders |= self.make_quotation(self.good, self.thin)
        count(orders)
        self.assertLessEqual(count(orders), count(orders[:1]) + 1)
        self.customer.sfa_category_id = self.env["sfa.customer.category"].create(
            {"name": "Dealers", "discount_limit": 5}
        )
        pricelist = self.env["product.pricelist"].create(
            {
                "name": "Dealers",
                "item_ids": [
                    Command.create({"compute_price": "percentage", "percent_price": 15})
                ],
            }
        )
        orders.write({"pricelist_id": pricelist.id})
        for number, line in enumerate(orders.order_line):
            line.product_uom_qty = number + 1
        count(orders)
        self.assertLessEqual(count(orders), count(orders[:1]) + 1)
