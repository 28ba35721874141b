from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, HttpCase, JsonRpcException, tagged
from odoo.tools import mute_logger

from .gate_common import GateCase


class StageCase(GateCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["sfa.stage.gate"].search([]).unlink()
        cls.team = cls.env["crm.team"].create({"name": "Gate team"})
        cls.stages = cls.env["crm.stage"].create(
            [
                {"name": name, "sequence": place, "team_ids": cls.team.ids}
                for place, name in enumerate(("Fresh", "Known", "Quoted"), 101)
            ]
        )
        cls.fresh, cls.known, cls.quoted = cls.stages
        cls.won = cls.env["crm.stage"].create(
            {
                "name": "Done deal",
                "sequence": 110,
                "is_won": True,
                "team_ids": cls.team.ids,
            }
        )

    @classmethod
    def gate(cls, stage, **vals):
        return cls.env["sfa.stage.gate"].create({"stage_id": stage.id, **vals})

    @classmethod
    def lead_field(cls, name):
        return cls.env["ir.model.fields"]._get("crm.lead", name).ids

    @classmethod
    def make_lead(cls, name="Deal", user=None, **vals):
        user = user or cls.seller
        return (
            cls.env["crm.lead"]
            .with_user(user)
            .create(
                {
                    "name": name,
                    "type": "opportunity",
                    "partner_id": cls.customer.id,
                    "user_id": user.id,
                    "team_id": cls.team.id,
                    "stage_id": cls.fresh.id,
                    **vals,
                }
            )
        )

    def assertBlocked(self, leads, stage, *words):
        with self.assertRaises(UserError) as caught:
            leads.write({"stage_id": stage.id})
        for word in words:
            self.assertIn(word, str(caught.exception))
        leads.invalidate_recordset()
        self.assertNotIn(stage, leads.stage_id)


@tagged("post_install", "-at_install", "cap_s02")
class TestStageGate(StageCase):
    """Conditions of a stage, met whichever way an opportunity takes."""

    def test_filled_fields(self):
        self.gate(
            self.known,
            field_ids=self.lead_field("expected_revenue")
            + self.lead_field("date_deadline"),
        )
        lead = self.make_lead()
        self.assertBlocked(
            lead, self.known, "Deal", "Known", "Expected Revenue", "Expected Closing"
        )
        # what the same write brings counts
        lead.write(
            {
                "stage_id": self.known.id,
                "expected_revenue": 5,
                "date_deadline": "2026-12-01",
            }
        )
        self.assertEqual(lead.stage_id, self.known)

    def test_quotation(self):
        condition = self.gate(self.quoted, quotation_state="exists")
        lead = self.make_lead()
        self.assertBlocked(lead, self.quoted)
        order = self.make_quotation(self.costless, opportunity_id=lead.id)
        lead.stage_id = self.quoted
        lead.stage_id = self.fresh
        condition.quotation_state = "approved"
        self.assertBlocked(lead, self.quoted, "free to leave")
        self.approve(order)
        lead.stage_id = self.quoted
        lead.stage_id = self.fresh
        condition.quotation_state = "sent"
        self.assertBlocked(lead, self.quoted)
        order.action_quotation_sent()
        lead.stage_id = self.quoted
        condition.stage_id = self.won
        condition.quotation_state = "confirmed"
        self.assertBlocked(lead, self.won)
        order.action_confirm()
        lead.action_set_won()
        self.assertEqual(lead.won_status, "won")

    def test_document(self):
        self.gate(self.known, document_kind="pdf", document_name="Contract")
        lead = self.make_lead()
        attachments = self.env["ir.attachment"].with_user(self.seller)
        values = {"res_model": "crm.lead", "res_id": lead.id}
        attachments.create(
            {**values, "name": "contract.txt", "raw": b"x", "mimetype": "text/plain"}
        )
        self.assertBlocked(lead, self.known, "Contract")
        attachments.create({**values, "name": "Our contract.pdf", "raw": b"%PDF-1.4 x"})
        lead.stage_id = self.known

    def test_actions_of_a_plan(self):
        call = self.env.ref("mail.mail_activity_data_call")
        plan = self.env["mail.activity.plan"].create(
            {
                "name": "First steps",
                "res_model": "crm.lead",
                "template_ids": [
                    Command.create({"activity_type_id": call.id, "summary": text})
                    for text in ("Ask for the budget", "Ask for the date")
                ],
            }
        )
        self.gate(self.known, plan_id=plan.id)
        lead = self.make_lead()
        steps = [
            lead.activity_schedule(
                "mail.mail_activity_data_call",
                summary=template.summary,
                user_id=self.seller.id,
            )
            for template in plan.template_ids
        ]
        self.assertBlocked(lead, self.known, "budget", "date")
        steps[0].action_feedback()
        self.assertBlocked(lead, self.known, "Ask for the date")
        steps[1].action_feedback()
        lead.stage_id = self.known

    def test_group(self):
        self.gate(self.known, group_id=self.approver_group().id)
        lead = self.make_lead()
        self.assertBlocked(lead, self.known, "Approve Quotations")
        lead.with_user(self.approver).stage_id = self.known
        self.assertEqual(lead.stage_id, self.known)

    def approver_group(self):
        return self.env.ref("crm_sfa.crm_sfa_group_approver")

    def test_from_stages(self):
        self.gate(self.quoted, from_stage_ids=self.known.ids)
        lead = self.make_lead()
        self.assertBlocked(lead, self.quoted, "Known")
        with self.assertRaises(UserError):
            self.make_lead(stage_id=self.quoted.id)
        lead.stage_id = self.known
        lead.stage_id = self.quoted
        with self.assertRaises(UserError):
            self.gate(self.known, from_stage_ids=self.known.ids)

    def test_back_is_free(self):
        lead = self.make_lead()
        lead.stage_id = self.quoted
        self.gate(self.known, quotation_state="confirmed")
        lead.stage_id = self.known

    def test_kind_of_business(self):
        dealers = self.env["sfa.customer.category"].create({"name": "D"})
        small = self.env["sfa.customer.category"].create(
            {"name": "S", "parent_id": dealers.id}
        )
        other_team = self.env["crm.team"].create({"name": "Other"})
        self.gate(
            self.known, category_ids=dealers.ids, field_ids=self.lead_field("phone")
        )
        self.gate(
            self.known, team_ids=other_team.ids, field_ids=self.lead_field("website")
        )
        self.make_lead().stage_id = self.known
        self.customer.sfa_category_id = small
        lead = self.make_lead(partner_id=self.contact.id)
        lead.phone = False
        self.assertBlocked(lead, self.known, "Phone")
        lead.phone = "123"
        lead.stage_id = self.known
        self.stages.team_ids += other_team
        lead = self.make_lead(team_id=other_team.id, phone="1", website=False)
        self.assertBlocked(lead, self.known, "Website")

    def test_one_message_for_all(self):
        self.gate(self.known, field_ids=self.lead_field("date_deadline"))
        self.gate(self.known, quotation_state="exists")
        leads = self.make_lead("One") | self.make_lead("Two")
        fine = self.make_lead("Three", date_deadline="2026-12-01")
        self.make_quotation(self.good, opportunity_id=fine.id)
        with self.assertRaises(UserError) as caught:
            (leads | fine).write({"stage_id": self.known.id})
        text = str(caught.exception)
        self.assertEqual(text.count("Expected Closing"), 2)
        self.assertEqual(text.count("no quotation"), 2)
        self.assertNotIn("Three", text)

    def test_create_and_mail(self):
        self.gate(self.known, field_ids=self.lead_field("date_deadline"))
        with self.assertRaises(UserError):
            self.make_lead(stage_id=self.known.id)
        with self.assertRaises(UserError):
            self.env["crm.lead"].with_user(self.seller).with_context(
                default_stage_id=self.known.id, default_type="opportunity"
            ).create({"name": "Quick", "team_id": self.team.id})
        # the first stage never keeps a mail out
        first = self.env["crm.lead"].create({"name": "x", "team_id": self.team.id})
        self.gate(first.stage_id, field_ids=self.lead_field("date_deadline"))
        lead = self.env["crm.lead"].message_new(
            {"subject": "Need an offer", "email_from": "a@b.example", "body": "Hello"},
            {"team_id": self.team.id},
        )
        self.assertEqual(lead.stage_id, first.stage_id)

    def test_import(self):
        self.gate(self.known, field_ids=self.lead_field("date_deadline"))
        columns = ["name", "type", "team_id/.id", "stage_id/.id", "date_deadline"]
        row = ["Load", "opportunity", str(self.team.id), str(self.known.id), ""]
        leads = self.env["crm.lead"].with_user(self.seller)
        result = leads.load(columns, [row])
        self.assertFalse(result["ids"])
        self.assertIn("Expected Closing", result["messages"][0]["message"])
        row[-1] = "2026-12-01"
        self.assertTrue(leads.load(columns, [row])["ids"])

    def test_won_button_conversion_and_merge(self):
        self.gate(self.won, field_ids=self.lead_field("date_deadline"))
        lead = self.make_lead()
        with self.assertRaises(UserError):
            lead.action_set_won_rainbowman()
        self.assertEqual(lead.stage_id, self.fresh)
        raw = self.make_lead("Raw", type="lead", stage_id=False)
        raw.convert_opportunity(self.customer, team_id=self.team.id)
        self.assertEqual(raw.type, "opportunity")
        twin = self.make_lead("Twin")
        merged = (lead | twin).with_user(self.sfa_manager).merge_opportunity()
        self.assertTrue(merged.stage_id)
        self.assertEqual(
            len(merged.sfa_stage_log_ids.filtered(lambda log: not log.left_on)), 1
        )

    def test_by_client(self):
        self.gate(self.known, field_ids=self.lead_field("date_deadline"))
        lead = self.make_lead()
        with Form(lead, "crm.crm_lead_view_form") as form:
            self.assertEqual(form.sfa_next_stage_id, self.known)
            self.assertIn("Expected Closing", form.sfa_gate_missing)
            form.date_deadline = "2026-12-01"
            form.stage_id = self.known
        self.assertEqual(lead.stage_id, self.known)
        self.assertFalse(lead.sfa_gate_missing)
        other = self.make_lead()
        with (
            self.assertRaises(UserError),
            Form(other, "crm.crm_lead_view_form") as form,
        ):
            form.stage_id = self.known
        board = (
            self.env["crm.lead"]
            .with_user(self.seller)
            .web_search_read([("team_id", "=", self.team.id)], {"sfa_gate_missing": {}})
        )
        self.assertEqual(
            sum(bool(row["sfa_gate_missing"]) for row in board["records"]), 1
        )

    def test_override(self):
        self.gate(self.known, field_ids=self.lead_field("date_deadline"))
        lead = self.make_lead()
        with self.assertRaises(UserError):
            lead.with_context(sfa_override_reason="Because").stage_id = self.known
        with self.assertRaises(AccessError):
            lead.action_sfa_override_stage()
        with self.assertRaises(AccessError):
            self.env["sfa.stage.override"].with_user(self.seller).create(
                {
                    "lead_ids": lead.ids,
                    "stage_id": self.known.id,
                    "reason": "Because",
                }
            )
        manager = lead.with_user(self.sfa_manager)
        with self.assertRaises(UserError):
            manager.stage_id = self.known
        action = manager.action_sfa_override_stage()
        wizard = Form(
            self.env["sfa.stage.override"]
            .with_user(self.sfa_manager)
            .with_context(**action["context"])
        )
        self.assertEqual(wizard.stage_id, self.known)
        self.assertIn("Expected Closing", wizard.missing)
        wizard.reason = "The customer signs tomorrow"
        wizard.save().action_move()
        self.assertEqual(lead.stage_id, self.known)
        log = lead.sfa_stage_log_ids.filtered("override_reason")
        self.assertRecordValues(
            log,
            [
                {
                    "stage_id": self.known.id,
                    "from_stage_id": self.fresh.id,
                    "user_id": self.sfa_manager.id,
                    "override_reason": "The customer signs tomorrow",
                }
            ],
        )

    def test_rights(self):
        with self.assertRaises(AccessError):
            self.gate(self.known).with_user(self.seller).active = False
        lead = self.make_lead()
        for user in (self.seller, self.sfa_manager):
            with self.assertRaises(AccessError):
                lead.sfa_stage_log_ids.with_user(user).write({"hours": 1})
        self.assertFalse(
            self.env["sfa.stage.log"]
            .with_user(self.other_seller)
            .search([("lead_id", "=", lead.id)])
        )

    def test_manager_sets_conditions(self):
        """In the form of the condition and of the stage, without technical rights."""
        fields = self.env["ir.model.fields"].browse(self.lead_field("phone"))
        conditions = self.env["sfa.stage.gate"].with_user(self.sfa_manager)
        with Form(conditions) as form:
            form.stage_id = self.known
            form.field_ids.add(fields.with_user(self.sfa_manager))
        rows = conditions.web_search_read(
            [("stage_id", "=", self.known.id)],
            {"field_ids": {"fields": {"display_name": {}}}},
        )
        self.assertIn("Phone", rows["records"][0]["field_ids"][0]["display_name"])
        views = [(False, "form"), (False, "list"), (False, "search")]
        for model in ("crm.stage", "sfa.stage.gate", "sfa.stage.log"):
            self.env[model].with_user(self.sfa_manager).get_views(views)
        with self.assertRaises(AccessError):
            fields.with_user(self.sfa_manager).write({"help": "x"})

    def test_stage_deleted_with_its_conditions(self):
        stage = self.env["crm.stage"].create({"name": "Short", "sequence": 105})
        self.gate(stage, quotation_state="exists")
        stage.unlink()
        self.make_lead().stage_id = self.known


@tagged("post_install", "-at_install", "cap_s02", "cap_s17")
class TestStageLog(StageCase):
    """Every stage that an opportunity was in, and for how long."""

    def test_history(self):
        lead = self.make_lead()
        log = lead.sfa_stage_log_ids
        self.assertRecordValues(
            log, [{"stage_id": self.fresh.id, "left_on": False, "hours": 0}]
        )
        self.env.cr.execute(
            "UPDATE sfa_stage_log SET entered_on = entered_on - INTERVAL '36 hours' "
            "WHERE id = %s",
            [log.id],
        )
        self.env.invalidate_all()
        lead.stage_id = self.known
        lead.stage_id = self.known  # again is no move
        lead.with_user(self.sfa_manager).stage_id = self.quoted
        logs = lead.sfa_stage_log_ids.sorted("id")
        self.assertRecordValues(
            logs,
            [
                {"stage_id": self.fresh.id, "hours": 36, "user_id": self.seller.id},
                {"stage_id": self.known.id, "hours": 0, "user_id": self.seller.id},
                {
                    "stage_id": self.quoted.id,
                    "hours": 0,
                    "user_id": self.sfa_manager.id,
                },
            ],
        )
        self.assertEqual(logs.mapped(lambda log: bool(log.left_on)), [1, 1, 0])

    def test_older_opportunities_get_a_beginning(self):
        lead = self.make_lead()
        self.env.cr.execute("DELETE FROM sfa_stage_log WHERE lead_id = %s", [lead.id])
        self.env["sfa.stage.log"].init()
        self.env["sfa.stage.log"].init()
        self.env.invalidate_all()
        self.assertEqual(lead.sfa_stage_log_ids.stage_id, self.fresh)
        lead.with_user(self.sfa_manager).unlink()
        self.assertFalse(
            self.env["sfa.stage.log"].search([("stage_id", "=", self.fresh.id)])
        )


@tagged("post_install", "-at_install", "cap_s02")
class TestStageGatePerformance(StageCase):
    def count(self, leads, stage):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        leads._sfa_check_stage(dict.fromkeys(leads, self.fresh))
        self.env["sfa.stage.log"].sudo()._enter(leads)
        return self.env.cr.sql_log_count - before

    def test_queries_do_not_grow(self):
        leads = self.make_lead()
        for number in range(49):
            leads |= self.make_lead(f"Deal {number}")
        leads.write({"stage_id": self.known.id, "date_deadline": "2026-12-01"})
        one = self.count(leads[:1], self.known)
        self.assertLessEqual(self.count(leads, self.known), one)
        plan = self.env["mail.activity.plan"].create(
            {"name": "Empty", "res_model": "crm.lead"}
        )
        category = self.env["sfa.customer.category"].create({"name": "Any"})
        self.customer.sfa_category_id = category
        self.gate(
            self.known,
            field_ids=self.lead_field("date_deadline"),
            category_ids=category.ids,
            plan_id=plan.id,
            team_ids=self.team.ids,
        )
        orders = self.env["sale.order"]
        for lead in leads:
            orders |= self.make_quotation(self.good, opportunity_id=lead.id)
        self.gate(self.known, quotation_state="approved")
        self.count(leads, self.known)
        one = self.count(leads[:1], self.known)
        self.assertLessEqual(self.count(leads, self.known), one + 1)
        self.env.invalidate_all()


@tagged("post_install", "-at_install", "cap_s02")
class TestStageGateRpc(StageCase, HttpCase):
    def call(self, method, *args, **kwargs):
        return self.make_jsonrpc_request(
            "/web/dataset/call_kw",
            {"model": "crm.lead", "method": method, "args": args, "kwargs": kwargs},
        )

    @mute_logger("odoo.http")
    def test_drag_and_save(self):
        self.gate(self.known, field_ids=self.lead_field("date_deadline"))
        lead = self.make_lead()
        self.env.cr.flush()
        self.authenticate("sfa_seller", "sfa_seller")
        values = {"stage_id": self.known.id}
        for context in ({}, {"sfa_override_reason": "x"}):
            with self.assertRaisesRegex(JsonRpcException, "Expected Closing|Error"):
                self.call(
                    "web_save",
                    lead.ids,
                    values,
                    specification={"stage_id": {}},
                    context=context,
                )
            with self.assertRaises(JsonRpcException):
                self.call("write", lead.ids, values, context=context)
        self.call("write", lead.ids, {**values, "date_deadline": "2026-12-01"})
        lead.invalidate_recordset()
        self.assertEqual(lead.stage_id, self.known)
