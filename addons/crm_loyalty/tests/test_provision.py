import doctest
from datetime import timedelta

from psycopg2.errors import CheckViolation

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import BaseCase, tagged
from odoo.tools import mute_logger

from ..tools import provision
from .accounting_common import ProvisionCase


@tagged("post_install", "-at_install", "cap_l14")
class TestProvisionRules(BaseCase):
    def test_doctests(self):
        result = doctest.testmod(provision)
        self.assertEqual(result.failed, 0)
        self.assertGreater(result.attempted, 8)


@tagged("post_install", "-at_install", "cap_l14")
class TestProvision(ProvisionCase):
    def test_the_example_of_the_standard(self):
        """100,000 sold with 10,000 points: 9,000 deferred, then revenue as used."""
        self._buy(100000)
        first = self._value("2023-12-31")
        self.assertEqual(first.defer_now, 9000)
        self.assertEqual(self._balance(self.liability), 9000)
        self.assertEqual(self._balance(self.revenue), -9000)
        self._book("redeem", 4500, "2024-06-01")
        second = self._value("2024-12-31")
        self.assertEqual(round(second.redeem_now), 4175)
        self._book("redeem", 4000, "2025-06-01")
        self.provision.expected_percent = 99
        third = self._value("2025-12-31")
        self.assertEqual(round(third.redeem_now), 3552)
        self.assertEqual(third.line_ids.expected, 9900)
        third.action_reverse()
        self.provision.expected_percent = 92
        again = self._value("2025-12-31")
        self.assertEqual(round(again.redeem_now), 4140)
        self.assertEqual(
            self._balance(self.liability), round(9000 - 9000 * 8500 / 9200, 2)
        )
        entry = again.move_id
        self.assertEqual(sum(entry.line_ids.mapped("balance")), 0)
        self.assertEqual(entry.state, "posted")

    def test_never_twice(self):
        self._buy(100000)
        self._value("2023-12-31")
        other = self._preview("2023-12-31")
        self.assertFalse(other._has_movement())
        for day in ("2023-12-31", "2023-06-30", "2999-01-01"):
            with self.assertRaisesRegex(UserError, "Points"):
                self._value(day)
        with self.assertRaisesRegex(UserError, "Nothing"):
            self._value("2024-01-31")
        with self.assertRaises(UserError):
            self.provision.valuation_ids.filtered("move_id").with_user(
                self.accountant
            ).action_post()
        self.assertEqual(self._balance(self.liability), 9000)

    def test_what_expires_is_breakage(self):
        self.program.loyalty_validity_days = 365
        self._buy(100000)
        self._book("redeem", 8500, "2023-06-01")
        self._value("2023-12-31")
        with self.enter_registry_test_mode():
            self.env.ref("crm_loyalty.loyalty_card_cron_expire").method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual(self.card.points, 0)
        today = self._today()
        last = self._value(today)
        self.assertEqual(self._balance(self.liability), 0)
        self.assertEqual(self._balance(self.breakage), last.breakage_now)
        self.assertEqual(last.line_ids.expired, 1500)
        self.assertEqual(
            last.breakage_now, round(9000 - round(9000 * 8500 / 9700, 2), 2)
        )

    def test_a_late_row_is_caught_up(self):
        self._buy(50000)
        self._value("2023-06-30")
        self._buy(50000, at="2023-06-01")
        second = self._value("2023-07-31")
        self.assertEqual(second.defer_now, 4500)
        self.assertEqual(self._balance(self.liability), 9000)

    def test_a_return_takes_its_part_exactly(self):
        order = self._buy(100000)
        other = self._buy(30000)
        self._value("2023-03-31")
        before = self._balance(self.liability)
        self._book("claw_back", 10000, "2023-04-01", order)
        self._value("2023-04-30")
        self.assertEqual(self._balance(self.liability), before - 9000)
        self._book("claw_back", 1000, "2023-05-01", other)
        self._value("2023-05-31")
        self.assertEqual(
            self._balance(self.liability), round((before - 9000) * 2 / 3, 2)
        )

    def test_a_return_of_points_that_are_used(self):
        """What another sale has to give counts as used there."""
        order = self._buy(100000)
        self._book("redeem", 10000, "2023-03-05")
        self._buy(100000, at="2023-03-10")
        self._value("2023-03-31")
        self._book("claw_back", 10000, "2023-04-01", order)
        line = self._value("2023-04-30").line_ids
        self.assertEqual(
            (line.issued, line.redeemed, line.remaining), (10000, 10000, 0)
        )
        self.assertEqual(line.carrying, 0)
        self.assertEqual(line.allocated, 9000)

    def test_a_debt_is_paid_by_the_next_sale(self):
        order = self._buy(100000)
        self._book("redeem", 6000, "2023-03-05")
        self._book("claw_back", 10000, "2023-04-01", order)
        self.assertEqual(self.card.loyalty_debt, 6000)
        line = self._preview("2023-04-30").line_ids
        self.assertEqual((line.issued, line.redeemed, line.remaining), (0, 0, 0))
        self.assertEqual(line.allocated, 0)
        self._buy(100000, at="2023-05-01")
        line = self._preview("2023-05-31").line_ids
        self.assertEqual(
            (line.issued, line.redeemed, line.remaining), (10000, 6000, 4000)
        )
        self.assertEqual(line.allocated, 9000)

    def test_each_year_for_itself(self):
        self._buy(100000, at="2022-05-01")
        # The year changes at midnight in Shanghai, eight hours before it does in UTC.
        self.card.book(
            "earn", 10, "new year", date=fields.Datetime.to_datetime("2022-12-31 16:30")
        )
        lines = self._preview("2023-12-31").line_ids
        self.assertEqual(lines.mapped("year"), [2022, 2023])
        self.assertEqual(lines.mapped("issued"), [10000, 10])
        self.assertFalse(self._preview("2022-04-30").line_ids)

    def test_points_that_move_keep_their_year(self):
        self._buy(100000, at="2022-05-01")
        other = self.env["loyalty.card"].create(
            {"program_id": self.program.id, "partner_id": self.other_customer.id}
        )
        self.env["loyalty.adjustment"].create(
            {
                "card_id": self.card.id,
                "to_card_id": other.id,
                "operation": "transfer",
                "amount": 4000,
                "reason": "Gift",
            }
        ).action_request()
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge(
            [self.customer.id, self.other_customer.id],
            self.other_customer,
            extra_checks=False,
        )
        self.env.invalidate_all()
        self.assertEqual(other.points, 10000)
        line = self._preview(self._today()).line_ids
        self.assertEqual((line.year, line.issued, line.remaining), (2022, 10000, 10000))
        self.assertEqual(line.carrying, 9000)

    def test_given_points_at_their_own_price(self):
        self._book("gift", 100, "2023-03-01")
        line = self._preview("2023-03-31").line_ids
        self.assertEqual(line.allocated, round(100 * 1.019599 * 0.97, 2))

    def test_rewards_lower_the_price_and_payments_do_not(self):
        order = self._sell(10, reward=False)
        order.action_confirm()
        cheaper = self.env["loyalty.program"].create(
            {
                "name": "Ten Percent",
                "program_type": "promotion",
                "trigger": "auto",
                "applies_on": "current",
                "rule_ids": [(0, 0, {})],
                "reward_ids": [(0, 0, {"reward_type": "discount", "discount": 10})],
            }
        )
        reduced = self._sell(10)
        for card, rewards in reduced._get_claimable_rewards().items():
            if card.program_id == cheaper:
                reduced._apply_program_reward(rewards[:1], card)
        self.assertEqual(reduced.amount_untaxed, 900)
        reduced.action_confirm()
        today = self._today()
        self._value(today)
        rows = self.env["loyalty.deferral"].search([], order="id")
        self.assertEqual(rows.mapped("price"), [1000, 900])
        self.assertEqual(rows.mapped("goods"), [1000, 1000])

    def test_closed_books(self):
        self.company.fiscalyear_lock_date = "2023-12-31"
        self._buy(100000)
        valuation = self._value("2023-12-31")
        self.assertEqual(valuation.date_posted, fields.Date.to_date("2024-01-01"))
        self.assertEqual(valuation.move_id.date, valuation.date_posted)
        self.assertIn("12/31/2023", valuation.note)
        self.company.fiscalyear_lock_date = "2024-02-29"
        valuation.action_reverse()
        self.assertEqual(valuation.reversal_id.date, fields.Date.to_date("2024-03-01"))
        self.assertEqual(self._balance(self.liability), 0)

    def test_the_last_one_can_be_reversed(self):
        self._buy(100000)
        first = self._value("2023-03-31")
        self._buy(100000, at="2023-04-01")
        second = self._value("2023-04-30")
        with self.assertRaisesRegex(UserError, "last"):
            first.action_reverse()
        second.action_reverse()
        with self.assertRaises(UserError):
            second.action_reverse()
        self.assertEqual(self._balance(self.liability), 9000)
        first.action_reverse()
        self.provision.point_value = 0.5
        third = self._value("2023-04-30")
        self.assertEqual(third.number, 5, "posted, posted, reversed, reversed, posted")
        self.assertEqual(third.defer_now, round(200000 * 4850 / 104850, 2))

    def test_the_night(self):
        self._buy(100000)
        yesterday = self._today() - timedelta(1)
        cron = self.env.ref("crm_loyalty.loyalty_provision_cron_value")
        for _night in range(2):
            with self.enter_registry_test_mode():
                cron.method_direct_trigger()
        self.env.invalidate_all()
        valuation = self.provision.valuation_ids
        self.assertEqual((valuation.state, valuation.date), ("posted", yesterday))
        self.assertEqual(self._balance(self.liability), 9000)

    def test_one_missing_setting_stops_one_program(self):
        other_program = self.program.copy({"company_id": self.company.id})
        other = self.env["loyalty.provision"].create(
            {"program_id": other_program.id, "point_value": 1}
        )
        self._buy(100000)
        self.company.loyalty_breakage_account_id = False
        other.breakage_account_id = self.breakage
        other_card = self.env["loyalty.card"].create({"program_id": other_program.id})
        other_card.book("earn", 10, "other", date=self._noon("2023-03-01"))
        with self.enter_registry_test_mode():
            self.env.ref(
                "crm_loyalty.loyalty_provision_cron_value"
            ).method_direct_trigger()
        self.env.invalidate_all()
        self.assertFalse(self.provision.valuation_ids)
        self.assertIn("Breakage Account", self.provision.message_ids[:1].body)
        self.assertEqual(other.valuation_ids.defer_now, 10)
        with self.assertRaisesRegex(UserError, "Breakage Account"):
            self._value("2023-12-31")

    def test_who_may(self):
        self._buy(100000)
        valuation = self._preview("2023-03-31")
        hostile = (
            self.shop_clerk,
            self.loyalty_manager,
            self.salesperson,
            self.manager,
            self.auditor,
            self.demoted,
            self.portal_user,
        )
        for user in hostile:
            mine = valuation.with_user(user)
            for method in ("action_post", "action_compute", "action_reverse"):
                with (
                    self.assertRaises(AccessError),
                    mute_logger("odoo.addons.base.models.ir_model"),
                ):
                    getattr(mine, method)()
            with self.assertRaises(AccessError):
                self.env["loyalty.provision"].with_user(user).create(
                    {"program_id": self.program.id, "point_value": 1}
                )
            with self.assertRaises(AccessError):
                self._preview("2023-03-31", user)
        for user in (self.accountant, self.auditor, self.loyalty_manager):
            self.assertEqual(valuation.with_user(user).line_ids.issued, 10000)
            self.assertEqual(
                self.provision.with_user(user).display_name, self.program.name
            )
        for user in (self.shop_clerk, self.salesperson, self.portal_user):
            with self.assertRaises(AccessError):
                valuation.with_user(user).read(["carrying"])
        with self.assertRaises(AccessError):
            self.provision.with_user(self.accountant).point_value = 2

    def test_nobody_writes_figures(self):
        self._buy(100000)
        valuation = self._preview("2023-03-31")
        move = self.env["account.move"].search([], limit=1)
        for values in (
            {"state": "posted"},
            {"number": 7},
            {"move_id": move.id},
            {"line_ids": [Command.clear()]},
            {"carrying": 5},
        ):
            with self.assertRaises(UserError):
                valuation.write(values)
        forged = (
            self.env["loyalty.valuation"]
            .with_user(self.accountant)
            .with_context(default_state="posted", default_number=9)
            .create(
                {
                    "provision_id": self.provision.id,
                    "date": "2023-03-31",
                    "state": "posted",
                    "line_ids": [Command.create({"year": 2023, "defer_now": 5})],
                }
            )
        )
        self.assertEqual((forged.state, forged.number), ("draft", 0))
        self.assertFalse(forged.line_ids)
        with self.assertRaises(AccessError):
            valuation.line_ids.with_user(self.accountant).defer_now = 5
        valuation.action_post()
        for values in ({"date": "2023-04-30"}, {"note": "x"}):
            with self.assertRaises(UserError):
                valuation.write(values)
        with self.assertRaises(UserError):
            valuation.unlink()
        forged.unlink()

    def test_two_companies(self):
        self._buy(100000)
        valuation = self._preview("2023-03-31")
        foreign = self._new_user("foreign_books", "account.group_account_manager")
        foreign.write(
            {
                "company_ids": [Command.set(self.other_company.ids)],
                "company_id": self.other_company.id,
            }
        )
        for record in (self.provision, valuation, valuation.line_ids):
            with self.assertRaises(AccessError):
                record.with_user(foreign).read(["display_name"])
        with self.assertRaises(AccessError):
            self._value("2023-03-31", foreign)
        shared = self.program.copy({"company_id": False})
        with self.assertRaises(UserError):
            self.env["loyalty.provision"].create(
                {"program_id": shared.id, "point_value": 1}
            )
        with self.assertRaises(UserError):
            self.provision.liability_account_id = self.env["account.account"].create(
                {
                    "name": "Elsewhere",
                    "code": "229999",
                    "account_type": "liability_current",
                    "company_ids": [Command.set(self.other_company.ids)],
                }
            )

    def test_bad_settings(self):
        for values in ({"point_value": 0}, {"expected_percent": 101}):
            with (
                self.assertRaises(CheckViolation),
                mute_logger("odoo.sql_db"),
                self.env.cr.savepoint(),
            ):
                self.provision.write(values)
                self.env.flush_all()
        wallet = self.env["loyalty.program"].create(
            {"name": "Wallet", "program_type": "ewallet"}
        )
        with self.assertRaisesRegex(UserError, "Wallet"):
            self.env["loyalty.provision"].create(
                {"program_id": wallet.id, "point_value": 1}
            )

    def test_one_statement_for_any_number(self):
        self._buy(100000)
        self.env.flush_all()
        counts = []
        for number in (1, 50):
            for _number in range(number):
                self._earn(7, "2023-03-02")
            self.env.flush_all()
            self.env.invalidate_all()
            company, ids = self.company, self.program.ids
            company._get_loyalty_tz()
            before = self.env.cr.sql_log_count
            self.provision._get_figures(company, ids, fields.Date.to_date("2023-12-31"))
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts, [1, 1])
