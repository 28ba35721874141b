from contextlib import contextmanager

from odoo.tests import tagged

from .test_tracking import TrackingCase

FIELDS = ["tracking_stage", "tracking_steps", "tracking_turn", "tracking_paid_share"]


@tagged("post_install", "-at_install", "cap_e02")
class TestTrackingPerformance(TrackingCase):
    """The number of queries does not depend on the number of orders."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.orders = cls.env["sale.order"].create(
            [cls.order_vals() for _number in range(80)]
        )
        cls.orders.action_confirm()
        cls.env.cr.flush()

    @classmethod
    def order_vals(cls):
        line = {"product_id": cls.product.id, "product_uom_qty": 2}
        return {
            "partner_id": cls.customer.id,
            "user_id": cls.salesperson.id,
            "order_line": [(0, 0, line)],
        }

    @contextmanager
    def counting(self):
        start = self.env.cr.sql_log_count
        result = {}
        yield result
        result["count"] = self.env.cr.sql_log_count - start

    def read_count(self, orders):
        return self.count_read(orders, FIELDS)

    def count_read(self, orders, names):
        """Read as the web client does: the user is known, the orders are not."""
        self.env.flush_all()
        orders.invalidate_model()
        with self.counting() as result:
            orders.with_user(self.salesperson).with_context(tz="Asia/Shanghai").read(
                names
            )
        return result["count"]

    def test_list_of_80_costs_what_one_costs(self):
        self.read_count(self.orders[:1])
        one, many = self.read_count(self.orders[:1]), self.read_count(self.orders)
        self.assertEqual(one, many)
        plain = self.count_read(self.orders, ["tracking_stage"])
        self.assertLessEqual(many - plain, 4)

    def test_data_is_one_statement(self):
        orders = self.orders.with_user(self.salesperson)
        orders._tracking_data()
        self.env.flush_all()
        with self.counting() as result:
            orders._tracking_data()
        self.assertLessEqual(result["count"], 2)

    def test_customers_section(self):
        partners = self.env["res.partner"].create(
            [{"name": f"Customer {number}"} for number in range(79)]
        )
        for partner, order in zip(partners, self.orders, strict=False):
            order.partner_id = partner
        self.env.flush_all()
        counts = []
        for some in (self.customer, self.customer, self.customer | partners):
            self.env.invalidate_all()
            with self.counting() as result:
                some.with_user(self.salesperson)._customer_360_sections()
            counts.append(result["count"])
        self.assertEqual(counts[1], counts[2])

    def price(self, tracked):
        """Count the queries of an order's way to cash, step by step."""
        env = self.env(context={**self.env.context, "tracking_no_refresh": not tracked})
        order = env["sale.order"].create(self.order_vals())
        counts = {}

        def step(name, action):
            env.cr.flush()
            env.invalidate_all()
            with self.counting() as result:
                value = action()
                env.cr.flush()
            counts[name] = result["count"]
            return value

        step("confirm", order.action_confirm)
        invoice = order._create_invoices()
        step("post", invoice.action_post)
        wizard = (
            env["account.payment.register"]
            .with_context(active_model="account.move", active_ids=invoice.ids)
            .create({})
        )
        step("pay", wizard._create_payments)
        return counts

    def test_price_of_the_mechanism(self):
        """Confirming, posting and paying cost at most a tenth more queries."""
        self.price(True)
        without, with_ = self.price(False), self.price(True)
        for name, count in without.items():
            self.assertLessEqual(with_[name], count * 1.1, (name, without, with_))
