from datetime import date, datetime, timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .norm_common import NormCase


@tagged("post_install", "-at_install", "cap_s05", "cap_s20")
class TestNormLaunch(NormCase):
    """Events launch norms, for whole sets and once."""

    def test_a_stage_launches_its_norm(self):
        plan = self._plan(
            {"summary": "Call", "sfa_mandatory": True, "sfa_hour": 9.5},
            {"summary": "Visit", "sfa_duration": 2},
            sfa_trigger="stage",
            sfa_stage_id=self.stages[1].id,
        )
        lead = self._lead()
        self._commit()
        self.assertFalse(self._of(lead))
        lead.with_user(self.seller).stage_id = self.stages[1]
        self.assertFalse(self._of(lead), "not before the change is complete")
        self._commit()
        first, second = self._of(lead)
        today = fields.Date.context_today(lead.with_context(tz="Asia/Shanghai"))
        self.assertRecordValues(
            first | second,
            [
                {
                    "summary": "Call",
                    "user_id": self.seller.id,
                    "sfa_partner_id": self.customer.id,
                    "sfa_lead_id": lead.id,
                    "sfa_norm_id": plan.id,
                    "sfa_mandatory": True,
                    "date_deadline": today + timedelta(days=1),
                    "sfa_asked_date": today + timedelta(days=1),
                    "sfa_company_id": lead.company_id.id or self.company.id,
                    "automated": True,
                },
                {
                    "summary": "Visit",
                    "user_id": self.seller.id,
                    "sfa_partner_id": self.customer.id,
                    "sfa_lead_id": lead.id,
                    "sfa_norm_id": plan.id,
                    "sfa_mandatory": False,
                    "date_deadline": today + timedelta(days=2),
                    "sfa_asked_date": today + timedelta(days=2),
                    "sfa_company_id": lead.company_id.id or self.company.id,
                    "automated": True,
                },
            ],
        )
        start = datetime.combine(today + timedelta(days=1), datetime.min.time())
        self.assertEqual(
            first.sfa_planned_start,
            start + timedelta(hours=1, minutes=30),
            "half past nine in Shanghai",
        )
        self.assertFalse(second.sfa_planned_start)
        self.assertEqual(second.sfa_duration, 2)

    def test_once_a_subject_and_event(self):
        self._plan(sfa_trigger="stage", sfa_stage_id=self.stages[1].id)
        lead = self._lead(stage_id=self.stages[1].id)
        self._commit()
        self.assertEqual(len(self._of(lead)), 1, "a new one at the stage counts")
        lead.stage_id = self.stages[0]
        self._commit()
        lead.stage_id = self.stages[1]
        self._commit()
        lead.stage_id = self.stages[1]
        self._commit()
        self.assertEqual(len(self._of(lead)), 1)

    def test_a_whole_set_in_one_go(self):
        self._plan({}, {}, sfa_trigger="stage", sfa_stage_id=self.stages[2].id)
        leads = self.env["crm.lead"].union(*(self._lead() for _number in range(12)))
        leads.write({"stage_id": self.stages[2].id})
        self._commit()
        self.assertEqual(len(self._of(leads)), 24)

    def test_the_skip_key_of_the_platform_is_kept(self):
        self._plan(sfa_trigger="stage", sfa_stage_id=self.stages[1].id)
        lead = self._lead()
        lead.with_context(mail_activity_automation_skip=True).stage_id = self.stages[1]
        self._commit()
        self.assertFalse(self._of(lead))

    def test_archived_norms_rest(self):
        plan = self._plan(sfa_trigger="stage", sfa_stage_id=self.stages[1].id)
        plan.active = False
        lead = self._lead(stage_id=self.stages[1].id)
        self._commit()
        self.assertFalse(self._of(lead))

    def test_a_norm_of_another_company_rests(self):
        self._plan(
            sfa_trigger="stage",
            sfa_stage_id=self.stages[1].id,
            company_id=self.other_company.id,
        )
        lead = self._lead(stage_id=self.stages[1].id, company_id=self.company.id)
        self._commit()
        self.assertFalse(self._of(lead))

    def test_a_category_launches_norms_of_itself_and_above(self):
        below = self.category.create(
            {
                "name": "Corner shops",
                "parent_id": self.category.id,
                "plan_id": self._plan(name="Welcome", res_model="res.partner").id,
            }
        )
        self._plan(
            name="Shops",
            res_model="res.partner",
            sfa_trigger="category",
            sfa_category_id=self.category.id,
        )
        self.customer.user_id = self.seller
        self.customer.with_user(self.sfa_manager).sfa_category_id = below
        self._commit()
        self.assertEqual(
            set(self._of(self.customer).sfa_norm_id.mapped("name")),
            {"Welcome", "Shops"},
        )
        self.contact.sfa_category_id = below
        self._commit()
        self.assertFalse(self._of(self.contact), "a contact is not a customer")
        fresh = self.env["res.partner"].create(
            {"name": "New", "sfa_category_id": self.category.id}
        )
        self._commit()
        (activity,) = self._of(fresh)
        self.assertFalse(activity.user_id, "nobody is responsible yet")

    def test_a_done_action_launches_what_follows(self):
        self._plan(
            name="After a call", sfa_trigger="done", sfa_activity_type_id=self.call.id
        )
        lead = self._lead()
        call = lead.activity_schedule(
            activity_type_id=self.call.id, user_id=self.seller.id
        )
        call.with_user(self.seller).action_feedback("Asked for a visit")
        self._commit()
        self.assertEqual(self._of(lead).filtered("active").summary, "Step 1")

    def test_a_completed_norm_launches_the_next(self):
        first = self._plan({}, {}, sfa_trigger="stage", sfa_stage_id=self.stages[1].id)
        self._plan(
            {"summary": "Thank"},
            name="Second",
            sfa_trigger="after",
            sfa_after_plan_id=first.id,
        )
        lead = self._lead(stage_id=self.stages[1].id)
        self._commit()
        steps = self._of(lead).with_user(self.seller)
        steps[0].action_feedback("Done")
        self._commit()
        self.assertEqual(len(self._of(lead)), 2)
        steps[1]._sfa_skip("Nobody was there")
        self._commit()
        self.assertIn("Thank", self._of(lead).mapped("summary"))

    def test_one_message_a_person(self):
        self._plan({}, {}, sfa_trigger="stage", sfa_stage_id=self.stages[1].id)
        leads = self.env["crm.lead"].union(
            *(self._lead(user_id=self.seller.id) for _number in range(15)),
            self._lead(user_id=self.other_seller.id),
        )
        before = self.env["mail.message"].search([], order="id desc", limit=1)
        leads.with_user(self.sfa_manager).write({"stage_id": self.stages[1].id})
        self._commit()
        messages = self.env["mail.message"].search(
            [("id", ">", before.id), ("message_type", "=", "user_notification")]
        )
        self.assertEqual(
            sorted(messages.mapped("partner_ids.id")),
            sorted((self.seller | self.other_seller).partner_id.ids),
        )
        mine = messages.filtered(
            lambda message: self.seller.partner_id in message.partner_ids
        )
        self.assertEqual(len(mine), 1)
        self.assertIn("20 more", mine.body)

    def test_who_does_it_is_not_told(self):
        self._plan(sfa_trigger="stage", sfa_stage_id=self.stages[1].id)
        lead = self._lead()
        before = self.env["mail.message"].search([], order="id desc", limit=1)
        lead.with_user(self.seller).stage_id = self.stages[1]
        self._commit()
        self.assertFalse(
            self.env["mail.message"].search(
                [("id", ">", before.id), ("message_type", "=", "user_notification")]
            )
        )


