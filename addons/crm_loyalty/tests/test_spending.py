import random
from decimal import Decimal

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from .wallet_common import WalletCase

ACTIONS = ("in", "sell", "sell", "sell", "bill", "bill", "credit", "cancel")


@tagged("post_install", "-at_install", "cap_l05", "cap_l14")
class TestSpending(WalletCase):
    """Stored value pays for an order, on its invoice and back on a credit note."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.liability = cls.company.loyalty_value_account_id
        cls.reward = cls.wallet_program.reward_ids
        cls.tax = cls.env["account.tax"].create(
            {"name": "VAT 13 %", "amount": 13, "company_id": cls.company.id}
        )
        cls.revenue = cls.env["account.account"].create(
            {"name": "Price reductions", "code": "998801", "account_type": "income"}
        )
        cls.reward.discount_line_product_id.property_account_income_id = cls.revenue

    def _pay_in(self, principal, bonus=0):
        deposits = self.env["loyalty.deposit"].with_user(self.shop_clerk)
        rules = self.wallet_program.loyalty_deposit_rule_ids
        rules.unlink()
        if bonus:
            self.wallet_program.loyalty_deposit_rule_ids = [
                Command.create({"amount_from": 0.01, "bonus_amount": bonus})
            ]
        deposits.create(
            {
                "card_id": self.wallet.id,
                "amount": principal,
                "journal_id": self.cash.id,
            }
        ).action_pay()

    def _order(self, price, taxed=False, wallet=True):
        orders = self.env["sale.order"].with_user(self.salesperson)
        line = {
            "product_id": self.product.id,
            "price_unit": price,
            "tax_ids": [Command.set(self.tax.ids if taxed else [])],
        }
        order = orders.create(
            {"partner_id": self.customer.id, "order_line": [Command.create(line)]}
        )
        order._update_programs_and_rewards()
        if wallet:
            self.assertFalse(order._apply_program_reward(self.reward, self.wallet))
        order.action_confirm()
        return order

    def _balance(self, account):
        lines = self.env["account.move.line"].search(
            [("account_id", "=", account.id), ("parent_state", "=", "posted")]
        )
        return round(sum(lines.mapped("balance")), 2)

    def _agree_with_books(self):
        """The liability is the principal that the cards hold, to the cent."""
        self._agree()
        self.assertEqual(self._balance(self.liability), -self._funds()[0])

    def test_a_wallet_that_was_spent_meanwhile(self):
        """Nobody finds another price on the order than was agreed."""
        self._pay_in(100)
        orders = self.env["sale.order"].with_user(self.salesperson)
        first, second = orders.create(
            [
                {
                    "partner_id": self.customer.id,
                    "order_line": [Command.create(line)],
                }
                for line in [{"product_id": self.product.id, "price_unit": 80}] * 2
            ]
        )
        for order in (first, second):
            order._update_programs_and_rewards()
            order._apply_program_reward(self.reward, self.wallet)
        first.action_confirm()
        with self.assertRaisesRegex(UserError, f"{self.wallet.code}.*80.*20"):
            second.action_confirm()
        self.assertEqual((second.state, second.amount_total), ("draft", 0))
        second._update_programs_and_rewards()
        self.assertEqual(second.amount_total, 60, "what is left pays")
        second.action_confirm()
        self.assertEqual(self.wallet.points, 0)

    def test_an_invoice_paid_from_both_funds(self):
        self._pay_in(100, 20)
        order = self._order(110)
        self.assertEqual((order.amount_total, self._funds()), (0, (0, 10)))
        invoice = self._invoice(order)
        self.assertRecordValues(
            invoice.invoice_line_ids.filtered("loyalty_fund").sorted("loyalty_fund"),
            [
                {
                    "loyalty_fund": "bonus",
                    "price_total": -10,
                    "account_id": self.revenue.id,
                },
                {
                    "loyalty_fund": "principal",
                    "price_total": -100,
                    "account_id": self.liability.id,
                },
            ],
        )
        self.assertEqual((invoice.amount_total, invoice.payment_state), (0, "paid"))
        self.assertEqual(order.invoice_status, "invoiced")
        self.assertEqual(set(order.order_line.mapped("qty_invoiced")), {1})
        self.assertEqual(sum(order.order_line.mapped("untaxed_amount_to_invoice")), 0)
        self.assertEqual(self._balance(self.revenue), 10)
        self._agree_with_books()

    def _ask(self, price):
        """Make a quotation that the wallet pays."""
        orders = self.env["sale.order"].with_user(self.salesperson)
        line = {"product_id": self.product.id, "price_unit": price, "tax_ids": False}
        order = orders.create(
            {"partner_id": self.customer.id, "order_line": [Command.create(line)]}
        )
        order._update_programs_and_rewards()
        self.assertFalse(order._apply_program_reward(self.reward, self.wallet))
        return order

    def test_several_at_once(self):
        """Each order is the source of what it takes and gives back."""
        self._pay_in(100)
        orders = self._ask(30)
        orders |= self._ask(50)
        self.assertIs(orders.action_confirm(), True)
        self.assertEqual(self._funds(), (20, 0))
        self._invoice(orders[0])
        self.assertEqual(self._balance(self.liability), -70)
        others = self._ask(5)
        others |= self._ask(15)
        others.action_confirm()
        others.sudo()._action_cancel()
        self.assertEqual(self._funds(), (20, 0), "one's own money stays it")
        orders[1].sudo()._action_cancel()
        self.assertEqual(self._funds(), (70, 0))
        self._agree_with_books()

    def test_a_reward_on_a_confirmed_order(self):
        self._pay_in(100)
        order = self._order(80, wallet=False)
        self.assertFalse(order._apply_program_reward(self.reward, self.wallet))
        self.assertEqual(self._funds(), (20, 0))
        rows = self.env["loyalty.ledger"].search([("card_id", "=", self.wallet.id)])
        self.assertNotIn("core", rows.mapped("kind"))
        invoice = self._invoice(order)
        self._agree_with_books()
        self._credit(invoice)
        self.assertEqual(self._funds(), (100, 0))
        self._agree_with_books()

    def test_taxes_stay(self):
        self._pay_in(50)
        order = self._order(100, taxed=True)
        self.assertEqual((order.amount_tax, order.amount_total), (13, 63))
        invoice = self._invoice(order)
        self.assertEqual((invoice.amount_tax, invoice.amount_total), (13, 63))
        self._agree_with_books()

    def test_a_bonus_that_was_an_expense(self):
        self.wallet_program.loyalty_bonus_policy = "marketing"
        expense = self.env["account.account"].create(
            {"name": "Gifts", "code": "998802", "account_type": "expense"}
        )
        self.company.loyalty_marketing_account_id = expense
        self._pay_in(100, 20)
        self.assertEqual(self._balance(self.liability), -120)
        self._invoice(self._order(110))
        self.assertEqual(self._balance(self.liability), -10)
        self.assertEqual(self._balance(self.revenue), 0)

    def test_a_credit_note_gives_back_to_the_funds(self):
        self._pay_in(100, 20)
        invoice = self._invoice(self._order(110))
        credit = self._credit(invoice)
        self.assertEqual(self._funds(), (100, 20))
        self.assertEqual(self._balance(self.revenue), 0)
        self._agree_with_books()
        for _round in range(2):
            credit.button_draft()
            self.assertEqual(self._funds(), (0, 10))
            credit.action_post()
            self.assertEqual(self._funds(), (100, 20))
        self._agree_with_books()

    def test_half_of_a_fund_comes_back(self):
        self._pay_in(100, 20)
        credit = self._credit(self._invoice(self._order(110)), post=False)
        lines = credit.invoice_line_ids
        lines.filtered(lambda line: line.loyalty_fund == "principal").price_unit = -40
        lines.filtered(lambda line: line.loyalty_fund == "bonus").unlink()
        credit.action_post()
        self.assertEqual(self._funds(), (40, 10))
        self._agree_with_books()

    def test_goods_that_come_back_are_no_money(self):
        """Until the credit note says so: else the member would have it twice."""
        self.program.active = True
        self._pay_in(100)
        order = self._order(100)
        invoice = self._invoice(order)
        credit = self._credit(invoice, post=False)
        credit.invoice_line_ids.filtered("loyalty_fund").unlink()
        credit.action_post()
        self.assertEqual(self._funds(), (0, 0))
        self._agree_with_books()

    def test_what_came_back_and_was_spent_becomes_debt(self):
        self._pay_in(100)
        credit = self._credit(self._invoice(self._order(100)))
        self.wallet.book("redeem", 70, "elsewhere")
        credit.button_draft()
        self.assertEqual((self.wallet.points, self.wallet.loyalty_debt), (0, 70))
        credit.action_post()
        self.assertEqual((self.wallet.points, self.wallet.loyalty_debt), (30, 0))
        self._agree()

    def test_an_order_is_cancelled(self):
        self._pay_in(100, 20)
        order = self._order(110)
        order.sudo()._action_cancel()
        self.assertEqual(self._funds(), (100, 20))
        self._agree_with_books()

    def test_spent_before_the_goods_are_delivered(self):
        """The platform makes it a credit note, which must not give the money back."""
        self._pay_in(100, 20)
        self.product.invoice_policy = "delivery"
        order = self._order(110)
        credit = order.sudo()._create_invoices(final=True)
        credit.with_user(self.accountant).action_post()
        self.assertEqual((credit.move_type, credit.amount_total), ("out_refund", 110))
        self.assertEqual(self._funds(), (0, 10))
        self.assertEqual(order.order_line.mapped("qty_invoiced"), [0, 1])
        self._agree_with_books()
        invoice = self._credit_of(credit)
        self.assertEqual(self._funds(), (100, 20), "this one gives it back")
        self.assertEqual(invoice.move_type, "out_invoice")
        self._agree_with_books()

    def _credit_of(self, credit):
        """Undo a credit note, as an accountant does who made it by mistake."""
        invoice = credit.copy({"move_type": "out_invoice"})
        for line in invoice.invoice_line_ids:
            line.quantity = -line.quantity
            line.price_unit = -line.price_unit
        invoice.invoice_line_ids.sale_line_ids = credit.invoice_line_ids.sale_line_ids
        invoice.with_user(self.accountant).action_post()
        return invoice

    def test_corrected_and_invoiced_again(self):
        self._pay_in(100, 20)
        order = self._order(110)
        self._credit(self._invoice(order))
        self._invoice(order)
        self.assertEqual(self._funds(), (0, 10))
        self._agree_with_books()

    def test_value_that_came_with_a_card(self):
        """Its filling was revenue before; spending it lowers revenue, as then."""
        brought = self.env["loyalty.card"].create(
            {
                "program_id": self.wallet_program.id,
                "partner_id": self.other_customer.id,
                "points": 30,
            }
        )
        order = self._order(100, wallet=False)
        self.assertTrue(order)
        other = order.copy({"partner_id": self.other_customer.id})
        other._update_programs_and_rewards()
        other._apply_program_reward(self.reward, brought)
        other.action_confirm()
        line = self._invoice(other).invoice_line_ids.filtered("loyalty_fund")
        self.assertEqual((line.loyalty_fund, line.account_id), ("points", self.revenue))

    def test_a_line_that_pays(self):
        self._pay_in(100)
        order = self._order(50)
        paying = order.order_line.filtered("coupon_id")
        self.assertTrue(paying._crm_is_payment())
        self.assertFalse((order.order_line - paying)._crm_is_payment())

    def test_books_and_cards_after_anything(self):
        """Random deposits, sales, credit notes and cancellations, three policies."""
        rng = random.Random(7)
        orders, invoices = [], []
        for policy in ("principal_first", "bonus_first", "proportional"):
            self.wallet_program.loyalty_fund_order = policy
            self._pay_in(50, 10)
            for _step in range(14):
                action = rng.choice(ACTIONS)
                if action == "in":
                    self._pay_in(rng.randint(100, 9000) / 100, rng.randint(0, 900) / 90)
                elif action == "sell" and self.wallet.points:
                    orders.append(self._order(rng.randint(100, 5000) / 100))
                elif action == "bill" and orders:
                    invoices.append(self._invoice(orders.pop()))
                elif action == "credit" and invoices:
                    self._credit(invoices.pop())
                elif action == "cancel" and orders:
                    orders.pop().sudo()._action_cancel()
                self._compare_with_books(orders)

    def _compare_with_books(self, unbilled):
        """Liability = principal on cards + principal spent and not yet billed."""
        self._agree()
        waiting = sum(
            (order._get_taken_funds(self.wallet).get("principal", Decimal(0)))
            for order in unbilled
        )
        self.assertAlmostEqual(
            -self._balance(self.liability), self._funds()[0] + float(waiting), 2
        )
