from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import LoyaltyCase


@tagged("post_install", "-at_install", "cap_l03", "cap_l06")
class TestCardLife(LoyaltyCase):
    def setUp(self):
        super().setUp()
        self.card.book("earn", 500, "before")
        self.at_desk = self.card.with_user(self.shop_clerk)

    def test_a_lost_card_spends_nothing_and_loses_nothing(self):
        order = self._sell(1, reward=True)
        self.assertTrue(order.order_line.coupon_id)
        self.at_desk.action_report_loss("Stolen bag")
        with self.assertRaisesRegex(UserError, self.card.code):
            order.action_confirm()
        with self.assertRaisesRegex(UserError, self.card.code):
            self.card.book("redeem", 1, "try")
        self.assertEqual(self.card.points, 500)
        self._sell(2).action_confirm()
        self.assertEqual(self.card.points, 700, "what is bought meanwhile earns")
        self.at_desk.action_report_found()
        self.card.book("redeem", 1, "try again")
        self.assertEqual(self.card.points, 699)
        operations = self.card.loyalty_service_ids.sorted("id")
        self.assertEqual(operations.mapped("operation"), ["loss", "found"])
        self.assertEqual(operations[0].reason, "Stolen bag")
        self.assertEqual(operations.user_id, self.shop_clerk)

    def test_a_new_number_for_the_same_account(self):
        old = self.card.code
        self.at_desk.action_report_loss()
        self.at_desk.action_replace("Lost on the train")
        self.assertNotEqual(self.card.code, old)
        self.assertEqual(self.card.points, 500)
        self.assertEqual(self.card.loyalty_state, "active")
        self.assertEqual(
            self.card.loyalty_token_ids.mapped("state"), ["blocked", "valid"]
        )
        self.assertFalse(self.env["loyalty.card"].search([("code", "=", old)]))
        partners = self.env["res.partner"].with_user(self.shop_clerk)
        for number in (old, self.card.code):
            self.assertEqual(partners._lookup(number, 8), ("card", self.customer))
        self.at_desk.action_replace()
        self.assertEqual(len(self.card.loyalty_token_ids), 3)
        self._agree()

    def test_extend(self):
        self.program.loyalty_validity_days = 10
        self.card.book("earn", 5, "short")
        lot = self.card.loyalty_lot_ids.sorted("id")[-1]
        before = lot.expires
        with self.assertRaises(AccessError):
            self.at_desk.action_extend(30)
        manager = self.card.with_user(self.loyalty_manager)
        for days in (0, -1, 3651, 1.5, "30", True):
            with self.assertRaises(UserError):
                manager.action_extend(days)
        manager.action_extend(30, "Was in hospital")
        self.assertEqual(lot.expires, before + timedelta(days=30))
        lot.expires = fields.Date.context_today(lot) - timedelta(days=1)
        manager.action_extend(30)
        self.assertLess(lot.expires, fields.Date.context_today(lot))

    def test_close(self):
        manager = self.card.with_user(self.loyalty_manager)
        with self.assertRaises(AccessError):
            self.at_desk.action_close()
        with self.assertRaisesRegex(UserError, "500"):
            manager.action_close()
        self.card.book("withdraw", 500, "all")
        manager.action_close("Moved away")
        self.assertFalse(self.card.active)
        for operation in ("action_report_loss", "action_freeze", "action_replace"):
            with self.assertRaises(UserError):
                getattr(self.at_desk, operation)()

    def test_freeze_needs_a_manager_to_end(self):
        self.at_desk.action_freeze("Too many scans")
        with self.assertRaises(UserError):
            self.card.book("redeem", 1, "x")
        with self.assertRaises(AccessError):
            self.at_desk.action_unfreeze()
        self.card.with_user(self.loyalty_manager).action_unfreeze()
        self.card.book("redeem", 1, "x")

    def test_who_may_do_nothing(self):
        for user in (self.demoted, self.portal_user, self.warehouse_user):
            with self.assertRaises(AccessError):
                self.card.with_user(user).action_report_loss()
        with self.assertRaises(AccessError):
            self.card.with_user(self.salesperson).action_freeze()
        for user in (self.loyalty_manager, self.manager):
            with self.assertRaises(AccessError):
                self.card.with_user(user).loyalty_state = "active"
            with self.assertRaises(AccessError):
                self.env["loyalty.card"].with_user(user).create(
                    {"program_id": self.program.id, "loyalty_state": "lost"}
                )
        with self.assertRaises(AccessError):
            self.env["loyalty.service"].with_user(self.loyalty_manager).create(
                {"card_id": self.card.id, "card_code": "x", "operation": "loss"}
            )
        self.at_desk.action_report_loss()
        with self.assertRaises(UserError):
            self.card.loyalty_service_ids.reason = "Other"