@tagged("post_install", "-at_install", "cap_s05")
class TestNormTime(NormCase):
    """Time launches norms; running twice changes nothing."""

    def _run(self):
        with self.enter_registry_test_mode():
            self.env.ref("crm_sfa.sfa_norm_cron").method_direct_trigger()

    def test_stalled(self):
        self._plan(sfa_trigger="stalled", sfa_days=10, sfa_stage_id=self.stages[0].id)
        stalled, fresh = self._lead(), self._lead()
        elsewhere = self._lead(stage_id=self.stages[1].id)
        old = datetime.now() - timedelta(days=11)
        (stalled | elsewhere).write({"date_last_stage_update": old})
        self._run()
        self._run()
        self.assertEqual(len(self._of(stalled)), 1)
        self.assertFalse(self._of(fresh | elsewhere))
        stalled.date_last_stage_update = old - timedelta(days=20)
        self._run()
        self.assertEqual(len(self._of(stalled)), 2, "stalled once more")

    def test_lifecycle(self):
        self._plan(
            res_model="res.partner", sfa_trigger="lifecycle", sfa_lifecycle_stage="lost"
        )
        today = fields.Date.context_today(self.customer)
        for partner, day in (
            (self.customer, today),
            (self.other_customer, today - timedelta(days=40)),
        ):
            self.env["crm.lifecycle"].search([("partner_id", "=", partner.id)]).unlink()
            self.env["crm.lifecycle"].create(
                {
                    "partner_id": partner.id,
                    "stage": "lost",
                    "reason": "silence",
                    "since": day,
                }
            )
            self.env["crm.lifecycle.log"].create(
                {
                    "partner_id": partner.id,
                    "date": day,
                    "stage_to": "lost",
                    "reason": "silence",
                }
            )
        self._run()
        self._run()
        self.assertEqual(len(self._of(self.customer)), 1)
        self.assertFalse(
            self._of(self.other_customer), "that was before the norm was in force"
        )

    def test_rhythm_of_visits(self):
        self._plan(
            {"activity_type_id": self.visit.id},
            res_model="res.partner",
            sfa_trigger="visit",
        )
        (self.customer | self.other_customer).sfa_category_id = self.category
        old = datetime.now() - timedelta(days=31)
        for partner, days in ((self.customer, 31), (self.other_customer, 3)):
            visit = partner.activity_schedule(activity_type_id=self.visit.id)
            visit.action_feedback("Was there")
            visit.sfa_stopped = datetime.now() - timedelta(days=days)
        self.assertLess(self._of(self.customer).sfa_stopped - old, timedelta(hours=1))
        self._run()
        self._run()
        planned = self._of(self.customer).filtered("active")
        self.assertEqual(len(planned), 1)
        self.assertFalse(self._of(self.other_customer).filtered("active"))
        planned.action_feedback("Was there again")
        self._run()
        self.assertFalse(self._of(self.customer).filtered("active"))

    def test_silence(self):
        self._plan(res_model="res.partner", sfa_trigger="silence")
        self.customer.sfa_category_id = self.category
        self.env["crm.lifecycle"].search(
            [("partner_id", "=", self.customer.id)]
        ).unlink()
        self.env["crm.lifecycle"].create(
            {
                "partner_id": self.customer.id,
                "stage": "potential",
                "reason": "no_order",
                "since": "2020-01-01",
                "last_contact": date.today() - timedelta(days=61),
            }
        )
        self._run()
        self._run()
        self.assertEqual(len(self._of(self.customer)), 1)


