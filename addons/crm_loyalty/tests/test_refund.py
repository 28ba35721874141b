from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from .wallet_common import WalletCase


@tagged("post_install", "-at_install", "cap_l04", "cap_l14")
class TestRefund(WalletCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other_manager = cls._new_user(
            "loyalty_manager_2", "crm_loyalty.crm_loyalty_group_manager"
        )
        cls.company.loyalty_refund_limit = 100
        cls.liability = cls.company.loyalty_value_account_id
        cls.wallet_program.loyalty_deposit_rule_ids.create(
            {
                "program_id": cls.wallet_program.id,
                "amount_from": 100,
                "bonus_percent": 20,
            }
        )

    def _deposit(self, amount):
        deposits = self.env["loyalty.deposit"].with_user(self.shop_clerk)
        deposit = deposits.create(
            {
                "card_id": self.wallet.id,
                "amount": amount,
                "journal_id": self.cash.id,
            }
        )
        deposit.action_pay()
        return deposit

    def _refund(self, amount, user=None, request=True, **values):
        refunds = self.env["loyalty.refund"].with_user(user or self.loyalty_manager)
        refund = refunds.create(
            {
                "card_id": self.wallet.id,
                "amount": amount,
                "journal_id": self.cash.id,
                "reason": "Moves away",
                **values,
            }
        )
        if request:
            refund.action_request()
        return refund

    def _books(self):
        lines = self.env["account.move.line"].search(
            [("account_id", "=", self.liability.id), ("parent_state", "=", "posted")]
        )
        return -round(sum(lines.mapped("balance")), 2)

    def test_a_part_is_paid_back(self):
        self._deposit(200)
        self.assertEqual(self._funds(), (200, 40))
        refund = self._refund(50)
        self.assertEqual((refund.state, refund.bonus), ("done", 10))
        self.assertEqual((self._funds(), self._books()), ((150, 30), 150))
        move = refund.sudo().move_id
        balances = {line.account_id: line.balance for line in move.line_ids}
        cash = self.cash.default_account_id
        self.assertEqual(balances, {self.liability: 50, cash: -50})
        self._agree()
        with self.assertRaises(UserError):
            refund.action_request()
        with self.assertRaises(UserError):
            move.button_draft()

    def test_the_bonus_lapses_wholly(self):
        self.wallet_program.loyalty_lapse_policy = "whole"
        self._deposit(200)
        self._refund(50)
        self.assertEqual(self._funds(), (150, 0))

    def test_never_the_bonus(self):
        self._deposit(200)
        self.wallet.book("redeem", 180, "spent")
        with self.assertRaisesRegex(UserError, self.wallet.code):
            self._refund(20.01)
        self._refund(20)
        self.assertEqual(self._funds(), (0, 0), "with the principal all bonus went")
        self._agree()

    def test_two_people_above_the_limit(self):
        deposit = self._deposit(200)
        refund = self._refund(100.01)
        self.assertEqual((refund.state, self._funds()), ("waiting", (200, 40)))
        for user in (self.loyalty_manager, self.shop_clerk):
            with self.assertRaises(AccessError):
                refund.with_user(user).action_approve()
        refund.with_user(self.other_manager).action_approve()
        self.assertEqual(refund.approver_id, self.other_manager)
        self.assertEqual(self._books(), 99.99)
        self.assertEqual(self._refund(60).state, "done")
        self.assertEqual(self._refund(39.99).state, "done")
        self.assertEqual(deposit.state, "paid", "nobody named the deposit")

    def test_many_small_ones_are_a_large_one(self):
        self._deposit(200)
        self.assertEqual(self._refund(60).state, "done")
        waiting = self._refund(41)
        self.assertEqual(waiting.state, "waiting")
        waiting.action_refuse()
        self.assertEqual((waiting.state, self._funds()[0]), ("refused", 140))

    def test_a_clerk_asks(self):
        self._deposit(100)
        refund = self._refund(5, self.shop_clerk)
        self.assertEqual(refund.state, "waiting")
        refund.with_user(self.loyalty_manager).action_approve()
        self.assertEqual(self._funds()[0], 95)

    def test_of_one_deposit(self):
        self.company.loyalty_refund_limit = 1000
        first, second = self._deposit(100), self._deposit(200)
        action = first.action_refund()
        refunds = self.env["loyalty.refund"].with_user(self.loyalty_manager)
        with Form(refunds.with_context(**action["context"])) as form:
            self.assertEqual((form.amount, form.bonus), (100, 20))
            form.amount = 40
            form.reason = "Changed her mind"
        form.record.action_request()
        self.assertEqual((first.state, first.refunded), ("paid", 40))
        lots = self.wallet.loyalty_lot_ids.filtered(lambda lot: lot.fund == "principal")
        self.assertEqual(lots.sorted("id").mapped("remaining"), [60, 200])
        with self.assertRaisesRegex(UserError, first.name):
            self._refund(60.01, deposit_id=first.id)
        self._refund(60, deposit_id=first.id)
        self.assertEqual((first.state, second.state), ("refunded", "paid"))
        with self.assertRaises(UserError):
            self._refund(1, deposit_id=first.id)
        self._agree()

    def test_closing_pays_back(self):
        self._deposit(100)
        manager = self.wallet.with_user(self.loyalty_manager)
        action = manager.action_close("Moves away")
        refunds = self.env["loyalty.refund"].with_user(self.loyalty_manager)
        with Form(refunds.with_context(**action["context"])) as form:
            form.journal_id = self.cash
            self.assertEqual((form.amount, form.bonus), (100, 20))
        self.assertTrue(self.wallet.active, "nothing happens before it is paid back")
        form.record.action_request()
        self.assertEqual((self.wallet.loyalty_state, self.wallet.points), ("closed", 0))
        self.assertEqual(self._books(), 0)
        self._agree()

    def test_closing_with_bonus_alone(self):
        self.wallet.book("bonus", 7, "gift", fund="bonus")
        refund = self._refund(0, close_card=True)
        self.assertEqual((self.wallet.loyalty_state, self.wallet.points), ("closed", 0))
        self.assertFalse(refund.sudo().move_id)

    def test_a_clerk_does_not_close(self):
        self._deposit(100)
        with self.assertRaises(AccessError):
            self.wallet.with_user(self.shop_clerk).action_close()
        refund = self._refund(100, self.shop_clerk, close_card=True)
        self.assertEqual(refund.state, "waiting")
        refund.with_user(self.loyalty_manager).action_approve()
        self.assertEqual(self.wallet.loyalty_state, "closed")

    def test_a_bonus_that_was_an_expense(self):
        expense = self.env["account.account"].create(
            {"name": "Gifts", "code": "998803", "account_type": "expense"}
        )
        self.company.loyalty_marketing_account_id = expense
        self.wallet_program.loyalty_bonus_policy = "marketing"
        self._deposit(100)
        self.assertEqual(self._books(), 120)
        self._refund(100)
        self.assertEqual(self._books(), 0)

    def test_blocked_and_owing_cards(self):
        self._deposit(100)
        self.wallet.with_user(self.shop_clerk).action_freeze()
        with self.assertRaisesRegex(UserError, self.wallet.code):
            self._refund(10)

    def test_bad_input(self):
        for amount in (0, -5):
            with self.assertRaises(ValidationError):
                self._refund(amount)
        deposit = self._deposit(10)
        other = self.env["loyalty.card"].create(
            {"program_id": self.wallet_program.id, "partner_id": self.other_customer.id}
        )
        with self.assertRaises(ValidationError):
            self._refund(5, card_id=other.id, deposit_id=deposit.id)

    def test_nobody_writes_a_decision(self):
        self._deposit(200)
        refund = self._refund(
            150, request=False, state="waiting", user_id=self.other_manager.id
        )
        self.assertEqual((refund.state, refund.user_id.id), ("draft", refund.env.uid))
        refund.action_request()
        for values in ({"state": "done"}, {"amount": 1}, {"approver_id": 2}):
            for user in (self.loyalty_manager, self.other_manager, self.shop_clerk):
                with self.assertRaises(UserError):
                    refund.with_user(user).write(values)
        with self.assertRaises(UserError):
            refund.unlink()
        for user in (self.salesperson, self.accountant, self.demoted, self.portal_user):
            with self.assertRaises(AccessError):
                self._refund(5, user)
        foreign = self._new_user(
            "foreign_loyalty", "crm_loyalty.crm_loyalty_group_manager"
        )
        foreign.write(
            {
                "company_id": self.other_company.id,
                "company_ids": [(6, 0, self.other_company.ids)],
            }
        )
        with self.assertRaises(AccessError):
            refund.with_user(foreign).action_approve()
        self.assertEqual(self._funds()[0], 200)
