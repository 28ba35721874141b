from datetime import timedelta

from freezegun import freeze_time

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import SQL, mute_logger

from .wallet_common import WalletCase


@tagged("post_install", "-at_install", "cap_l04", "cap_l14")
class TestValueEntry(WalletCase):
    """What no document books is booked at night, once, and the books agree."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._make_value_accounts()
        cls.wallet_program.loyalty_deposit_rule_ids = [
            Command.create({"amount_from": 100, "bonus_percent": 20, "bonus_days": 30})
        ]
        cls.entries = cls.env["loyalty.value.entry"]

    def _count_as_expense(self):
        self.wallet_program.loyalty_bonus_policy = "marketing"

    def _pay_in(self, amount, card=None):
        deposit = (
            self.env["loyalty.deposit"]
            .with_user(self.shop_clerk)
            .create(
                {
                    "card_id": (card or self.wallet).id,
                    "amount": amount,
                    "journal_id": self.cash.id,
                }
            )
        )
        deposit.action_pay()
        return deposit

    def _correct(self, amount, card=None):
        self.env["loyalty.adjustment"].with_user(self.loyalty_manager).create(
            {
                "card_id": (card or self.wallet).id,
                "amount": amount,
                "reason": "Counted again",
            }
        ).action_request()

    def _expire_all(self, fund):
        lots = self.wallet.loyalty_lot_ids.filtered(lambda lot: lot.fund == fund)
        # As if the last day had passed.
        lots.expires = self._today() - timedelta(1)
        self.env["loyalty.card"]._expire_batch(self._today(), 10)

    def _run_nights(self, nights=1):
        """Run the job of the coming nights: what happened today was yesterday."""
        for night in range(1, nights + 1):
            self._run_night(night)

    def _run_night(self, days):
        cron = self.env.ref("crm_loyalty.loyalty_value_entry_cron_post")
        now = fields.Datetime.now() + timedelta(days=days)
        with freeze_time(now), self.enter_registry_test_mode():
            cron.method_direct_trigger()

    def _balance(self, account):
        lines = self.env["account.move.line"].search(
            [("account_id", "=", account.id), ("parent_state", "=", "posted")]
        )
        return round(sum(lines.mapped("balance")), 2)

    def test_a_bonus_that_expires_is_no_expense(self):
        self._count_as_expense()
        self._pay_in(100)
        self.assertEqual(self._balance(self.expense), 20)
        self._expire_all("bonus")
        self._check(100, 120)
        self._run_nights()
        self.assertEqual(self._balance(self.expense), 0)
        entry = self.entries.search([("program_id", "=", self.wallet_program.id)])
        self.assertEqual((entry.state, entry.given, entry.lapsed), ("posted", -20, 0))

    def test_principal_that_expires_is_revenue(self):
        self._pay_in(100)
        self._expire_all("principal")
        self._check(0, 100)
        self._run_nights()
        self.assertEqual(self._balance(self.income), -100)
        self.assertEqual(self._balance(self.company.loyalty_value_account_id), 0)
        self.assertEqual(self._balance(self.expense), 0)

    def test_a_bonus_that_was_no_expense_expires_without_an_entry(self):
        self._pay_in(100)
        self._expire_all("bonus")
        self._run_nights()
        self.assertFalse(self.entries.search([]))
        self._check(100, 100)

    def test_corrections_of_either_sign(self):
        self._count_as_expense()
        self._pay_in(100)
        self._correct(7.5)
        self._check(127.5, 120)
        self._run_nights()
        self.assertEqual(self._balance(self.expense), 27.5)
        self._correct(-110)
        self._check(17.5, 127.5)

    def test_run_again_it_books_nothing(self):
        self._count_as_expense()
        self._pay_in(100)
        self._correct(5)
        self._run_nights(3)
        self.assertEqual(len(self.entries.search([])), 1)
        self._correct(6)
        self._run_night(4)
        self._run_night(5)
        self.assertEqual(self.entries.search([]).mapped("given"), [6, 5])
        self.assertEqual(self._balance(self.expense), 31)

    def test_it_waits_for_an_account_and_then_goes_on(self):
        self.company.loyalty_breakage_account_id = False
        self._pay_in(100)
        self._expire_all("principal")
        self._run_nights()
        entry = self.entries.search([])
        self.assertEqual((entry.state, entry.lapsed), ("draft", 100))
        self.assertIn("Breakage", entry.note)
        self.company.loyalty_breakage_account_id = self.income
        entry.with_user(self.accountant).action_post()
        self.assertEqual((entry.state, entry.note), ("posted", False))
        self.assertEqual(self._balance(self.income), -100)
        with self.assertRaises(UserError):
            entry.with_user(self.accountant).action_post()

    def test_closed_books_move_the_day(self):
        self._pay_in(100)
        self._expire_all("principal")
        self.company.fiscalyear_lock_date = self._today() + timedelta(4)
        self._run_night(5)
        entry = self.entries.search([])
        self.assertEqual(entry.date_posted, self._today() + timedelta(5))
        self.assertEqual(entry.move_id.date, entry.date_posted)

    def test_a_voucher_of_the_service_is_given_without_a_document(self):
        self._count_as_expense()
        self.wallet.book("bonus", 30, "voucher", self.customer, fund="bonus")
        self._check(30, 0)
        self._run_nights()
        self.assertEqual(self._balance(self.expense), 30)

    def test_what_is_looked_at_is_looked_at_once_a_day(self):
        self._pay_in(100)
        self._run_nights()
        self.assertEqual(self.company.loyalty_value_date, self._today())
        self.assertFalse(self.entries.search([]))
        self._correct(-10)
        with freeze_time(fields.Datetime.now() + timedelta(days=1)):
            self.assertFalse(self.company._is_value_unposted())
        self._run_night(2)
        self.assertEqual(self.entries.search([]).given, -10)

    @mute_logger("odoo.addons.crm_loyalty.tools.refusal")
    def test_its_entry_stays(self):
        self._pay_in(100)
        self._expire_all("principal")
        self._run_nights()
        move = self.entries.search([]).move_id.with_user(self.accountant)
        with self.assertRaises(UserError):
            move.button_draft()
        wizard = (
            self.env["account.move.reversal"]
            .with_user(self.accountant)
            .with_context(active_model=move._name, active_ids=move.ids)
            .create({"journal_id": move.journal_id.id})
        )
        with self.assertRaises(UserError):
            wizard.refund_moves()

    def test_in_another_currency_it_balances(self):
        euro = self.env["res.currency"].with_context(active_test=False)
        euro = euro.search([("id", "!=", self.company.currency_id.id)], limit=1)
        euro.active = True
        euro.rate_ids.unlink()
        euro.rate_ids.create(
            {"currency_id": euro.id, "name": "2020-01-01", "rate": 7.1342}
        )
        self.wallet_program.currency_id = euro
        for cents in range(1, 13):
            self._pay_in(10)
            lots = self.wallet.loyalty_lot_ids.filtered("remaining")
            lots.expires = self._today() - timedelta(1)
            self.env["loyalty.card"]._expire_batch(self._today(), 10)
            self._pay_in(100 + cents / 100)
            self._correct(-cents - cents / 7)
            self._run_night(cents)
            self.assertEqual(self.entries.search([])[0].state, "posted")

    @mute_logger("odoo.addons.crm_loyalty.tools.refusal")
    def test_the_policy_stays_once_a_bonus_was_given(self):
        self._count_as_expense()
        self.wallet_program.loyalty_bonus_policy = "price"
        self._pay_in(100)
        with self.assertRaisesRegex(UserError, "Wallet"):
            self._count_as_expense()

    @mute_logger("odoo.addons.crm_loyalty.tools.refusal")
    def test_nobody_writes_one(self):
        self._pay_in(100)
        self._expire_all("principal")
        self._run_nights()
        entry = self.entries.search([])
        for user in (self.accountant, self.loyalty_manager, self.shop_clerk):
            with self.assertRaises(AccessError):
                entry.with_user(user).write({"given": 5})
            with self.assertRaises(AccessError):
                entry.with_user(user).unlink()
            with self.assertRaises(AccessError):
                entry.with_user(user).create(
                    {"program_id": self.wallet_program.id, "date": self._today()}
                )
        for user in (self.loyalty_manager, self.shop_clerk):
            with self.assertRaises(AccessError):
                entry.with_user(user).action_post()

    def _costs(self):
        """Give what the rewards of the customer cost, order by order."""
        self.env.flush_all()
        efforts = self.env["res.partner"]._customer_efforts_sql()["reward"]
        rows = self.env.execute_query_dict(SQL("SELECT * FROM (%s) e", efforts))
        return [
            round(row["amount"], 2)
            for row in rows
            if row["partner_id"] == self.customer.id
        ]

    def test_own_money_is_no_cost_of_loyalty(self):
        self._pay_in(100)
        order = self._sell()
        order._apply_program_reward(self.wallet_program.reward_ids, self.wallet)
        order.action_confirm()
        self.assertEqual(self._costs(), [])
        order = self._sell()
        order._apply_program_reward(self.wallet_program.reward_ids, self.wallet)
        order.action_confirm()
        self.assertEqual(self._costs(), [20])

    @mute_logger("odoo.addons.crm_loyalty.tools.refusal")
    def test_a_card_that_held_money_stays(self):
        self._pay_in(100)
        with self.assertRaisesRegex(UserError, self.wallet.code):
            self.wallet.unlink()
        empty = self.env["loyalty.card"].create(
            {"program_id": self.wallet_program.id, "partner_id": False}
        )
        empty.unlink()
        self.assertFalse(empty.exists())
