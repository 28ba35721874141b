from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .wallet_common import WalletCase


@tagged("post_install", "-at_install", "cap_l04")
class TestValueRule(WalletCase):
    """What a law allows prepaid cards to hold, checked where money comes in."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rule = cls.env.ref("crm_loyalty.loyalty_value_rule_cn").copy(
            {"currency_id": cls.wallet_program.currency_id.id}
        )
        cls.wallet_program.loyalty_value_rule_id = cls.rule
        cls.person = cls.env["res.partner"].create({"name": "Li Lei"})
        cls.own = cls.env["loyalty.card"].create(
            {"program_id": cls.wallet_program.id, "partner_id": cls.person.id}
        )
        cls.unnamed = cls.env["loyalty.card"].create(
            {"program_id": cls.wallet_program.id}
        )

    def _deposit(self, amount, card=None, journal=None, identity=False):
        deposits = self.env["loyalty.deposit"].with_user(self.shop_clerk)
        deposit = deposits.create(
            {
                "card_id": (card or self.own).id,
                "amount": amount,
                "journal_id": (journal or self.cash).id,
                "payer_identity": identity,
            }
        )
        deposit.action_pay()
        return deposit

    def test_what_a_card_may_hold(self):
        self._deposit(5000)
        with self.assertRaisesRegex(UserError, self.own.code):
            self._deposit(0.01)
        self._deposit(1000, self.unnamed)
        with self.assertRaisesRegex(UserError, self.unnamed.code):
            self._deposit(1, self.unnamed)
        self.own.book("redeem", 100, "spent")
        self._deposit(100)

    def test_how_long_money_lives(self):
        program = self.wallet_program
        program.loyalty_validity_days = 1094
        for card in (self.own, self.unnamed):
            with self.assertRaisesRegex(UserError, program.name):
                self._deposit(10, card)
        program.loyalty_validity_days = 1095
        self._deposit(10, self.unnamed)
        with self.assertRaisesRegex(UserError, program.name):
            self._deposit(10)

    def test_who_pays_much(self):
        self.rule.named_most = 0
        with self.assertRaises(UserError):
            self._deposit(10000)
        self._deposit(9999.99)
        self._deposit(10000, identity="ID 110101…")
        self._deposit(49999.99, identity="ID 110101…")
        with self.assertRaises(UserError):
            self._deposit(50000, identity="ID 110101…")
        self._deposit(50000, journal=self.bank, identity="ID 110101…")

    def test_companies_pay_by_transfer(self):
        self.rule.named_most = 0
        self._deposit(4999.99, self.wallet)
        with self.assertRaises(UserError):
            self._deposit(5000, self.wallet)
        self._deposit(5000, self.wallet, self.bank)

    def test_a_manager_sets_the_limits(self):
        rule = self.rule.with_user(self.loyalty_manager)
        rule.named_most = 100
        with self.assertRaises(UserError):
            self._deposit(101)
        with self.assertRaises(AccessError):
            rule.with_user(self.shop_clerk).named_most = 9000
        for user in (self.salesperson, self.demoted, self.portal_user):
            with self.assertRaises(AccessError):
                self.env["loyalty.value.rule"].with_user(user).search([])

    def test_rules_in_another_currency(self):
        other = self.env.ref("base.EUR") | self.env.ref("base.USD")
        other -= self.wallet_program.currency_id
        rule = self.rule.copy({"currency_id": other[0].id})
        with self.assertRaises(ValidationError):
            self.wallet_program.loyalty_value_rule_id = rule

    def test_a_filling_on_an_order(self):
        product = self.env["product.product"].create(
            {"name": "Filling", "list_price": 6000, "taxes_id": False}
        )
        self.wallet_program.trigger_product_ids = product
        order = (
            self.env["sale.order"]
            .with_user(self.salesperson)
            .create(
                {
                    "partner_id": self.person.id,
                    "order_line": [(0, 0, {"product_id": product.id})],
                }
            )
        )
        with self.assertRaisesRegex(UserError, self.own.code):
            order.action_confirm()
