from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import HttpCase, JsonRpcException, tagged
from odoo.tools import mute_logger

from odoo.addons.crm_sfa.models.sale_order_gate import FROM_PAYMENT

from .gate_common import GateCase

SIGNATURE = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk"
    "YPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)


@tagged("post_install", "-at_install", "cap_s13")
class TestCostGateExits(GateCase):
    """No way out leads around the check."""

    def setUp(self):
        super().setUp()
        self.held = self.make_quotation(self.costless)
        self.free = self.make_quotation(self.good)

    def test_confirm(self):
        with self.assertRaises(UserError):
            self.held.action_confirm()
        self.approve(self.held)
        self.held.action_confirm()
        self.assertEqual(self.held.state, "sale")

    def test_mark_as_sent(self):
        with self.assertRaises(UserError):
            self.held.action_quotation_sent()
        self.free.action_quotation_sent()
        self.approve(self.held)
        self.held.action_quotation_sent()
        self.assertEqual((self.held | self.free).mapped("state"), ["sent", "sent"])

    def test_send_by_mail(self):
        with self.assertRaises(UserError):
            self.held.action_quotation_send()
        template = self.env.ref("sale.email_template_edi_sale")
        values = {
            "model": "sale.order",
            "res_ids": self.held.ids,
            "template_id": template.id,
            "composition_mode": "comment",
        }
        composer = self.env["mail.compose.message"].with_user(self.seller)
        for context in ({}, {"mark_so_as_sent": True}):
            for mode in ("comment", "mass_mail"):
                with self.assertRaises(UserError):
                    composer.with_context(**context).create(
                        {**values, "composition_mode": mode}
                    ).action_send_mail()
        with self.assertRaises(UserError):
            template.with_user(self.seller).send_mail(self.held.id)
        with self.assertRaises(UserError):
            self.held.message_post_with_source(template)
        for forged in (True, "yes", {"payment": 1}):
            with self.assertRaises(UserError):
                self.held.with_user(self.seller).with_context(
                    sfa_from_payment=forged
                ).message_post_with_source(template)
        with self.assertRaises(UserError):
            self.held.with_context(mark_so_as_sent=True).message_post(body="Here")
        self.assertEqual(self.held.state, "draft")
        # a question to the customer is no quotation
        self.held.message_post(body="Which colour?", message_type="comment")
        self.approve(self.held)
        self.assertEqual(
            self.held.action_quotation_send()["res_model"], "mail.compose.message"
        )
        wizard = composer.with_context(mark_so_as_sent=True).create(values)
        wizard.action_send_mail()
        self.assertEqual(self.held.state, "sent")

    def test_state_over_rpc(self):
        for state in ("sent", "sale"):
            with self.assertRaises(UserError):
                self.held.write({"state": state})
        with self.assertRaises(UserError):
            (self.held | self.free).write({"state": "sent"})
        self.free.write({"state": "sent"})

    def test_prices_and_state_in_one_write(self):
        with self.assertRaises(UserError):
            self.free.write(
                {
                    "state": "sent",
                    "order_line": [
                        Command.update(self.free.order_line.id, {"price_unit": 1})
                    ],
                }
            )
        self.assertEqual(self.free.order_line.price_unit, 100)

    def test_sent_then_changed_then_confirmed(self):
        self.free.action_quotation_sent()
        self.free.order_line.discount = 50
        with self.assertRaises(UserError):
            self.free.action_confirm()

    def test_created_or_imported_in_state(self):
        for state in ("sent", "sale"):
            with self.assertRaises(UserError):
                self.make_quotation(self.costless, state=state)
        self.make_quotation(self.good, state="sent")
        columns = ["partner_id/.id", "state", "order_line/product_id/.id"]
        rows = [[str(self.customer.id), "sent", str(self.costless.id)]]
        result = self.env["sale.order"].with_user(self.seller).load(columns, rows)
        self.assertFalse(result["ids"])
        self.assertIn("Gate costless", result["messages"][0]["message"])
        rows[0][2] = str(self.good.id)
        self.assertTrue(
            self.env["sale.order"].with_user(self.seller).load(columns, rows)["ids"]
        )

    def test_printed(self):
        reports = self.env["ir.actions.report"].with_user(self.seller)
        for render in (reports._render_qweb_html, reports._render_qweb_pdf):
            with self.assertRaises(UserError):
                render("sale.report_saleorder", self.held.ids)
            with self.assertRaises(UserError):
                render("sale.report_saleorder", (self.held | self.free).ids)
            render("sale.report_saleorder", self.free.ids)

    def test_payment(self):
        provider = self.env["payment.provider"].create(
            {"name": "Gate pay", "company_id": self.company.id}
        )
        method = self.env["payment.method"].create(
            {"name": "Gate method", "code": "gate_method"}
        )
        provider.payment_method_ids = method
        values = {
            "provider_id": provider.id,
            "payment_method_id": method.id,
            "amount": 200,
            "currency_id": self.held.currency_id.id,
            "partner_id": self.customer.id,
            "sale_order_ids": [Command.set(self.held.ids)],
        }
        transactions = self.env["payment.transaction"]
        with self.assertRaises(UserError):
            transactions.with_user(self.portal_user).sudo().create(
                {**values, "reference": "GATE-1"}
            )
        # money that arrives all the same is recorded, and somebody is told
        paid = transactions.create({**values, "reference": "GATE-2", "state": "done"})
        self.assertFalse(paid._check_amount_and_confirm_order())
        self.assertEqual(self.held.state, "draft")
        self.assertTrue(
            self.held.activity_ids.filtered(lambda a: a.user_id == self.seller)
        )
        waiting = transactions.create(
            {**values, "reference": "GATE-3", "state": "pending"}
        )
        waiting.with_context(
            sfa_from_payment=FROM_PAYMENT
        ).sale_order_ids.action_quotation_sent()
        self.assertEqual(self.held.state, "draft")
        values["sale_order_ids"] = [Command.set(self.free.ids)]
        done = transactions.create({**values, "reference": "GATE-4", "state": "done"})
        self.assertEqual(done._check_amount_and_confirm_order(), self.free)
        self.assertEqual(self.free.state, "sale")


