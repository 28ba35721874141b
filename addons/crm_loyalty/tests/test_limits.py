from datetime import timedelta

from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import LoyaltyCase

DAY = timedelta(days=1)


@tagged("post_install", "-at_install", "cap_l15")
class TestLimits(LoyaltyCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["loyalty.limit"].search([]).unlink()
        cls.env["loyalty.alert"].search([]).unlink()
        cls.program.company_id = cls.company
        cls.card.book("earn", 1000, "start", date=fields.Datetime.now() - DAY * 3)

    def _limit(self, kind, most, action="refuse", **values):
        limits = self.env["loyalty.limit"].with_user(self.loyalty_manager)
        values = {"kind": kind, "most": most, "action": action, **values}
        return limits.create(values)

    def _alerts(self):
        return self.env["loyalty.alert"].search(
            [("company_id", "=", self.company.id)], order="id"
        )

    def _refused(self, act):
        """Have something refused in a transaction that is undone; run what is left."""
        with self.assertRaises(UserError) as caught, self.env.cr.savepoint():
            act()
        with self.enter_registry_test_mode():
            self.env.cr.postrollback.run()
        self.env.cr.postcommit.clear()
        self.env.invalidate_all()
        return str(caught.exception)

    def test_redemptions(self):
        self._limit("redeem_count", 2)
        self.card.book("redeem", 1, "a")
        self.card.book("redeem", 1, "b")
        said = self._refused(lambda: self.card.book("redeem", 1, "c"))
        self.assertIn(self.card.code, said)
        self.assertEqual(self.card.points, 998)
        self.card.book("earn", 5, "d")
        alert = self._alerts()
        self.assertEqual((alert.kind, alert.action), ("redeem_count", "refuse"))
        self.assertEqual((alert.total, alert.most, alert.times), (3, 2, 1))
        self.assertEqual((alert.card_id, alert.severity), (self.card, "medium"))
        self._refused(lambda: self.card.book("redeem", 1, "c"))
        self.assertEqual((self._alerts(), alert.times), (alert, 2))
        self._agree()

    def test_points_of_a_day(self):
        self._limit("redeem_points", 100)
        self.card.book("redeem", 60, "old", date=fields.Datetime.now() - DAY)
        self.card.book("redeem", 60, "a")
        self._refused(lambda: self.card.book("redeem", 40.5, "b"))
        self.card.book("redeem", 40, "b")
        self._limit("earn_points", 10)
        self.card.book("earn", 10, "c")
        self._refused(lambda: self.card.book("gift", 0.0001, "d"))
        self.card.book("claw_back", 3, "e")
        self.assertEqual(len(self._alerts()), 2)

    def test_one_document_is_one_redemption(self):
        self._limit("redeem_count", 1)
        order = self._sell(1, reward=True)
        order.action_confirm()
        order.with_user(self.manager)._action_cancel()
        order.with_user(self.manager).action_draft()
        order._update_programs_and_rewards()
        for card, rewards in order._get_claimable_rewards().items():
            order._apply_program_reward(rewards[:1], card)
        order.action_confirm()
        self.assertEqual(order.state, "sale")
        other = self._sell(1, reward=True)
        self._refused(other.action_confirm)
        self.assertEqual(other.state, "draft")

    def test_transfers(self):
        self._limit("transfer_count", 1)
        other = self.env["loyalty.card"].create(
            {"program_id": self.program.id, "partner_id": self.other_customer.id}
        )
        ask = self.env["loyalty.adjustment"].with_user(self.loyalty_manager)

        def transfer():
            ask.create(
                {
                    "operation": "transfer",
                    "card_id": self.card.id,
                    "to_card_id": other.id,
                    "amount": 1,
                    "reason": "Friend",
                }
            ).action_request()

        transfer()
        self._refused(transfer)
        self.assertEqual(other.points, 1)

    def test_alert_only(self):
        limit = self._limit("redeem_points", 10, "alert")
        self.card.book("redeem", 11, "a")
        self.assertEqual(self.card.points, 989)
        alert = self._alerts()
        self.assertEqual((alert.action, alert.severity), ("alert", "low"))
        self.card.book("redeem", 1, "b")
        self.assertEqual(alert.times, 2)
        limit.active = False
        self.card.book("redeem", 1, "c")
        self.assertEqual(alert.times, 2)

    def test_freeze(self):
        self._limit("redeem_points", 10, "freeze")
        self.company.loyalty_alert_user_id = self.loyalty_manager
        self._refused(lambda: self.card.book("redeem", 11, "a"))
        self.assertEqual(self.card.loyalty_state, "frozen")
        self.assertEqual(self.card.points, 1000)
        alert = self._alerts()
        self.assertEqual((alert.severity, alert.card_state), ("high", "frozen"))
        self.assertEqual(alert.activity_ids.user_id, self.loyalty_manager)
        self.assertIn("at most 10", self.card.loyalty_service_ids.reason)
        with self.assertRaises(UserError):
            self.card.book("redeem", 1, "b")
        alert.with_user(self.loyalty_manager).action_freeze()
        self.assertEqual((alert.state, alert.activity_ids.ids), ("settled", []))

    def test_a_program_before_the_company(self):
        self._limit("redeem_points", 10)
        self._limit("redeem_points", 50, program_id=self.program.id)
        self.card.book("redeem", 50, "a")
        self._refused(lambda: self.card.book("redeem", 1, "b"))
        other = self.program.copy({"name": "Other", "company_id": self.company.id})
        card = self.env["loyalty.card"].create(
            {"program_id": other.id, "partner_id": self.customer.id}
        )
        card.book("earn", 100, "c")
        self._refused(lambda: card.book("redeem", 11, "d"))
        self.program.company_id = self.other_company
        self.card.book("redeem", 500, "e")

    def test_decisions(self):
        self._limit("redeem_points", 10, "alert")
        self.card.book("redeem", 11, "a")
        alert = self._alerts().with_user(self.loyalty_manager)
        with self.assertRaisesRegex(UserError, self.card.code):
            alert.action_dismiss()
        for values in ({"state": "dismissed"}, {"total": 1}, {"card_id": False}):
            with self.assertRaises(UserError):
                alert.write(values)
        alert.reason = "A party"
        alert.action_dismiss()
        self.assertEqual(alert.state, "dismissed")
        self.assertEqual(alert.decided_by_id, self.loyalty_manager)
        for act in (alert.action_freeze, alert.action_dismiss):
            with self.assertRaises(UserError):
                act()
        with self.assertRaises(UserError):
            alert.reason = "x"
        self.card.book("redeem", 1, "b")
        self.assertEqual(len(self._alerts()), 2, "a new alert after a decision")
        self._alerts()[1].with_user(self.loyalty_manager).action_freeze()
        self.assertEqual(self.card.loyalty_state, "frozen")

    def test_who_may(self):
        limit = self._limit("redeem_points", 10, "alert")
        self.card.book("redeem", 11, "a")
        alert = self._alerts()
        for user in (
            self.shop_clerk,
            self.salesperson,
            self.manager,
            self.demoted,
            self.portal_user,
            self.foreign_manager,
        ):
            with self.assertRaises(AccessError):
                limit.with_user(user).most = 999
            for act in ("action_freeze", "action_dismiss"):
                with self.assertRaises(AccessError):
                    getattr(alert.with_user(user), act)()
        with self.assertRaises(AccessError):
            alert.with_user(self.loyalty_manager).unlink()
        with self.assertRaises(AccessError):
            self.env["loyalty.alert"].with_user(self.loyalty_manager).create(
                {"kind": "redeem_points"}
            )
        stranger = self._new_user("limits_x", "crm_loyalty.crm_loyalty_group_manager")
        stranger.write(
            {
                "company_ids": [(6, 0, self.other_company.ids)],
                "company_id": self.other_company.id,
            }
        )
        self.assertFalse(alert.with_user(stranger).search([]))
        self.assertFalse(limit.with_user(stranger).search([]))

    def test_one_limit_of_a_kind(self):
        self._limit("redeem_points", 10)
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(IntegrityError),
            self.env.cr.savepoint(),
        ):
            self._limit("redeem_points", 20)
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(IntegrityError),
            self.env.cr.savepoint(),
        ):
            self._limit("lookup_count", 5, program_id=self.program.id)

    def test_one_query_whatever_the_history(self):
        self._limit("redeem_count", 10000)
        self._limit("redeem_points", 100000)
        counts = []
        for rows in (1, 1, 60):
            for number in range(rows):
                self.card.book("redeem", 1, f"{len(counts)}/{number}")
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            self.card._check_limits({self.card: [("redeem", -1, 0)]})
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[1:], [1, 1])
        cards = self.env["loyalty.card"].create(
            [{"program_id": self.program.id} for _number in range(30)]
        )
        before = self.env.cr.sql_log_count
        cards._check_limits({card: [("redeem", -1, 0)] for card in cards})
        self.assertEqual(self.env.cr.sql_log_count - before, 1)
        before = self.env.cr.sql_log_count
        cards._check_limits({card: [("adjust", -1, 0)] for card in cards})
        self.assertEqual(self.env.cr.sql_log_count - before, 0)


