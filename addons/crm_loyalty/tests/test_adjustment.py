from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common import LoyaltyCase


@tagged("post_install", "-at_install", "cap_l13")
class TestAdjustment(LoyaltyCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other_manager = cls._new_user(
            "loyalty_manager_2", "crm_loyalty.crm_loyalty_group_manager"
        )
        cls.other_card = cls.env["loyalty.card"].create(
            {"program_id": cls.program.id, "partner_id": cls.other_customer.id}
        )
        cls.company.loyalty_adjustment_limit = 100

    def _ask(self, amount, user=None, request=True, **values):
        values = {
            "card_id": self.card.id,
            "amount": amount,
            "reason": "Bought before",
            **values,
        }
        asked = self.env["loyalty.adjustment"].with_user(user or self.loyalty_manager)
        asked = asked.create(values)
        if request:
            asked.action_request()
        return asked

    def test_within_the_limit(self):
        asked = self._ask(100)
        self.assertEqual(asked.state, "done")
        self.assertEqual(self._rows(), [("adjust", 100, 100)])
        row = self.card.loyalty_ledger_ids
        self.assertEqual((row.note, row.source_model), ("Bought before", asked._name))
        self.assertEqual(self.card.history_ids.issued, 100)
        with self.assertRaises(UserError):
            asked.action_request()
        self.assertEqual(self.card.points, 100)

    def test_two_people_above_it(self):
        asked = self._ask(100.5)
        self.assertEqual((asked.state, self.card.points), ("waiting", 0))
        for user in (self.loyalty_manager, self.shop_clerk, self.manager):
            with self.assertRaises(AccessError):
                asked.with_user(user).action_approve()
        asked.with_user(self.other_manager).action_approve()
        self.assertEqual((asked.state, self.card.points), ("done", 100.5))
        self.assertEqual(asked.approver_id, self.other_manager)
        for button in ("action_approve", "action_refuse"):
            with self.assertRaises(UserError):
                getattr(asked.with_user(self.other_manager), button)()
        self.assertEqual(self.card.points, 100.5)
        self._agree()

    def test_many_small_ones_are_a_large_one(self):
        self.assertEqual(self._ask(60).state, "done")
        second = self._ask(-41)
        self.assertEqual(second.state, "waiting")
        self.assertEqual(self._ask(50, self.other_manager).state, "done")
        self.env["loyalty.adjustment"].search([("state", "=", "done")]).date_done = (
            fields.Datetime.now() - timedelta(hours=25)
        )
        self.assertEqual(self._ask(-40).state, "done")

    def test_a_clerk_asks(self):
        asked = self._ask(5, self.shop_clerk)
        self.assertEqual(asked.state, "waiting")
        asked.action_refuse()
        self.assertEqual((asked.state, self.card.points), ("refused", 0))
        asked = self._ask(5, self.shop_clerk)
        asked.with_user(self.loyalty_manager).action_approve()
        self.assertEqual(self.card.points, 5)
        with self.assertRaises(UserError):
            self._ask(-6)
        self.assertEqual(self.card.points, 5, "never below nothing")

    def test_nobody_writes_a_decision(self):
        asked = self._ask(500)
        for values in (
            {"state": "done"},
            {"user_id": self.other_manager.id},
            {"amount": 1},
            {"reason": "x"},
        ):
            for user in (self.loyalty_manager, self.other_manager, self.shop_clerk):
                with self.assertRaises(UserError):
                    asked.with_user(user).write(values)
        forged = self._ask(
            500, request=False, state="waiting", user_id=self.other_manager.id
        )
        self.assertEqual((forged.state, forged.user_id.id), ("draft", forged.env.uid))
        with self.assertRaises(UserError):
            asked.with_user(self.other_manager).unlink()
        for user in (self.salesperson, self.manager, self.demoted, self.portal_user):
            with self.assertRaises(AccessError):
                self._ask(5, user)
        self.program.company_id = self.company
        with self.assertRaises(AccessError):
            self._ask(5, self.foreign_manager)
        self.assertEqual(self.card.points, 0)

    def test_bad_input(self):
        for values in (
            {"amount": 0},
            {"amount": 0.00001},
            {"amount": -5, "operation": "transfer", "to_card_id": self.other_card.id},
            {"amount": 5, "operation": "transfer"},
            {"amount": 5, "operation": "transfer", "to_card_id": self.card.id},
            {"amount": 5, "to_card_id": self.other_card.id},
        ):
            with self.assertRaises(ValidationError):
                self._ask(values.pop("amount"), **values)

    def test_transfer_keeps_the_expiry(self):
        self.program.loyalty_validity_days = 30
        self.card.book("earn", 20, "a")
        soon = self.card.loyalty_lot_ids
        soon.expires -= timedelta(days=20)
        self.card.book("earn", 50, "b")
        late = self.card.loyalty_lot_ids - soon
        values = {"operation": "transfer", "to_card_id": self.other_card.id}
        self._ask(30, **values)
        self.assertEqual((self.card.points, self.other_card.points), (40, 30))
        lots = self.other_card.loyalty_lot_ids
        self.assertEqual(lots.mapped("expires"), [soon.expires, late.expires])
        self.assertEqual(lots.mapped("remaining"), [20, 10])
        self._agree()
        with self.assertRaises(UserError):
            self._ask(41, **values)
        self.other_card.with_user(self.shop_clerk).action_report_loss()
        with self.assertRaisesRegex(UserError, self.other_card.code):
            self._ask(1, **values)

    def test_who_owes_transfers_nothing(self):
        self.card.book("earn", 20, "a")
        self.other_card.book("claw_back", 5, "b")
        with self.assertRaisesRegex(UserError, self.other_card.code):
            self._ask(10, operation="transfer", to_card_id=self.other_card.id)

    def test_update_balance(self):
        wizards = self.env["loyalty.card.update.balance"]
        values = {"card_id": self.card.id, "new_balance": 300, "description": "Gift"}
        for user in (self.loyalty_manager, self.shop_clerk):
            answer = wizards.with_user(user).create(values).action_update_card_point()
            self.assertEqual(answer["tag"], "display_notification")
        self.assertEqual(self.card.points, 0)
        waiting = self.env["loyalty.adjustment"].search([])
        self.assertEqual(waiting.mapped("state"), ["waiting"] * 2)
        values["new_balance"] = 0
        with self.assertRaises(ValidationError):
            wizards.with_user(self.loyalty_manager).create(
                values
            ).action_update_card_point()
