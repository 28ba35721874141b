from datetime import date, datetime, timedelta

from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .norm_common import NormCase

#: A Monday.
MONDAY = date(2030, 1, 7)
RULES = "odoo.addons.base.models.ir_rule"


class ScheduleCase(NormCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.entries = cls.env["sfa.schedule.entry"]

    def _activity(self, user=None, record=None, **values):
        record = record or self._lead(user_id=(user or self.seller).id)
        return self.env["mail.activity"].create(
            {
                "res_model_id": self.env["ir.model"]._get_id(record._name),
                "res_id": record.id,
                "activity_type_id": self.todo.id,
                "summary": "Show lamps",
                "user_id": (user or self.seller).id,
                "sfa_planned_start": "2030-01-07 01:00:00",
                "sfa_duration": 1.5,
                **values,
            }
        )

    def _meeting(self, *users, **values):
        return self.env["calendar.event"].create(
            {
                "name": "Round table",
                "start": "2030-01-08 02:00:00",
                "stop": "2030-01-08 03:00:00",
                "user_id": users[0].id,
                "partner_ids": [Command.set([user.partner_id.id for user in users])],
                **values,
            }
        )

    def _schedule(self, user, **domain):
        return self.entries.with_user(user).search(
            [("start", ">=", "2030-01-01"), ("stop", "<=", "2030-02-01")]
        )


@tagged("post_install", "-at_install", "cap_s06")
class TestScheduleEntry(ScheduleCase):
    """One calendar over actions and meetings, which writes to what is behind."""

    def test_all_kinds(self):
        self._activity()
        self._activity(activity_type_id=self.call.id, sfa_duration=0)
        self._activity(
            activity_type_id=self.visit.id,
            sfa_planned_start=False,
            date_deadline="2030-01-09",
        )
        self._meeting(self.seller, self.other_seller)
        mine = self._schedule(self.seller)
        self.assertRecordValues(
            mine.sorted(lambda entry: (entry.start, entry.kind)),
            [
                {
                    "kind": "action",
                    "start": datetime(2030, 1, 7, 1),
                    "stop": datetime(2030, 1, 7, 2, 30),
                    "hours": 1.5,
                    "allday": False,
                    "partner_id": self.customer.id,
                },
                {
                    "kind": "call",
                    "start": datetime(2030, 1, 7, 1),
                    "stop": datetime(2030, 1, 7, 1, 30),
                    "hours": 0.5,
                    "allday": False,
                    "partner_id": self.customer.id,
                },
                {
                    "kind": "meeting",
                    "start": datetime(2030, 1, 8, 2),
                    "stop": datetime(2030, 1, 8, 3),
                    "hours": 1,
                    "allday": False,
                    "partner_id": False,
                },
                {
                    "kind": "visit",
                    "start": datetime(2030, 1, 9, 8),
                    "stop": datetime(2030, 1, 9, 18),
                    "hours": 1.5,
                    "allday": True,
                    "partner_id": self.customer.id,
                },
            ],
        )
        self.assertEqual(self._schedule(self.other_seller).kind, "meeting")

    def test_who_sees_whom(self):
        self._activity()
        team = self.env["crm.team"].create(
            {
                "name": "East",
                "user_id": self.other_seller.id,
                "member_ids": [Command.set(self.seller.ids)],
            }
        )
        self.assertTrue(team)
        self.assertTrue(self._schedule(self.sfa_manager), "a manager sees all")
        self.assertTrue(self._schedule(self.other_seller), "a leader the team")
        team.user_id = False
        self.env.flush_all()
        self.assertFalse(self._schedule(self.other_seller))
        with self.assertRaises(AccessError):
            self.entries.with_user(self.demoted).search([])

    def test_other_companies_stay_apart(self):
        foreign = self._new_user("sfa_foreign", "crm_sfa.crm_sfa_group_manager")
        foreign.write(
            {
                "company_ids": [Command.set(self.other_company.ids)],
                "company_id": self.other_company.id,
            }
        )
        self._activity()
        self.assertFalse(self._schedule(foreign))

    def test_private_things_stay_private(self):
        self._meeting(self.seller, privacy="private", name="Doctor")
        product = self.env["product.product"].create({"name": "Secret product"})
        self._activity(record=product, summary="Secret step")
        names = self._schedule(self.sfa_manager).mapped("name")
        self.assertEqual(set(names), {"Busy"})
        self.entries.invalidate_model()  # another person asks in another request
        self.assertIn("Doctor", self._schedule(self.seller).mapped("name"))
        self.entries.invalidate_model()
        for entry in self._schedule(self.sfa_manager):
            self.assertTrue(entry.is_hidden)
            for forbidden in (
                lambda entry=entry: entry.write({"start": "2030-01-10 02:00:00"}),
                entry.unlink,
            ):
                with self.assertRaises(UserError):
                    forbidden()

    def test_drag_an_action(self):
        activity = self._activity()
        entry = self._schedule(self.seller)
        entry.write({"start": "2030-01-09 23:30:00", "stop": "2030-01-10 00:30:00"})
        self.assertEqual(activity.sfa_planned_start, datetime(2030, 1, 9, 23, 30))
        self.assertEqual(activity.sfa_duration, 1)
        self.assertEqual(activity.date_deadline, date(2030, 1, 10), "in Shanghai")
        self.assertEqual(entry.start, datetime(2030, 1, 9, 23, 30))
        entry.write({"allday": True, "start": "2030-01-11", "stop": "2030-01-11"})
        self.assertFalse(activity.sfa_planned_start)
        self.assertEqual(activity.date_deadline, date(2030, 1, 11))
        self.assertTrue(entry.allday)
        entry.write(
            {
                "allday": False,
                "start": "2030-01-12 02:00:00",
                "stop": "2030-01-12 04:00:00",
            }
        )
        self.assertEqual(activity.sfa_duration, 2)

    def test_drag_a_meeting(self):
        meeting = self._meeting(self.seller)
        entry = self._schedule(self.seller)
        entry.write({"start": "2030-01-10 02:00:00"})
        self.assertEqual(meeting.start, datetime(2030, 1, 10, 2))
        self.assertEqual(meeting.stop, datetime(2030, 1, 10, 3), "as long as before")
        entry.write({"allday": True, "start": "2030-01-11", "stop": "2030-01-12"})
        self.assertTrue(meeting.allday)
        self.assertEqual(meeting.start_date, date(2030, 1, 11))
        self.assertEqual(meeting.stop_date, date(2030, 1, 12))

    def test_what_is_done_stays(self):
        activity = self._activity()
        activity.with_user(self.seller).action_done()
        entry = self._schedule(self.seller)
        self.assertEqual(entry.state, "done")
        self.assertTrue(entry.is_striked)
        with self.assertRaises(UserError):
            entry.write({"start": "2030-01-09 23:30:00"})

    def test_rights_are_those_of_the_activity(self):
        self._activity()
        entry = self.entries.search([("name", "like", "Show lamps")])
        with self.assertRaises(AccessError), mute_logger(RULES):
            entry.with_user(self.other_seller).write({"start": "2030-01-09 23:30:00"})
        with self.assertRaises(AccessError), mute_logger(RULES):
            entry.with_user(self.other_seller).read(["name"])
        self._schedule(self.sfa_manager).write({"start": "2030-01-09 23:30:00"})

    def test_mandatory_steps_are_not_deleted_here_either(self):
        activity = self._activity(sfa_mandatory=True)
        with self.assertRaises(UserError):
            self._schedule(self.seller).unlink()
        self.assertTrue(activity.exists())

    def test_create(self):
        mine = self.entries.with_user(self.seller)
        lead = self._lead()
        visit, meeting, todo = mine.create(
            [
                {
                    "kind": "visit",
                    "name": "Look at the shop",
                    "start": "2030-01-09 02:00:00",
                    "stop": "2030-01-09 03:00:00",
                    "partner_id": self.customer.id,
                },
                {
                    "kind": "meeting",
                    "name": "Talk",
                    "start": "2030-01-09 04:00:00",
                    "stop": "2030-01-09 05:00:00",
                    "lead_id": lead.id,
                },
                {
                    "kind": "action",
                    "name": "Think",
                    "start": "2030-01-10 04:00:00",
                    "stop": "2030-01-10 05:00:00",
                },
            ]
        )
        self.assertEqual(visit.activity_id.activity_type_id, self.visit)
        self.assertEqual(visit.activity_id.sfa_partner_id, self.customer)
        self.assertEqual(meeting.event_id.opportunity_id, lead)
        self.assertIn(self.customer, meeting.event_id.partner_ids)
        self.assertFalse(todo.activity_id.res_model, "an action of one's own")
        self.assertEqual(todo.name, "Think")
        with self.assertRaises(UserError):
            mine.create(
                {"name": "x", "start": "2030-01-10 04:00", "stop": "2030-01-09 04:00"}
            )

    def test_create_in_the_form(self):
        form = Form(
            self.entries.with_user(self.seller).with_context(
                default_start="2030-01-09 02:00:00", default_stop="2030-01-09 02:30:00"
            )
        )
        form.name = "Ring"
        form.kind = "call"
        form.partner_id = self.customer
        entry = form.save()
        self.assertEqual(entry.activity_id.sfa_duration, 0.5)
        self.assertEqual(entry.activity_id.activity_type_id, self.call)

    def test_a_day_in_the_form(self):
        form = Form(
            self.entries.with_user(self.seller).with_context(
                default_start="2030-01-09", default_allday=True
            )
        )
        form.name = "Think"
        form.day_from = "2030-01-10"
        entry = form.save()
        self.assertTrue(entry.allday)
        self.assertEqual(entry.activity_id.date_deadline, date(2030, 1, 10))
        with Form(entry) as form:
            form.day_from = "2030-01-14"
        self.assertEqual(entry.activity_id.date_deadline, date(2030, 1, 14))

    def test_buttons(self):
        self._activity()
        entry = self._schedule(self.seller)
        self.assertEqual(entry.action_open()["res_model"], "crm.lead")
        entry.action_done()
        self.assertFalse(entry.activity_id.active)
        self._meeting(self.seller)
        meeting = self._schedule(self.seller).filtered("event_id")
        self.assertEqual(meeting.action_open()["res_model"], "calendar.event")

    def test_free_days(self):
        days = self.entries.with_user(self.seller).get_unusual_days(
            "2030-01-05 00:00:00", "2030-01-07 23:00:00"
        )
        self.assertTrue(days["2030-01-06"], "a Sunday")
        self.assertFalse(days["2030-01-07"])

    def test_the_days_change_nothing_but_the_speed(self):
        self._activity()
        self._meeting(self.seller)
        entries = self.entries.with_user(self.seller)
        found = entries.search(
            [("start", "<=", "2030-01-07 01:00:00"), ("stop", ">=", "2030-01-06 23:00")]
        )
        self.assertEqual(found.kind, "action")
        both = entries.search(
            [
                "|",
                ("start", "<=", "2030-01-07 01:00:00"),
                ("stop", ">=", "2030-01-08 03:00:00"),
            ]
        )
        self.assertEqual(len(both), 2)


@tagged("post_install", "-at_install", "cap_s06", "cap_s05")
class TestSchedulePlan(ScheduleCase):
    """A week is planned from the rhythm of customers, in working hours, once."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customers = cls.env["res.partner"].create(
            [
                {
                    "name": f"Shop {number}",
                    "is_company": True,
                    "zip": ("200000", "310000")[number % 2],
                    "city": ("Shanghai", "Hangzhou")[number % 2],
                    "user_id": cls.seller.id,
                    "sfa_category_id": cls.category.id,
                }
                for number in range(6)
            ]
        )
        cls.category.call_rhythm = 0

    def setUp(self):
        super().setUp()
        clock = freeze_time("2030-01-05 04:00:00")
        clock.start()
        self.addCleanup(clock.stop)

    def _wizard(self, user=None, **values):
        user = user or self.seller
        return (
            self.env["sfa.schedule.plan"]
            .with_user(user)
            .create({"user_id": self.seller.id, "date_from": MONDAY, **values})
        )

    def test_a_week(self):
        wizard = self._wizard()
        self.assertEqual(len(wizard.line_ids), 6)
        self.assertEqual(
            wizard.line_ids[0].start, datetime(2030, 1, 7, 0), "8:00 there"
        )
        cities = wizard.line_ids.mapped(lambda line: line.place)
        self.assertEqual(
            cities,
            sorted(cities) if cities[0] == "Hangzhou" else sorted(cities, reverse=True),
        )
        action = wizard.action_plan()
        self.assertEqual(action["res_model"], "sfa.schedule.entry")
        planned = self._of(self.customers)
        self.assertEqual(len(planned), 6)
        self.assertEqual(planned.user_id, self.seller)
        self.assertEqual(planned.activity_type_id, self.visit)
        self._assert_apart(planned)

    def _assert_apart(self, planned):
        spans = sorted(
            (
                act.sfa_planned_start,
                act.sfa_planned_start + timedelta(hours=act.sfa_duration),
            )
            for act in planned
        )
        for (_start, stop), (start, _stop) in zip(spans, spans[1:], strict=False):
            self.assertLessEqual(stop, start)

    def test_never_twice(self):
        first, second = self._wizard(), self._wizard()
        first.action_plan()
        second.action_plan()
        self.assertEqual(len(self._of(self.customers)), 6)
        third = self._wizard()
        self.assertFalse(third.line_ids)
        self.assertTrue(third.message)

    def test_around_meetings_and_leaves(self):
        self._meeting(
            self.seller, start="2030-01-07 00:00:00", stop="2030-01-07 12:00:00"
        )
        self._activity(sfa_planned_start="2030-01-08 00:30:00", sfa_duration=1)
        calendar = self.company.resource_calendar_id
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Holiday",
                "calendar_id": calendar.id,
                "company_id": self.company.id,
                "date_from": "2030-01-08 16:00:00",
                "date_to": "2030-01-09 16:00:00",
            }
        )
        wizard = self._wizard(visit_minutes=120)
        busy = [
            (datetime(2030, 1, 7), datetime(2030, 1, 7, 12)),
            (datetime(2030, 1, 8, 0, 30), datetime(2030, 1, 8, 1, 30)),
            (datetime(2030, 1, 8, 16), datetime(2030, 1, 9, 16)),
        ]
        self.assertEqual(len(wizard.line_ids), 6)
        for line in wizard.line_ids:
            for start, stop in busy:
                self.assertFalse(line.start < stop and start < line.stop)

    def test_no_room(self):
        wizard = self._wizard(visit_minutes=480)
        self.assertEqual(len(wizard.line_ids), 0, "no window is eight hours long")
        self.assertEqual(wizard.left_out, 6)

    def test_calls_too(self):
        self.category.call_rhythm = 7
        wizard = self._wizard()
        self.assertEqual(len(wizard.line_ids), 12)
        wizard.action_plan()
        planned = self._of(self.customers)
        self.assertEqual(planned.activity_type_id, self.visit | self.call)
        self._assert_apart(planned)

    def test_the_owner_of_the_territory_plans(self):
        territory = self.env["sfa.territory"].create({"name": "East"})
        self.env["sfa.territory.member"].create(
            {
                "territory_id": territory.id,
                "user_id": self.other_seller.id,
                "date_from": "2020-01-01",
            }
        )
        self.customers[0].user_id = False
        self.env.cr.execute(
            "UPDATE res_partner SET sfa_territory_id = %s WHERE id = %s",
            [territory.id, self.customers[0].id],
        )
        self.customers.invalidate_recordset()
        wizard = self._wizard(user=self.other_seller, user_id=self.other_seller.id)
        self.assertEqual(wizard.line_ids.partner_id, self.customers[0])

    def test_only_what_is_due(self):
        visit = self.customers[0].activity_schedule(activity_type_id=self.visit.id)
        visit.action_feedback("There")
        self.assertNotIn(self.customers[0], self._wizard().line_ids.partner_id)
        later = self._wizard(date_from=MONDAY + timedelta(days=35))
        self.assertIn(self.customers[0], later.line_ids.partner_id)

    def test_somebody_elses_week(self):
        wizard = self._wizard(user=self.other_seller)
        self.assertFalse(wizard.line_ids)
        self.assertIn("leader", wizard.message)
        with self.assertRaises(AccessError):
            wizard.action_plan()
        self.assertEqual(len(self._wizard(user=self.sfa_manager).line_ids), 6)

    def test_no_working_hours(self):
        empty = self.env["resource.calendar"].create(
            {"name": "Empty", "attendance_ids": [Command.clear()]}
        )
        self.company.resource_calendar_id = empty
        wizard = self._wizard()
        self.assertFalse(wizard.line_ids)
        self.assertIn(self.seller.name, wizard.message)

    def test_the_past_is_not_planned(self):
        with freeze_time("2030-01-10 04:10:20"):
            wizard = self._wizard()
            self.assertGreaterEqual(
                min(wizard.line_ids.mapped("start")), datetime(2030, 1, 10, 4, 11)
            )

    def test_form(self):
        with Form(
            self.env["sfa.schedule.plan"]
            .with_user(self.seller)
            .with_context(lang="en_US")
        ) as form:
            form.date_from = MONDAY
            self.assertEqual(len(form.line_ids), 6)
            with form.line_ids.edit(0) as line:
                line.selected = False
        form.record.action_plan()
        self.assertEqual(len(self._of(self.customers)), 5)

    def test_scheduled_action(self):
        cron = self.env.ref("crm_sfa.sfa_schedule_cron")
        for _run in range(2):
            with self.enter_registry_test_mode():
                cron.method_direct_trigger()
        self.assertEqual(len(self._of(self.customers)), 6)
