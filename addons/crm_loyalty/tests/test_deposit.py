from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, RedirectWarning, UserError, ValidationError
from odoo.tests import Form, tagged

from .wallet_common import WalletCase


@tagged("post_install", "-at_install", "cap_l04", "cap_l14")
class TestDeposit(WalletCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.liability = cls.company.loyalty_value_account_id
        cls.expense = cls.env["account.account"].search(
            [
                *cls.env["account.account"]._check_company_domain(cls.company),
                ("account_type", "=", "expense"),
            ],
            limit=1,
        )
        steps = ((100, 10, 0, 0), (500, 0, 20, 90))
        cls.env["loyalty.deposit.rule"].create(
            [
                {
                    "program_id": cls.wallet_program.id,
                    "amount_from": start,
                    "bonus_amount": fixed,
                    "bonus_percent": percent,
                    "bonus_days": days,
                }
                for start, fixed, percent, days in steps
            ]
        )

    def _deposit(self, amount, user=None, pay=True, **values):
        values = {
            "card_id": self.wallet.id,
            "amount": amount,
            "journal_id": self.cash.id,
            **values,
        }
        deposits = self.env["loyalty.deposit"].with_user(user or self.shop_clerk)
        deposit = deposits.create(values)
        if pay:
            deposit.action_pay()
        return deposit

    def _entry(self, deposit):
        """Give what each account got, debit above 0."""
        # The clerk may not read entries.
        lines = deposit.sudo().move_id.line_ids
        return {line.account_id: line.balance for line in lines}

    def test_money_comes_in(self):
        deposit = self._deposit(250)
        self.assertEqual((deposit.state, deposit.bonus), ("paid", 10))
        self.assertEqual(self._funds(), (250, 10))
        self.assertEqual(
            self._rows(self.wallet), [("deposit", 250, 250), ("bonus", 10, 260)]
        )
        row = self.wallet.loyalty_ledger_ids[:1]
        self.assertEqual((row.user_id, row.source_id), (self.shop_clerk, deposit.id))
        cash = self.cash.default_account_id
        self.assertEqual(self._entry(deposit), {cash: 250, self.liability: -250})
        move = deposit.sudo().move_id
        self.assertEqual((move.state, move.ref), ("posted", deposit.name))
        self.assertEqual(move.line_ids.partner_id, self.customer)
        self.assertEqual(sum(self.wallet.history_ids.mapped("issued")), 260)
        self._agree()

    def test_the_bank_confirms_later(self):
        bank = self.bank
        deposit = self._deposit(50, journal_id=bank.id)
        outstanding = bank._get_money_account()
        self.assertTrue(outstanding.reconcile, "a statement is matched with it")
        self.assertNotEqual(outstanding, bank.default_account_id)
        self.assertEqual(self._entry(deposit), {outstanding: 50, self.liability: -50})

    def test_the_bonus_is_shown_before_paying(self):
        with Form(self.env["loyalty.deposit"].with_user(self.shop_clerk)) as form:
            form.card_id = self.wallet
            for amount, bonus in ((99.99, 0), (100, 10), (500, 100), (600.1, 120.02)):
                form.amount = amount
                self.assertEqual(form.bonus, bonus)
            form.journal_id = self.cash
        deposit = form.record
        self.assertEqual(deposit.state, "draft")
        self.assertEqual(self._funds(), (0, 0), "nothing is credited before it is paid")
        last = fields.Date.context_today(deposit) + timedelta(days=90)
        self.assertEqual(deposit.bonus_expires, last)
        deposit.action_pay()
        lot = self.wallet.loyalty_lot_ids.filtered(lambda one: one.fund == "bonus")
        self.assertEqual((lot.issued, lot.expires), (120.02, last))

    def test_steps_have_dates(self):
        yesterday = fields.Date.context_today(self.wallet) - timedelta(days=1)
        rules = self.wallet_program.loyalty_deposit_rule_ids
        rules[1].date_to = yesterday
        self.assertEqual(self._deposit(500).bonus, 10)
        waiting = self._deposit(200, pay=False)
        rules[0].date_to = yesterday
        waiting.action_pay()
        self.assertEqual(waiting.bonus, 0, "the ladder of the day of payment")

    def test_a_bonus_that_is_marketing(self):
        self.wallet_program.loyalty_bonus_policy = "marketing"
        with self.assertRaises(RedirectWarning):
            self._deposit(500)
        self.company.loyalty_marketing_account_id = self.expense
        deposit = self._deposit(500)
        cash = self.cash.default_account_id
        lines = deposit.sudo().move_id.line_ids
        of_liability = lines.filtered(lambda one: one.account_id == self.liability)
        self.assertEqual(of_liability.mapped("balance"), [-500, -100])
        amounts = self._entry(deposit)
        self.assertEqual((amounts[cash], amounts[self.expense]), (500, 100))

    def test_once(self):
        deposit = self._deposit(100)
        for _again in range(2):
            with self.assertRaises(UserError):
                deposit.action_pay()
        with self.assertRaises(UserError):
            deposit.action_cancel()
        self.assertEqual(self.wallet.points, 110)

    def test_a_deposit_that_nobody_paid(self):
        deposit = self._deposit(100, pay=False)
        deposit.action_cancel()
        with self.assertRaises(UserError):
            deposit.action_pay()
        self.assertEqual(self.wallet.points, 0)
        deposit.unlink()

    def test_what_is_missing_is_said(self):
        deposit = self._deposit(100, pay=False, journal_id=False)
        with self.assertRaisesRegex(UserError, deposit.name):
            deposit.action_pay()
        deposit.journal_id = self.cash
        self.company.loyalty_value_account_id = False
        with self.assertRaises(RedirectWarning):
            deposit.action_pay()
        self.assertEqual(self.wallet.points, 0)

    def test_a_blocked_card_takes_no_money(self):
        self.wallet.with_user(self.shop_clerk).action_report_loss()
        with self.assertRaisesRegex(UserError, self.wallet.code):
            self._deposit(100)

    def test_bad_input(self):
        for amount in (0, -5, 0.001):
            with self.assertRaises(ValidationError):
                self._deposit(amount, pay=False)
        with self.assertRaises(ValidationError):
            self._deposit(5, pay=False, card_id=self.card.id)

    def test_nobody_writes_the_facts(self):
        forged = self._deposit(
            100, pay=False, state="paid", bonus=5000, user_id=self.manager.id
        )
        self.assertEqual(
            (forged.state, forged.bonus, forged.user_id), ("draft", 10, self.shop_clerk)
        )
        deposits = self.env["loyalty.deposit"].with_user(self.shop_clerk)
        payment = self.env["account.payment"].create(
            {"partner_id": self.other_customer.id, "amount": 500}
        )
        of_others = deposits.with_context(default_payment_id=payment.id).create(
            {
                "card_id": self.wallet.id,
                "amount": 500,
                "journal_id": self.cash.id,
            }
        )
        self.assertFalse(of_others.sudo().payment_id)
        for values in (
            {"state": "paid"},
            {"bonus": 9000},
            {"move_id": 1},
            {"name": "x"},
            {"date_paid": "2020-01-01"},
        ):
            for user in (self.shop_clerk, self.loyalty_manager):
                with self.assertRaises(UserError):
                    forged.with_user(user).write(values)
        paid = self._deposit(100)
        for values in ({"amount": 1}, {"card_id": self.card.id}, {"note": "x"}):
            with self.assertRaises(UserError):
                paid.write(values)
        with self.assertRaises(UserError):
            paid.unlink()
        manager = self.company_accountant()
        with self.assertRaisesRegex(UserError, paid.name):
            paid.sudo().move_id.with_user(manager).button_draft()

    def company_accountant(self):
        return self._new_user("loyalty_accountant", "account.group_account_manager")

    def test_who_may_not(self):
        for user in (self.salesperson, self.manager, self.demoted, self.portal_user):
            with self.assertRaises(AccessError):
                self._deposit(100, user)
        with self.assertRaises(AccessError):
            self._deposit(100, pay=False).with_user(self.accountant).action_pay()
        foreign = self._new_user("foreign_clerk", "crm_loyalty.crm_loyalty_group_user")
        foreign.write(
            {
                "company_id": self.other_company.id,
                "company_ids": [(6, 0, self.other_company.ids)],
            }
        )
        with self.assertRaises(AccessError):
            self._deposit(100, foreign)
        deposit = self._deposit(100)
        self.assertFalse(
            self.env["loyalty.deposit"].with_user(foreign).search([]), deposit
        )
        with self.assertRaises(AccessError):
            self.env["loyalty.deposit.rule"].with_user(self.shop_clerk).create(
                {"program_id": self.wallet_program.id, "amount_from": 1}
            )
        self.assertEqual(self.wallet.points, 110)

    def test_setting_up_makes_the_account(self):
        self.company.loyalty_value_account_id = False
        self.assertTrue(self.wallet_program.loyalty_value_missing)
        settings = self.env["res.config.settings"].create(
            {"company_id": self.company.id}
        )
        settings.action_set_up_stored_value()
        self.wallet_program.invalidate_recordset(["loyalty_value_missing"])
        self.assertFalse(self.wallet_program.loyalty_value_missing)
        account = self.company.loyalty_value_account_id
        self.assertEqual(account.account_type, "liability_current")
        self.company._set_up_stored_value()
        self.assertEqual(self.company.loyalty_value_account_id, account)
        self.assertFalse(self.other_company.loyalty_value_account_id)

    def test_programs_are_copied_by_others(self):
        """Whoever plans programs copies them, their ladder comes along."""
        planner = self._new_user(
            "loyalty_planner",
            "sales_team.group_sale_manager,product.group_product_manager",
        )
        copy = self.wallet_program.with_user(planner).copy()
        copy.read()
        ladder = copy.sudo().loyalty_deposit_rule_ids
        self.assertEqual(ladder.mapped("amount_from"), [100, 500])
