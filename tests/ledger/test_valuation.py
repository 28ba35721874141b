"""Perpetual valuation: every way goods go out and come back, step by step."""

from odoo import Command
from odoo.tests import tagged

from .trader import DAY, METHODS, TraderCase, each_method

# takes 20 seconds


@tagged("post_install", "-at_install", "cap_a02")
class TestPerpetual(TraderCase):
    """The ledger books the cost with the invoice."""

    @each_method
    def test_delivered_and_invoiced(self, goods):
        order = self._order(goods, 5)
        self._ship(order, 5)
        self._bill(order)
        self._steps(customers=(500, 300), ledger=(500, 300))

    @each_method
    def test_delivered_in_two_parts_and_invoiced_in_two(self, goods):
        order = self._order(goods, 5)
        self._ship(order, 2)
        self._bill(order)
        self._ship(order, 3)
        self._steps(customers=(500, 300), delivered=(-300, -180), ledger=(200, 120))
        self._bill(order)
        self._steps(customers=(500, 300), ledger=(500, 300))

    @each_method
    def test_dearer_goods_come_before_the_delivery(self, goods):
        """What is sold costs what it cost when it left."""
        left = {"standard": 300, "average": 350, "fifo": 300}[goods.cost_method]
        order = self._order(goods, 5)
        self._receive(goods, 20, 80)
        self._ship(order, 5)
        self._bill(order)
        self._steps(customers=(500, left), ledger=(500, left))

    @each_method
    def test_dearer_goods_come_between_invoice_and_delivery(self, goods):
        """The ledger keeps the cost of the day of the invoice."""
        left = {"standard": 300, "average": 350, "fifo": 300}[goods.cost_method]
        goods.invoice_policy = "order"
        order = self._order(goods, 5)
        self._bill(order)
        self._receive(goods, 20, 80)
        self._ship(order, 5)
        other = {"cost": (0, 300 - left)} if left != 300 else {}
        self._steps(customers=(500, left), ledger=(500, 300), **other)

    def test_another_standard_price_before_the_invoice(self):
        for expense in ("sold", "bought"):
            with self.subTest(expense=expense), self.env.cr.savepoint() as savepoint:
                goods = self._make_goods("standard", expense)
                self._receive(goods, 20, 60)
                order = self._order(goods, 5)
                self._ship(order, 5)
                goods.standard_price = 75
                self._bill(order)
                self._steps(customers=(500, 300), cost=(0, 75), ledger=(500, 375))
                savepoint.rollback()
            self.env.invalidate_all(flush=False)

    def test_first_in_first_out_over_two_layers(self):
        goods = self._make_goods("fifo")
        self._receive(goods, 3, 60)
        self._receive(goods, 10, 80)
        order = self._order(goods, 5, price=200)
        self._ship(order, 5)
        self._bill(order)
        # three of the first layer, two of the second
        self._steps(customers=(1000, 340), ledger=(1000, 340))

    @each_method
    def test_invoiced_before_the_delivery(self, goods):
        goods.invoice_policy = "order"
        order = self._order(goods, 5)
        self._bill(order)
        self._steps(customers=(500, 300), ledger=(500, 300))
        self._ship(order, 5)
        self._steps(customers=(500, 300), ledger=(500, 300))

    @each_method
    def test_invoiced_in_a_later_period(self, goods):
        """The goods left in the period of the order, the invoice comes after it."""
        order = self._order(goods, 5)
        self._ship(order, 5)
        self._bill(order, date="2026-04-05")
        self._steps(customers=(500, 300), delivered=(-500, -300))

    @each_method
    def test_order_of_an_earlier_period(self, goods):
        order = self._order(goods, 5)
        order.date_order = "2024-05-05 08:00:00"
        self._ship(order, 5)
        self._bill(order)
        self._steps(earlier=(500, 300), ledger=(500, 300))

    @each_method
    def test_goods_come_back_and_are_credited(self, goods):
        order = self._order(goods, 5)
        picking = self._ship(order, 5)
        self._bill(order)
        self._return(picking, 2)
        self._bill(order)  # a credit note of what came back
        self._steps(customers=(300, 180), ledger=(300, 180))

    @each_method
    def test_goods_come_back_and_are_credited_from_the_invoice(self, goods):
        order = self._order(goods, 5)
        picking = self._ship(order, 5)
        invoice = self._bill(order)
        self._return(picking, 5)
        self._take_back(invoice, "refund_moves")
        self._steps()

    @each_method
    def test_goods_come_back_before_the_credit_note(self, goods):
        """They are worth their value again; the ledger takes the cost back later."""
        order = self._order(goods, 5)
        picking = self._ship(order, 5)
        self._bill(order)
        self._return(picking, 2)
        self._steps(customers=(500, 180), back=(0, 120), ledger=(500, 300))

    @each_method
    def test_credited_while_the_goods_stay(self, goods):
        """A credit note books cost back although nothing came back."""
        order = self._order(goods, 5)
        self._ship(order, 5)
        invoice = self._bill(order)
        self._take_back(invoice, "refund_moves", quantity=1)
        self._steps(customers=(400, 300), back=(0, -60), ledger=(400, 240))

    @each_method
    def test_an_invoice_replaced_by_another(self, goods):
        order = self._order(goods, 5)
        self._ship(order, 5)
        invoice = self._bill(order)
        self._take_back(invoice, "modify_moves")
        run = self._run()
        bridge = self._assert_closed(run)
        self.assertEqual(bridge["customers"], (500, 300))
        self.assertEqual(bridge["ledger"], (500, 300))
        self.assertEqual(bridge["entries"], (0, 0))

    @each_method
    def test_invoiced_without_an_order(self, goods):
        invoice = self._mine("account.move").create(
            {
                "move_type": "out_invoice",
                "partner_id": self.customer.id,
                "invoice_date": DAY,
                "invoice_line_ids": [
                    Command.create(
                        {"product_id": goods.id, "quantity": 2, "price_unit": 90}
                    )
                ],
            }
        )
        invoice.action_post()
        self._order(goods, 1)  # without a customer there is no ranking
        self._steps(
            customers=(100, 60),
            undelivered=(-100, -60),
            unordered=(180, 120),
            ledger=(180, 120),
        )

    @each_method
    def test_another_price_on_the_invoice(self, goods):
        order = self._order(goods, 5)
        self._ship(order, 5)
        invoice = order._create_invoices()
        invoice.invoice_date = DAY
        invoice.invoice_line_ids.price_unit = 90
        invoice.action_post()
        self._steps(customers=(500, 300), price=(-50, 0), ledger=(450, 300))

    @each_method
    def test_dozens_on_the_order(self, goods):
        dozen = self.env.ref("uom.product_uom_dozen")
        order = self._order(goods, 1, price=1200, unit=dozen)
        self._ship(order, 12)
        self._bill(order)
        self._steps(customers=(1200, 720), ledger=(1200, 720))

    def test_two_customers_at_another_rate(self):
        currency = self.env["res.currency"].create(
            {
                "name": "XTS",
                "symbol": "X",
                "rate_ids": [
                    Command.create({"name": "2026-01-01", "rate": 0.5}),
                    Command.create({"name": DAY, "rate": 0.4}),
                ],
            }
        )
        pricelist = self.env["product.pricelist"].create(
            {"name": "X", "currency_id": currency.id}
        )
        goods = self._make_goods("average")
        self._receive(goods, 20, 60)
        order = self._order(goods, 5, pricelist_id=pricelist.id)
        self._ship(order, 5)
        self._bill(order)
        other = self._order(goods, 3, partner=self.other_customer)
        self._ship(other, 3)
        self._bill(other)
        bridge = self._assert_closed(self._run())
        self.assertEqual(bridge["rest"], (0, 0))
        self.assertEqual(bridge["entries"], (0, 0))


