from datetime import datetime, timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from ..models.service_complaint_state import GUARDED
from .complaint_common import ComplaintCase

MANY = 50


@tagged("post_install", "-at_install", "cap_v07")
class TestComplaint(ComplaintCase):
    """A complaint goes through its phases, and lacks nothing on its way."""

    def test_from_the_intake_to_the_call_back(self):
        complaint = self._bring(self._complaint(), "closed")
        self.assertEqual(complaint.state, "closed")
        for name in ("acknowledged", "decided", "accepted", "remedied", "closed"):
            self.assertTrue(complaint[f"date_{name}"], name)
        self.assertFalse(complaint.is_active)
        self.assertTrue(complaint.number.startswith("C"))
        self.assertEqual(complaint.commercial_partner_id, self.customer)

    def test_the_customer_is_told(self):
        self.contact.lang = "zh_CN"
        complaint = self._complaint()
        complaint.action_acknowledge()
        message = complaint.message_ids[0]
        self.assertEqual(message.partner_ids, self.contact)
        self.assertIn(complaint.number, message.body)
        self._found(complaint, outcome="upheld", proposal="Two <new> ones")
        complaint.action_investigate()
        complaint.action_propose()
        complaint.refusal = "No money"
        complaint.action_submit()
        body = complaint.message_ids[0].body
        for words in ("Two &lt;new&gt; ones", f"/my/complaints/{complaint.id}"):
            self.assertIn(words, body)
        self.contact.email = False
        silent = self._complaint()
        silent.action_acknowledge()
        self.assertFalse(silent.message_ids.filtered("partner_ids"))

    def test_one_message_names_all_that_is_missing(self):
        complaint = self._complaint(partner_id=False, user_id=False)
        with self.assertRaisesRegex(UserError, "Customer, Officer"):
            complaint.action_acknowledge()
        complaint.write({"partner_id": self.contact.id, "user_id": self.agent.id})
        complaint.action_acknowledge()
        complaint.action_investigate()
        with self.assertRaisesRegex(UserError, "Finding, Root Cause, Liability"):
            complaint.action_propose()
        self._found(complaint)
        complaint.action_propose()
        with self.assertRaisesRegex(UserError, "Outcome, a remedy or a written"):
            complaint.action_submit()
        complaint.write({"outcome": "rejected", "refusal": "Used against the manual"})
        complaint.action_submit()

    def test_steps_that_are_not_allowed(self):
        complaint = self._complaint()
        for step in (
            "action_investigate",
            "action_propose",
            "action_submit",
            "action_accept",
            "action_call_back",
            "action_close",
            "action_confirm_ending",
        ):
            with self.subTest(step), self.assertRaises(UserError):
                getattr(complaint.with_user(self.service_manager), step)()
        for step in ("action_counter", "action_reopen", "action_ask_not_upheld"):
            with self.subTest(step), self.assertRaises(UserError):
                getattr(complaint, step)("words")
        self.assertEqual(complaint.state, "intake")

    def test_all_or_none(self):
        complaints = self._complaint() | self._complaint(user_id=False)
        with self.assertRaises(UserError):
            complaints.action_acknowledge()
        self.assertEqual(complaints.mapped("state"), ["intake", "intake"])

    def test_nobody_writes_what_steps_write(self):
        complaint = self._complaint()
        manager = complaint.with_user(self.service_manager)
        for name in GUARDED:
            with self.subTest(name), self.assertRaises(AccessError):
                manager.write({name: manager[name]})
        for attempt in (
            lambda: self._complaint(state="closed"),
            lambda: self._complaint(number="C1"),
            lambda: manager.with_context(default_state="closed").create({"name": "x"}),
            lambda: manager.with_context(default_ending="withdrawn").copy(),
        ):
            with self.assertRaises(AccessError):
                attempt()
        with self.assertRaises(UserError):
            manager.company_id = self.other_company
        self.assertEqual(complaint.copy().state, "intake")

    def test_the_customer_counters(self):
        complaint = self._bring(self._complaint(), "awaiting")
        with self.assertRaises(UserError):
            complaint.action_counter(" ")
        step = self.env["service.complaint.step"].with_user(self.agent)
        step.create(
            {
                "complaint_id": complaint.id,
                "step": "action_counter",
                "words": "A new one",
            }
        ).action_done()
        self.assertEqual(
            (complaint.state, complaint.counter), ("proposal", "A new one")
        )
        last = complaint.event_ids.sorted("sequence")[-1]
        self.assertEqual((last.kind, last.text), ("countered", "A new one"))

    def test_reopened_with_its_history(self):
        complaint = self._bring(self._complaint(), "closed")
        events = complaint.event_ids
        with self.assertRaises(UserError):
            complaint.finding = "Something else"
        complaint.action_reopen("It broke again")
        self.assertEqual(
            (complaint.state, complaint.reopen_count), ("investigating", 1)
        )
        self.assertFalse(complaint.date_closed)
        self.assertEqual(complaint.finding, "A weak hinge")
        self.assertLess(events, complaint.event_ids)
        complaint.finding = "Something else"

    def test_what_is_taken_up_again_is_decided_anew(self):
        again = (
            (self._bring(self._complaint(), "closed"), "action_reopen"),
            (self._bring(self._complaint(), "awaiting"), "action_counter"),
        )
        later = fields.Datetime.now() + timedelta(days=90)
        for complaint, step in again:
            acknowledged = complaint.ack_deadline
            with self.subTest(step), freeze_time(later):
                getattr(complaint, step)("It broke again")
                self.assertFalse(complaint.is_late)
                self.assertGreater(complaint.decision_deadline, later)
                self.assertEqual(complaint.deadline, complaint.decision_deadline)
                self.assertEqual(complaint.ack_deadline, acknowledged)

    def test_two_people_end_it(self):
        refused = self._bring(self._complaint(), "proposal")
        refused.action_ask_not_upheld("The manual says so")
        taken_back = self._complaint()
        taken_back.action_ask_withdrawn("Found the receipt")
        both = refused | taken_back
        with self.assertRaises(UserError):
            taken_back.action_acknowledge()
        with self.assertRaises(AccessError):
            both.action_confirm_ending()
        with self.assertRaises(AccessError):
            both.with_user(self.other_agent).action_confirm_ending()
        both.with_user(self.service_manager).action_confirm_ending()
        self.assertEqual(both.mapped("state"), ["not_upheld", "withdrawn"])
        self.assertTrue(all(both.mapped("date_closed")))

    def test_a_manager_does_not_confirm_alone(self):
        complaint = self._complaint(user=self.service_manager)
        complaint.action_ask_withdrawn("Found the receipt")
        with self.assertRaises(AccessError):
            complaint.action_confirm_ending()
        with self.assertRaises(AccessError):
            complaint.with_user(self.other_agent).action_refuse_ending()
        complaint.action_refuse_ending()
        self.assertFalse(complaint.ending)
        complaint.with_user(self.agent).action_acknowledge()

    def test_a_refusal_is_written(self):
        complaint = self._bring(self._complaint(), "proposal")
        complaint.refusal = False
        with self.assertRaisesRegex(UserError, "Written Refusal"):
            complaint.action_ask_not_upheld("no")

    def test_who_may(self):
        complaint = self._complaint()
        for user in (
            self.demoted,
            self.salesperson,
            self.portal_user,
            self.foreign_agent,
        ):
            theirs = complaint.with_user(user)
            with self.assertRaises(AccessError):
                theirs.read(["name"])
            with self.assertRaises(AccessError):
                theirs.action_acknowledge()
            with self.assertRaises(AccessError):
                theirs.event_ids.read(["text"])
            with self.assertRaises(AccessError):
                theirs.action_ask_withdrawn("no")
        with self.assertRaises(AccessError):
            complaint.with_user(self.service_manager).unlink()

    def test_queries_do_not_grow(self):
        # Each mail to a customer costs its own queries; here nobody gets one.
        self.contact.email = False
        complaints = self.env["service.complaint"].with_user(self.agent)
        values = {
            "name": "Late",
            "partner_id": self.contact.id,
            "user_id": self.agent.id,
        }

        def steps(count):
            before = self.env.cr.sql_log_count
            made = complaints.create([dict(values) for _one in range(count)])
            self.env.flush_all()
            created = self.env.cr.sql_log_count - before
            made.action_acknowledge()
            self.env.flush_all()
            return created, self.env.cr.sql_log_count - before - created

        steps(1)
        one, many = steps(1), steps(MANY)
        self.assertLessEqual(many[0], one[0] + 13 * MANY)
        self.assertLessEqual(many[1], one[1] + 5)

    def test_from_a_ticket(self):
        ticket = self._ticket(description="<p>It <b>broke</b></p>", priority="3")
        action = ticket.action_complain()
        complaint = self.env["service.complaint"].browse(action["res_id"])
        self.assertEqual(complaint.partner_id, self.contact)
        self.assertEqual((complaint.priority, complaint.ticket_id), ("3", ticket))
        self.assertIn("broke", complaint.description)
        self.assertEqual(ticket.action_complain()["res_id"], complaint.id)
        self.assertEqual(ticket.complaint_count, 1)
        with self.assertRaises(UserError):
            self._ticket(partner_id=False).action_complain()
        with self.assertRaises(AccessError):
            ticket.with_user(self.demoted).action_complain()