@tagged("post_install", "-at_install", "cap_s05")
class TestNormResponsible(NormCase):
    """Who does a step."""

    def test_each_kind(self):
        role = self.env["sfa.account.role"].create({"name": "Engineer"})
        self.env["sfa.account.member"].create(
            {
                "partner_id": self.customer.id,
                "role_id": role.id,
                "user_id": self.other_seller.id,
                "date_from": "2020-01-01",
            }
        )
        territory = self.env["sfa.territory"].create({"name": "East"})
        self.env["sfa.territory.member"].create(
            {
                "territory_id": territory.id,
                "user_id": self.salesperson.id,
                "date_from": "2020-01-01",
            }
        )
        self.env.cr.execute(
            "UPDATE res_partner SET sfa_territory_id = %s WHERE id IN %s",
            [territory.id, (self.customer | self.contact)._ids],
        )
        (self.customer | self.contact).invalidate_recordset()
        team = self.env["crm.team"].create(
            {"name": "Team", "user_id": self.sfa_manager.id}
        )
        self._plan(
            {"responsible_type": "sfa_salesperson"},
            {"responsible_type": "sfa_role", "sfa_role_id": role.id},
            {"responsible_type": "sfa_territory"},
            {"responsible_type": "sfa_leader"},
            {"responsible_type": "other", "responsible_id": self.manager.id},
            sfa_trigger="stage",
            sfa_stage_id=self.stages[1].id,
        )
        lead = self._lead(team_id=team.id, partner_id=self.contact.id)
        bare = self._lead(partner_id=False, team_id=team.id)
        (lead | bare).with_user(self.seller).write({"stage_id": self.stages[1].id})
        self._commit()
        self.assertEqual(
            self._of(lead).mapped("user_id.login"),
            [
                user.login
                for user in (
                    self.seller,
                    self.other_seller,
                    self.salesperson,
                    self.sfa_manager,
                    self.manager,
                )
            ],
        )
        self.assertEqual(
            [activity.user_id for activity in self._of(bare)],
            [
                self.seller,
                self.seller,
                self.seller,
                self.sfa_manager,
                self.manager,
            ],
            "without a customer, the salesperson does it",
        )

    def test_somebody_who_left_gets_nothing(self):
        self._plan(sfa_trigger="stage", sfa_stage_id=self.stages[1].id)
        lead = self._lead()
        self.seller.sudo().active = False
        lead.stage_id = self.stages[1]
        self._commit()
        self.assertFalse(self._of(lead).user_id)

    def test_the_wizard_names_who_is_missing(self):
        role = self.env["sfa.account.role"].create({"name": "Engineer"})
        plan = self._plan({"responsible_type": "sfa_role", "sfa_role_id": role.id})
        lead = self._lead(user_id=False)
        with self.assertRaises(ValidationError):
            self.env["mail.activity.schedule"].with_user(self.sfa_manager).with_context(
                active_model="crm.lead", active_ids=lead.ids
            ).create({"plan_id": plan.id})

    def test_by_hand(self):
        plan = self._plan({"sfa_mandatory": True}, {"responsible_type": "on_demand"})
        leads = self._lead() | self._lead()
        wizard = (
            self.env["mail.activity.schedule"]
            .with_user(self.seller)
            .with_context(active_model="crm.lead", active_ids=leads.ids)
            .create({"plan_id": plan.id, "plan_date": "2030-01-07"})
        )
        wizard.action_schedule_plan()
        activities = self._of(leads)
        self.assertEqual(len(activities), 4)
        self.assertEqual(activities.sfa_norm_id, plan)
        self.assertEqual(activities.user_id, self.seller)
        self.assertEqual(activities[0].date_deadline, date(2030, 1, 8))
        self.assertIn("Follow up", leads[0].message_ids[0].body)
        forbidden = self._lead(user_id=self.other_seller.id)
        with (
            self.assertRaises(AccessError),
            mute_logger("odoo.addons.base.models.ir_rule"),
        ):
            self.env["mail.activity.schedule"].with_user(self.seller).with_context(
                active_model="crm.lead", active_ids=forbidden.ids
            ).create({"plan_id": plan.id}).action_schedule_plan()


