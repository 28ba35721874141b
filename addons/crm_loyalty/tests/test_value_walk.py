import random
from datetime import timedelta

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .wallet_common import WalletCase

STEPS = 60
ORDERS = ("principal_first", "bonus_first", "proportional")


@tagged("post_install", "-at_install", "cap_l04", "cap_l14")
class TestValueWalk(WalletCase):
    """Whatever happens in whatever order, the books never differ by a cent."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._make_value_accounts()
        cls.company.loyalty_adjustment_limit = 10000
        cls.company.loyalty_refund_limit = 10000
        filling = cls.env["product.product"].create(
            {
                "name": "Filling",
                "type": "service",
                "list_price": 100,
                "taxes_id": False,
                "invoice_policy": "order",
            }
        )
        cls.filling = filling
        cls.wallet_program.trigger_product_ids = filling
        # 120 on the card for 100 that are paid.
        cls.wallet_program.rule_ids.reward_point_amount = 1.2
        cls.wallet_program.loyalty_deposit_rule_ids = [
            Command.create({"amount_from": 50, "bonus_percent": 15})
        ]

    def _order(self, product, price):
        orders = self.env["sale.order"].with_user(self.salesperson)
        line = {"product_id": product.id, "price_unit": price}
        order = orders.create(
            {"partner_id": self.customer.id, "order_line": [Command.create(line)]}
        )
        order._update_programs_and_rewards()
        return order

    # ------------------------------------------------------------------------- steps

    def _step_pay_in(self, rng):
        self.env["loyalty.deposit"].with_user(self.shop_clerk).create(
            {
                "card_id": self.wallet.id,
                "amount": rng.randint(1, 20000) / 100,
                "journal_id": self.cash.id,
            }
        ).action_pay()

    def _step_pay_back(self, rng):
        self.env["loyalty.refund"].with_user(self.loyalty_manager).create(
            {
                "card_id": self.wallet.id,
                "amount": rng.randint(1, 5000) / 100,
                "journal_id": self.cash.id,
                "reason": "Asked for",
            }
        ).action_request()

    def _step_fill(self, rng):
        order = self._order(self.filling, rng.randint(1000, 15000) / 100)
        order.action_confirm()
        self.fillings.append(self._invoice(order))

    def _step_pay_a_filling(self, rng):
        unpaid = [one for one in self.fillings if one.payment_state == "not_paid"]
        if unpaid:
            invoice = rng.choice(unpaid)
            self.env["account.payment.register"].with_user(
                self.accountant
            ).with_context(active_model="account.move", active_ids=invoice.ids).create(
                {"journal_id": self.bank.id}
            ).action_create_payments()

    def _step_undo_a_payment(self, rng):
        paid = [one for one in self.fillings if one.payment_state != "not_paid"]
        if paid:
            invoice = rng.choice(paid).with_user(self.accountant)
            invoice.line_ids.remove_move_reconcile()
            invoice.matched_payment_ids.action_cancel()

    def _step_credit_a_filling(self, rng):
        if self.fillings:
            at = rng.randrange(len(self.fillings))
            self._credit(self.fillings[at])
            self.fillings.pop(at)

    def _step_spend(self, rng):
        order = self._order(self.product, rng.randint(500, 40000) / 100)
        order._apply_program_reward(self.wallet_program.reward_ids, self.wallet)
        order.action_confirm()
        self.orders.append(order)

    def _step_invoice(self, rng):
        if self.orders:
            at = rng.randrange(len(self.orders))
            self.invoices.append(self._invoice(self.orders[at]))
            self.orders.pop(at)

    def _step_cancel(self, rng):
        if self.orders:
            at = rng.randrange(len(self.orders))
            self.orders[at]._action_cancel()
            self.orders.pop(at)

    def _step_credit(self, rng):
        if self.invoices:
            at = rng.randrange(len(self.invoices))
            self.credits.append(self._credit(self.invoices[at]))
            self.invoices.pop(at)

    def _step_take_a_credit_back(self, rng):
        if self.credits:
            at = rng.randrange(len(self.credits))
            self.credits[at].button_draft()
            self.credits[at].button_cancel()
            self.credits.pop(at)

    def _step_correct(self, rng):
        self.env["loyalty.adjustment"].with_user(self.loyalty_manager).create(
            {
                "card_id": self.wallet.id,
                "amount": rng.choice((-1, 1)) * rng.randint(1, 5000) / 100,
                "reason": "Counted again",
            }
        ).action_request()

    def _step_give(self, rng):
        key = f"gift {len(self.said)}"
        self.wallet.book("bonus", rng.randint(1, 3000) / 100, key, fund="bonus")

    def _step_expire(self, rng):
        lots = self.wallet.loyalty_lot_ids.filtered("remaining")
        if lots:
            lots[rng.randrange(len(lots))].expires = self._today() - timedelta(1)
            self.env["loyalty.card"]._expire_batch(self._today(), 10)

    # -------------------------------------------------------------------------- walk

    def _walk(self, seed, policy, order):
        rng = random.Random(f"{seed} {policy} {order}")
        self.wallet_program.loyalty_bonus_policy = policy
        self.wallet_program.loyalty_fund_order = order
        self.fillings, self.orders, self.invoices, self.credits = [], [], [], []
        self.said, refused = [], 0
        steps = sorted(name for name in dir(self) if name.startswith("_step_"))
        # Cards that are nearly empty are the hard ones.
        steps += ["_step_spend", "_step_undo_a_payment", "_step_take_a_credit_back"]
        while len(self.said) < STEPS:
            name = rng.choice(steps)
            self.said.append(name[6:])
            try:
                with self.env.cr.savepoint():
                    getattr(self, name)(rng)
            except UserError:
                refused += 1
            self._check_books(policy, order)
        self.assertLess(refused, STEPS / 2)
        self._settle(rng)
        self._check_nothing_is_left(policy, order)

    def _check_books(self, *words):
        self.env.invalidate_all()
        line = self._line()
        self.assertEqual(line.difference, 0, f"{words} {self.said}")
        return line

    def _settle(self, rng):
        """Invoice every order and pay every filling: no document is missing then."""
        while self.orders:
            self._step_invoice(rng)
        while any(one.payment_state == "not_paid" for one in self.fillings):
            self._step_pay_a_filling(rng)

    def _check_nothing_is_left(self, *words):
        """Documents book what orders moved; the entry of the night books the rest."""
        entries = self.env["loyalty.value.entry"]
        program, day = self.wallet_program, self._today()
        flow = entries._get_flows(self.company, program, day)[program]
        missing = entries._get_missing(program, flow)
        line = self._check_books(*words)
        alone = missing["given"] - missing["lapsed"]
        self.assertAlmostEqual(line.unposted, alone, 2, f"{words} {self.said}")
        entries._post_daily(program, day, flow)
        line = self._check_books(*words)
        self.assertEqual(line.unposted, 0, f"{words} {self.said}")
        self.assertEqual(line.general_ledger, line.carrying, f"{words} {self.said}")
        # The next walk begins the day after this entry.
        for entry in entries.search([]):
            entry.date -= timedelta(10)

    @mute_logger("odoo.addons.crm_loyalty.tools.refusal")
    def test_a_bonus_that_lowers_the_price(self):
        for seed, order in enumerate(ORDERS):
            self._walk(seed, "price", order)
        self._check_coverage()

    @mute_logger("odoo.addons.crm_loyalty.tools.refusal")
    def test_a_bonus_that_is_an_expense(self):
        for seed, order in enumerate(ORDERS):
            self._walk(seed, "marketing", order)
        self._check_coverage()

    def _check_coverage(self):
        """Each kind of row was seen, debts too."""
        groups = self.env["loyalty.ledger"]._read_group(
            [("card_id", "=", self.wallet.id)], ["kind"]
        )
        seen = {kind for (kind,) in groups}
        wanted = {"adjust", "bonus", "claw_back", "debt", "debt_paid", "deposit"}
        wanted |= {"expire", "redeem", "restore", "take_again", "withdraw"}
        self.assertFalse(wanted - seen)