@tagged("post_install", "-at_install", "cap_v07")
class TestAccused(ComplaintCase):
    """The colleague whom a complaint is about neither reads nor finds it."""

    def setUp(self):
        super().setUp()
        self.ticket = self._ticket()
        action = self.ticket.action_complain()
        self.complaint = self.env["service.complaint"].browse(action["res_id"])
        self.complaint.user_id = self.agent
        self.complaint.message_subscribe(self.accused.partner_id.ids)
        self.complaint.message_post(
            body="Look", partner_ids=self.accused.partner_id.ids
        )
        self.complaint.activity_schedule(
            "mail.mail_activity_data_todo", user_id=self.accused.id
        )
        self.env["ir.attachment"].create(
            {
                "name": "proof.txt",
                "raw": b"proof",
                "res_model": "service.complaint",
                "res_id": self.complaint.id,
            }
        )
        self.complaint.with_user(self.agent).accused_user_id = self.accused
        self.env.flush_all()
        self.env.invalidate_all()

    def _found_by(self, user):
        """Count what a person finds of the complaint, by every way."""
        env = self.env(user=user)
        on = [
            ("res_model", "=", "service.complaint"),
            ("res_id", "=", self.complaint.id),
        ]
        messages = [
            ("model", "=", "service.complaint"),
            ("res_id", "=", self.complaint.id),
        ]
        customer = self.customer.with_user(user)
        sections = customer._customer_360_sections()[self.customer.id]
        return {
            "page": sum(part["key"] == "complaint" for part in sections),
            "search": env["service.complaint"].search_count([]),
            "name": len(env["service.complaint"].name_search("Late")),
            "group": sum(
                count
                for (count,) in env["service.complaint"]._read_group(
                    [], [], ["__count"]
                )
            ),
            "events": env["service.event"].search_count([]),
            "details": env["service.event.payload"].search_count([]),
            "ticket": self.ticket.with_user(user).complaint_count,
            "messages": env["mail.message"].search_count(messages),
            "activities": env["mail.activity"].search_count(on),
            "attachments": env["ir.attachment"].search_count(on),
            "timeline": sum(
                item["res_model"] == "service.complaint" or "Look" in item["title"]
                for item in customer.get_customer_timeline()["items"]
            ),
        }

    def test_nothing_is_found(self):
        self.assertNotIn(0, self._found_by(self.service_manager).values())
        found = self._found_by(self.accused)
        self.assertEqual([way for way, count in found.items() if count], [])

    def test_nothing_is_read_or_done(self):
        theirs = self.complaint.with_user(self.accused)
        for attempt in (
            lambda: theirs.read(["name"]),
            lambda: theirs.write({"accused_user_id": False}),
            lambda: theirs.action_acknowledge(),
            lambda: theirs.action_view_events(),
            lambda: theirs.event_ids.action_erase("no"),
            lambda: theirs.message_post(body="no"),
        ):
            with self.assertRaises(AccessError):
                attempt()

    def test_nothing_reaches_them(self):
        managed = self.complaint.with_user(self.service_manager)
        self.assertNotIn(self.accused.partner_id, managed.message_partner_ids)
        managed.message_subscribe(self.accused.partner_id.ids)
        message = managed.message_post(
            body="Hush", partner_ids=self.accused.partner_id.ids
        )
        self.assertNotIn(self.accused.partner_id, managed.message_partner_ids)
        self.assertNotIn(self.accused.partner_id, message.partner_ids)
        self.assertFalse(
            message.notification_ids.filtered(
                lambda notice: notice.res_partner_id == self.accused.partner_id
            )
        )
        with self.assertRaises(ValidationError):
            managed.activity_schedule(
                "mail.mail_activity_data_todo", user_id=self.accused.id
            )

    def test_officer_and_accused_differ(self):
        with self.assertRaises(ValidationError):
            self.complaint.user_id = self.accused
        with self.assertRaises(AccessError):
            self.complaint.with_user(self.agent).accused_user_id = False
        self.complaint.with_user(self.service_manager).accused_user_id = False
        self.assertEqual(
            self.env["service.complaint"].with_user(self.accused).search_count([]), 1
        )


