from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .accounting_common import ProvisionCase


@tagged("post_install", "-at_install", "cap_l14")
class TestReconciliation(ProvisionCase):
    def _compare(self, day, user=None, companies=None):
        reports = self.env["loyalty.reconciliation"].with_user(user or self.accountant)
        if companies:
            reports = reports.with_context(allowed_company_ids=companies.ids)
        report = reports.create({"date": day})
        action = report.action_show()
        return report.line_ids.search(action["domain"])

    def _line(self, day):
        return self._compare(day).filtered(lambda one: one.program_id == self.program)

    def test_it_agrees_on_every_day(self):
        self._buy(100000)
        self._value("2023-03-31")
        self._book("redeem", 4500, "2023-06-01")
        self._buy(20000, at="2023-06-15")
        self._value("2023-06-30")
        self._book("claw_back", 300, "2023-07-10")
        for day, points, carrying, general, unposted in (
            ("2023-02-28", 0, 0, 0, 0),
            ("2023-03-15", 10000, 9000, 0, 9000),
            ("2023-03-31", 10000, 9000, 9000, 0),
            ("2023-06-10", 5500, 9000 - 4175.26, 9000, -4175.26),
            ("2023-06-30", 7500, None, None, 0),
            ("2023-07-31", 7200, None, None, None),
        ):
            line = self._line(day)
            self.assertEqual(
                {line.points_ledger, line.points_lots, line.points_cards}, {points}, day
            )
            self.assertEqual((line.cards_wrong, line.difference), (0, 0), day)
            self.assertAlmostEqual(
                line.general_ledger + line.unposted, line.carrying, places=2
            )
            for name, wanted in (
                ("carrying", carrying),
                ("general_ledger", general),
                ("unposted", unposted),
            ):
                if wanted is not None:
                    self.assertAlmostEqual(line[name], wanted, 2, f"{day} {name}")

    def test_a_changed_estimate_leaves_the_past_alone(self):
        self._buy(100000)
        self._book("redeem", 4500, "2023-06-01")
        self._value("2023-06-30")
        self.provision.expected_percent = 50
        self._value("2023-07-31")
        self.assertEqual(self._line("2023-06-30").unposted, 0)
        self.assertEqual(self._line("2023-07-31").unposted, 0)
        self.assertGreater(
            self._line("2023-06-30").carrying, self._line("2023-07-31").carrying
        )

    def test_an_entry_by_hand_is_a_difference(self):
        self._buy(100000)
        self._value("2023-03-31")
        move = self.env["account.move"].create(
            {
                "journal_id": self.journal.id,
                "date": "2023-04-10",
                "line_ids": [
                    Command.create({"account_id": self.liability.id, "balance": -12.5}),
                    Command.create({"account_id": self.revenue.id, "balance": 12.5}),
                ],
            }
        )
        self.assertEqual(self._line("2023-04-30").difference, 0, "a draft is nothing")
        move.action_post()
        line = self._line("2023-04-30")
        self.assertEqual((line.difference, line.unposted), (12.5, 0))
        action = line.action_open_entries()
        items = self.env["account.move.line"].search(action["domain"])
        self.assertIn(move, items.move_id)
        self.assertEqual(self._line("2023-04-09").difference, 0)

    def test_a_shared_account_keeps_programs_apart(self):
        other = self.program.copy({"company_id": self.company.id})
        provision = self.env["loyalty.provision"].create(
            {"program_id": other.id, "point_value": 1}
        )
        card = self.env["loyalty.card"].create({"program_id": other.id})
        self._earn(50, "2023-03-02", card=card)
        self._buy(100000)
        self._value("2023-03-31")
        self._value("2023-03-31", provision=provision)
        self._balance_by_hand(7)
        lines = self._compare("2023-04-30")
        by_program = {line.program_id: line for line in lines}
        self.assertEqual(by_program[self.program].general_ledger, 9000)
        self.assertEqual(by_program[other].general_ledger, 50)
        rest = by_program[self.env["loyalty.program"]]
        self.assertEqual((rest.general_ledger, rest.difference), (7, 7))
        self.assertEqual(sum(lines.mapped("general_ledger")), 9057)

    def _balance_by_hand(self, amount):
        self.env["account.move"].create(
            {
                "journal_id": self.journal.id,
                "date": "2023-04-10",
                "line_ids": [
                    Command.create(
                        {"account_id": self.liability.id, "balance": -amount}
                    ),
                    Command.create({"account_id": self.revenue.id, "balance": amount}),
                ],
            }
        ).action_post()

    def test_closed_books_and_reversals(self):
        self._buy(100000)
        self.company.fiscalyear_lock_date = "2023-03-31"
        valuation = self._value("2023-03-31")
        line = self._line("2023-03-31")
        self.assertEqual(
            (line.general_ledger, line.unposted, line.difference), (0, 9000, 0)
        )
        line = self._line("2023-04-01")
        self.assertEqual(
            (line.general_ledger, line.unposted, line.difference), (9000, 0, 0)
        )
        self.company.fiscalyear_lock_date = "2023-05-31"
        valuation.action_reverse()
        for day, general in (("2023-05-31", 9000), ("2023-06-01", 0)):
            line = self._line(day)
            self.assertEqual((line.general_ledger, line.difference), (general, 0))
            self.assertEqual(line.general_ledger + line.unposted, line.carrying)

    def test_cards_that_differ_are_found(self):
        """Even when the sums of the program agree."""
        self._earn(100, "2023-03-01")
        other = self.env["loyalty.card"].create({"program_id": self.program.id})
        self._earn(100, "2023-03-01", card=other)
        self._agree()
        self.env.cr.execute("ALTER TABLE loyalty_card DISABLE TRIGGER USER")
        self.env.cr.execute(
            "UPDATE loyalty_card SET points = points + CASE id WHEN %s THEN 5 ELSE -5 "
            "END WHERE id IN %s",
            [other.id, (other.id, self.card.id)],
        )
        self.env.cr.execute("ALTER TABLE loyalty_card ENABLE TRIGGER USER")
        self.env.invalidate_all()
        line = self._line("2023-03-31")
        self.assertEqual((line.points_cards, line.cards_wrong), (200, 2))
        action = line.action_open_cards()
        cards = self.env["loyalty.card"].search(action["domain"])
        self.assertEqual(cards, self.card | other)
        rows = line.action_open_ledger()
        self.assertEqual(self.env["loyalty.ledger"].search_count(rows["domain"]), 2)

    def test_a_deleted_card(self):
        card = self.env["loyalty.card"].create({"program_id": self.program.id})
        self._earn(70, "2023-03-01", card=card)
        card.unlink()
        line = self._line("2023-03-31")
        self.assertEqual((line.points_ledger, line.cards_wrong), (70, 0))
        today = self._today()
        self.assertEqual(self._line(today).points_ledger, 0)
        line = self._preview(today).line_ids.filtered("issued")
        self.assertEqual((line.issued, line.expired, line.remaining), (70, 70, 0))
        self.assertEqual(line.carrying, 0)

    def test_who_may_look(self):
        self._buy(100000)
        for user in (self.accountant, self.auditor):
            line = self._compare("2023-03-31", user)
            self.assertIn(self.program, line.program_id)
            for method in (
                "action_open_cards",
                "action_open_ledger",
                "action_open_entries",
            ):
                action = getattr(line[:1], method)()
                self.env[action["res_model"]].with_user(user).search(action["domain"])
        for user in (
            self.shop_clerk,
            self.loyalty_manager,
            self.salesperson,
            self.demoted,
            self.portal_user,
        ):
            with (
                self.assertRaises(AccessError),
                mute_logger("odoo.addons.base.models.ir_model"),
            ):
                self._compare("2023-03-31", user)

    def test_two_companies(self):
        self._buy(100000)
        foreign = self.program.copy({"company_id": self.other_company.id})
        card = self.env["loyalty.card"].create({"program_id": foreign.id})
        self._earn(11, "2023-03-01", card=card)
        lines = self._compare("2023-03-31", companies=self.company)
        self.assertNotIn(foreign, lines.program_id)
        self.accountant.company_ids = self.company | self.other_company
        both = self.company | self.other_company
        lines = self._compare("2023-03-31", companies=both)
        by_program = {line.program_id: line for line in lines}
        self.assertEqual(by_program[foreign].points_ledger, 11)
        self.assertEqual(by_program[foreign].company_id, self.other_company)
        self.assertEqual(by_program[self.program].points_ledger, 10000)

    def test_statements_do_not_grow_with_cards(self):
        report = self.env["loyalty.reconciliation"].create({"date": "2023-12-31"})
        counts = []
        for number in (1, 50):
            for _number in range(number):
                card = self.env["loyalty.card"].create({"program_id": self.program.id})
                self._earn(7, "2023-03-02", card=card)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            report.action_show()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0])