@tagged("post_install", "-at_install", "cap_a02")
class TestBesideSales(TraderCase):
    """What the ledger books of cost without a sale."""

    def _sold(self, method):
        """Sell two of goods and invoice them."""
        goods = self._make_goods(method)
        self._receive(goods, 20, 60)
        order = self._order(goods, 2)
        self._ship(order, 2)
        self._bill(order)
        return goods

    def test_loss_at_an_inventory(self):
        location = self.env["stock.location"].search(
            [("usage", "=", "inventory"), ("company_id", "=", self.company.id)], limit=1
        )
        location.valuation_account_id = self.accounts["lost"]
        for method in METHODS:
            with self.subTest(method=method), self.env.cr.savepoint() as savepoint:
                goods = self._sold(method)
                quant = self._mine("stock.quant").search(
                    [
                        ("product_id", "=", goods.id),
                        ("location_id.usage", "=", "internal"),
                    ]
                )
                goods.property_stock_inventory = location
                quant.with_context(inventory_mode=True).inventory_quantity = 15
                quant.action_apply_inventory()
                self._steps(customers=(200, 120), entries=(0, 180), ledger=(200, 300))
                savepoint.rollback()
            self.env.invalidate_all()

    def test_entry_by_hand_on_the_account_of_cost(self):
        self._sold("average")
        entry = self._mine("account.move").create(
            {
                "move_type": "entry",
                "date": DAY,
                "line_ids": [
                    Command.create(
                        {"account_id": self.accounts["sold"].id, "debit": 33}
                    ),
                    Command.create(
                        {"account_id": self.accounts["stock"].id, "credit": 33}
                    ),
                ],
            }
        )
        entry.action_post()
        self._steps(customers=(200, 120), entries=(0, 33), ledger=(200, 153))

    def test_difference_of_the_bill_to_the_standard_price(self):
        goods = self._make_goods("standard")
        self._receive(goods, 20, 65, billed=65)
        order = self._order(goods, 2)
        self._ship(order, 2)
        self._bill(order)
        self._steps(customers=(200, 120), bills=(0, 100), ledger=(200, 220))

    def test_a_bill_that_changes_what_goods_cost(self):
        """Average and first-in cost follow the bill; what was sold before does not."""
        for method in ("average", "fifo"):
            with self.subTest(method=method), self.env.cr.savepoint() as savepoint:
                goods = self._make_goods(method)
                purchase = self._receive(goods, 20, 60)
                for quantity in (2, 3):
                    order = self._order(goods, quantity)
                    self._ship(order, quantity)
                    self._bill(order)
                    if quantity == 2:
                        self._bill_vendor(purchase, 70)
                self._steps(customers=(500, 330), ledger=(500, 330))
                savepoint.rollback()
            self.env.invalidate_all(flush=False)

    def test_closing_of_the_stock(self):
        """Its entries stand on the account of variation."""
        self._sold("average")
        variation = self.company.with_user(self.env.user)
        if not variation.account_stock_journal_id:
            variation.account_stock_journal_id = self.env["account.journal"].search(
                [("type", "=", "general"), ("company_id", "=", self.company.id)],
                limit=1,
            )
        variation.account_stock_valuation_id = self.accounts["stock"]
        variation.action_close_stock_valuation(at_date=DAY, auto_post=True)
        bridge = self._assert_closed(self._run())
        self.assertEqual(bridge["customers"], (200, 120))
        self.assertTrue(bridge["entries"][1])

    def test_goods_that_go_from_the_vendor_to_the_customer(self):
        """The ledger books no cost with the sale; the vendor's bill is the cost.

        The platform knows no cost of such goods but a standard price.
        """
        for method, known in (("standard", 120), ("average", 0), ("fifo", 0)):
            with self.subTest(method=method), self.env.cr.savepoint() as savepoint:
                order = self._order(self._make_goods(method), 2)
                self._send_from_vendor(order)
                self._bill(order)
                self._book_bill(120)
                other = {"periodic": (0, -known)} if known else {}
                self._steps(
                    customers=(200, known), bills=(0, 120), ledger=(200, 120), **other
                )
                profit = self.env["mining.profit"].search([], order="id desc", limit=1)
                self.assertEqual(profit.uncosted, 0 if known else 200)
                savepoint.rollback()
            self.env.invalidate_all(flush=False)

    def _send_from_vendor(self, order):
        """Deliver an order from the vendor's place, as drop-shipping does."""
        order.picking_ids.action_cancel()
        route = {
            "location_id": self.env.ref("stock.stock_location_suppliers").id,
            "location_dest_id": self.env.ref("stock.stock_location_customers").id,
        }
        line = order.order_line
        move = {
            "product_id": line.product_id.id,
            "product_uom_qty": line.product_uom_qty,
            "product_uom": line.product_uom_id.id,
            "sale_line_id": line.id,
            **route,
        }
        picking = self._mine("stock.picking").create(
            {
                "picking_type_id": order.warehouse_id.out_type_id.id,
                "partner_id": order.partner_id.id,
                "sale_id": order.id,
                "move_ids": [Command.create(move)],
                **route,
            }
        )
        picking.action_confirm()
        return self._validate(picking, line.product_uom_qty)

    def _book_bill(self, amount):
        """Post a bill of the vendor on the account of cost."""
        line = {
            "name": "Goods to the customer",
            "price_unit": amount,
            "account_id": self.accounts["sold"].id,
            "tax_ids": False,
        }
        bill = self._mine("account.move").create(
            {
                "move_type": "in_invoice",
                "partner_id": self.vendor.id,
                "invoice_date": DAY,
                "invoice_line_ids": [Command.create(line)],
            }
        )
        bill.action_post()
