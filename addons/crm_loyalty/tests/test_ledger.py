from psycopg2 import IntegrityError
from psycopg2.errors import RestrictViolation

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import LoyaltyCase


@tagged("post_install", "-at_install", "cap_l10")
class TestLedger(LoyaltyCase):
    def test_a_sale_gives_points(self):
        self._sell(2).action_confirm()
        self.assertEqual(self.card.points, 200)
        self.assertEqual(self._rows(), [("earn", 200, 200)])
        self._agree()
        row = self.card.loyalty_ledger_ids
        self.assertEqual(row.user_id, self.salesperson)
        self.assertEqual(row.source_model, "sale.order")

    def test_a_reward_takes_the_oldest_points(self):
        self._sell(2).action_confirm()
        self._sell(1).action_confirm()
        order = self._sell(1, reward=True)
        order.action_confirm()
        self._agree()
        kinds = [row[0] for row in self._rows()]
        self.assertEqual(kinds, ["earn", "earn", "earn", "redeem"])
        lots = self.card.loyalty_lot_ids.sorted("id")
        self.assertLess(lots[0].remaining, 200)
        self.assertEqual(sum(lots.mapped("remaining")), self.card.points)

    def test_a_cancelled_sale_takes_its_points_back(self):
        order = self._sell(2)
        order.action_confirm()
        order.with_user(self.manager)._action_cancel()
        self.assertEqual(self._rows(), [("earn", 200, 200), ("claw_back", -200, 0)])
        self._agree()

    def test_what_was_spent_meanwhile_becomes_debt(self):
        order = self._sell(2)
        order.action_confirm()
        spent = self._sell(1, reward=True)
        spent.action_confirm()
        balance = self.card.points
        self.assertLess(balance, 200)
        order.with_user(self.manager)._action_cancel()
        self.assertEqual(self.card.points, 0)
        self.assertAlmostEqual(self.card.loyalty_debt, 200 - balance)
        self._agree()
        self._sell(5).action_confirm()
        self.assertAlmostEqual(self.card.points, 500 - (200 - balance))
        self.assertEqual(self.card.loyalty_debt, 0)
        self._agree()

    def test_nobody_writes_a_balance(self):
        for user in (self.salesperson, self.manager, self.loyalty_manager):
            with self.assertRaises(AccessError):
                self.card.with_user(user).points = 1000
            with self.assertRaises(AccessError):
                self.card.with_user(user).with_context(
                    loyalty_posting={"gain": "earn"}
                ).write({"points": 5})
            with self.assertRaises(AccessError):
                self.card.with_user(user).write({"loyalty_debt": 0.0})
            with self.assertRaises(AccessError):
                self.env["loyalty.card"].with_user(user).create(
                    {"program_id": self.program.id, "points": 1}
                )
        self.assertEqual(self.card.points, 0)
        self.assertEqual(self._rows(), [])

    def test_rows_are_final(self):
        self._sell(2).action_confirm()
        row = self.card.loyalty_ledger_ids
        for user in (self.env.user, self.loyalty_manager, self.salesperson):
            with self.assertRaises(UserError):
                row.with_user(user).write({"amount": 5})
            with self.assertRaises(UserError):
                row.with_user(user).unlink()
        for statement in (
            "UPDATE loyalty_ledger SET amount = 5 WHERE id = %s",
            "UPDATE loyalty_ledger SET card_id = NULL, note = 'x' WHERE id = %s",
            "DELETE FROM loyalty_ledger WHERE id = %s",
        ):
            with (
                self.assertRaises(RestrictViolation),
                mute_logger("odoo.sql_db"),
                self.env.cr.savepoint(),
            ):
                self.env.cr.execute(statement, [row.id])

    def test_the_database_refuses_a_balance_without_rows(self):
        self._sell(2).action_confirm()
        self._agree()
        with (
            self.assertRaises(IntegrityError),
            mute_logger("odoo.sql_db"),
            self.env.cr.savepoint(),
        ):
            self.env.cr.execute(
                "UPDATE loyalty_card SET points = 9999 WHERE id = %s", [self.card.id]
            )
            self._agree()

    def test_a_correction_has_a_reason(self):
        values = {"card_id": self.card.id, "new_balance": 30, "description": "Gift"}
        wizards = self.env["loyalty.card.update.balance"]
        with self.assertRaises(AccessError):
            wizards.with_user(self.salesperson).create(
                values
            ).action_update_card_point()
        wizards.with_user(self.loyalty_manager).create(
            values
        ).action_update_card_point()
        self.assertEqual(self._rows(), [("adjust", 30, 30)])
        self.assertEqual(self.card.loyalty_ledger_ids.note, "Gift")

    def test_rows_outlive_a_deleted_card(self):
        card = self.env["loyalty.card"].create(
            {"program_id": self.program.id, "points": 7}
        )
        code = card.code
        card.unlink()
        rows = self.env["loyalty.ledger"].search([("card_code", "=", code)])
        self.assertEqual(rows.mapped("amount"), [-7, 7])
        self.assertFalse(rows.card_id)

    def test_never_below_nothing(self):
        self._sell(1).action_confirm()
        with self.assertRaisesRegex(UserError, self.card.code):
            self.card.points -= 100.5
        self.assertEqual(self.card.points, 100)

    def test_tenths_add_up(self):
        for _step in range(100):
            self.card.points += 0.1
        self.assertEqual(self.card.points, 10)
        self.env.cr.execute(
            "SELECT points::text FROM loyalty_card WHERE id = %s", [self.card.id]
        )
        self.assertEqual(self.env.cr.fetchone()[0], "10.0000")
        self._agree()

    def test_what_is_given_back_returns_to_its_lot(self):
        self.program.loyalty_validity_days = 30
        self._sell(2).action_confirm()
        self.program.loyalty_validity_days = 10
        self._sell(2).action_confirm()
        late, soon = self.card.loyalty_lot_ids.sorted("id")
        self.assertGreater(late.expires, soon.expires)
        order = self._sell(1, reward=True)
        order.action_confirm()
        taken = sum(order.order_line.mapped("points_cost"))
        self.assertEqual(soon.remaining, 200 - min(taken, 200))
        order.with_user(self.manager)._action_cancel()
        self.assertEqual((soon.remaining, late.remaining), (200, 200))
        self._agree()

    def test_a_key_is_booked_once(self):
        first = self.card.book("earn", 10, "till 7/1", note="Till")
        again = self.card.book("earn", 10, "till 7/1")
        self.assertEqual(first, again)
        self.assertEqual(self.card.points, 10)
        for kind, amount in (("earn", 11), ("redeem", 10)):
            with self.assertRaisesRegex(UserError, "till 7/1"):
                self.card.book(kind, amount, "till 7/1")
        for amount in (0, -5, float("nan"), float("inf")):
            with self.assertRaises(UserError):
                self.card.book("earn", amount, f"bad {amount}")
        with self.assertRaises(UserError):
            self.card.book("redeem", 10.0001, "too much")
        self.card.book("claw_back", 15, "return 1")
        self.assertEqual((self.card.points, self.card.loyalty_debt), (0, 5))
        self._agree()

    def test_taking_over_cards(self):
        self.env.cr.execute(
            "INSERT INTO loyalty_card (program_id, code, points, active, loyalty_state)"
            " VALUES (%s, 'OLD-1', 12.5, TRUE, 'active'),"
            " (%s, 'OLD-2', 0, TRUE, 'active'),"
            " (%s, 'OLD-3', 96.6666666666667, TRUE, 'active') RETURNING id",
            [self.program.id] * 3,
        )
        cards = self.card.browse(row[0] for row in self.env.cr.fetchall())
        self.card._open_ledgers()
        self.card._open_ledgers()
        self.assertEqual(self._rows(cards[0]), [("open", 12.5, 12.5)])
        self.assertEqual(cards[0].loyalty_lot_ids.remaining, 12.5)
        self.assertEqual(self._rows(cards[1]), [])
        self.assertEqual(self._rows(cards[2]), [("open", 96.6667, 96.6667)])
        cards[2].book("redeem", 1, "first")
        self.env.flush_all()
        self.env.cr.execute("SET CONSTRAINTS ALL IMMEDIATE")
        self.assertEqual(cards[2].points, 95.6667)
        self._agree()

    def test_a_merge_of_members_keeps_what_they_owe(self):
        other = self.env["loyalty.card"].create(
            {"program_id": self.program.id, "partner_id": self.other_customer.id}
        )
        self.card.book("earn", 30, "k1")
        other.book("earn", 12, "k2")
        other.book("claw_back", 60, "k3")
        self.assertEqual((other.points, other.loyalty_debt), (0, 48))
        self._merge_members()
        self.assertEqual((self.card.points, self.card.loyalty_debt), (0, 18))
        self.assertEqual((other.points, other.loyalty_debt), (0, 0))
        self.assertEqual(self._rows()[-2:], [("merge", 0, 30), ("debt_paid", -30, 0)])
        self._agree()
        self.card.book("earn", 20, "k4")
        self.assertEqual((self.card.points, self.card.loyalty_debt), (2, 0))

    def test_a_merge_where_only_the_other_has_a_card(self):
        self.card.action_archive()
        self.card.unlink()
        other = self.env["loyalty.card"].create(
            {"program_id": self.program.id, "partner_id": self.other_customer.id}
        )
        other.book("claw_back", 60, "k3")
        self._merge_members()
        self.assertEqual((other.partner_id, other.loyalty_debt), (self.customer, 60))
        self._agree()

    def test_a_merge_of_members_is_booked(self):
        self.card.book("earn", 30, "k1")
        other = self.env["loyalty.card"].create(
            {"program_id": self.program.id, "partner_id": self.other_customer.id}
        )
        other.book("earn", 12, "k2")
        self._merge_members()
        self.assertEqual(self.card.points, 42)
        self.assertEqual(self._rows()[-1], ("merge", 12, 42))
        self._agree()
