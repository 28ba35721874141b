from freezegun import freeze_time

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .test_sla import SlaCase, at


@tagged("post_install", "-at_install", "cap_v02")
class TestEscalation(SlaCase):
    """Somebody is told before and after a deadline, once."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.warning, cls.escalation = cls.env["service.sla.escalation"].create(
            [
                {
                    "policy_id": cls.usual.id,
                    "metric": "first_response",
                    "minutes": -30,
                    "to": "agent",
                },
                {
                    "policy_id": cls.usual.id,
                    "minutes": 60,
                    "to": "leader",
                    "priority": "2",
                },
            ]
        )

    def _escalate(self, moment):
        with freeze_time(moment):
            return self.env["service.sla.escalation"]._escalate(100)

    def _told(self, ticket):
        return ticket.activity_ids.mapped("user_id")

    def test_warned_then_escalated_each_once(self):
        with freeze_time(at(0, 9)):
            ticket = self._asked(user_id=self.other_agent.id)
        self.assertEqual(self._escalate(at(0, 13, 29)), 0)
        self.assertEqual(self._escalate(at(0, 13, 30)), 1)
        self.assertEqual(self._told(ticket), self.other_agent)
        self.assertIn(ticket.number, ticket.activity_ids.summary)
        self.assertEqual(self._escalate(at(0, 13, 31)), 0)
        self.assertEqual(self._escalate(at(0, 15)), 1)
        self.assertEqual(self._told(ticket), self.other_agent | self.service_manager)
        self.assertEqual(ticket.priority, "2")
        self.assertEqual(self._escalate(at(0, 16)), 0)

    def test_who_answers_is_not_told(self):
        with freeze_time(at(0, 9)):
            ticket = self._asked(user_id=self.agent.id)
        with freeze_time(at(0, 10)):
            self._answer(ticket)
            ticket.action_wait_customer()
        self.assertEqual(self._escalate(at(9, 9)), 0)
        self.assertFalse(ticket.activity_ids)

    def test_nobody_has_it(self):
        with freeze_time(at(0, 9)):
            ticket = self._asked()
        self._escalate(at(0, 13, 30))
        self.assertEqual(self._told(ticket), self.service_manager)

    def test_told_in_working_hours(self):
        self.escalation.write({"in_hours": True, "metric": "first_response"})
        with freeze_time(at(0, 12)):
            ticket = self._asked()
        # Due at five on Monday; an hour later nobody is there.
        self._escalate(at(0, 16, 30))
        self.assertEqual(self._escalate(at(0, 18)), 0)
        self.assertEqual(self._escalate(at(1, 7, 59)), 0)
        self.assertEqual(self._escalate(at(1, 8)), 1)
        self.assertEqual(ticket.priority, "2")

    def test_a_colleague_by_name(self):
        self.warning.write({"to": "user", "user_id": self.other_agent.id})
        with freeze_time(at(0, 9)):
            ticket = self._asked(user_id=self.agent.id)
        self._escalate(at(0, 14))
        self.assertEqual(self._told(ticket), self.other_agent)

    def test_the_scheduled_action(self):
        with freeze_time(at(0, 9)):
            tickets = [self._asked(user_id=self.agent.id) for _one in range(3)]
        with freeze_time(at(0, 14)), self.enter_registry_test_mode():
            cron = self.env.ref("crm_service.service_sla_cron_escalate")
            cron.method_direct_trigger()
            cron.method_direct_trigger()
        for ticket in tickets:
            self.assertEqual(len(ticket.activity_ids), 1)

    def test_two_rules_of_one_clock_at_once(self):
        self.escalation.write({"metric": "first_response", "minutes": -30})
        with freeze_time(at(0, 9)):
            ticket = self._asked(user_id=self.other_agent.id)
        self.assertEqual(self._escalate(at(0, 13, 30)), 2)
        self.assertEqual(len(ticket.activity_ids), 2)
        self.assertEqual(self._told(ticket), self.other_agent | self.service_manager)
        self.assertEqual(ticket.priority, "2")

    def test_who_may(self):
        with freeze_time(at(0, 9)):
            ticket = self._asked()
        self._escalate(at(0, 14))
        done = self.env["service.sla.escalated"].with_user(self.agent)
        self.assertEqual(
            len(done.search([("ticket_id", "=", ticket.id)])), 1, "agents may read"
        )
        for attempt in (
            lambda: done.search([]).unlink(),
            lambda: self.warning.with_user(self.agent).write({"minutes": 999}),
            lambda: done.search([]).with_user(self.service_manager).unlink(),
        ):
            with self.assertRaises(AccessError):
                attempt()

    def test_queries_do_not_grow(self):
        def escalate(count, day):
            with freeze_time(at(day, 9)):
                for _one in range(count):
                    self._asked(user_id=self.agent.id)
            before = self.env.cr.sql_log_count
            self.assertEqual(self._escalate(at(day, 14)), count)
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        escalate(1, 0)
        self.escalation.unlink()
        one, many = escalate(1, 1), escalate(40, 2)
        self.assertLessEqual(many - one, 40)
