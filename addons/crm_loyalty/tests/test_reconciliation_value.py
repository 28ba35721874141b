from datetime import timedelta

from freezegun import freeze_time

from odoo import Command, fields
from odoo.tests import tagged

from .wallet_common import WalletCase


@tagged("post_install", "-at_install", "cap_l04", "cap_l14")
class TestReconciliationOfValue(WalletCase):
    """What members paid in is what the liability says, whatever happens in between."""

    def _pay_in(self, amount):
        self.env["loyalty.deposit"].with_user(self.shop_clerk).create(
            {
                "card_id": self.wallet.id,
                "amount": amount,
                "journal_id": self.cash.id,
            }
        ).action_pay()

    def _spend(self, price):
        order = (
            self.env["sale.order"]
            .with_user(self.salesperson)
            .create(
                {
                    "partner_id": self.customer.id,
                    "order_line": [
                        Command.create(
                            {"product_id": self.product.id, "price_unit": price}
                        )
                    ],
                }
            )
        )
        order._update_programs_and_rewards()
        order._apply_program_reward(self.wallet_program.reward_ids, self.wallet)
        order.action_confirm()
        return order

    def test_paid_in_spent_invoiced(self):
        self.assertFalse(self._line())
        self._pay_in(500)
        self._check(500, 500)
        order = self._spend(120)
        self._check(380, 500)
        self._invoice(order)
        self._check(380, 380)

    def test_a_bonus_is_owed_where_it_was_an_expense(self):
        self.wallet_program.loyalty_deposit_rule_ids = [
            Command.create({"amount_from": 100, "bonus_amount": 20})
        ]
        self.company.loyalty_marketing_account_id = self.env["account.account"].create(
            {"name": "Bonuses", "code": "669901", "account_type": "expense"}
        )
        self.wallet_program.loyalty_bonus_policy = "marketing"
        self._pay_in(100)
        self._check(120, 120)

    def test_a_top_up_that_is_invoiced_and_not_paid(self):
        filling = self.env["product.product"].create(
            {
                "name": "Filling",
                "type": "service",
                "list_price": 100,
                "taxes_id": False,
                "invoice_policy": "order",
            }
        )
        self.wallet_program.trigger_product_ids = filling
        order = (
            self.env["sale.order"]
            .with_user(self.salesperson)
            .create(
                {
                    "partner_id": self.customer.id,
                    "order_line": [Command.create({"product_id": filling.id})],
                }
            )
        )
        order._update_programs_and_rewards()
        order.action_confirm()
        invoice = self._invoice(order)
        self._check(0, 100)
        self.env["account.payment.register"].with_user(self.accountant).with_context(
            active_model="account.move", active_ids=invoice.ids
        ).create({"journal_id": self.bank.id}).action_create_payments()
        self._check(100, 100)

    def test_rates_are_no_difference(self):
        euro = self.env["res.currency"].with_context(active_test=False)
        euro = euro.search([("id", "!=", self.company.currency_id.id)], limit=1)
        euro.active = True
        rates = self.env["res.currency.rate"]
        rates.search([("currency_id", "=", euro.id)]).unlink()
        today = self._today()
        for days, rate in ((20, 0.5), (0, 0.4)):
            rates.create(
                {
                    "currency_id": euro.id,
                    "company_id": self.company.id,
                    "name": today - timedelta(days),
                    "rate": rate,
                }
            )
        self.wallet_program.currency_id = euro
        with freeze_time(fields.Datetime.now() - timedelta(10)):
            self._pay_in(100)
        line = self._line()
        # 100 of the program were 200 when they came, and are 250 now.
        self.assertEqual((line.carrying, line.general_ledger), (250, 200))
        self.assertEqual((line.exchange, line.unposted, line.difference), (-50, 0, 0))

    def test_branches_take_from_the_same_cards(self):
        self._pay_in(500)
        branch = self.env["res.company"].create(
            {"name": "Branch", "parent_id": self.company.id}
        )
        account = self.company.loyalty_value_account_id
        other = self.company._get_value_journal().default_account_id
        other = other or account.search(
            [
                ("account_type", "=", "income"),
                *account._check_company_domain(self.company),
            ],
            limit=1,
        )
        self.env["account.move"].create(
            {
                "company_id": branch.id,
                "journal_id": self.company._get_value_journal().id,
                "line_ids": [
                    Command.create({"account_id": account.id, "balance": 40}),
                    Command.create({"account_id": other.id, "balance": -40}),
                ],
            }
        ).action_post()
        line = self._line()
        self.assertEqual((line.general_ledger, line.difference), (460, -40))

    def test_an_entry_by_hand_and_money_without_a_deposit(self):
        self._pay_in(100)
        self.wallet.book("deposit", 30, "by a program", fund="principal")
        line = self._line()
        self.assertEqual((line.carrying, line.general_ledger), (130, 100))
        self.assertEqual(line.difference, -30)