@tagged("post_install", "-at_install", "cap_s13")
class TestCostGatePortal(GateCase, HttpCase):
    # takes 20 seconds
    """The customer meets a quotation only when it may leave."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order = cls.make_quotation(cls.good, require_signature=True)
        cls.order.action_quotation_sent()
        cls.order.order_line.price_unit = 61  # changed after it was sent
        cls.order._portal_ensure_token()
        cls.url = f"/my/orders/{cls.order.id}"
        cls.portal_user.lang = "en_US"
        cls.env.cr.flush()

    def accept(self):
        return self.make_jsonrpc_request(
            f"{self.url}/accept",
            {
                "access_token": self.order.access_token,
                "name": "Wang Fang",
                "signature": SIGNATURE,
            },
        )

    def test_page_and_print(self):
        self.authenticate("crm_portal", "crm_portal")
        page = self.url_open(self.url)
        self.assertIn("o_quotation_held", page.text)
        self.assertNotIn("Gate good", page.text)
        self.assertNotIn("122.00", page.text)
        pdf = self.url_open(f"{self.url}?report_type=pdf&download=true")
        self.assertIn("o_quotation_held", pdf.text)
        self.assertNotIn(self.order.name, self.url_open("/my/quotes").text)
        self.approve(self.order)
        page = self.url_open(self.url)
        self.assertNotIn("o_quotation_held", page.text)
        self.assertIn("Gate good", page.text)
        self.assertIn(self.order.name, self.url_open("/my/quotes").text)

    def test_page_by_token(self):
        page = self.url_open(f"{self.url}?access_token={self.order.access_token}")
        self.assertIn("o_quotation_held", page.text)
        self.assertNotIn("Gate good", page.text)

    def test_stranger_learns_nothing(self):
        self.authenticate("crm_portal_2", "crm_portal_2")
        page = self.url_open(self.url)
        self.assertNotIn(self.order.name, page.text)

    def test_accept(self):
        result = self.accept()
        self.assertIn("still being prepared", result["error"])
        self.assertNotIn("margin", result["error"])
        self.order.invalidate_recordset()
        self.assertEqual(self.order.state, "sent")
        self.assertFalse(self.order.signature)
        self.approve(self.order)
        self.assertTrue(self.accept().get("force_refresh"))
        self.order.invalidate_recordset()
        self.assertEqual(self.order.state, "sale")

    @mute_logger("odoo.http")
    def test_pay(self):
        with self.assertRaises(JsonRpcException):
            self.make_jsonrpc_request(
                f"{self.url}/transaction",
                {"access_token": self.order.access_token},
            )

    def test_print_in_the_client(self):
        self.authenticate("sfa_seller", "sfa_seller")
        with mute_logger("odoo.addons.web.controllers.report", "odoo.http"):
            page = self.url_open(f"/report/html/sale.report_saleorder/{self.order.id}")
        self.assertNotEqual(page.status_code, 200)
        self.assertNotIn("122.00", page.text)
        self.approve(self.order)
        page = self.url_open(f"/report/html/sale.report_saleorder/{self.order.id}")
        self.assertEqual(page.status_code, 200)
