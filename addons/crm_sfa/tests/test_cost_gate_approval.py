from odoo import SUPERUSER_ID, Command, api
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, TransactionCase, new_test_user, tagged
from odoo.tools import mute_logger

from .gate_common import GateCase


@tagged("post_install", "-at_install", "cap_s13")
class TestCostGateApproval(GateCase):
    """Who may let a quotation leave, and for how long that holds."""

    def test_level_by_what_is_wrong(self):
        little = self.make_quotation(self.thin)  # margin 15, floor 20
        request = self.ask(little)
        self.assertEqual(
            request.level_id.get_external_id()[request.level_id.id],
            ("crm_sfa.sfa_approval_level_lead"),
        )
        request.with_user(self.approver).decide("approved", "")
        little.action_confirm()
        much = self.make_quotation(self.costless)
        request = self.ask(much)
        with self.assertRaises(AccessError):
            request.with_user(self.approver).decide("approved", "")
        request.with_user(self.director).decide("approved", "")
        much.action_confirm()
        self.assertEqual(much.state, "sale")

    def test_not_oneself(self):
        order = self.make_quotation(self.thin, user=self.approver)
        request = self.ask(order)
        with self.assertRaises(AccessError):
            request.with_user(self.approver).decide("approved", "")
        # nor what one asked for on behalf of a colleague
        order = self.make_quotation(self.thin)
        request = self.ask(order.with_user(self.approver))
        with self.assertRaises(AccessError):
            request.with_user(self.approver).decide("approved", "")
        request.with_user(self.sfa_manager).decide("approved", "")
        self.assertEqual(order.sfa_gate_state, "approved")

    def test_forbidden(self):
        order = self.make_quotation(self.thin)
        request = self.ask(order)
        with self.assertRaises(AccessError):
            request.with_user(self.seller).decide("approved", "")
        for user in (self.other_seller, self.demoted, self.foreign_manager):
            with self.assertRaises(AccessError):
                request.with_user(user).decide("approved", "")
        for user in (self.seller, self.approver, self.sfa_manager):
            with mute_logger("odoo.addons.base.models.ir_rule"):
                with self.assertRaises(AccessError):
                    request.with_user(user).write({"state": "approved"})
                with self.assertRaises(AccessError):
                    self.env["sfa.approval"].with_user(user).create(
                        {"order_id": order.id, "state": "approved"}
                    )
        with self.assertRaises(AccessError):
            self.env["sfa.approval.level"].with_user(self.seller).create(
                {"name": "Mine", "group_id": self.env.ref("base.group_user").id}
            )
        other = self.make_quotation(self.thin, user=self.other_seller)
        with self.assertRaises(AccessError):
            self.env["sfa.approval.ask"].with_user(self.seller).create(
                {"order_id": other.id, "note": "x"}
            ).action_ask()
        self.assertFalse(
            self.env["sfa.approval"]
            .with_user(self.other_seller)
            .search([("id", "=", request.id)])
        )

    def test_changed_lines_end_an_approval(self):
        order = self.make_quotation(self.thin)
        self.approve(order)
        self.assertEqual(order.sfa_gate_state, "approved")
        order.order_line.name = "Other words"
        self.assertEqual(order.sfa_gate_state, "approved")
        order.order_line.price_unit = 99
        self.assertEqual(order.sfa_gate_state, "blocked")
        with self.assertRaises(UserError):
            order.action_confirm()
        order.order_line.price_unit = 100
        self.assertEqual(order.sfa_gate_state, "approved")
        order.partner_id = self.other_customer
        self.assertEqual(order.sfa_gate_state, "blocked")

    def test_risen_cost_ends_an_approval(self):
        order = self.make_quotation(self.thin)
        self.approve(order)
        self.thin.standard_price = 85.2
        self.assertEqual(order.sfa_gate_state, "approved")
        self.thin.standard_price = 95
        order.invalidate_recordset(["sfa_gate_state"])
        self.assertEqual(order.sfa_gate_state, "blocked")

    def test_changed_between_request_and_decision(self):
        order = self.make_quotation(self.thin)
        request = self.ask(order)
        order.order_line.price_unit = 86
        self.assertTrue(request.with_user(self.director).is_outdated)
        with self.assertRaises(UserError):
            request.with_user(self.director).decide("approved", "")
        again = self.ask(order)
        self.assertEqual(again, request)
        again.with_user(self.director).decide("approved", "")
        order.action_confirm()

    def test_refusal(self):
        order = self.make_quotation(self.thin)
        request = self.ask(order)
        director = request.with_user(self.director)
        with self.assertRaises(UserError):
            director.decide("refused", "  ")
        with self.assertRaises(ValidationError):
            director.decide("maybe", "x")
        director.decide("refused", "Too thin")
        self.assertEqual(order.sfa_gate_state, "refused")
        with self.assertRaises(UserError):
            order.action_confirm()
        self.assertIn("Too thin", "".join(order.message_ids.mapped("body")))
        self.assertNotEqual(self.ask(order), request)

    def test_one_decision(self):
        order = self.make_quotation(self.thin)
        request = self.ask(order)
        request.with_user(self.approver).decide("approved", "")
        with self.assertRaises(UserError) as caught:
            request.with_user(self.director).decide("refused", "No")
        self.assertIn(self.approver.name, str(caught.exception))
        self.assertEqual(request.state, "approved")
        self.assertEqual(request.decided_by_id, self.approver)

    def test_by_client(self):
        order = self.make_quotation(self.thin)
        with Form(order) as form:
            self.assertEqual(form.sfa_gate_state, "blocked")
        action = order.action_sfa_ask_approval()
        wizard = Form(
            self.env["sfa.approval.ask"]
            .with_user(self.seller)
            .with_context(**action["context"])
        )
        wizard.note = "First order"
        wizard.save().action_ask()
        todo = order.activity_ids.filtered(lambda a: a.user_id == self.approver)
        self.assertTrue(todo)
        self.assertFalse(
            order.activity_ids.filtered(lambda a: a.user_id == self.seller)
        )
        request = (
            self.env["sfa.approval"]
            .with_user(self.approver)
            .search([("order_id", "=", order.id)])
        )
        self.assertTrue(request.may_decide)
        self.assertFalse(request.with_user(self.seller).may_decide)
        self.assertRecordValues(
            request.line_ids, [{"cost": 85.0, "margin": 15.0, "floor": 20.0}]
        )
        action = request.action_approve()
        wizard = Form(
            self.env["sfa.approval.decide"]
            .with_user(self.approver)
            .with_context(**action["context"])
        )
        wizard.save().action_decide()
        self.assertEqual(order.sfa_gate_state, "approved")
        self.assertFalse(order.activity_ids)
        with self.assertRaises(UserError):
            order.action_sfa_ask_approval()

    def test_without_levels(self):
        order = self.make_quotation(self.thin)
        self.env["sfa.approval.level"].search([]).active = False
        with self.assertRaises(UserError):
            self.ask(order)

    def test_duplicate_needs_its_own_approval(self):
        order = self.make_quotation(self.thin)
        self.approve(order)
        self.assertEqual(order.copy().sfa_gate_state, "blocked")


