from datetime import datetime, timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import ServiceCase

#: A Monday, in the hours of a calendar that says UTC.
MONDAY = datetime(2026, 3, 2, 9, 0)


def at(day, hour, minute=0):
    """Give a moment so many days after that Monday."""
    return (MONDAY + timedelta(days=day)).replace(hour=hour, minute=minute)


class SlaCase(ServiceCase):
    """Two policies and working hours from 8 to 12 and from 13 to 17 o'clock."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.calendar = cls.env["resource.calendar"].create(
            {
                "name": "Desk",
                "tz": "UTC",
                "attendance_ids": [
                    (
                        0,
                        0,
                        {
                            "name": f"{day} {start}",
                            "dayofweek": str(day),
                            "hour_from": start,
                            "hour_to": start + 4,
                            "day_period": "morning" if start < 12 else "afternoon",
                        },
                    )
                    for day in range(5)
                    for start in (8, 13)
                ],
            }
        )
        cls.team.calendar_id = cls.calendar
        cls.urgent = cls._policy(
            "Urgent", {"first_response": 1, "resolution": 4}, priority="3", sequence=1
        )
        cls.usual = cls._policy(
            "Usual",
            {"first_response": 4, "next_response": 2, "update": 8, "resolution": 16},
        )

    @classmethod
    def _policy(cls, name, targets, **values):
        return cls.env["service.sla.policy"].create(
            {
                "name": name,
                "team_id": cls.team.id,
                "target_ids": [
                    (0, 0, {"metric": metric, "hours": hours})
                    for metric, hours in targets.items()
                ],
                **values,
            }
        )

    @classmethod
    def _asked(cls, **values):
        """Make a ticket that came by mail."""
        return cls._ticket(**{"team_id": cls.team.id, "channel": "mail", **values})

    def _clock(self, ticket, metric, cycle=1):
        return (
            self.env["service.sla.clock"]
            .with_user(self.agent)
            .search(
                [
                    ("ticket_id", "=", ticket.id),
                    ("metric", "=", metric),
                    ("cycle", "=", cycle),
                ]
            )
        )

    def _answer(self, ticket, body="We look into it."):
        return ticket.with_user(self.agent).message_post(
            body=body, message_type="comment", subtype_xmlid="mail.mt_comment"
        )

    def _ask(self, ticket, body="And?"):
        # A mail of the customer is put on the ticket by the mail gateway.
        return ticket.sudo().message_post(
            body=body,
            author_id=self.contact.id,
            message_type="email",
            subtype_xmlid="mail.mt_comment",
        )


@tagged("post_install", "-at_install", "cap_v02")
class TestSla(SlaCase):
    """What is promised for a ticket, until when, and what keeps it."""

    @freeze_time(at(0, 16))
    def test_deadlines_in_working_hours(self):
        ticket = self._asked()
        self.assertEqual(ticket.sla_policy_id, self.usual)
        # One hour on Monday, three on Tuesday.
        self.assertEqual(self._clock(ticket, "first_response").date_deadline, at(1, 11))
        self.assertEqual(self._clock(ticket, "resolution").date_deadline, at(2, 16))
        self.assertFalse(self._clock(ticket, "next_response"))
        self.assertEqual(ticket.sla_deadline, at(1, 11))

    @freeze_time(at(0, 16))
    def test_first_policy_that_fits(self):
        self.assertEqual(self._asked(priority="3").sla_policy_id, self.urgent)
        self.assertFalse(self._ticket().sla_policy_id, "another team promises nothing")
        self.assertFalse(self._ticket().sla_clock_ids)
        child = self.env["service.category"].create(
            {"name": "Damage", "parent_id": self.category.id}
        )
        by_category = self._policy(
            "Delivery", {"resolution": 1}, category_id=self.category.id, sequence=0
        )
        self.assertEqual(self._asked(category_id=child.id).sla_policy_id, by_category)
        by_category.kind = "incident"
        self.assertEqual(self._asked(category_id=child.id).sla_policy_id, self.usual)

    @freeze_time(at(0, 16))
    def test_policy_of_a_segment(self):
        segment = self.env["crm.segment"].create({"name": "Best", "kind": "static"})
        best = self._policy(
            "Best", {"resolution": 1}, segment_id=segment.id, sequence=0
        )
        self.assertEqual(self._asked().sla_policy_id, self.usual)
        segment.add_partners(self.customer.ids)
        self.assertEqual(self._asked().sla_policy_id, best)

    def test_answered_in_time_and_too_late(self):
        with freeze_time(at(0, 9)):
            ticket, late = self._asked(), self._asked()
        with freeze_time(at(0, 11)):
            self._answer(ticket)
        first = self._clock(ticket, "first_response")
        self.assertEqual((first.state, first.consumed), ("met", 2 * 3600))
        self.assertEqual(first.user_id, self.agent)
        with freeze_time(at(0, 15)):
            self.assertTrue(late.is_late)
            self._answer(late)
        self.assertEqual(self._clock(late, "first_response").state, "breached")
        self.assertEqual(self._clock(late, "first_response").consumed, 5 * 3600)

    @freeze_time(at(0, 9))
    def test_a_note_is_no_answer(self):
        ticket = self._asked()
        ticket.message_post(body="Who knows?", subtype_xmlid="mail.mt_note")
        self._ask(ticket)
        self.assertEqual(self._clock(ticket, "first_response").state, "running")
        self.assertFalse(self._clock(ticket, "next_response"))

    def test_next_response_while_the_customer_spoke_last(self):
        with freeze_time(at(0, 9)):
            ticket = self._asked()
            self._answer(ticket)
        with freeze_time(at(0, 10)):
            self._ask(ticket)
            self._ask(ticket, "Hello?")
        clock = self._clock(ticket, "next_response")
        self.assertEqual(clock.date_deadline, at(0, 12))
        self.assertEqual(ticket.sla_deadline, at(0, 12))
        with freeze_time(at(0, 11)):
            self._answer(ticket)
        self.assertEqual((clock.state, clock.consumed), ("met", 3600))
        with freeze_time(at(0, 14)):
            self._ask(ticket)
        self.assertEqual(self._clock(ticket, "next_response", 2).state, "running")

    def test_news_are_promised_again(self):
        with freeze_time(at(0, 9)):
            ticket = self._asked()
        with freeze_time(at(0, 10)):
            self._answer(ticket)
        self.assertEqual(self._clock(ticket, "update").state, "met")
        self.assertEqual(self._clock(ticket, "update", 2).date_deadline, at(1, 10))

    def test_waiting_for_the_customer_does_not_count(self):
        with freeze_time(at(0, 9)):
            ticket = self._asked()
            ticket.action_open()
        with freeze_time(at(0, 11)):
            ticket.action_wait_customer()
        clock = self._clock(ticket, "resolution")
        self.assertEqual((clock.state, clock.date_deadline), ("paused", False))
        self.assertFalse(ticket.sla_deadline)
        with freeze_time(at(3, 8)):
            ticket.action_open()
        self.assertEqual((clock.state, clock.consumed), ("running", 2 * 3600))
        self.assertEqual(clock.date_deadline, at(4, 15))

    def test_waiting_internally_counts_unless_said_otherwise(self):
        with freeze_time(at(0, 9)):
            ticket = self._asked()
            ticket.action_wait_internal()
            self.assertEqual(self._clock(ticket, "resolution").state, "running")
            self.usual.pause_internal = True
            other = self._asked()
            other.action_wait_internal()
            self.assertEqual(self._clock(other, "resolution").state, "paused")

    def test_resolved_reopened_cancelled(self):
        with freeze_time(at(0, 9)):
            ticket, dropped, broken = (self._asked() for _ in range(3))
        with freeze_time(at(0, 10)):
            ticket.action_resolve()
            dropped.action_cancel()
        states = dict(
            zip(
                ticket.sla_clock_ids.mapped("metric"),
                ticket.sla_clock_ids.mapped("state"),
                strict=True,
            )
        )
        self.assertEqual(set(states.values()), {"met"})
        self.assertFalse(ticket.sla_deadline)
        self.assertEqual(set(dropped.sla_clock_ids.mapped("state")), {"dropped"})
        with freeze_time(at(1, 10)):
            ticket.action_open()
            broken.action_cancel()
        again = self._clock(ticket, "resolution", 2)
        self.assertEqual((again.state, again.date_deadline), ("running", at(3, 10)))
        self.assertFalse(self._clock(ticket, "first_response", 2))
        self.assertEqual(self._clock(broken, "first_response").state, "breached")
        self.assertEqual(self._clock(broken, "resolution").state, "dropped")

    def test_what_nobody_answered_is_due_where_it_went(self):
        with freeze_time(at(0, 9)):
            target = self._asked()
            self._answer(target)
            target.action_wait_customer()
        with freeze_time(at(1, 9)):
            source = self._asked()
            self._ask(source)
        with freeze_time(at(1, 10)):
            source.with_user(self.agent)._merge_into(target)
        self.assertEqual(target.state, "open")
        following = self._clock(target, "next_response")
        self.assertEqual(
            (following.state, following.date_deadline), ("running", at(1, 12))
        )

    def test_what_was_answered_wakes_nobody(self):
        with freeze_time(at(0, 9)):
            target, source = self._asked(), self._asked()
            for ticket in (target, source):
                self._answer(ticket)
            target.action_wait_customer()
            source._merge_into(target)
        self.assertEqual(target.state, "waiting_customer")
        self.assertFalse(self._clock(target, "next_response"))

    def test_a_merge_undone_keeps_what_is_used(self):
        with freeze_time(at(0, 9)):
            target, source = self._asked(), self._asked()
        with freeze_time(at(0, 10)):
            source._merge_into(target)
        first = self._clock(source, "first_response")
        self.assertEqual(first.state, "dropped")
        with freeze_time(at(0, 11)):
            source.action_unmerge()
        for metric, due in (("first_response", at(0, 15)), ("resolution", at(2, 10))):
            clock = self._clock(source, metric)
            self.assertEqual(
                (clock.state, clock.consumed, clock.date_deadline),
                ("running", 3600, due),
            )
            self.assertFalse(self._clock(source, metric, 2))

    def test_other_promises_keep_what_is_used(self):
        with freeze_time(at(0, 9)):
            ticket = self._asked()
        with freeze_time(at(0, 11)):
            ticket.priority = "3"
        self.assertEqual(ticket.sla_policy_id, self.urgent)
        clock = self._clock(ticket, "resolution")
        self.assertEqual((clock.consumed, clock.target), (2 * 3600, 4 * 3600))
        self.assertEqual(clock.date_deadline, at(0, 14))
        self.assertEqual(self._clock(ticket, "update").state, "dropped")
        # The first response was due at ten: broken under the new promise.
        self.assertEqual(ticket.sla_deadline, at(0, 11))

    def test_another_calendar_keeps_what_is_used(self):
        with freeze_time(at(0, 9)):
            ticket = self._asked()
        with freeze_time(at(0, 13)):
            self.usual.around_clock = True
            self.usual.with_user(self.service_manager).action_apply()
            with self.enter_registry_test_mode():
                self.env.ref(
                    "crm_service.service_sla_cron_apply"
                ).method_direct_trigger()
        clock = self._clock(ticket, "resolution")
        self.assertEqual(clock.consumed, 3 * 3600)
        self.assertFalse(clock.hours_id)
        self.assertEqual(clock.date_deadline, at(1, 2))

    def test_a_holiday_moves_deadlines(self):
        with freeze_time(at(0, 9)):
            ticket = self._asked()
        with freeze_time(at(0, 15)):
            self.env["resource.calendar.leaves"].create(
                {
                    "name": "Holiday",
                    "calendar_id": self.calendar.id,
                    "date_from": at(1, 0),
                    "date_to": at(2, 0),
                }
            )
            clock = self._clock(ticket, "resolution")
            self.assertEqual(clock.date_deadline, at(2, 9))
            self.env["service.sla.clock"]._follow_calendars(10)
            self.assertEqual(clock.date_deadline, at(3, 9))
            self.assertEqual(self.env["service.sla.clock"]._count_outdated(), 0)
            # Due on Monday at one and already late: stays so.
            self.assertEqual(ticket.sla_deadline, at(0, 14))

    def test_what_somebody_else_holds_waits_for_the_next_run(self):
        clocks = self.env["service.sla.clock"]
        with (
            patch.object(type(clocks), "_count_outdated", return_value=3),
            patch.object(type(clocks), "_follow_calendars", side_effect=[0]) as follow,
            patch.object(type(self.env["ir.cron"]), "_commit_progress", return_value=9),
        ):
            clocks._cron_follow_calendars()
        follow.assert_called_once()

    def test_shorter_hours_do_not_change_the_past(self):
        with freeze_time(at(0, 9)):
            ticket = self._asked()
        with freeze_time(at(1, 8)):
            self.calendar.attendance_ids.filtered(
                lambda line: line.day_period == "afternoon"
            ).unlink()
            self.env["service.sla.clock"]._follow_calendars(10)
        # Seven hours on Monday, four each on Tuesday and Wednesday, one on Thursday.
        clock = self._clock(ticket, "resolution")
        self.assertEqual(clock.date_deadline, at(3, 9))
        with freeze_time(at(1, 10)):
            ticket.action_wait_customer()
        self.assertEqual(clock.consumed, 9 * 3600)

    @freeze_time(at(0, 9))
    def test_at_the_desk_the_answer_is_at_once(self):
        ticket = self._asked(channel="phone")
        self.assertFalse(self._clock(ticket, "first_response"))
        self._ask(ticket)
        self.assertEqual(self._clock(ticket, "next_response").state, "running")

    @freeze_time(at(0, 9))
    def test_who_may(self):
        ticket = self._asked()
        clock = self._clock(ticket, "resolution")
        for attempt in (
            lambda: clock.write({"date_deadline": at(9, 9)}),
            lambda: clock.unlink(),
            lambda: clock.copy(),
            lambda: ticket.write({"sla_deadline": at(9, 9)}),
            lambda: ticket.write({"sla_policy_id": False}),
            lambda: self._asked(sla_deadline=at(9, 9)),
            lambda: self.usual.with_user(self.agent).write({"priority": "3"}),
            lambda: self.usual.with_user(self.agent).action_apply(),
            lambda: self.usual.target_ids.with_user(self.agent).write({"hours": 99}),
            lambda: clock.with_user(self.service_manager).write({"state": "met"}),
            lambda: clock.with_user(self.demoted).read(["state"]),
            lambda: clock.with_user(self.portal_user).read(["state"]),
        ):
            with self.assertRaises(AccessError):
                attempt()

    def test_bad_input(self):
        for values in (
            {"around_clock": True, "calendar_id": self.calendar.id},
            {"target_ids": [(0, 0, {"metric": "resolution", "hours": 1})]},
            {"target_ids": [(1, self.usual.target_ids[0].id, {"hours": 0})]},
            {"escalation_ids": [(0, 0, {"to": "user"})]},
        ):
            with (
                self.subTest(values),
                mute_logger("odoo.sql_db"),
                self.assertRaises(Exception) as caught,
                self.env.cr.savepoint(),
            ):
                self.usual.write(values)
                self.env.flush_all()
            self.assertIn(
                type(caught.exception).__name__,
                (ValidationError.__name__, "UniqueViolation", "CheckViolation"),
            )

    @freeze_time(at(0, 9))
    def test_a_calendar_without_hours(self):
        self.calendar.attendance_ids.unlink()
        ticket = self._asked()
        self.assertEqual(self._clock(ticket, "resolution").state, "running")
        self.assertFalse(ticket.sla_deadline)

    @freeze_time(at(0, 9))
    def test_queries_do_not_grow(self):
        tickets = self.env["service.ticket"].with_user(self.agent)
        values = {
            "name": "Late",
            "partner_id": self.contact.id,
            "team_id": self.team.id,
            "channel": "mail",
        }

        def count(work):
            before = self.env.cr.sql_log_count
            result = work()
            self.env.flush_all()
            return result, self.env.cr.sql_log_count - before

        def steps(number):
            made, created = count(
                lambda: tickets.create([dict(values) for _one in range(number)])
            )
            return created, count(made.action_wait_customer)[1]

        steps(1)
        one, many = steps(1), steps(100)
        self.team.calendar_id = False
        self.usual.target_ids.unlink()
        self.urgent.target_ids.unlink()
        bare = steps(100)
        self.assertLessEqual(many[0] - bare[0], 30)
        self.assertLessEqual(many[1], one[1] + 10)