@tagged("post_install", "-at_install", "cap_v07")
class TestComplaintDeadline(ComplaintCase):
    """Deadlines are counted in working days, and nobody forgets them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.calendar = cls.env["resource.calendar"].create(
            {
                "name": "Shanghai",
                "tz": "Asia/Shanghai",
                "attendance_ids": [
                    (
                        0,
                        0,
                        {
                            "name": "Day",
                            "dayofweek": str(day),
                            "hour_from": 9,
                            "hour_to": 18,
                            "day_period": "morning",
                        },
                    )
                    for day in range(5)
                ],
            }
        )
        cls.env["resource.calendar.leaves"].create(
            {
                "name": "Holiday",
                "calendar_id": cls.calendar.id,
                "date_from": datetime(2026, 9, 30, 16),
                "date_to": datetime(2026, 10, 7, 16),
            }
        )
        cls.team.calendar_id = cls.calendar

    def _late(self, **values):
        # Tuesday 2026-09-29, 23:30 in Shanghai
        return self._complaint(
            team_id=self.team.id, date_received=datetime(2026, 9, 29, 15, 30), **values
        )

    def test_a_calendar_without_hours_stops_nobody(self):
        before = self._late()
        self.calendar.attendance_ids.unlink()
        self.assertFalse(self._late().deadline)
        with freeze_time(datetime(2026, 9, 30)):
            self.env["service.complaint"]._cron_remind()
        self.assertTrue(before.deadline)

    def test_so_many_days(self):
        self.company.complaint_decision_days = 300
        self.assertGreater(self._late().decision_deadline, datetime(2027, 11, 1))

    def test_working_days_of_the_team(self):
        complaint = self._late()
        self.assertEqual(complaint.ack_deadline, datetime(2026, 9, 30, 10))
        # fifteen working days, of which the holiday takes five
        self.assertEqual(complaint.decision_deadline, datetime(2026, 10, 27, 10))
        self.assertEqual(complaint.deadline, complaint.ack_deadline)
        complaint.action_acknowledge()
        self.assertEqual(complaint.deadline, complaint.decision_deadline)
        complaint.decision_deadline = datetime(2026, 10, 12, 10)
        self.assertEqual(complaint.deadline, datetime(2026, 10, 12, 10))

    def test_an_external_body_has_its_own(self):
        complaint = self._late()
        complaint.write(
            {
                "body_id": self.body.id,
                "body_number": "12315-7",
                "body_date": datetime(2026, 9, 29, 15, 30),
            }
        )
        self.assertEqual(complaint.body_deadline, datetime(2026, 10, 15, 10))
        self.assertEqual(complaint.decision_deadline, complaint.body_deadline)
        court = self.env.ref("crm_service.service_external_body_court")
        complaint.body_id = court
        # 14 October is the fifteenth day
        self.assertEqual(complaint.body_deadline, datetime(2026, 10, 14, 10))
        # 2 October is a holiday: the first working day after it
        court.hard_days = 3
        complaint.body_date = datetime(2026, 9, 29, 15, 31)
        self.assertEqual(complaint.body_deadline, datetime(2026, 10, 8, 10))

    def test_the_remedy_counts_from_the_agreement(self):
        with freeze_time("2026-10-08 02:00:00"):
            complaint = self._bring(self._late(), "executing")
        self.assertEqual(complaint.remedy_deadline, datetime(2026, 10, 19, 10))
        self.assertEqual(complaint.deadline, complaint.remedy_deadline)

    def test_without_a_calendar_every_day_counts(self):
        self.team.calendar_id = False
        self.company.resource_calendar_id = False
        complaint = self._late()
        self.assertEqual(complaint.ack_deadline.date(), datetime(2026, 9, 30).date())

    def test_reminded_once(self):
        complaint = self._late(accused_user_id=self.accused.id)
        remind = self.env["service.complaint"]._cron_remind
        with freeze_time(datetime(2026, 9, 29, 16)):
            for _hour in range(2):
                remind()
        self.assertEqual(complaint.activity_ids.user_id, self.agent)
        self.assertEqual(len(complaint.activity_ids), 1)
        with freeze_time(complaint.ack_deadline + timedelta(hours=1)):
            complaint.invalidate_recordset(["is_late"])
            self.assertTrue(complaint.is_late)
            self.assertIn(
                complaint,
                self.env["service.complaint"].search([("is_late", "=", True)]),
            )
            for _hour in range(2):
                remind()
        told = complaint.activity_ids.user_id
        self.assertIn(self.service_manager, told)
        self.assertNotIn(self.accused, told)
        self.assertEqual(len(complaint.activity_ids), len(told))
