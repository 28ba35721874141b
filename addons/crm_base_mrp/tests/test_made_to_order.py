from odoo import Command
from odoo.tests import HttpCase, tagged

from odoo.addons.crm_base.tests.test_tracking import TrackingCase


@tagged("post_install", "-at_install", "cap_e01", "cap_e02")
class TestMadeToOrder(TrackingCase, HttpCase):
    """An order from an opportunity drives purchase, production and stock."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        mto = cls.env.ref("stock.route_warehouse0_mto")
        mto.active = True
        make = cls.env.ref("mrp.route_warehouse0_manufacture")
        # where production is valued, a backorder copies links to journal entries
        cls.planner = cls._new_user(
            "crm_planner", "mrp.group_mrp_user,account.group_account_readonly"
        )
        cls.seller = cls.salesperson
        Product = cls.env["product.product"]
        goods = {"type": "consu", "is_storable": True, "list_price": 500.0}
        cls.steel = Product.create({**goods, "name": "Steel tube"})
        cls.buying = "purchase.order" in cls.env
        if cls.buying:
            cls._buy_to_order(cls.steel, mto)
        else:
            cls.env["stock.quant"]._update_available_quantity(
                cls.steel, cls.warehouse.lot_stock_id, 20
            )
        cls.frame = Product.create(
            {**goods, "name": "Frame", "route_ids": [Command.set((mto | make).ids)]}
        )
        cls.bike = Product.create(
            {**goods, "name": "Bike", "route_ids": [Command.set((mto | make).ids)]}
        )
        for product, part in ((cls.frame, cls.steel), (cls.bike, cls.frame)):
            cls.env["mrp.bom"].create(
                {
                    "product_tmpl_id": product.product_tmpl_id.id,
                    "product_qty": 1,
                    "bom_line_ids": [
                        Command.create({"product_id": part.id, "product_qty": 2})
                    ],
                }
            )

    @classmethod
    def _buy_to_order(cls, product, mto):
        vendor = cls.env["res.partner"].create({"name": "Steel mill"})
        buy = cls.env["stock.route"].search([("rule_ids.action", "=", "buy")], limit=1)
        product.write(
            {
                "purchase_ok": True,
                "route_ids": [Command.set((mto | buy).ids)],
                "seller_ids": [Command.create({"partner_id": vendor.id, "price": 9.0})],
            }
        )

    def receive(self):
        lines = self.env["purchase.order.line"].search(
            [("product_id", "=", self.steel.id)]
        )
        self.assertEqual(sum(lines.mapped("product_qty")), 20)
        lines.order_id.button_confirm()
        receipt = lines.order_id.picking_ids
        receipt.move_ids.quantity = 20
        receipt.move_ids.picked = True
        receipt.button_validate()

    def order_from_lead(self):
        lead = (
            self.env["crm.lead"]
            .with_user(self.seller)
            .create(
                {
                    "name": "Five bikes",
                    "type": "opportunity",
                    "partner_id": self.customer.id,
                }
            )
        )
        context = lead.action_new_quotation()["context"]
        context.pop("default_tag_ids", None)
        order = (
            self.env["sale.order"]
            .with_user(self.seller)
            .with_context(**context)
            .create(
                {
                    "order_line": [
                        Command.create(
                            {"product_id": self.bike.id, "product_uom_qty": 5}
                        )
                    ]
                }
            )
        )
        self.assertEqual(order.opportunity_id, lead)
        return order

    def produce(self, production, quantity):
        production.action_assign()
        production.qty_producing = quantity
        production._set_qty_producing()
        production.move_raw_ids.picked = True
        production.with_context(
            skip_consumption=True,
            skip_backorder=True,
            mo_ids_to_backorder=production.ids
            if quantity < production.product_qty
            else [],
        ).button_mark_done()

    def test_order_from_lead_drives_the_erp(self):
        order = self.order_from_lead()
        order.action_confirm()
        self.assertStage(order, "in_production")
        made = self.env["mrp.production"].search(
            [("reference_ids.sale_ids", "in", order.ids)]
        )
        self.assertEqual(made.product_id, self.bike | self.frame)
        self.assertEqual(order.sudo().picking_ids.move_ids.product_id, self.bike)

        # a salesperson without production rights sees how far it is
        self.assertFalse(self.seller.has_group("mrp.group_mrp_user"))
        self.assertFalse(self.env["mrp.bom"].with_user(self.seller).has_access("write"))
        data = order._tracking_data()[order.id]
        self.assertEqual((data["qty_to_produce"], data["qty_produced"]), (5.0, 0.0))
        self.assertEqual(data["turn"], "production")
        self.assertTrue(data["next_production"])

        if self.buying:
            self.receive()
        frames = made.filtered(lambda p: p.product_id == self.frame)
        self.produce(frames.with_user(self.planner), 10)
        self.assertEqual(order._tracking_data()[order.id]["qty_produced"], 0.0)
        bikes = made.filtered(lambda p: p.product_id == self.bike)
        self.produce(bikes.with_user(self.planner), 2)
        self.assertStage(order, "in_production")
        steps = {step["key"]: step for step in order._tracking_steps()[order.id]}
        self.assertEqual(steps["production"]["hint"], "2 of 5")
        customer = order.with_user(self.portal_user)._tracking_steps(for_customer=True)
        self.assertNotIn("MO/", str(customer))

        rest = bikes.production_group_id.production_ids - bikes
        self.produce(rest.with_user(self.planner), 3)
        self.assertStage(order, "produced")
        self.deliver(order.sudo())
        self.assertStage(order, "delivered")

    def test_cancelled_production(self):
        order = self.order_from_lead()
        order.action_confirm()
        self.commit()
        productions = self.env["mrp.production"].search(
            [("reference_ids.sale_ids", "in", order.ids)]
        )
        productions.with_user(self.planner).action_cancel()
        self.assertStage(order, "confirmed")
        data = order._tracking_data()[order.id]
        self.assertEqual((data["qty_to_produce"], data["productions_open"]), (0.0, 0))

    def test_customer_sees_progress_without_internal_names(self):
        order = self.order_from_lead()
        order.action_confirm()
        self.commit()
        self.authenticate("crm_portal", "crm_portal")
        page = self.url_open(f"/my/orders/{order.id}").text
        self.assertIn('data-step="production"', page)
        for production in order.sudo().stock_reference_ids.production_ids:
            self.assertNotIn(production.name, page)