@tagged("post_install", "-at_install", "cap_s13")
class TestTwoApproversAtOnce(TransactionCase):
    """Two transactions that see the same open request: one decision."""

    def setUp(self):
        super().setUp()
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {"no_reset_password": True})
            self._make(env)
        self.addCleanup(self._remove)

    def _make(self, env):
        groups = "base.group_user,crm_sfa.crm_sfa_group_director"
        self.users = [
            new_test_user(env, f"sfa_twice_{number}", groups=groups).id
            for number in (1, 2)
        ]
        company = env.company
        self.was_on = company.sfa_quote_gate
        company.sfa_quote_gate = True
        product = env["product.product"].create({"name": "Twice", "list_price": 5})
        order = env["sale.order"].create(
            {
                "partner_id": env["res.partner"].create({"name": "Twice"}).id,
                "user_id": SUPERUSER_ID,
                "order_line": [Command.create({"product_id": product.id})],
            }
        )
        self.request = env["sfa.approval"]._ask(order, "Please").id
        self.trash = [
            ("sale.order", order.id),
            ("product.template", product.product_tmpl_id.id),
            ("res.partner", order.partner_id.id),
        ]

    def _remove(self):
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            env.company.sfa_quote_gate = self.was_on
            for model, record_id in self.trash:
                env[model].browse(record_id).unlink()
            users = env["res.users"].browse(self.users)
            people = users.partner_id
            users.unlink()
            people.unlink()

    def test_one_decision(self):
        first, second = self.users
        with self.registry.cursor() as one, self.registry.cursor() as two:
            mine = api.Environment(one, first, {})["sfa.approval"]
            yours = api.Environment(two, second, {})["sfa.approval"]
            self.assertEqual(yours.browse(self.request).state, "waiting")
            mine.browse(self.request).decide("approved", "Yes")
            with self.assertRaises(UserError):
                yours.browse(self.request).decide("refused", "No")
            one.commit()
            two.rollback()
        with self.registry.cursor() as cr:
            late = api.Environment(cr, second, {})["sfa.approval"].browse(self.request)
            with self.assertRaises(UserError):
                late.decide("refused", "No")
            self.assertEqual(late.state, "approved")
            self.assertEqual(late.decided_by_id.id, first)
