from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import CrmBaseCase


class TrackingCase(CrmBaseCase):
    """One storable product with stock, and orders of the two customers."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.product = cls.env["product.product"].create(
            {
                "name": "Tracked lamp",
                "type": "consu",
                "is_storable": True,
                "list_price": 100.0,
                "invoice_policy": "order",
                "taxes_id": False,
            }
        )
        cls.warehouse = cls.env["stock.warehouse"].search(
            [("company_id", "=", cls.company.id)], limit=1
        )
        cls.env["stock.quant"]._update_available_quantity(
            cls.product, cls.warehouse.lot_stock_id, 1000
        )

    @classmethod
    def make_order(cls, partner=None, quantity=2, **vals):
        return cls.env["sale.order"].create(
            {
                "partner_id": (partner or cls.customer).id,
                "user_id": cls.salesperson.id,
                "order_line": [
                    Command.create(
                        {"product_id": cls.product.id, "product_uom_qty": quantity}
                    )
                ],
                **vals,
            }
        )

    def commit(self):
        """Do what the end of a request does short of the commit."""
        self.env.cr.flush()

    def assertStage(self, order, stage, late=False):
        self.commit()
        self.assertEqual((order.tracking_stage, order.tracking_late), (stage, late))

    def deliver(self, order, quantity=None):
        picking = order.picking_ids.filtered(
            lambda p: p.state not in ("done", "cancel")
        )
        picking.action_assign()
        for move in picking.move_ids:
            move.quantity = quantity or move.product_uom_qty
        picking.move_ids.picked = True
        picking.with_user(self.warehouse_user).with_context(
            skip_backorder=True, skip_sms=True
        ).button_validate()
        return picking

    def pay(self, invoice, amount=None):
        wizard = (
            self.env["account.payment.register"]
            .with_user(self.accountant)
            .with_context(active_model="account.move", active_ids=invoice.ids)
            .create({"payment_date": fields.Date.today()})
        )
        if amount:
            wizard.amount = amount
        return wizard._create_payments()


@tagged("post_install", "-at_install", "cap_e01", "cap_e02")
class TestTracking(TrackingCase):
    def test_stage_follows_the_documents(self):
        order = self.make_order()
        self.assertStage(order, "quoted")
        order.with_user(self.salesperson).action_confirm()
        self.assertStage(order, "confirmed")
        self.deliver(order, 1)
        self.assertStage(order, "part_delivered")
        self.deliver(order)
        self.assertStage(order, "delivered")
        invoice = order._create_invoices()
        self.assertStage(order, "delivered")
        invoice.with_user(self.accountant).action_post()
        self.assertStage(order, "invoiced")
        self.pay(invoice, 50.0)
        self.assertStage(order, "part_paid")
        self.pay(invoice)
        self.assertStage(order, "paid")
        partials = invoice.line_ids.matched_credit_ids.sorted("amount")
        invoice.with_user(self.accountant).js_remove_outstanding_partial(partials[0].id)
        self.assertStage(order, "part_paid")
        order.sudo()._action_cancel()
        self.assertStage(order, "cancelled")

    def test_reset_invoice_and_return(self):
        order = self.make_order()
        order.action_confirm()
        picking = self.deliver(order)
        invoice = order._create_invoices()
        invoice.action_post()
        self.assertStage(order, "invoiced")
        invoice.with_user(self.accountant).button_draft()
        self.assertStage(order, "delivered")
        invoice.with_user(self.accountant).button_cancel()
        wizard = (
            self.env["stock.return.picking"]
            .with_context(active_id=picking.id, active_model="stock.picking")
            .create({"picking_id": picking.id})
        )
        wizard.product_return_moves.quantity = 2
        back = self.env["stock.picking"].browse(
            wizard.action_create_returns()["res_id"]
        )
        back.move_ids.quantity = 2
        back.move_ids.picked = True
        back.button_validate()
        self.assertStage(order, "confirmed")

    def test_late_by_the_calendar(self):
        order = self.make_order(
            commitment_date=fields.Datetime.now() + timedelta(days=3)
        )
        order.action_confirm()
        self.assertStage(order, "confirmed")
        self.env.cr.execute(
            "UPDATE sale_order SET commitment_date = %s WHERE id = %s",
            (fields.Datetime.now() - timedelta(days=3), order.id),
        )
        order.invalidate_recordset()
        self.assertStage(order, "confirmed")
        cron = self.env.ref("crm_base.sale_order_cron_refresh_tracking")
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
        self.assertStage(order, "confirmed", late=True)
        order.commitment_date = fields.Datetime.now() + timedelta(days=9)
        self.assertStage(order, "confirmed", late=False)

    def test_only_changed_orders_are_written(self):
        order = self.make_order()
        order.action_confirm()
        self.commit()
        before = self.row_version(order)
        invoice = order._create_invoices()
        self.commit()
        version = self.row_version(order)
        invoice.with_user(self.accountant).action_post()
        self.commit()
        # goods are still here: posting changes money, not the stage
        self.assertEqual(self.row_version(order), version)
        self.assertEqual(order._tracking_refresh(), 0)
        self.assertTrue(before)

    def row_version(self, order):
        self.env.cr.execute(
            "SELECT xmin::text, ctid::text FROM sale_order WHERE id = %s", (order.id,)
        )
        return self.env.cr.fetchone()

    def test_salesperson_sees_progress_of_own_orders_only(self):
        order = self.make_order()
        order.action_confirm()
        invoice = order._create_invoices()
        invoice.action_post()
        self.commit()
        mine = order.with_user(self.salesperson)
        self.assertFalse(
            self.env["account.payment"].with_user(self.salesperson).has_access("read")
        )
        data = mine._tracking_data()[order.id]
        self.assertEqual(data["amount_invoiced"], 200.0)
        self.assertEqual(data["qty_reserved"], 2.0)
        self.assertEqual(data["turn"], "warehouse")
        self.assertEqual(mine.tracking_turn, "warehouse")
        for stranger in (self.other_salesperson, self.demoted, self.foreign_manager):
            with self.assertRaises(AccessError):
                order.with_user(stranger)._tracking_data()
            with self.assertRaises(AccessError):
                order.with_user(stranger)._tracking_steps()

    def test_steps(self):
        order = self.make_order()
        order.action_confirm()
        self.deliver(order, 1)
        order._create_invoices().action_post()
        steps = order.with_user(self.salesperson).tracking_steps
        self.assertEqual(
            [(step["key"], step["state"]) for step in steps],
            [
                ("ordered", "done"),
                ("ready", "done"),
                ("shipped", "now"),
                ("invoiced", "done"),
                ("paid", "todo"),
            ],
        )
        self.assertEqual(steps[2]["hint"], "1 of 2")
        self.assertTrue(steps[2]["turn"])
        mine = order.with_user(self.portal_user)._tracking_steps(for_customer=True)
        self.assertFalse(any(step["turn"] for step in mine[order.id]))
        self.assertNotIn("WH/", str(mine))
        chinese = order.with_context(lang="zh_CN")._tracking_steps()
        self.assertEqual(len(chinese[order.id]), 5)

    def test_refund_and_overdue(self):
        order = self.make_order()
        order.action_confirm()
        self.deliver(order)
        invoice = order._create_invoices()
        invoice.invoice_date = fields.Date.today() - timedelta(days=30)
        invoice.invoice_date_due = fields.Date.today() - timedelta(days=20)
        invoice.action_post()
        self.assertStage(order, "invoiced", late=True)
        data = order._tracking_data()[order.id]
        self.assertEqual(data["amount_overdue"], 200.0)
        self.assertEqual(
            (data["turn"], data["late_reasons"]), ("accounting", ("payment",))
        )
        reversal = (
            self.env["account.move.reversal"]
            .with_context(active_model="account.move", active_ids=invoice.ids)
            .create({"journal_id": invoice.journal_id.id})
        )
        reversal.refund_moves()
        invoice.reversal_move_ids.action_post()
        self.commit()
        data = order._tracking_data()[order.id]
        self.assertEqual((data["amount_invoiced"], data["amount_paid"]), (0.0, 0.0))


@tagged("post_install", "-at_install", "cap_e02", "cap_e06")
class TestCustomerOrders(TrackingCase):
    def orders_section(self, user, partners=None):
        partners = (partners or self.contact).with_user(user)
        sections = partners._customer_360_sections()[self.customer.id]
        return next((part for part in sections if part["key"] == "orders"), None)

    def test_section(self):
        self.make_order()
        for _number in range(7):
            self.make_order(self.contact).action_confirm()
        self.make_order(self.other_customer).action_confirm()
        self.commit()
        part = self.orders_section(self.salesperson)
        values = [figure["value"] for figure in part["metrics"]]
        self.assertEqual(values, ["7", "0", "1"])
        self.assertEqual(len(part["rows"]), 5)
        waits = [step for step in part["rows"][0]["steps"] if step[1] == "now"]
        self.assertEqual(waits, [("Shipping", "now", "Shipping · Warehouse")])
        self.assertEqual(self.orders_section(self.other_salesperson)["rows"], [])
        self.assertIsNone(self.orders_section(self.demoted))

    def test_timeline(self):
        order = self.make_order()
        order.action_confirm()
        self.deliver(order)
        invoice = order._create_invoices()
        invoice.action_post()
        self.pay(invoice)
        self.commit()

        def read(user):
            queries = self.customer.with_user(user)._customer_timeline_queries()
            return {
                kind: self.env.execute_query_dict(queries[kind])
                for kind in ("order", "delivery", "invoice", "payment")
                if kind in queries
            }

        boss = read(self.env.ref("base.user_admin"))
        self.assertEqual(
            {kind: len(rows) for kind, rows in boss.items()}, dict.fromkeys(boss, 1)
        )
        self.assertEqual(set(boss), {"order", "delivery", "invoice", "payment"})
        self.assertEqual(boss["order"][0]["author_id"], self.salesperson.partner_id.id)
        self.assertEqual(len(read(self.salesperson)["order"]), 1)
        self.assertEqual(len(read(self.other_salesperson)["order"]), 0)
        self.assertNotIn("payment", read(self.salesperson))
        self.assertNotIn("order", read(self.demoted))