@tagged("post_install", "-at_install", "cap_l15")
class TestLookups(LoyaltyCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["loyalty.limit"].search([]).unlink()
        cls.env["loyalty.alert"].search([]).unlink()
        cls.env["loyalty.limit"].create(
            {"kind": "lookup_count", "most": 3, "action": "refuse"}
        )

    def _look(self, term, user=None):
        partners = self.env["res.partner"].with_user(user or self.shop_clerk)
        found = partners.lookup_customer(term)
        with self.enter_registry_test_mode():
            self.env.cr.postcommit.run()
        self.env.cr.postrollback.clear()
        return [one["match"] for one in found]

    def test_guessing(self):
        self.assertEqual(self._look(self.card.code), ["card"])
        for guess in range(3):
            self.assertEqual(self._look(f"ABCD-EFGH-JKMN-000{guess}"), [])
        with self.assertRaisesRegex(UserError, "3"):
            self._look(self.card.code)
        alert = self.env["loyalty.alert"].search([("kind", "=", "lookup_count")])
        self.assertEqual((alert.user_id, alert.times), (self.shop_clerk, 1))
        self.assertFalse(alert.card_id)
        # others, and other ways to find a customer, are not concerned
        self.assertEqual(self._look(self.card.code, self.loyalty_manager), ["card"])
        self.assertIn("name", self._look("Acme Trading"))
        lookups = self.env["loyalty.lookup"].search([])
        self.assertEqual(sum(lookups.mapped("times")), 3)
        lookups.minute -= timedelta(hours=2)
        self.assertEqual(self._look(self.card.code), ["card"])
        lookups.minute -= timedelta(days=9)
        self.env["loyalty.lookup"]._gc_lookups()
        self.assertFalse(lookups.exists())

    def test_codes_on_orders(self):
        order = self._sell()
        for _guess in range(3):
            self.assertIn("not_found", order._try_apply_code("guess"))
            with self.enter_registry_test_mode():
                self.env.cr.postcommit.run()
        with self.assertRaises(UserError):
            order._try_apply_code("guess")

    def test_a_visitor_is_many_people(self):
        public = self.env.ref("base.public_user")
        lookups = self.env["loyalty.lookup"].with_user(public)
        self.assertIsNone(lookups._get_limit())
        lookups._note_unknown()
        with self.enter_registry_test_mode():
            self.env.cr.postcommit.run()
        self.assertFalse(self.env["loyalty.lookup"].search([]))

    def test_nobody_reads_along(self):
        for user in (self.shop_clerk, self.salesperson, self.portal_user):
            with self.assertRaises(AccessError):
                self.env["loyalty.lookup"].with_user(user).search([])
