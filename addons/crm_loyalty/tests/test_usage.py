from odoo.exceptions import AccessError, UserError
from odoo.service.model import call_kw
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import LoyaltyCase


@tagged("post_install", "-at_install", "cap_l01", "cap_l15")
class TestUsage(LoyaltyCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.promotion = cls.env["loyalty.program"].create(
            {
                "name": "First come",
                "program_type": "promotion",
                "trigger": "auto",
                "applies_on": "current",
                "limit_usage": True,
                "max_usage": 2,
                "rule_ids": [(0, 0, {"minimum_qty": 1})],
                "reward_ids": [(0, 0, {"discount": 10, "required_points": 1})],
            }
        )

    def _slots(self):
        slots = self.env["loyalty.usage.slot"].search(
            [("program_id", "=", self.promotion.id)]
        )
        return slots.sorted("number")

    def _try(self, order):
        """Apply the promotion, as a seller; tell the answer."""
        for card, rewards in order._get_claimable_rewards().items():
            if card.program_id == self.promotion:
                return order._apply_program_reward(rewards[:1], card)
        return {"error": "nothing to claim"}

    def test_as_many_as_allowed(self):
        orders = [self._sell() for _number in range(4)]
        answers = [self._try(order) for order in orders]
        self.assertEqual([bool(a) for a in answers], [False, False, True, True])
        self.assertIn(self.promotion.name, answers[2]["error"])
        self.assertFalse(orders[2].order_line.reward_id)
        self.assertEqual(self._slots().order_id, orders[0] | orders[1])
        # a second try of the same order takes no second slot
        orders[0]._update_programs_and_rewards()
        self.assertEqual(len(self._slots().filtered("order_id")), 2)

    def test_uses_come_back(self):
        first, second, third, fourth = (self._sell() for _number in range(4))
        self._try(first)
        self._try(second)
        first.action_confirm()
        self.assertEqual(self._slots().order_id, first | second)
        first.with_user(self.manager)._action_cancel()
        self.assertFalse(self._try(third))
        self.assertTrue(self._try(fourth))
        second.order_line.filtered("reward_id").unlink()
        self.assertFalse(self._try(fourth))
        third.with_user(self.manager).unlink()
        self.assertEqual(self._slots().mapped("order_id"), fourth)
        self.assertEqual(len(self._slots()), 2)

    def test_a_copy_takes_no_use(self):
        first, second = self._sell(), self._sell()
        self._try(first)
        self._try(second)
        copied = first.copy()
        self.assertFalse(copied.order_line.reward_id)
        self.assertEqual(len(copied.order_line), 1)
        self.assertEqual(self._slots().order_id, first | second)

    def test_more_and_fewer_uses(self):
        orders = [self._sell() for _number in range(5)]
        self._try(orders[0])
        self._try(orders[1])
        self.promotion.max_usage = 4
        self.assertEqual(len(self._slots()), 4)
        self._try(orders[2])
        self._try(orders[3])
        self.promotion.max_usage = 1
        self.assertEqual(len(self._slots()), 4, "three uses from before")
        self.assertTrue(self._try(orders[4]))
        for order, left in zip(orders[:3], (3, 2, 1), strict=True):
            order.with_user(self.manager)._action_cancel()
            self.assertEqual(len(self._slots()), left)
            self.assertEqual(len(self._slots().filtered("order_id")), left)
            self.assertTrue(self._try(orders[4]))
        orders[3].with_user(self.manager)._action_cancel()
        self.assertFalse(self._try(orders[4]))
        self.promotion.limit_usage = False
        self.assertFalse(self._slots())
        self.promotion.limit_usage = True
        self.assertEqual(self._slots().order_id, orders[4])
        self.promotion.max_usage = 250
        self.assertEqual(len(self._slots()), 101, "made as they are needed")

    def test_a_reward_without_a_use(self):
        orders = [self._sell() for _number in range(3)]
        self._try(orders[0])
        self._try(orders[1])
        line = orders[2].order_line
        with self.assertRaisesRegex(UserError, orders[2].name):
            line.sudo().reward_id = self.promotion.reward_ids
        self.promotion.limit_usage = False
        line.sudo().reward_id = self.promotion.reward_ids
        self.assertTrue(line.reward_id)

    def test_nobody_writes_slots(self):
        slots = self._slots()
        for user in (self.loyalty_manager, self.manager, self.shop_clerk):
            for method, args in (
                ("write", [slots.ids, {"order_id": False}]),
                ("unlink", [slots.ids]),
                ("create", [[{"program_id": self.promotion.id, "number": 9}]]),
                ("_take", [slots.ids, self.promotion.id, 1]),
            ):
                with self.assertRaises(AccessError):
                    call_kw(slots.with_user(user), method, args, {})
        self.assertTrue(slots.with_user(self.shop_clerk).mapped("number"))
        self.promotion.company_id = self.company
        foreign = self._new_user(
            "loyalty_foreign", "crm_loyalty.crm_loyalty_group_manager"
        )
        foreign.write(
            {
                "company_ids": [(6, 0, self.other_company.ids)],
                "company_id": self.other_company.id,
            }
        )
        self.assertFalse(slots.with_user(foreign).search([]))


@tagged("post_install", "-at_install", "cap_l01")
class TestOneCard(LoyaltyCase):
    def _open(self, partner=None, program=None, **values):
        return self.env["loyalty.card"].create(
            {
                "partner_id": (partner or self.customer).id,
                "program_id": (program or self.program).id,
                **values,
            }
        )

    def test_one_open_card(self):
        with self.assertRaisesRegex(UserError, self.card.code):
            self._open()
        self.card.action_close("Moved")
        second = self._open()
        self.assertTrue(second.loyalty_named)
        with self.assertRaises(Exception) as caught, mute_logger("odoo.sql_db"):
            self.card.active = True
            self.env.flush_all()
        self.assertIn("loyalty_one_card", str(caught.exception))

    def test_a_named_card_of_an_anonymous_one(self):
        anonymous = self.env["loyalty.card"].create({"program_id": self.program.id})
        with self.assertRaises(Exception) as caught, mute_logger("odoo.sql_db"):
            anonymous.with_user(self.loyalty_manager).partner_id = self.customer
            self.env.flush_all()
        self.assertIn("loyalty_one_card", str(caught.exception))

    def test_coupons_are_many(self):
        coupons = self.env["loyalty.program"].create(
            {"name": "Next time", "program_type": "next_order_coupons"}
        )
        self.assertEqual(len(self._open(program=coupons)), 1)
        self.assertFalse(self._open(program=coupons).loyalty_named)

    def test_members_that_become_one(self):
        twin = self.env["res.partner"].create({"name": "Acme again"})
        card = self._open(twin)
        card.book("earn", 30, "twin")
        self.card.book("earn", 12, "mine")
        self.env["base.partner.merge.automatic.wizard"]._merge(
            (twin | self.customer).ids, self.customer
        )
        self.assertEqual(self.card.points, 42)
        self.assertFalse(card.active)
        self._agree()

    def test_cards_from_before(self):
        """Members who had several cards keep them; the oldest is the member's card."""
        self.env.cr.execute("UPDATE loyalty_card SET loyalty_named = FALSE")
        self.env.invalidate_all()
        second = self._open()
        self.env.cr.execute("UPDATE loyalty_card SET loyalty_named = NULL")
        self.env["loyalty.card"]._take_over_members()
        self.env.invalidate_all()
        self.assertTrue(self.card.loyalty_named)
        self.assertFalse(second.loyalty_named)
        self.assertTrue(second.active)