@tagged("post_install", "-at_install", "cap_s05", "cap_s07")
class TestNormMandatory(NormCase):
    """Mandatory steps are done, or skipped with a reason."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.plan = cls._plan(
            {"sfa_mandatory": True},
            {},
            sfa_trigger="stage",
            sfa_stage_id=cls.stages[1].id,
        )
        cls.lead = cls._lead(stage_id=cls.stages[1].id)
        cls.env.cr.flush()
        cls.must, cls.may = cls.activities.search(
            [("res_model", "=", "crm.lead"), ("res_id", "=", cls.lead.id)],
            order="date_deadline",
        ).with_user(cls.seller)

    def test_cannot_be_deleted(self):
        for forbidden in (self.must.unlink, self.must.action_cancel):
            with self.assertRaises(UserError):
                forbidden()
        self.may.action_cancel()
        self.assertFalse(self.may.exists())
        self.must.with_user(self.sfa_manager).unlink()

    def test_goes_with_its_document(self):
        self.lead.unlink()
        self.assertFalse(self.must.exists())

    def test_cannot_be_made_optional_or_moved(self):
        other = self._lead()
        for vals in (
            {"sfa_mandatory": False},
            {"sfa_template_id": False},
            {"sfa_norm_id": False},
            {"sfa_asked_date": "2040-01-01"},
        ):
            with self.assertRaises(AccessError):
                self.must.write(vals)
        with self.assertRaises(UserError):
            self.must.write({"res_id": other.id})
        with self.assertRaises(AccessError):
            self.must.create(
                {
                    "res_model_id": self.env["ir.model"]._get_id("crm.lead"),
                    "res_id": other.id,
                    "sfa_template_id": self.must.sfa_template_id.id,
                }
            )

    def test_skip_needs_a_reason(self):
        with self.assertRaises(UserError):
            self.must._sfa_skip("  ")
        with self.assertRaises(ValidationError):
            self.must.write({"sfa_outcome": "skipped"})
        wizard = (
            self.env["sfa.activity.skip"]
            .with_user(self.seller)
            .with_context(**self.must.action_sfa_skip()["context"])
            .create({"reason": "The project was cancelled"})
        )
        wizard.action_skip()
        self.assertRecordValues(
            self.must,
            [
                {
                    "active": False,
                    "sfa_outcome": "skipped",
                    "feedback": "The project was cancelled",
                    "sfa_on_time": False,
                }
            ],
        )
        self.lead.invalidate_recordset()
        self.assertIn("cancelled", self.lead.message_ids[0].body)
        for vals in ({"sfa_outcome": "positive"}, {"active": True}, {"feedback": "x"}):
            with self.assertRaises(UserError):
                self.must.write(vals)

    def test_others_cannot_skip_it(self):
        with (
            self.assertRaises(AccessError),
            mute_logger("odoo.addons.base.models.ir_rule"),
        ):
            self.must.with_user(self.other_seller)._sfa_skip("Not mine")

    def test_missing_actions(self):
        missing = self.lead.with_user(self.seller)._sfa_missing_actions(self.plan)
        self.assertEqual(missing, {self.lead.id: ["Step 1"]})
        self.must.action_feedback("Done")
        missing = self.lead._sfa_missing_actions(self.plan)
        self.assertEqual(missing, {self.lead.id: []})
        other = self._lead()
        self.assertEqual(
            (self.lead | other)._sfa_missing_actions(self.plan),
            {self.lead.id: [], other.id: ["Step 1"]},
            "what was never launched is missing too",
        )

    def test_skipped_is_not_done(self):
        self.must._sfa_skip("No time")
        self.assertEqual(
            self.lead._sfa_missing_actions(self.plan), {self.lead.id: ["Step 1"]}
        )

    def test_done_ones_are_kept(self):
        (self.must | self.may).action_feedback("Done")
        self.assertFalse(any((self.must | self.may).mapped("active")))
        self.assertTrue(all((self.must | self.may).mapped("sfa_stopped")))
        self.env["mail.activity"]._gc_delete_old_overdue_activities()
        self.assertEqual((self.must | self.may).exists(), self.must | self.may)
