from unittest.mock import patch

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from ..models import service_team_assignment
from .common import ServiceCase

#: A Monday, 10:00 in Shanghai.
MORNING = "2026-11-02 02:00:00"
NIGHT = "2026-11-02 18:00:00"
FEW, MANY = 5, 100


# takes 40 seconds
@tagged("post_install", "-at_install", "cap_v03")
class TestAssignment(ServiceCase):
    """Tickets go to who is at work, has room and knows about them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.calendar = cls.env["resource.calendar"].create(
            {"name": "Office", "tz": "Asia/Shanghai", "company_id": cls.company.id}
        )
        cls.team.write({"calendar_id": cls.calendar.id, "assignment": "round_robin"})
        cls.agents = cls.env["service.agent"].search(
            [("user_id", "in", cls.team.member_ids.ids)]
        )
        cls.first = cls.agents.filtered(lambda one: one.user_id == cls.agent)
        cls.second = cls.agents - cls.first

    def setUp(self):
        super().setUp()
        self.startPatcher(freeze_time(MORNING))

    def _tickets(self, count=1, **values):
        values = {"name": "Late", "team_id": self.team.id, **values}
        tickets = self.env["service.ticket"].with_user(self.agent)
        return tickets.create([dict(values) for _one in range(count)])

    def _rule(self, rule):
        self.team.with_user(self.service_manager).assignment = rule

    # ------------------------------------------------------------------------ rules

    def test_by_turns(self):
        tickets = self._tickets(5)
        tickets.action_assign()
        turns = [self.agent, self.other_agent] * 2 + [self.agent]
        self.assertEqual([ticket.user_id for ticket in tickets], turns)
        last = self._tickets()
        last.action_assign()
        self.assertEqual(last.user_id, self.other_agent)

    def test_by_load(self):
        self._rule("balanced")
        self._tickets(2, user_id=self.agent.id, priority="3")
        self.first.capacity, self.second.capacity = 40, 10
        tickets = self._tickets(3, priority="1")
        tickets.action_assign()
        # 8 of 40 are less than 2 of 10 only after the first went to the other one
        self.assertEqual(
            tickets.mapped("user_id"), self.other_agent | self.agent, tickets
        )
        self.assertEqual(tickets.sorted("id")[0].user_id, self.other_agent)

    def test_by_skill(self):
        self._rule("skill")
        below = self.env["service.category"].create(
            {"name": "Late", "parent_id": self.category.id}
        )
        self.second.with_user(self.service_manager).skill_ids = [
            (0, 0, {"category_id": self.category.id, "level": "3"})
        ]
        tickets = self._tickets(3, category_id=below.id)
        tickets.action_assign()
        self.assertEqual(tickets.user_id, self.other_agent)
        self.second.capacity = 3
        waiting = self._tickets(1, category_id=below.id)
        waiting.action_assign()
        self.assertFalse(waiting.user_id)
        other = self._tickets()
        other.action_assign()
        self.assertEqual(other.user_id, self.agent)

    def test_urgent_first_and_no_more_than_room(self):
        self.agents.capacity = 1
        low, urgent, high = (
            self._tickets(priority=priority) for priority in ("0", "3", "2")
        )
        action = (low | urgent | high).action_assign()
        self.assertTrue(urgent.user_id and high.user_id)
        self.assertFalse(low.user_id)
        self.assertEqual(action["params"]["type"], "warning")
        self.agents.capacity = 0
        low.action_assign()
        self.assertFalse(low.user_id)

    def test_the_same_again(self):
        self._rule("balanced")
        tickets = self._tickets(12)

        def share():
            with self.env.cr.savepoint() as savepoint:
                tickets.action_assign()
                shared = tickets.mapped("user_id.id"), [t.user_id.id for t in tickets]
                savepoint.rollback()
            self.env.invalidate_all()
            return shared

        self.assertEqual(share(), share())

    def test_why(self):
        self.second.capacity = 7
        self._tickets(2, user_id=self.other_agent.id)
        ticket = self._tickets(2)[1]
        self.env["service.ticket"].browse((ticket.id - 1, ticket.id)).with_user(
            self.agent
        ).action_assign()
        self.assertEqual(ticket.user_id, self.other_agent)
        self.assertEqual(
            ticket.assignment_reason,
            "By Turns: one of 2 at work, had 2 of 7 tickets.",
        )
        ticket.user_id = self.agent
        self.assertFalse(ticket.assignment_reason)

    # ---------------------------------------------------------------------- at work

    def test_at_night(self):
        ticket = self._tickets()
        with freeze_time(NIGHT):
            ticket.action_assign()
            self.assertFalse(ticket.user_id)
        ticket.action_assign()
        self.assertTrue(ticket.user_id)

    def test_on_leave(self):
        resource = self.env["resource.resource"].create(
            {
                "name": "Agent",
                "user_id": self.agent.id,
                "company_id": self.company.id,
                "calendar_id": self.calendar.id,
            }
        )
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Leave",
                "resource_id": resource.id,
                "calendar_id": self.calendar.id,
                "date_from": "2026-11-02 00:00:00",
                "date_to": "2026-11-02 12:00:00",
            }
        )
        tickets = self._tickets(4)
        tickets.action_assign()
        self.assertEqual(tickets.user_id, self.other_agent)

    def test_hours_of_ones_own(self):
        early = self.env["resource.calendar"].create(
            {
                "name": "Early",
                "tz": "Asia/Shanghai",
                "attendance_ids": [
                    (
                        0,
                        0,
                        {"dayofweek": "0", "hour_from": 5, "hour_to": 9, "name": "x"},
                    )
                ],
            }
        )
        self.env["resource.resource"].create(
            {
                "name": "Agent",
                "user_id": self.agent.id,
                "company_id": self.company.id,
                "calendar_id": early.id,
            }
        )
        ticket = self._tickets()
        with freeze_time("2026-11-01 22:00:00"):
            ticket.action_assign()
        self.assertEqual(ticket.user_id, self.agent)

    # ------------------------------------------------------------------ jobs, rights

    def test_scheduled(self):
        tickets = self._tickets(3)
        by_hand = self._tickets(team_id=False)
        cron = self.env.ref("crm_service.service_team_cron_assign")
        self.assertTrue(
            self.env["ir.cron.trigger"].search_count([("cron_id", "=", cron.id)])
        )
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
        self.assertEqual(len(tickets.filtered("user_id")), 3)
        self.assertFalse(by_hand.user_id)

    def test_who_waits_stops_nobody(self):
        self._rule("skill")
        self.first.skill_ids = [(0, 0, {"category_id": self.category.id})]
        self.first.capacity = 1
        experts = self._tickets(5, category_id=self.category.id, priority="3")
        others = self._tickets(2)
        cron = self.env.ref("crm_service.service_team_cron_assign")
        with (
            patch.object(service_team_assignment, "BATCH", 2),
            self.enter_registry_test_mode(),
        ):
            cron.method_direct_trigger()
        self.assertEqual(experts.filtered("user_id").user_id, self.agent)
        self.assertEqual(len(experts.filtered("user_id")), 1)
        self.assertEqual(others.user_id, self.other_agent)

    def test_the_button_of_a_team(self):
        tickets = self._tickets(3)
        team = self.team.with_user(self.service_manager)
        self.assertEqual(team.unassigned_count, 3)
        self.assertEqual(team.action_assign()["params"]["type"], "success")
        self.assertEqual(len(tickets.filtered("user_id")), 3)
        team.invalidate_recordset(["unassigned_count"])
        self.assertEqual(team.unassigned_count, 0)
        with self.assertRaises(AccessError):
            team.with_user(self.agent).action_assign()
        self._rule("manual")
        with self.assertRaises(UserError):
            team.action_assign()
        with self.assertRaises(UserError):
            self._tickets().action_assign()

    def test_who_may(self):
        ticket = self._tickets()
        for user in (self.demoted, self.portal_user):
            with self.assertRaises(AccessError):
                ticket.with_user(user).action_assign()
        with self.assertRaises(AccessError):
            self.first.with_user(self.agent).capacity = 100
        with self.assertRaises(AccessError):
            self.first.with_user(self.demoted).read(["capacity"])
        with self.assertRaises(AccessError):
            self.env["service.skill"].with_user(self.agent).create(
                {"agent_id": self.first.id, "category_id": self.category.id}
            )

    def test_new_members_are_agents(self):
        self.team.with_user(self.service_manager).member_ids = [
            (4, self.service_manager.id)
        ]
        agent = self.env["service.agent"].search(
            [("user_id", "=", self.service_manager.id)]
        )
        self.assertEqual(agent.capacity, 20)

    def test_each_is_told_once(self):
        self.other_agent.notification_type = "inbox"
        tickets = self._tickets(6).with_context(tracking_disable=False)
        tickets.action_assign()
        self.env.flush_all()
        told = self.env["mail.notification"].search(
            [("res_partner_id", "=", self.other_agent.partner_id.id)]
        )
        self.assertEqual(len(told), 1)
        self.assertIn(tickets[1].number, told.mail_message_id.body)
        self.assertIn(self.other_agent.partner_id, tickets[1].message_partner_ids)

    def test_queries_do_not_grow(self):
        self.agents.capacity = 10 * MANY

        def count(number):
            tickets = self._tickets(number)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            tickets.action_assign()
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        count(FEW)
        few, many = count(FEW), count(MANY)
        self.assertLessEqual(many, few + 5)

    # --------------------------------------------------------------------- hand-over

    def test_a_note_for_the_next_one(self):
        ticket = self._tickets(user_id=self.agent.id)
        ticket.user_id = self.other_agent  # nobody has begun
        ticket.action_open()
        with self.assertRaisesRegex(UserError, "hand-over note"):
            ticket.user_id = self.agent
        for note in ("", "   ", False):
            with self.assertRaises(UserError):
                ticket.write({"user_id": self.agent.id, "handover": note})
        ticket.write({"user_id": self.agent.id, "handover": "Call <her> back"})
        self.assertEqual(ticket.user_id, self.agent)
        self.assertIn("Call &lt;her&gt; back", ticket.message_ids[0].body)
        ticket.action_resolve()
        ticket.user_id = self.other_agent

    def test_a_note_in_the_form(self):
        ticket = self._tickets(user_id=self.agent.id)
        ticket.action_open()
        form = Form(ticket)
        form.user_id = self.other_agent
        self.assertTrue(form.needs_handover)
        with self.assertRaises(AssertionError):
            form.save()
        form.handover = "She waits for the carrier"
        form.save()
        self.assertEqual(ticket.user_id, self.other_agent)

    def test_a_macro_says_so_itself(self):
        ticket = self._tickets(user_id=self.other_agent.id)
        ticket.action_open()
        macro = self.env["service.macro"].create({"name": "Mine", "assign": "me"})
        macro.with_user(self.agent).with_context(
            service_ticket_ids=ticket.ids
        ).action_apply()
        self.assertEqual(ticket.user_id, self.agent)
        self.assertIn("Macro Mine", ticket.message_ids[0].body)
