from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .wallet_common import WalletCase


@tagged("post_install", "-at_install", "cap_l04", "cap_l05")
class TestHold(WalletCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.reward = cls.wallet_program.reward_ids
        cls.holds = cls.env["loyalty.hold"]

    def setUp(self):
        super().setUp()
        self._fill(100, 20)

    def _order(self, price=80, wallet=True):
        orders = self.env["sale.order"].with_user(self.salesperson)
        line = {"product_id": self.product.id, "price_unit": price, "tax_ids": False}
        order = orders.create(
            {"partner_id": self.customer.id, "order_line": [Command.create(line)]}
        )
        order._update_programs_and_rewards()
        if wallet:
            self.assertFalse(order._apply_program_reward(self.reward, self.wallet))
        return order

    def _pay(self, order, amount=0, **values):
        """Fill in the dialog on the order as its seller."""
        wizards = self.env["loyalty.pay"].with_user(self.salesperson)
        with Form(wizards.with_context(default_order_id=order.id)) as form:
            for name, value in values.items():
                form[name] = value
            if amount:
                with form.line_ids.edit(0) as line:
                    line.amount = amount
        answer = form.record.action_pay()
        return {**answer, "message": form.record.message}

    def _all_holds(self):
        return self.holds.search([("card_id", "=", self.wallet.id)])

    def _get_held(self):
        self.wallet.invalidate_recordset()
        return self.wallet.loyalty_held, self.wallet.loyalty_available

    def test_a_sent_quotation_keeps_its_money(self):
        first, second = self._order(), self._order()
        first.action_quotation_sent()
        self.assertEqual(self._get_held(), (80, 40))
        with self.assertRaisesRegex(UserError, self.wallet.code):
            second.action_quotation_sent()
        second._update_programs_and_rewards()
        line = second.order_line.filtered("coupon_id")
        self.assertEqual(line.price_unit, -40, "what the other one leaves")
        second.action_confirm()
        self.assertEqual(self.wallet.points, 80)
        first.action_confirm()
        self.assertEqual((self.wallet.points, self._get_held()), (0, (0, 0)))
        self.assertEqual(first.order_line.filtered("coupon_id").price_unit, -80)
        self._agree()

    def test_nothing_spends_what_is_held(self):
        order = self._order()
        order.action_quotation_sent()
        for kind in ("redeem", "withdraw"):
            with self.assertRaisesRegex(UserError, self.wallet.code):
                self.wallet.book(kind, 41, f"{kind} too much")
        self.wallet.book("redeem", 40, "the rest")
        order.action_confirm()
        self.assertEqual(self.wallet.points, 0)

    def test_a_hold_ends(self):
        for ending in ("cancel", "line", "delete"):
            order = self._order()
            order._hold_rewards()
            self.assertEqual(self._get_held(), (80, 40))
            if ending == "cancel":
                order.with_user(self.manager)._action_cancel()
            elif ending == "line":
                order.order_line.filtered("coupon_id").unlink()
            else:
                order.with_user(self.manager).unlink()
            self.assertEqual(self._get_held(), (0, 120), ending)

    def test_time_is_up(self):
        order = self._order()
        order.action_quotation_sent()
        self._all_holds().expires = fields.Datetime.now() - timedelta(minutes=1)
        self.env.flush_all()
        other = self._order(120)
        other.action_quotation_sent()
        self.assertEqual(self._get_held(), (120, 0), "who needs it ends the other")
        self._all_holds().expires = fields.Datetime.now() - timedelta(minutes=1)
        self.env.flush_all()
        with self.assertQueryCount(1):
            self.holds._cron_expire()
        self.assertEqual(self._get_held(), (0, 120))
        self.assertEqual(set(self._all_holds().mapped("state")), {"expired"})
        self._agree()

    def _pay_online(self, order, amount):
        methods = self.env["payment.method"].with_context(active_test=False)
        method = methods.search([], limit=1)
        provider = self.env["payment.provider"].search([], limit=1)
        return self.env["payment.transaction"].create(
            {
                "provider_id": provider.id,
                "payment_method_id": method.id,
                "reference": "held",
                "amount": amount,
                "currency_id": order.currency_id.id,
                "partner_id": self.customer.id,
                "sale_order_ids": [Command.link(order.id)],
            }
        )

    def test_whoever_pays_online_keeps_it_too(self):
        self._pay_online(self._order(), 10)
        self.assertEqual(self._get_held(), (80, 40))

    def test_money_that_arrives_is_recorded_though_the_card_refuses(self):
        order = self._order(150)
        self.assertEqual(order.amount_total, 30)
        paid = self._pay_online(order, 30)
        paid.state = "done"
        self.wallet.action_report_loss("Bus")
        self.assertFalse(paid._check_amount_and_confirm_order())
        self.assertEqual(order.state, "draft")
        asked = order.activity_ids
        self.assertEqual(asked.user_id, self.salesperson)
        self.assertIn(self.wallet.code, asked.note)
        self.wallet.action_report_found()
        self.assertEqual(paid._check_amount_and_confirm_order(), order)
        self.assertEqual((order.state, self.wallet.points), ("sale", 0))

    def test_the_dialog(self):
        order = self._order(wallet=False)
        self._pay(order, 50, number=self.wallet.code)
        self.assertEqual(order.amount_total, 30)
        self.assertEqual(self._get_held(), (50, 70))
        self._pay(order, 60)
        self.assertEqual((order.amount_total, self._get_held()), (20, (60, 60)))
        self._all_holds().expires = fields.Datetime.now() - timedelta(minutes=1)
        self.env.flush_all()
        self.holds._cron_expire()
        order.action_confirm()
        self.assertEqual(order.amount_total, 20, "so much was chosen, and no more")
        self.assertEqual(self.wallet.points, 60)

    def test_the_last_chosen_amount_counts(self):
        order = self._order(wallet=False)
        self._pay(order, 50, number=self.wallet.code)
        self._all_holds()._end("expired")
        # Another card on the same order has had its holds read.
        self.assertEqual(order.sudo().loyalty_hold_ids.mapped("amount"), [50])
        self.wallet._hold(order, 70, chosen=True)
        self.assertEqual(self.wallet._get_chosen(order).amount, 70)

    def test_mixed_tender(self):
        self.program.active = True
        self.card.book("earn", 500, "points")
        voucher = self.env["loyalty.program"].create(
            {
                "name": "Voucher",
                "program_type": "coupons",
                "trigger": "with_code",
                "reward_ids": [
                    Command.create({"discount_mode": "per_order", "discount": 15})
                ],
            }
        )
        coupon = self.env["loyalty.card"].create(
            {"program_id": voucher.id, "points": 1, "code": "VOUCHER-1"}
        )
        order = self._order(200, wallet=False)
        wizards = self.env["loyalty.pay"].with_user(self.salesperson)
        with Form(wizards.with_context(default_order_id=order.id)) as form:
            form.voucher = coupon.code
            for place in range(len(form.line_ids)):
                with form.line_ids.edit(place) as line:
                    if line.is_money:
                        line.amount = 100
                    else:
                        line.use = True
        form.record.action_pay()
        # The points of this order count as well: 650 are worth 65.
        self.assertEqual(order.amount_total, 200 - 15 - 65 - 100)
        order.action_confirm()
        self.assertEqual((self.wallet.points, coupon.points), (20, 0))
        self.assertEqual(self.card.loyalty_ledger_ids.mapped("kind").count("redeem"), 1)
        self._agree()

    def test_much_money_asks_for_the_pin(self):
        self.wallet_program.loyalty_pin_from = 50
        self.wallet._set_pin("2580")
        order = self._order()
        with self.assertRaisesRegex(UserError, order.name):
            order.action_confirm()
        answer = self._pay(order, 80, pin="0000")
        self.assertEqual(answer["res_model"], "loyalty.pay", "asked again")
        self.assertEqual(self.wallet.loyalty_pin_ids.failures, 1)
        self.assertEqual(self._get_held(), (0, 120))
        self.env["loyalty.pay"].search([]).unlink()
        self._pay(order, 80, pin="2580")
        self.assertEqual(self._get_held(), (80, 40))
        order.action_confirm()
        self.assertEqual(self.wallet.points, 40)
        stored = self.env["loyalty.pay"].search([])
        self.assertFalse(any(stored.mapped("pin")), "no PIN stays in a table")

    def test_the_pin_is_for_the_amount(self):
        self.wallet_program.loyalty_pin_from = 50
        self.wallet._set_pin("2580")
        order = self._order(wallet=False)
        self._pay(order, 40)
        order.with_user(self.salesperson).order_line[0].price_unit = 100
        hold = self._all_holds()
        self.assertFalse(hold.with_pin)
        hold.sudo().chosen = False
        hold.order_id._update_programs_and_rewards()
        with self.assertRaisesRegex(UserError, order.name):
            order.action_confirm()
        little = self._order(wallet=False)
        hold._end("released")
        self._pay(little, 49.99)
        little.action_confirm()
        self.assertEqual(self.wallet.points, 70.01)

    def test_after_confirmation_too(self):
        self.wallet_program.loyalty_pin_from = 50
        order = self._order(wallet=False)
        order.action_confirm()
        answer = order._apply_program_reward(self.reward, self.wallet)
        self.assertIn(self.wallet.code, answer["error"])
        self.assertIn(order.name, self._pay(order, 10)["message"])

    def _grow(self, order):
        goods = order.order_line.filtered(lambda line: not line.coupon_id)
        goods.product_uom_qty = 20

    def test_rewards_computed_anew_take_no_more_than_was_agreed(self):
        order = self._order()
        order.action_confirm()
        self.assertEqual(self.wallet.points, 40)
        self._grow(order)
        order._update_programs_and_rewards()
        self.assertEqual(order.order_line.filtered("coupon_id").price_unit, -80)
        self.assertEqual(self.wallet.points, 40)

    def test_the_chosen_amount_counts_after_confirmation(self):
        order = self._order(wallet=False)
        self._pay(order, 30)
        order.action_confirm()
        self.assertEqual(self.wallet.points, 90)
        self._grow(order)
        order.action_open_reward_wizard()
        self.assertEqual(self.wallet.points, 90)

    @mute_logger("odoo.addons.crm_loyalty.tools.refusal")
    def test_what_stored_value_pays_is_not_typed(self):
        order = self._order()
        order.action_confirm()
        line = order.order_line.filtered("coupon_id")
        for values in ({"price_unit": -500}, {"product_uom_qty": 5}, {"tax_ids": []}):
            with self.assertRaises(AccessError):
                line.with_user(self.salesperson).write(values)

    def test_the_card_of_another(self):
        order = self._order(wallet=False)
        other, unnamed = self.env["loyalty.card"].create(
            [
                {"program_id": self.wallet_program.id, "partner_id": partner.id}
                for partner in (self.other_customer, self.other_customer.browse())
            ]
        )
        for card in (other, unnamed):
            card.book("deposit", 50, f"of {card.id}", fund="principal")
            wizard = self.env["loyalty.pay"].with_user(self.salesperson)
            wizard = wizard.create({"order_id": order.id, "number": other.code})
            self.assertFalse(wizard.line_ids)
            wizard.line_ids = [
                Command.create(
                    {"card_id": card.id, "reward_id": self.reward.id, "amount": 10}
                )
            ]
            wizard.action_pay()
            self.assertIn(card.code, wizard.message)
            self.assertEqual(card.loyalty_held, 0)
        self._pay(order, 10, number=unnamed.code)
        self.assertEqual(unnamed.loyalty_held, 10, "who shows it may use it")

    def test_too_much(self):
        order = self._order(200, wallet=False)
        answer = self._pay(order, 120.01)
        self.assertIn(self.wallet.code, answer["message"])
        self.assertEqual((self._get_held(), order.amount_total), ((0, 120), 200))

    def test_nobody_writes_holds(self):
        order = self._order()
        order.action_quotation_sent()
        hold = self._all_holds()
        for user in (self.salesperson, self.shop_clerk, self.loyalty_manager):
            for values in ({"state": "released"}, {"with_pin": True}, {"amount": 1}):
                with self.assertRaises(AccessError):
                    hold.with_user(user).write(values)
            with self.assertRaises(AccessError):
                self.wallet.with_user(user).loyalty_held = 0.0
            with self.assertRaises(AccessError):
                self.holds.with_user(user).create(
                    {"card_id": self.wallet.id, "order_id": order.id, "amount": 1}
                )
        with self.assertRaises(AccessError):
            self.env["loyalty.card"].with_user(self.loyalty_manager).create(
                {"program_id": self.wallet_program.id, "loyalty_held": -50}
            )
        for user in (self.demoted, self.portal_user, self.warehouse_user):
            with self.assertRaises(AccessError):
                self.holds.with_user(user).search([])
            with self.assertRaises(AccessError):
                self.env["loyalty.pay"].with_user(user).create({"order_id": order.id})
