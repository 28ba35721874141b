from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.sale_loyalty.models.sale_order import SaleOrder as Platform

from .wallet_common import WalletCase

FILLING = {
    "name": "Filling",
    "type": "service",
    "list_price": 100,
    "taxes_id": False,
    "invoice_policy": "order",
}


@tagged("post_install", "-at_install", "cap_l04", "cap_l05", "cap_l14")
class TestTopup(WalletCase):
    """Stored value that is sold as a product on an order of the platform."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.filling = cls.env["product.product"].create(FILLING)
        cls.wallet_program.trigger_product_ids = cls.filling
        cls.liability = cls.company.loyalty_value_account_id

    def _order(self, product=None, quantity=1, confirm=True):
        orders = self.env["sale.order"].with_user(self.salesperson)
        line = {
            "product_id": (product or self.filling).id,
            "product_uom_qty": quantity,
        }
        order = orders.create(
            {"partner_id": self.customer.id, "order_line": [Command.create(line)]}
        )
        order._update_programs_and_rewards()
        if confirm:
            order.action_confirm()
        return order

    def _pay(self, invoice, amount=None):
        wizard = (
            self.env["account.payment.register"]
            .with_user(self.accountant)
            .with_context(active_model="account.move", active_ids=invoice.ids)
            .create({"journal_id": self.bank.id})
        )
        if amount:
            wizard.amount = amount
        wizard.action_create_payments()

    def test_unpaid_it_cannot_be_spent(self):
        order = self._order(quantity=3)
        self.assertEqual(self.wallet.points, 0, "confirmed is not paid")
        invoice = self._invoice(order)
        self.assertEqual(self.wallet.points, 0, "invoiced is not paid")
        line = invoice.invoice_line_ids
        self.assertEqual(line.account_id, self.liability, "no revenue")
        self._pay(invoice)
        self.assertEqual(self._funds(), (300, 0))
        self.assertEqual(self._rows(self.wallet), [("deposit", 300, 300)])
        self.assertEqual(self.wallet.history_ids.mapped("issued"), [300])
        self._agree()

    def test_the_ways_of_the_platform_until_set_up(self):
        self.company.loyalty_value_account_id = False
        order = self._order(quantity=3)
        self.assertEqual(self.wallet.points, 300)
        self.assertEqual(self._funds(), (0, 0), "of unknown origin, never refunded")
        self.company.loyalty_value_account_id = self.liability
        self.assertEqual(self.wallet.points, 300)
        order.with_user(self.manager)._action_cancel()
        self.assertEqual(self.wallet.points, 0)

    def test_half_paid_is_not_paid(self):
        invoice = self._invoice(self._order())
        self._pay(invoice, 40)
        self.assertEqual(self.wallet.points, 0)
        self._pay(invoice)
        self.assertEqual(self.wallet.points, 100)

    def test_a_payment_that_is_undone(self):
        invoice = self._invoice(self._order())
        self._pay(invoice)
        lines = invoice.matched_payment_ids.move_id.line_ids
        accounts = invoice.line_ids.account_id
        line = lines.filtered(lambda one: one.account_id in accounts)
        for _round in range(2):
            invoice.line_ids.remove_move_reconcile()
            self.assertEqual(self.wallet.points, 0)
            invoice.js_assign_outstanding_line(line.id)
            self.assertEqual(self.wallet.points, 100)
        self._agree()

    def test_a_credit_note(self):
        order = self._order(quantity=2)
        invoice = self._invoice(order)
        self._pay(invoice)
        self.wallet.book("redeem", 150, "spent")
        self._credit(invoice)
        self.assertEqual((self.wallet.points, self.wallet.loyalty_debt), (0, 150))
        self._agree()

    def test_an_invoice_that_was_corrected(self):
        order = self._order()
        invoice = self._invoice(order)
        self._credit(invoice)
        self.assertEqual(self.wallet.points, 0)
        self.assertEqual((self.wallet.loyalty_debt, self._rows(self.wallet)), (0, []))

    def test_a_cancelled_order(self):
        order = self._order()
        order.with_user(self.manager)._action_cancel()
        self.assertEqual(self._rows(self.wallet), [])
        paid = self._order()
        self._pay(self._invoice(paid))
        paid.sudo()._action_cancel()
        self.assertEqual(self.wallet.points, 0)
        self._agree()

    def test_more_than_was_paid_is_bonus(self):
        self.wallet_program.rule_ids.reward_point_amount = 1.2
        invoice = self._invoice(self._order())
        self._pay(invoice)
        self.assertEqual(self._funds(), (100, 20))
        self._credit(invoice)
        self.assertEqual(self._funds(), (0, 0))
        self._agree()

    def test_a_bonus_that_is_marketing(self):
        self.wallet_program.rule_ids.reward_point_amount = 1.2
        self.wallet_program.loyalty_bonus_policy = "marketing"
        expense = self.env["account.account"].create(
            {"name": "Gifts", "code": "998877", "account_type": "expense"}
        )
        self.company.loyalty_marketing_account_id = expense
        invoice = self._invoice(self._order())
        self._pay(invoice)
        lines = self.env["account.move.line"]
        balances = lines.search([("account_id", "=", expense.id)]).mapped("balance")
        self.assertEqual(balances, [20])
        self._credit(invoice)
        found = lines.search([("account_id", "=", expense.id)]).mapped("balance")
        self.assertEqual(sum(found), 0)

    def test_no_wallet_pays_for_its_own_filling(self):
        """With the platform alone, a wallet that gives a bonus grows by itself."""
        self.wallet_program.rule_ids.reward_point_amount = 1.2
        self._fill(100)
        order = self._order(confirm=False)
        alone = Platform._get_claimable_rewards(order)
        self.assertIn(self.wallet, alone, "the platform would take it")
        self.assertNotIn(self.wallet, order._get_claimable_rewards())
        reward = self.wallet_program.reward_ids
        answer = order._apply_program_reward(reward, self.wallet)
        self.assertIn(order.name, answer["error"])
        Platform._apply_program_reward(order.sudo(), reward, self.wallet)
        self.assertEqual(order.amount_total, 0, "paid by itself")
        with self.assertRaisesRegex(UserError, order.name):
            order.action_confirm()
        self.assertEqual(self.wallet.points, 100)

    def test_the_filling_comes_after_the_wallet(self):
        self._fill(100)
        order = self._order(product=self.product, confirm=False)
        order._apply_program_reward(self.wallet_program.reward_ids, self.wallet)
        order.order_line = [Command.create({"product_id": self.filling.id})]
        with self.assertRaisesRegex(UserError, order.name):
            order.action_confirm()

    def test_a_line_that_lowers_the_price(self):
        order = self._order(confirm=False)
        order.order_line = [
            Command.create({"product_id": self.product.id, "price_unit": -100})
        ]
        with self.assertRaisesRegex(UserError, order.name):
            order.action_confirm()

    def test_an_invoice_that_was_lowered(self):
        """What the accountant takes off the invoice is not credited."""
        order = self._order()
        invoice = order.sudo()._create_invoices()
        invoice.invoice_line_ids = [
            Command.create({"name": "Less", "price_unit": -75, "tax_ids": False})
        ]
        invoice.with_user(self.accountant).action_post()
        self._pay(invoice)
        self.assertEqual(self.wallet.points, 25)

    def test_another_currency(self):
        currencies = self.env.ref("base.USD") | self.env.ref("base.EUR")
        foreign = (currencies - self.wallet.currency_id)[0]
        foreign.active = True
        order = self._order(confirm=False)
        order.pricelist_id = self.env["product.pricelist"].create(
            {"name": "Abroad", "currency_id": foreign.id}
        )
        self.assertEqual(order.currency_id, foreign)
        with self.assertRaisesRegex(UserError, "Sell the filling in"):
            order.action_confirm()
        self.assertEqual((order.state, self.wallet.points), ("draft", 0))

    def test_gift_cards(self):
        programs = self.env["loyalty.program"]
        program = programs.create(
            {**programs._get_template_values()["gift_card"], "name": "Gift"}
        )
        gift = self.filling.create({**FILLING, "name": "Gift Card"})
        program.rule_ids.write(
            {"product_ids": [Command.set(gift.ids)], "reward_point_split": True}
        )
        order = self._order(product=gift, quantity=2)
        entries = order.coupon_point_ids.filtered("points")
        cards = entries.coupon_id
        self.assertEqual(cards.mapped("points"), [0, 0])
        sent = self.env["mail.mail"].sudo()
        about = [("model", "=", "loyalty.card"), ("res_id", "in", cards.ids)]
        self.assertFalse(sent.search(about), "no gift without money")
        invoice = self._invoice(order)
        self._pay(invoice)
        self.assertEqual(cards.mapped("loyalty_principal"), [100, 100])
        mails = sent.search(about)
        self.assertEqual(sorted(mails.mapped("res_id")), sorted(cards.ids))
        self.assertIn(cards[0].code, "".join(mails.mapped("body_html")))
        invoice.line_ids.remove_move_reconcile()
        self.assertEqual(cards.mapped("points"), [0, 0])
        self._pay(invoice)
        self.assertEqual(sent.search(about), mails, "told once")
        self._agree()
