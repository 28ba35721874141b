from datetime import date, datetime, timedelta

import psycopg2
from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .norm_common import NormCase


@tagged("post_install", "-at_install", "cap_s05")
class TestNormBadInput(NormCase):
    """A norm that cannot work is refused when it is made."""

    def test_wrong_model(self):
        with self.assertRaises(ValidationError):
            self._plan(
                res_model="res.partner",
                sfa_trigger="stage",
                sfa_stage_id=self.stages[0].id,
            )
        plan = self._plan()
        with self.assertRaises(ValidationError):
            self.category.plan_id = plan

    def test_incomplete(self):
        for trigger in ("stage", "stalled", "done", "after"):
            with self.assertRaises(ValidationError):
                self._plan(sfa_trigger=trigger)

    def test_negative(self):
        for step in ({"sfa_duration": -1}, {"sfa_hour": 24}, {"sfa_hour": -1}):
            with self.assertRaises(psycopg2.IntegrityError), mute_logger("odoo.sql_db"):
                self._plan(step)

    def test_a_role_is_named(self):
        with self.assertRaises(ValidationError):
            self._plan({"responsible_type": "sfa_role"})

    def test_launches_itself_by_its_own_action(self):
        with self.assertRaises(ValidationError):
            self._plan(
                {"activity_type_id": self.call.id},
                sfa_trigger="done",
                sfa_activity_type_id=self.call.id,
            )

    def test_launches_itself_over_another(self):
        first = self._plan(
            {"activity_type_id": self.call.id},
            name="First",
            sfa_trigger="done",
            sfa_activity_type_id=self.visit.id,
        )
        second = self._plan(
            name="Second", sfa_trigger="after", sfa_after_plan_id=first.id
        )
        self.assertTrue(second)
        with self.assertRaises(ValidationError) as caught:
            second.template_ids.activity_type_id = self.visit
        self.assertIn("First", str(caught.exception))

    def test_launches_itself_over_the_next_activity(self):
        self._plan(sfa_trigger="done", sfa_activity_type_id=self.call.id)
        with self.assertRaises(ValidationError):
            self.todo.write(
                {"chaining_type": "trigger", "triggered_next_type_id": self.call.id}
            )

    def test_follows_itself(self):
        plan = self._plan()
        with self.assertRaises(ValidationError):
            plan.write({"sfa_trigger": "after", "sfa_after_plan_id": plan.id})

    def test_who_may_make_norms(self):
        vals = {
            "name": "Mine",
            "res_model": "res.partner",
            "template_ids": [Command.create({"activity_type_id": self.todo.id})],
        }
        plan = self.plans.with_user(self.sfa_manager).create(vals)
        self.assertTrue(plan.template_ids)
        with self.assertRaises(AccessError):
            self.plans.with_user(self.seller).create(vals)
        with self.assertRaises(AccessError):
            self.env["sfa.norm.launch"].with_user(self.seller).create(
                {"plan_id": plan.id, "res_model": "crm.lead", "res_id": 1, "event": "x"}
            )


@tagged("post_install", "-at_install", "cap_s05", "cap_s07")
class TestNormTimes(NormCase):
    """Planned hours and punctuality are on the clock of the person."""

    def _activity(self, **values):
        lead = self._lead()
        return self.env["mail.activity"].create(
            {
                "res_model_id": self.env["ir.model"]._get_id("crm.lead"),
                "res_id": lead.id,
                "activity_type_id": self.todo.id,
                "user_id": self.seller.id,
                **values,
            }
        )

    def test_the_due_day_follows_the_start(self):
        activity = self._activity(sfa_planned_start="2030-01-06 23:00:00")
        self.assertEqual(activity.date_deadline, date(2030, 1, 7), "in Shanghai")
        activity.with_user(self.seller).sfa_planned_start = "2030-01-08 01:00:00"
        self.assertEqual(activity.date_deadline, date(2030, 1, 8))

    def test_the_start_follows_the_due_day(self):
        activity = self._activity(sfa_planned_start="2030-01-06 23:00:00")
        activity.date_deadline = "2030-02-01"
        self.assertEqual(activity.sfa_planned_start, datetime(2030, 1, 31, 23))

    def test_on_time_in_shanghai(self):
        activity = self._activity(date_deadline="2030-01-07")
        late = self._activity(date_deadline="2030-01-07")
        with freeze_time("2030-01-07 15:59:00"):
            activity.with_user(self.seller).action_done()
            self.assertTrue(activity.sfa_on_time)
        with freeze_time("2030-01-07 16:01:00"):
            late.with_user(self.seller).action_done()
            self.assertFalse(late.sfa_on_time, "the eighth has begun in Shanghai")

    def test_moving_the_due_day_does_not_help(self):
        self._plan(sfa_trigger="stage", sfa_stage_id=self.stages[1].id)
        lead = self._lead(stage_id=self.stages[1].id)
        self._commit()
        activity = self._of(lead).with_user(self.seller)
        activity.date_deadline = activity.date_deadline + timedelta(days=30)
        with freeze_time(datetime.now() + timedelta(days=5)):
            activity.action_done()
            self.assertFalse(activity.sfa_on_time)

    def test_start_and_stop(self):
        activity = self._activity().with_user(self.seller)
        with freeze_time("2030-01-07 08:00:00"):
            activity.action_sfa_start()
        with freeze_time("2030-01-07 09:30:00"):
            activity.action_done()
            self.assertEqual(
                activity.sfa_stopped - activity.sfa_started, timedelta(minutes=90)
            )
        with self.assertRaises(psycopg2.IntegrityError), mute_logger("odoo.sql_db"):
            activity.sfa_stopped = "2030-01-07 07:00:00"
            self.env.flush_all()

    def test_negative_duration(self):
        with self.assertRaises(psycopg2.IntegrityError), mute_logger("odoo.sql_db"):
            self._activity(sfa_duration=-1)

    def test_a_new_customer_of_the_lead(self):
        activity = self._activity()
        lead = self.env["crm.lead"].browse(activity.res_id)
        lead.partner_id = self.other_customer
        self.assertEqual(activity.sfa_partner_id, self.other_customer)

    def test_other_documents_are_left_alone(self):
        product = self.env["product.product"].create({"name": "Lamp"})
        activity = product.activity_schedule(user_id=self.seller.id)
        self.assertFalse(activity.sfa_partner_id or activity.sfa_company_id)
