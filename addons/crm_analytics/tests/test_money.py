from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import AnalyticsCase


class MoneyCase(AnalyticsCase):
    """What every request knows before it reads a page."""

    def _warm(self, model):
        model.env.user.has_group("base.group_user")
        model.env.user.read(["tz", "company_id"])
        model.env.company.currency_id.read(["name"])


@tagged("post_install", "-at_install", "cap_a09")
class TestReceivables(MoneyCase):
    """What customers owed at any date agrees with the ledger of that date."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.bookkeeper = cls._new_user(
            "mining_bookkeeper",
            "crm_analytics.crm_analytics_group_user,account.group_account_invoice",
        )
        cls.customer.user_id = cls.salesperson
        cls.page = cls.env["mining.receivable"].with_user(cls.bookkeeper)
        cls.today = fields.Date.context_today(cls.page)

    def _new_invoice(self, days_ago, amount, due_in=0, partner=None, **values):
        day = self.today - timedelta(days=days_ago)
        invoice = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": (partner or self.customer).id,
                "invoice_date": day,
                "invoice_date_due": day + timedelta(days=due_in),
                "invoice_payment_term_id": False,
                "invoice_line_ids": [
                    Command.create(
                        {"name": "Goods", "price_unit": amount, "tax_ids": False}
                    )
                ],
                **values,
            }
        )
        invoice.action_post()
        return invoice

    def _pay(self, invoice, amount, days_ago=0):
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoice.ids
        ).create(
            {
                "amount": amount,
                "payment_date": self.today - timedelta(days=days_ago),
            }
        )._create_payments()

    def _ledger(self, day):
        """Read the balance as a bookkeeper does."""
        return (
            self.env["account.move.line"]._read_group(
                [
                    ("company_id", "=", self.company.id),
                    ("account_id.account_type", "=", "asset_receivable"),
                    ("parent_state", "=", "posted"),
                    ("date", "<=", day),
                ],
                [],
                ["balance:sum"],
            )[0][0]
            or 0
        )

    def _get(self, days_ago=0):
        day = str(self.today - timedelta(days=days_ago))
        return {
            **self.page.get_page(day),
            "months": self.page.get_months(day),
            "ledger": self.page.get_ledger(day),
        }

    def test_classes_of_age(self):
        for days, amount in ((0, 1), (30, 10), (31, 100), (61, 1000), (91, 10000)):
            self._new_invoice(days, amount)
        page = self._get()
        self.assertEqual(page["classes"], [1, 10, 100, 1000, 10000, 0])
        self.assertEqual(page["overdue"], 11110)
        self.assertEqual(page["total"], 11111)
        self.assertEqual(
            page["by"]["customer"][0][:4],
            [
                self.customer.id,
                "Acme Trading",
                11111,
                11110,
            ],
        )
        self.assertEqual(page["by"]["user"][0][0], self.salesperson.id)

    def test_at_a_date_before_the_payment(self):
        invoice = self._new_invoice(50, 300)
        self._pay(invoice, 120, days_ago=20)
        self._new_invoice(5, 40, partner=self.other_customer)
        self.assertEqual(self._get(0)["total"], 220)
        self.assertEqual(self._get(20)["total"], 180)
        self.assertEqual(self._get(21)["total"], 300)
        self.assertEqual(self._get(21)["classes"][1], 300)
        self.assertEqual(self._get(51)["total"], 0)

    def test_agrees_with_the_ledger_at_every_date(self):
        one = self._new_invoice(100, 500)
        two = self._new_invoice(70, 250, due_in=30, partner=self.other_customer)
        self._pay(one, 300, days_ago=60)
        self._pay(two, 400, days_ago=35)  # too much: the rest waits unmatched
        refund = two._reverse_moves(
            [{"invoice_date": self.today - timedelta(days=10)}], cancel=False
        )
        refund.action_post()
        for days_ago in (0, 9, 10, 34, 35, 36, 60, 61, 70, 99, 101):
            day = self.today - timedelta(days=days_ago)
            page = self._get(days_ago)
            with self.subTest(day=day):
                self.assertAlmostEqual(page["total"], self._ledger(day), 2)
                self.assertAlmostEqual(page["ledger"], self._ledger(day), 2)
                self.assertAlmostEqual(sum(page["classes"]), page["total"], 2)
                self.assertAlmostEqual(page["overdue"], page["months"][-1][2], 2)
        self.assertLess(self._get(0)["classes"][5], 0)
        for day, open_, *_rest in self._get(0)["months"]:
            self.assertAlmostEqual(open_, self._ledger(day), 2)

    def test_days_at_the_ends_of_the_calendar(self):
        for day in ("0001-05-10", "9999-12-31", "1899-12-31", "tomorrow"):
            for method in ("get_page", "get_months", "get_ledger", "open_items"):
                with self.subTest(day=day), self.assertRaises(UserError):
                    getattr(self.page, method)(day)

    def test_days_of_sales_outstanding(self):
        self._new_invoice(80, 500)
        paid = self._new_invoice(40, 400)
        self._pay(paid, 400)
        self._new_invoice(95, 100)
        self.assertAlmostEqual(self._get()["months"][-1][3], 600 / 900 * 90)

    def test_another_company_is_another_page(self):
        self._new_invoice(10, 70)
        page = self.env["mining.receivable"].with_user(self.foreign_analyst)
        self.foreign_analyst.group_ids |= self.env.ref("account.group_account_invoice")
        self.assertEqual(page.get_page()["total"], 0)

    def test_items_behind_a_figure(self):
        late = self._new_invoice(40, 70)
        self._new_invoice(2, 30)
        action = self.page.open_items(None, 2, "customer", self.customer.id)
        found = self.env["account.move.line"].search(action["domain"])
        self.assertEqual(found.move_id, late)
        action = self.page.open_items()
        found = self.env["account.move.line"].search(action["domain"])
        self.assertEqual(sum(found.mapped("amount_residual")), 100)

    def test_items_without_due_date(self):
        entry = self._new_invoice(40, 70)
        owed = entry.line_ids.filtered(lambda line: line.balance > 0)
        self._new_invoice(40, 30)
        owed.date_maturity = False
        self.assertEqual(self._get()["classes"][:3], [70, 0, 30])
        found = self.env["account.move.line"].search(
            self.page.open_items(number=0)["domain"]
        )
        self.assertEqual(found, owed)

    def test_who_may_not(self):
        for user in (
            self.analyst,
            self.accountant,
            self.salesperson,
            self.demoted,
            self.portal_user,
        ):
            page = self.env["mining.receivable"].with_user(user)
            for method in ("get_page", "get_months", "get_ledger", "open_items"):
                with self.subTest(user=user.login), self.assertRaises(AccessError):
                    getattr(page, method)()
        with self.assertRaises(UserError):
            self.page.get_page("1 OR 1")

    def test_queries_do_not_grow(self):
        self._new_invoice(10, 5)
        few = self._count_queries()
        for partner in self.env["res.partner"].create(
            [{"name": f"D{number}"} for number in range(12)]
        ):
            self._new_invoice(20, 5, partner=partner)
        self.assertLessEqual(self._count_queries(), few)
        self.assertLessEqual(few, 6)

    def _count_queries(self):
        self._get()
        self.env.cr.flush()
        self.env.invalidate_all()
        self._warm(self.page)
        before = self.env.cr.sql_log_count
        self._get()
        return self.env.cr.sql_log_count - before


@tagged("post_install", "-at_install", "cap_a09")
class TestStock(MoneyCase):
    """What moves, what lies, what runs out."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.place = cls.env["stock.warehouse"].search(
            [("company_id", "=", cls.company.id)], limit=1
        )
        cls.outside = cls.env.ref("stock.stock_location_customers")
        cls.vendor = cls.env.ref("stock.stock_location_suppliers")
        cls.now = fields.Datetime.now()

    def _new_product(self, name, cost=10, method="standard"):
        category = self.env["product.category"].create(
            {"name": name, "property_cost_method": method}
        )
        return self.env["product.product"].create(
            {
                "name": name,
                "type": "consu",
                "is_storable": True,
                "standard_price": cost,
                "categ_id": category.id,
            }
        )

    def _move(self, product, quantity, days_ago, incoming=False, **values):
        own = self.place.lot_stock_id
        move = self.env["stock.move"].create(
            {
                "product_id": product.id,
                "product_uom_qty": quantity,
                "location_id": (self.vendor if incoming else own).id,
                "location_dest_id": (own if incoming else self.outside).id,
                "company_id": self.company.id,
                **values,
            }
        )
        move._action_confirm()
        move.quantity = quantity
        move.picked = True
        move._action_done()
        move.date = self.now - timedelta(days=days_ago)
        return move

    def _row(self, product):
        self.env.flush_all()
        return self.env["mining.stock"].search([("product_id", "=", product.id)])

    def test_states(self):
        cases = {
            "short": (100, 90, 5),  # 90 in 90 days, 10 left
            "moving": (1000, 90, 5),
            "slow": (10, 1, 100),
            "dead": (10, 1, 200),
        }
        for state, (bought, sold, days_ago) in cases.items():
            product = self._new_product(state)
            self._move(product, bought, 300, incoming=True)
            self._move(product, sold, days_ago)
            row = self._row(product)
            with self.subTest(state=state):
                self.assertEqual(row.state, state)
                self.assertEqual(row.quantity, bought - sold)
                self.assertEqual(row.value, 10 * (bought - sold))
        short = self.env["mining.stock"].search([("product_id.name", "=", "short")])
        self.assertAlmostEqual(short.days_left, 10)
        self.assertAlmostEqual(short.turnover, 900 * 365 / 90 / 100, 2)

    def test_never_sold_counts_from_the_receipt(self):
        product = self._new_product("new")
        self._move(product, 10, 3, incoming=True)
        self.assertEqual(self._row(product).state, "moving")
        product = self._new_product("old")
        self._move(product, 10, 190, incoming=True)
        self.assertEqual(self._row(product).state, "dead")

    def test_what_is_counted_or_sent_back_is_not_received(self):
        product = self._new_product("counted")
        self._move(product, 10, 190, incoming=True)
        lost = self.env["stock.location"].search(
            [("usage", "=", "inventory"), ("company_id", "=", self.company.id)], limit=1
        )
        for other in (lost, self.vendor):
            self._move(product, 1, 1, location_dest_id=other.id)
        own = self.place.lot_stock_id
        self._move(product, 1, 1, location_id=lost.id, location_dest_id=own.id)
        row = self._row(product)
        self.assertEqual((row.idle_days, row.state), (190, "dead"))

    def test_value_as_the_platform_keeps_it(self):
        for method in ("standard", "average", "fifo"):
            product = self._new_product(method, method=method)
            for quantity, price in ((10, 4), (30, 8)):
                self._move(product, quantity, 50, incoming=True, price_unit=price)
            self._move(product, 15, 20)
            row = self._row(product)
            with self.subTest(method=method):
                self.assertAlmostEqual(row.value, product.total_value, 2)

    def test_page(self):
        product = self._new_product("dead")
        self._move(product, 10, 200, incoming=True)
        page = self.env["mining.stock"].with_user(self.analyst).get_page()
        self.assertIn("dead", [row[1] for row in page["lists"]["dead"]])
        self.assertAlmostEqual(page["value"], sum(row[3] for row in page["states"]), 2)
        row = self._row(product)
        with self.assertRaises(AccessError):
            row.with_user(self.analyst).action_open_moves()
        self.assertFalse(
            self.env["mining.stock"]
            .with_user(self.foreign_analyst)
            .get_page()["lists"]["dead"]
        )

    def test_queries(self):
        self._move(self._new_product("dead"), 10, 200, incoming=True)
        stock = self.env["mining.stock"].with_user(self.analyst)
        stock.get_page()
        self.env.cr.flush()
        self.env.invalidate_all()
        self._warm(stock)
        before = self.env.cr.sql_log_count
        stock.get_page()
        self.assertLessEqual(self.env.cr.sql_log_count - before, 6)
