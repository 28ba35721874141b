from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .desk_common import DeskCase


@tagged("post_install", "-at_install", "cap_c06")
class TestAgent(DeskCase):
    """What an agent does is what he says and what happens on the line, and is kept."""

    def _get_log(self):
        lines = self.env["cti.agent.log"].search(
            [("agent_id", "=", self.agent.id)], order="id"
        )
        return [(line.state, line.next_state) for line in lines]

    def test_a_day(self):
        meal = self.env.ref("crm_cti.cti_reason_meal")
        mine = self._as(self.agent_user)
        mine.set_state("ready")
        mine.set_state("away", meal.id)
        self.assertEqual(self.agent.reason_id, meal)
        mine.set_state("ready")
        self.assertFalse(self.agent.reason_id)
        mine.set_state("offline")
        self.assertEqual(
            self._get_log(),
            [
                ("offline", "ready"),
                ("ready", "away"),
                ("away", "ready"),
                ("ready", "offline"),
            ],
        )
        away = self.env["cti.agent.log"].search([("state", "=", "away")])
        self.assertEqual(away.reason_id, meal)
        self.assertEqual(away.user_id, self.agent_user)

    def test_a_call(self):
        self._ready()
        call = self._ring()
        self.assertEqual((self.agent.state, self.agent.call_id), ("offered", call))
        self._answer()
        self.assertEqual(self.agent.state, "talking")
        self._end()
        self.assertEqual(self.agent.state, "wrapup")
        self.assertEqual(call.state, "wrapup")
        self._ready()
        self.assertEqual(self.agent.state, "ready")
        self.assertFalse(self.agent.call_id)
        self.assertEqual(call.state, "done")
        self.assertEqual(
            self._get_log()[1:],
            [
                ("ready", "offered"),
                ("offered", "talking"),
                ("talking", "wrapup"),
                ("wrapup", "ready"),
            ],
        )

    def test_the_same_twice_changes_nothing(self):
        self._ready()
        call = self._ring()
        call._on_offered(self.agent)
        self._answer()
        call._on_answered(self.agent)
        self._end()
        call._on_ended()
        self.assertEqual(len(self._get_log()), 4)

    def test_a_wish_during_a_call(self):
        meal = self.env.ref("crm_cti.cti_reason_meal")
        self._ready()
        self._ring()
        self._answer()
        self._as(self.agent_user).set_state("away", meal.id)
        self.assertEqual(self.agent.state, "talking")
        self._end()
        self.agent._resume()
        self.assertEqual((self.agent.state, self.agent.reason_id), ("away", meal))

    def test_who_passes_a_caller_on_is_free(self):
        self._ready(self.agent, self.other_agent)
        call = self._ring()
        self._answer()
        self._say("1.1", "start", "1.1-1002", after=20, endpoint="1002")
        self._say("1.1", "answer", "1.1-1002", after=22)
        self._say("1.1", "hangup", "1.1-1001", after=23, cause="16")
        self.assertEqual((call.state, call.agent_id), ("talking", self.other_agent))
        self.assertEqual((self.agent.state, self.agent.call_id), ("wrapup", call))
        self.assertEqual(self.other_agent.state, "talking")
        self.env.invalidate_all()
        desk = self._as(self.agent_user).get_desk()
        self.assertEqual(desk["call"]["id"], call.id)
        mine = call.with_user(self.agent_user)
        solved = self.env.ref("crm_cti.cti_disposition_solved")
        desk = mine.save_wrapup({"disposition_id": solved.id}, True)
        self.assertEqual(desk["agent"]["state"], "ready")
        self.assertEqual(call.state, "talking")
        self.assertFalse(call.wrapped, "the other one still talks")
        self._end(extension="1002")
        self.assertEqual(self.agent.state, "ready")
        self.assertEqual(self.other_agent.state, "wrapup")
        self.assertEqual(call.state, "wrapup")

    def test_who_sends_a_caller_back_to_the_queue(self):
        self._ready()
        call = self._ring()
        self._answer()
        self._say("1.1", "queue", after=20, queue="support")
        self._say("1.1", "hangup", "1.1-1001", after=21, cause="16")
        self.assertEqual((self.agent.state, call.state), ("wrapup", "queued"))
        self.env.invalidate_all()
        mine = call.with_user(self.agent_user)
        mine.save_wrapup({"note": "Back to the queue."})
        self.assertEqual(call.note, "Back to the queue.")

    def test_all_ring_and_all_see_the_caller(self):
        self._ready(self.agent, self.other_agent)
        call = self._ring()
        self._say("1.1", "start", "1.1-1002", after=1, endpoint="1002")
        self.env.invalidate_all()
        for user in (self.agent_user, self.other_agent_user):
            desk = self._as(user).get_desk()
            self.assertEqual(desk["call"]["id"], call.id)

    def test_wrapup_ends_by_itself(self):
        self._ready()
        call = self._talked()
        self.assertEqual(
            self.agent.wrapup_until - self.agent.since,
            timedelta(seconds=self.queue.wrapup_seconds),
        )
        self.env["cti.agent"]._cron_wrapup()
        self.assertEqual(self.agent.state, "wrapup")
        past = fields.Datetime.now() - timedelta(seconds=1)
        self.env.cr.execute("UPDATE cti_agent SET wrapup_until = %s", [past])
        self.env.invalidate_all()
        self.env["cti.agent"]._cron_wrapup()
        self.assertEqual((self.agent.state, call.state), ("ready", "done"))

    def test_a_call_that_nobody_works_on_is_wrapped(self):
        call = self._call_in()
        self.assertEqual((call.state, self.agent.state), ("wrapup", "offline"))
        self.env["cti.agent"]._cron_wrapup()
        self.assertEqual(call.state, "done")

    def test_the_line_always_wins(self):
        self._ring()
        self.assertEqual(self.agent.state, "offered")
        self._answer()
        self._end()
        self.agent._resume()
        self.assertEqual(self.agent.state, "offline")

    def test_the_next_call_ends_the_wrapup(self):
        self._ready()
        first = self._talked()
        second = self._ring("2.1")
        self.assertEqual((self.agent.state, self.agent.call_id), ("offered", second))
        self.assertEqual(first.state, "done")

    def test_who_lets_it_ring_is_away(self):
        self._ready(self.agent, self.other_agent)
        call = self._ring()
        self._say("1.1", "hangup", "1.1-1001", after=15, cause="19")
        self._say("1.1", "start", "1.1-1002", after=16, endpoint="1002")
        self.assertEqual(self.agent.state, "away")
        self.assertEqual(
            self.agent.reason_id, self.env.ref("crm_cti.cti_reason_no_answer")
        )
        self.assertEqual(self.other_agent.call_id, call)

    def test_all_ring_and_one_answers(self):
        self._ready(self.agent, self.other_agent)
        self._ring()
        self._say("1.1", "start", "1.1-1002", after=1, endpoint="1002")
        self.assertEqual(self.agent.state, "offered")
        self.assertEqual(self.other_agent.state, "offered")
        self._answer(extension="1002")
        self.assertEqual(self.agent.state, "ready")
        self.assertEqual(self.other_agent.state, "talking")

    def test_a_caller_who_hangs_up_soon_changes_nothing(self):
        self._ready()
        self._ring()
        self._end(after=5)
        self.assertEqual(self.agent.state, "ready")

    def test_the_exchange_hears_of_pauses(self):
        place, mine = ("support", "1001"), self._as(self.agent_user)
        mine.set_state("ready")
        self.assertEqual(self.pbx._get_members()[place], (0, 0))
        mine.set_state("away")
        self.assertEqual(self.pbx._get_members()[place], (0, 1))

    def test_only_steps_write_states(self):
        for user in (self.agent_user, self.supervisor):
            mine = self.agent.with_user(user)
            for name, value in (("state", "ready"), ("since", "2026-01-01")):
                with self.subTest(user=user.login, name=name):
                    with self.assertRaises(AccessError):
                        mine.write({name: value})
        agents = self._as(self.supervisor).with_context(default_state="ready")
        with self.assertRaises(AccessError):
            agents.create(
                {"user_id": self.manager.id, "pbx_id": self.pbx.id, "extension": "1003"}
            )

    def test_bad_choices(self):
        mine = self._as(self.agent_user)
        for state, reason in (
            ("talking", False),
            ("wrapup", False),
            (None, False),
            ("away", "x"),
            ("away", 10**9),
        ):
            with self.subTest(state=state, reason=reason), self.assertRaises(UserError):
                mine.set_state(state, reason)
        with self.assertRaises(AccessError):
            self._as(self.supervisor).set_state("ready")
        with self.assertRaises(AccessError):
            self._as(self.demoted).set_state("ready")

    def test_signing_others_out(self):
        self._ready()
        with self.assertRaises(AccessError):
            self.agent.with_user(self.other_agent_user).action_sign_out()
        self.agent.with_user(self.supervisor).action_sign_out()
        self.assertEqual(self.agent.state, "offline")

    def test_an_agent_at_work_is_not_archived(self):
        self._ready()
        with self.assertRaises(UserError):
            self.agent.action_archive()
        self._as(self.agent_user).set_state("offline")
        self.agent.action_archive()
        self.assertFalse(self.agent.active)

    def test_extension_and_user(self):
        for extension in ("1", "12a4", "1 001", "١٢٣", "123456789", "1001\r\nX: y"):
            with self.subTest(extension), self.assertRaises(ValidationError):
                self.agent.extension = extension
        with self.assertRaises(ValidationError):
            self.agent.user_id = self.demoted

    def test_time_is_never_rewritten(self):
        self._ready()
        lines = self.env["cti.agent.log"].search([("agent_id", "=", self.agent.id)])
        for user in (self.agent_user, self.supervisor):
            log = lines.with_user(user)
            with self.assertRaises(AccessError):
                log.write({"seconds": 0})
            with self.assertRaises(AccessError):
                log.unlink()
            with self.assertRaises(AccessError):
                log.create({"agent_id": self.agent.id})
        with self.assertRaises(AccessError):
            lines.write({"seconds": 0})
        theirs = self.env["cti.agent.log"].with_user(self.other_agent_user)
        self.assertFalse(theirs.search([]))

    def test_the_desk_of_nobody(self):
        self.assertFalse(self._as(self.supervisor).get_desk())
        desk = self._as(self.agent_user).get_desk()
        self.assertEqual(desk["agent"]["state"], "offline")
        self.assertFalse(desk["call"])
        self.assertIn("Meal", [reason["name"] for reason in desk["reasons"]])
