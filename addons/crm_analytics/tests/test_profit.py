from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common import AnalyticsCase

TODAY = "2026-03-31"


class ProfitCase(AnalyticsCase):
    """A shop, a buyer of desks, an invoice without an order, and some work for both."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.enterClassContext(freeze_time(TODAY))
        cls.model = cls._model("profit")
        cls.rates = cls.env["mining.activity.rate"].create(
            [
                {"activity": "order_line", "date_from": "2026-01-01", "amount": 2},
                {"activity": "delivery", "date_from": "2026-01-01", "amount": 30},
            ]
        )

    @classmethod
    def _invoice(cls, order, date="2026-03-12", **values):
        invoice = order._create_invoices(final=True)
        invoice.write({"invoice_date": date, **values})
        invoice.action_post()
        return invoice

    @classmethod
    def _deliver(cls, order):
        for move in order.picking_ids.move_ids:
            move.quantity = move.product_uom_qty
        order.picking_ids.move_ids.picked = True
        order.picking_ids.button_validate()
        order.order_line.filtered("product_id").qty_delivered = 1
        return order.picking_ids

    @classmethod
    def _run(cls):
        cls._refresh()
        return cls._run_model(cls.model)

    @classmethod
    def _of(cls, run, partner):
        return cls.env["mining.profit"].search(
            [("run_id", "=", run.id), ("partner_id", "=", partner.id)]
        )

    @classmethod
    def _bridge(cls, run):
        steps = cls.env["mining.profit.bridge"].search([("run_id", "=", run.id)])
        return {step.key: (step.revenue, step.cost) for step in steps}

    def _assert_closed(self, run):
        """The steps lead to what accountants read in the ledger by themselves."""
        bridge = self._bridge(run)
        lines = self.env["account.move.line"]
        window = [
            ("company_id", "=", self.company.id),
            ("parent_state", "=", "posted"),
            ("date", ">", run.date_from),
            ("date", "<=", run.date_to),
        ]
        income = lines._read_group(
            [*window, ("account_id.account_type", "=", "income")], [], ["balance:sum"]
        )[0][0]
        cost = lines._read_group(
            [
                *window,
                "|",
                ("account_id.account_type", "=", "expense_direct_cost"),
                "&",
                ("display_type", "=", "cogs"),
                ("account_id.account_type", "=like", "expense%"),
            ],
            [],
            ["balance:sum"],
        )[0][0]
        for place, amount in enumerate((-(income or 0), cost or 0)):
            self.assertAlmostEqual(bridge["ledger"][place], amount, 2)
            steps = [values[place] for key, values in bridge.items() if key != "ledger"]
            self.assertAlmostEqual(sum(steps), amount, 2)
            self.assertAlmostEqual(bridge["rest"][place], 0, 2)
        return bridge

    def _credit(self, invoice, method):
        wizard = (
            self.env["account.move.reversal"]
            .with_context(active_model="account.move", active_ids=invoice.ids)
            .create({"date": "2026-03-20", "journal_id": invoice.journal_id.id})
        )
        action = getattr(wizard, method)()
        wizard.new_move_ids.filtered(lambda move: move.state == "draft").filtered(
            lambda move: move.move_type == "out_refund"
        ).action_post()
        return action


@tagged("post_install", "-at_install", "cap_a02")
class TestProfit(ProfitCase):
    """What a customer brings, part by part."""

    def test_components_sum_to_profit(self):
        order = self._sell(self.contact, [(self.paper, 100), (self.desk, 1)])
        order.order_line[0].discount = 10
        run = self._run()
        self.assertEqual(run.state, "done", run.verdict)
        profit = self._of(run, self.customer)
        self.assertRecordValues(
            profit,
            [
                {
                    "list_sales": 900,
                    "discount": -50,
                    "returns": 0,
                    "net_sales": 850,
                    "goods": -550,
                    "margin": 300,
                    "serve": -4,
                    "profit": 296,
                    "place": 1,
                    "orders": 1,
                }
            ],
        )

    def test_nobody_counts_a_sale_without_cost_as_all_profit_unsaid(self):
        self._sell(self.customer, [(self.gift, 10)])
        profit = self._of(self._run(), self.customer)
        self.assertEqual(profit.uncosted, 15)

    def test_rates_hold_in_their_time(self):
        self.rates[0].date_to = "2026-02-28"
        self.env["mining.activity.rate"].create(
            {"activity": "order_line", "date_from": "2026-03-01", "amount": 5}
        )
        self._sell(self.customer, [(self.paper, 1)], date="2026-02-10")
        self._sell(self.customer, [(self.paper, 1)], date="2026-03-10")
        self.assertEqual(self._of(self._run(), self.customer).serve, -7)

    def test_costs_of_an_analytic_account_are_divided(self):
        plan = self.env["account.analytic.plan"].create({"name": "Service"})
        account = self.env["account.analytic.account"].create(
            {"name": "Order desk", "plan_id": plan.id, "company_id": self.company.id}
        )
        self.env["account.analytic.line"].create(
            [
                {
                    "name": "Wages",
                    plan._column_name(): account.id,
                    "amount": amount,
                    "date": date,
                    "company_id": self.company.id,
                }
                for amount, date in ((-90, "2026-03-05"), (-500, "2024-03-05"))
            ]
        )
        self.rates[0].write({"origin": "analytic", "account_id": account.id})
        self._sell(self.customer, [(self.paper, 1), (self.desk, 1)])
        self._sell(self.other_customer, [(self.paper, 1)])
        run = self._run()
        self.assertEqual(self._of(run, self.customer).serve, -60)
        self.assertEqual(self._of(run, self.other_customer).serve, -30)

    def test_two_rates_at_once_are_refused(self):
        with self.assertRaises(ValidationError):
            self.rates[0].copy()
        self.rates[0].copy({"company_id": self.other_company.id})

    def test_reasons_in_order_of_size_and_a_proposal(self):
        self.rates[0].amount = 100
        self._sell(self.customer, [(self.paper, 10), (self.desk, 10)])
        self._sell(self.other_customer, [(self.paper, 1), (self.gift, 1)])
        run = self._run()
        loser = self._of(run, self.other_customer)
        self.assertLess(loser.profit, 0)
        self.assertEqual(loser.reasons[0][0], "order_line")
        self.assertEqual(loser.measure, "minimum")
        sizes = [cents for _name, cents in loser.reasons]
        self.assertEqual(sizes, sorted(sizes))
        self.assertFalse(self._of(run, self.customer).measure)

    def test_parts_of_the_gap_sum_to_it(self):
        self._sell(self.customer, [(self.paper, 7), (self.desk, 3)], date="2026-02-02")
        order = self._sell(self.other_customer, [(self.paper, 13), (self.gift, 9)])
        order.order_line[0].discount = 33
        run = self._run()
        for profit in self.env["mining.profit"].search([("run_id", "=", run.id)]):
            page = profit.with_user(self.analyst).get_waterfall()
            gaps = [step["gap"] for step in page["steps"] if not step["total"]]
            self.assertAlmostEqual(sum(gaps), profit.gap, 6)
            amounts = [step["amount"] for step in page["steps"] if not step["total"]]
            self.assertAlmostEqual(profit.list_sales + sum(amounts), profit.profit, 6)

    def test_who_withdrew_consent_is_only_in_the_bridge(self):
        self._sell(self.customer, [(self.paper, 10)])
        self._sell(self.other_customer, [(self.paper, 20)])
        self.env["crm.consent"].create(
            {
                "partner_id": self.other_customer.id,
                "channel": "profiling",
                "state": "withdrawn",
                "date": "2026-03-01",
                "source": "form",
            }
        )
        run = self._run()
        self.assertFalse(self._of(run, self.other_customer))
        bridge = self._bridge(run)
        self.assertEqual(bridge["left_out"], (100, 60))
        self.assertEqual(bridge["rest"], (0, 0))
        step = self.env["mining.profit.bridge"].search(
            [("run_id", "=", run.id), ("key", "=", "left_out")]
        )
        action = step.with_user(self.analyst).action_open_documents()
        sold = self.env[action["res_model"]].with_user(self.analyst)
        sold = sold.search(action["domain"])
        self.assertEqual(sold.customer_id, self.other_customer)
        self.assertEqual(sum(sold.mapped("revenue")), 100)
        first = self._of(run, self.customer)
        self.assertTrue(first)
        self.env["crm.consent"].create(
            {
                "partner_id": self.customer.id,
                "channel": "profiling",
                "state": "withdrawn",
                "date": "2026-03-01",
                "source": "form",
            }
        )
        self.assertFalse(first.exists(), "gone with the consent, not at the next run")

    def _change_kinds(self, change):
        """Have an addon bring another kind of activity, or none any more."""
        partners = self.env.registry["res.partner"]
        usual = partners._customer_effort_kinds

        def changed(partner):
            kinds = usual(partner)
            change(kinds)
            return kinds

        self.patch(partners, "_customer_effort_kinds", changed)

    def test_an_activity_whose_addon_is_gone(self):
        self._sell(self.customer, [(self.paper, 7), (self.desk, 3)])
        self._sell(self.other_customer, [(self.paper, 13)])
        run = self._run()
        self._change_kinds(lambda kinds: kinds.pop("order_line"))
        for partner in (self.customer, self.other_customer):
            self._assert_gap(self._of(run, partner), "order_line")
        part = self.env["mining.profit.part"].search([("run_id", "=", run.id)], limit=1)
        part.with_user(self.head).read(["activity", "amount"])
        with self.assertRaises(UserError):
            part.with_user(self.head).action_open_documents()

    def test_a_deduction_whose_addon_is_gone(self):
        self._sell(self.customer, [(self.paper, 7), (self.desk, 3)])
        self._sell(self.other_customer, [(self.paper, 13)])
        self._change_kinds(lambda kinds: kinds["order_line"].update(is_deduction=True))
        run = self._run()
        self._change_kinds(lambda kinds: kinds.pop("order_line"))
        for partner in (self.customer, self.other_customer):
            self._assert_gap(self._of(run, partner))

    def _assert_gap(self, profit, *activities):
        """The waterfall names the activities, and its gaps sum to the gap."""
        page = profit.with_user(self.analyst).get_waterfall()
        keys = [step["key"] for step in page["steps"]]
        self.assertEqual([key for key in keys if key == "order_line"], [*activities])
        gaps = [step["gap"] for step in page["steps"] if not step["total"]]
        self.assertAlmostEqual(sum(gaps), profit.gap, 6)

    def test_the_same_sales_give_the_same_rows(self):
        self._sell(self.customer, [(self.paper, 7), (self.desk, 3)])
        first = self._run()
        self.assertEqual(first.digest, self._run().digest)

    def test_queries_do_not_grow(self):
        self._sell(self.customer, [(self.paper, 10)])
        self._sell(self.other_customer, [(self.gift, 1)])
        self._run()
        few = self._count_queries()
        customers = self.env["res.partner"].create(
            [{"name": f"C{number}"} for number in range(30)]
        )
        for customer in customers:
            self._sell(customer, [(self.gift, 1)])
        self.assertLessEqual(self._count_queries(), few)

    def _count_queries(self):
        self._refresh()
        run = self.model._ask()
        self.env.cr.flush()
        before = self.env.cr.sql_log_count
        run._run_safely()
        self.env.flush_all()
        return self.env.cr.sql_log_count - before


@tagged("post_install", "-at_install", "cap_a02")
class TestProfitBridge(ProfitCase):
    """The ranking and the ledger say the same, each difference by its name."""

    def test_orders_not_invoiced(self):
        self._sell(self.customer, [(self.paper, 10)])
        bridge = self._assert_closed(self._run())
        self.assertEqual(bridge["undelivered"], (-50, -30))

    def test_delivered_not_invoiced(self):
        order = self._sell(self.customer, [(self.desk, 1)])
        self._deliver(order)
        bridge = self._assert_closed(self._run())
        self.assertEqual(bridge["delivered"], (-400, -250))
        self.assertEqual(bridge["undelivered"], (0, 0))

    def test_invoiced_in_part_at_another_price(self):
        self.desk.invoice_policy = "order"
        order = self._sell(self.customer, [(self.desk, 2)])
        invoice = order._create_invoices()
        invoice.invoice_date = "2026-03-12"
        invoice.invoice_line_ids[0].write({"quantity": 1, "price_unit": 390})
        invoice.action_post()
        bridge = self._assert_closed(self._run())
        self.assertEqual(bridge["undelivered"][0], -400)
        self.assertEqual(bridge["price"][0], -10)

    def test_goods_that_a_delivery_added(self):
        """Nobody ordered the second ream; it was sold all the same."""
        self.paper.invoice_policy = "delivery"
        order = self._sell(self.customer, [(self.desk, 1)])
        picking = order.picking_ids
        self.env["stock.move"].create(
            {
                "product_id": self.paper.id,
                "product_uom_qty": 4,
                "product_uom": self.paper.uom_id.id,
                "picking_id": picking.id,
                "location_id": picking.location_id.id,
                "location_dest_id": picking.location_dest_id.id,
            }
        )
        self._deliver(order)
        added = order.order_line.filtered(lambda line: line.product_id == self.paper)
        added.qty_delivered = 4
        self.assertEqual(added.product_uom_qty, 0)
        self._refresh()
        fact = self._facts(order).filtered(lambda one: one.line_ref == added.id)
        self.assertEqual((fact.quantity, fact.revenue, fact.cost), (4, 20, 12))
        bridge = self._assert_closed(self._run())
        self.assertEqual(bridge["customers"][0], order.amount_untaxed + 20)
        self._invoice(order)
        bridge = self._assert_closed(self._run())
        self.assertEqual(bridge["customers"][0], order.amount_untaxed + 20)
        self.assertEqual(bridge["price"][0], 0)
        self.assertEqual(self._facts(order)[1].revenue, 20)

    def test_invoices_and_entries_of_the_ledger_alone(self):
        income = self.env["account.account"].search(
            [
                ("account_type", "=", "income"),
                ("company_ids", "in", self.company.ids),
            ],
            limit=1,
        )
        other = self.env["account.account"].search(
            [
                ("account_type", "=", "asset_current"),
                ("company_ids", "in", self.company.ids),
            ],
            limit=1,
        )
        invoice = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.customer.id,
                "invoice_date": "2026-03-05",
                "invoice_line_ids": [
                    Command.create({"name": "Rent", "price_unit": 77, "tax_ids": False})
                ],
            }
        )
        entry = self.env["account.move"].create(
            {
                "move_type": "entry",
                "date": "2026-03-05",
                "line_ids": [
                    Command.create({"account_id": income.id, "credit": 12.34}),
                    Command.create({"account_id": other.id, "debit": 12.34}),
                ],
            }
        )
        (invoice | entry).action_post()
        self._sell(self.customer, [(self.paper, 1)])
        bridge = self._assert_closed(self._run())
        self.assertEqual(bridge["unordered"][0], 77)
        self.assertEqual(bridge["entries"][0], 12.34)

    def test_earlier_orders_and_down_payments(self):
        self.desk.invoice_policy = "order"
        old = self._sell(self.customer, [(self.desk, 1)], date="2024-05-05")
        self._invoice(old)
        order = self._sell(self.other_customer, [(self.desk, 1)])
        wizard = self.env["sale.advance.payment.inv"].create(
            {
                "advance_payment_method": "percentage",
                "amount": 25,
                "sale_order_ids": order.ids,
            }
        )
        advance = wizard._create_invoices(order)
        advance.invoice_date = "2026-03-11"
        advance.action_post()
        bridge = self._assert_closed(self._run())
        self.assertEqual(bridge["earlier"][0], 400)
        self.assertEqual(
            bridge["advance"][0] + bridge["elsewhere"][0],
            -sum(
                line.balance
                for line in advance.line_ids
                if line.account_id.account_type == "income"
            ),
        )

    def test_another_currency(self):
        self.desk.invoice_policy = "order"
        currency = self.env["res.currency"].create(
            {
                "name": "XTS",
                "symbol": "X",
                "rate_ids": [
                    Command.create({"name": "2026-01-01", "rate": 0.3}),
                    Command.create({"name": "2026-03-20", "rate": 0.31}),
                ],
            }
        )
        pricelist = self.env["product.pricelist"].create(
            {"name": "X", "currency_id": currency.id}
        )
        with freeze_time("2026-03-10"):
            order = self._sell(
                self.customer, [(self.desk, 3)], pricelist_id=pricelist.id
            )
        self._invoice(order, "2026-03-25")
        bridge = self._assert_closed(self._run())
        self.assertTrue(bridge["currency"][0])

    def test_credit_note_takes_from_the_sale(self):
        self.desk.invoice_policy = "order"
        invoice = self._invoice(self._sell(self.customer, [(self.desk, 2)]))
        self._credit(invoice, "refund_moves")
        run = self._run()
        self.assertEqual(self._of(run, self.customer).returns, -800)
        self._assert_closed(run)

    def test_a_replaced_invoice_is_no_return(self):
        self.desk.invoice_policy = "order"
        invoice = self._invoice(self._sell(self.customer, [(self.desk, 2)]))
        action = self._credit(invoice, "modify_moves")
        anew = self.env["account.move"].browse(action["res_id"])
        anew.invoice_date = "2026-03-22"
        anew.action_post()
        run = self._run()
        self.assertEqual(self._of(run, self.customer).returns, 0)
        self._assert_closed(run)


@tagged("post_install", "-at_install", "cap_a02")
class TestProfitRights(ProfitCase):
    """Analysts read, managers set rates, nobody else sees what customers cost."""

    def test_pages(self):
        self._sell(self.customer, [(self.paper, 10)])
        run = self._run()
        profit = self._of(run, self.customer)
        page = profit.with_user(self.analyst).get_page()
        self.assertEqual(page["run"]["customers"], 1)
        self.assertFalse(page["may_run"])
        for user in (self.salesperson, self.accountant, self.portal_user, self.demoted):
            with self.assertRaises(AccessError):
                profit.with_user(user).get_page()
            with self.assertRaises(AccessError):
                profit.with_user(user).get_waterfall()
        self.assertFalse(
            self.env["mining.profit"].with_user(self.foreign_analyst).get_page()["run"]
        )

    def test_on_the_customers_page_cost_is_for_analysts(self):
        self.customer.user_id = self.salesperson
        self._sell(self.customer, [(self.paper, 10)])
        self._run()
        for user, sees in ((self.analyst, True), (self.salesperson, False)):
            page = self.customer.with_user(user).get_customer_page()
            part = next(
                one for one in page["sections"] if one["key"] == "mining_profit"
            )
            labels = [one["label"] for one in part["metrics"]]
            self.assertIn("Net sales", labels)
            self.assertEqual("Profit" in labels, sees)
            self.assertEqual("Gross margin" in labels, sees)

    def test_page_queries(self):
        self._sell(self.customer, [(self.paper, 10)])
        self._run()
        profits = self.env["mining.profit"].with_user(self.analyst)
        profits.get_page()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        profits.get_page()
        self.assertLessEqual(self.env.cr.sql_log_count - before, 12)

    def test_documents_under_the_rights_of_the_reader(self):
        self._sell(self.customer, [(self.paper, 10)])
        run = self._run()
        part = self.env["mining.profit.part"].search([("run_id", "=", run.id)], limit=1)
        with self.assertRaises(AccessError):
            part.with_user(self.analyst).action_open_documents()
        action = part.with_user(self.head).action_open_documents()
        found = self.env[action["res_model"]].with_user(self.head)
        self.assertEqual(found.search_count(action["domain"]), part.quantity)

    def test_every_step_and_activity_opens(self):
        self._sell(self.customer, [(self.paper, 10)])
        run = self._run()
        reader = self._new_user(
            "mining_reader",
            "crm_analytics.crm_analytics_group_user,sales_team.group_sale_manager,"
            "stock.group_stock_user,account.group_account_invoice",
        )
        kinds = self.env["res.partner"]._customer_effort_kinds()
        actions = [
            run.with_user(reader)._open_efforts(activity, self.customer)
            for activity, kind in kinds.items()
            if self.env[kind["model"]].with_user(reader).has_access("read")
        ]
        steps = self.env["mining.profit.bridge"].search([("run_id", "=", run.id)])
        self.assertEqual(len(steps), 18)
        actions += [step.with_user(reader).action_open_documents() for step in steps]
        profit = self._of(run, self.customer).with_user(reader)
        actions += [profit.action_open_step(name) for name in ("returns", "goods")]
        for action in actions:
            with self.subTest(model=action["res_model"], domain=action["domain"]):
                model = self.env[action["res_model"]].with_user(reader)
                model.search_count(action["domain"])

    def test_rates_are_for_managers(self):
        values = {"activity": "visit", "date_from": "2026-01-01", "amount": 1}
        self.env["mining.activity.rate"].with_user(self.head).create(values)
        for user in (self.analyst, self.salesperson):
            with self.assertRaises(AccessError):
                self.rates.with_user(user).write({"amount": 0})
        with self.assertRaises(AccessError):
            self.rates.with_user(self.foreign_analyst).write({"amount": 0})

    def test_run_now_is_for_managers(self):
        profits = self.env["mining.profit"]
        with self.assertRaises(AccessError):
            profits.with_user(self.analyst).action_run_now()
        profits.with_user(self.head).action_run_now()
        waiting = self.model.run_ids.filtered(lambda run: run.state == "waiting")
        self.assertEqual(len(waiting), 1)
