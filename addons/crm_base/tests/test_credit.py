from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged, warmup

from .common import CrmBaseCase


@tagged("post_install", "-at_install", "cap_e05")
class TestCredit(CrmBaseCase):
    """Overdue and limit are checked on quotations; collection follows by itself."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.today = fields.Date.context_today(cls.env.user)
        cls.customer.user_id = cls.salesperson
        cls.product = cls.env["product.product"].create(
            {"name": "Lamp", "type": "consu", "list_price": 100, "taxes_id": False}
        )
        cls.approver = cls._new_user("crm_approver", "account.group_account_manager")
        cls.env["crm.collection.step"].search([]).unlink()
        cls.steps = cls.env["crm.collection.step"].create(
            [
                {"name": "Remind", "days": 3},
                {"name": "Call", "days": 20},
                {
                    "name": "Notice",
                    "days": 60,
                    "responsible": "user",
                    "user_id": cls.accountant.id,
                },
            ]
        )

    def _new_invoice(self, days_late, amount=100, partner=None, kind="out_invoice"):
        due = self.today - timedelta(days=days_late)
        invoice = self.env["account.move"].create(
            {
                "move_type": kind,
                "partner_id": (partner or self.customer).id,
                "invoice_date": due,
                "invoice_date_due": due,
                "invoice_payment_term_id": False,
                "invoice_line_ids": [
                    (
                        0,
                        0,
                        {
                            "product_id": self.product.id,
                            "price_unit": amount,
                            "tax_ids": False,
                        },
                    )
                ],
            }
        )
        invoice.action_post()
        return invoice

    def _pay(self, invoice, amount=None):
        wizard = (
            self.env["account.payment.register"]
            .with_context(active_model="account.move", active_ids=invoice.ids)
            .create({} if amount is None else {"amount": amount})
        )
        wizard.action_create_payments()

    def _new_quotation(self, partner=None):
        return self.env["sale.order"].create(
            {
                "partner_id": (partner or self.contact).id,
                "user_id": self.salesperson.id,
                "order_line": [(0, 0, {"product_id": self.product.id})],
            }
        )

    def _follow_up(self):
        self.env["crm.collection"]._follow_up(self.company)

    def _collection(self):
        return self.env["crm.collection"].search(
            [("partner_id", "=", self.customer.id), ("state", "=", "open")]
        )

    # ------------------------------------------------------------------ standing
    def test_standing_agrees_with_the_ledger(self):
        self._new_invoice(40, 100)
        half = self._new_invoice(10, 60)
        self._pay(half, 20)
        self._new_invoice(-10, 500)
        self._new_invoice(1, 30, kind="out_refund")
        standing = self.customer._get_credit_standing()[self.customer.id]
        self.assertAlmostEqual(standing.open, self.customer.credit)
        self.assertAlmostEqual(standing.overdue, 110)  # 100 + 40 less the credit of 30
        self.assertEqual(standing.oldest_due, self.today - timedelta(days=40))
        self.assertEqual([round(b) for b in standing.buckets], [40, 70, 0, 0])

    @warmup
    def test_same_queries_for_one_and_many_customers(self):
        for partners in (self.customer, self.customer | self.other_customer):
            self.env.invalidate_all()
            with self.assertQueryCount(4):
                partners._get_credit_standing()

    # ----------------------------------------------------------------- quotation
    def test_quotation_warns_and_passes_by_default(self):
        self._new_invoice(12)
        order = self._new_quotation().with_user(self.salesperson)
        self.assertIn("Acme Trading", order.partner_credit_warning)
        self.assertIn("12 days", order.partner_credit_warning)
        self.assertFalse(order.is_on_credit_hold)
        order.action_confirm()
        self.assertEqual(order.state, "sale")

    def test_tolerance(self):
        self.company.crm_credit_overdue_days = 15
        self._new_invoice(12)
        self.assertFalse(self._new_quotation().partner_credit_warning)

    def test_hold_release_and_growth(self):
        self.company.crm_credit_policy = "hold"
        self._new_invoice(12)
        order = self._new_quotation()
        as_seller = order.with_user(self.salesperson)
        with self.assertRaisesRegex(UserError, "Acme Trading"):
            as_seller.action_confirm()
        with self.assertRaises(AccessError):
            as_seller.action_release_credit_hold()
        with self.assertRaises(AccessError):
            order.with_user(self.demoted).action_release_credit_hold()
        self.approver.group_ids |= self.env.ref(
            "sales_team.group_sale_salesman_all_leads"
        )
        order.with_user(self.approver).action_release_credit_hold()
        self.assertEqual(order.credit_released_by_id, self.approver)
        order.order_line.product_uom_qty = 5
        with self.assertRaises(UserError):
            as_seller.action_confirm()
        order.order_line.product_uom_qty = 1
        as_seller.action_confirm()
        self.assertEqual(order.state, "sale")

    def test_a_release_is_for_one_customer_and_one_currency(self):
        self.company.crm_credit_policy = "hold"
        self._new_invoice(12)
        order = self._new_quotation()
        dollars = self.env.ref("base.USD")
        euros = self.env.ref("base.EUR")
        (dollars | euros).active = True
        other = (dollars | euros) - order.currency_id
        lists = self.env["product.pricelist"].create(
            [
                {"name": currency.name, "currency_id": currency.id}
                for currency in order.currency_id + other[:1]
            ]
        )
        order.with_user(self.approver).sudo().action_release_credit_hold()
        order.pricelist_id = lists[0]
        self.assertTrue(order.credit_released_amount, "the same currency")
        order.pricelist_id = lists[1]
        self.assertFalse(order.credit_released_amount)
        self.assertFalse(order.credit_released_by_id)
        self.assertTrue(order.is_on_credit_hold)

    def test_customer_gets_a_neutral_sentence(self):
        self.company.crm_credit_policy = "hold"
        self._new_invoice(12)
        order = self._new_quotation()
        message = order.with_user(self.portal_user).sudo()._get_credit_hold_message()
        self.assertIn(order.name, message)
        self.assertNotIn("overdue", message)

    def test_credit_limit_holds_too(self):
        self.company.write(
            {"crm_credit_policy": "hold", "account_use_credit_limit": True}
        )
        self.customer.credit_limit = 150
        self._new_invoice(-10, 100)
        with self.assertRaises(UserError):
            self._new_quotation().with_user(self.salesperson).action_confirm()

    def test_other_company_s_debt_does_not_count(self):
        self._new_invoice(12)
        standing = self.customer._get_credit_standing(self.other_company)
        self.assertEqual(standing[self.customer.id].open, 0)

    # ---------------------------------------------------------------- collection
    def test_steps_follow_the_age(self):
        self._new_invoice(5)
        self._follow_up()
        case = self._collection()
        self.assertEqual(case.step_id, self.steps[0])
        self.assertEqual(case.activity_ids.user_id, self.salesperson)
        self._follow_up()
        self.assertEqual(len(case.activity_ids), 1, "running twice adds nothing")
        self._new_invoice(25)
        self._follow_up()
        self.assertEqual(self._collection(), case, "one case a customer")
        self.assertEqual(case.step_id, self.steps[1])
        self.assertEqual(case.activity_ids.summary, "Call")
        self.assertEqual((case.overdue_30, case.overdue_amount), (200, 200))
        self._new_invoice(70)
        self._follow_up()
        self.assertEqual(case.activity_ids.user_id, self.accountant)

    def test_steps_speak_the_language_of_who_does_them(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        step = self.steps[0].with_context(lang="zh_CN")
        step.write({"name": "友好提醒", "note": "<p>询问是否收到发票</p>"})
        self.salesperson.lang = "zh_CN"
        self._new_invoice(5)
        self._follow_up()
        activity = self._collection().activity_ids
        self.assertEqual(activity.summary, "友好提醒")
        self.assertIn("询问", activity.note)

    def test_promise_pauses_and_payment_closes(self):
        invoice = self._new_invoice(5)
        self._follow_up()
        case = self._collection().with_user(self.salesperson)
        case.promise_date = self.today + timedelta(days=7)
        self._new_invoice(30)
        self._follow_up()
        self.assertEqual(case.step_id, self.steps[0], "a promise pauses the steps")
        self._pay(invoice)
        self._follow_up()
        self.assertEqual(case.overdue_amount, 100)
        for late in self.env["account.move"].search(
            [
                ("partner_id", "=", self.customer.id),
                ("move_type", "=", "out_invoice"),
                ("payment_state", "=", "not_paid"),
            ]
        ):
            self._pay(late)
        self._follow_up()
        self.assertEqual(case.state, "closed")
        self.assertFalse(case.activity_ids)
        self._new_invoice(4)
        self._follow_up()
        self.assertNotEqual(self._collection().id, case.id, "a new case after payment")

    def test_promise_in_the_past_is_refused(self):
        self._new_invoice(5)
        self._follow_up()
        with self.assertRaisesRegex(UserError, "Acme Trading"):
            self._collection().promise_date = self.today - timedelta(days=1)

    def test_cron_covers_every_company(self):
        self._new_invoice(5)
        cron = self.env.ref("crm_base.crm_collection_cron")
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
        self.assertEqual(self._collection().overdue_amount, 100)

    def test_rights(self):
        self._new_invoice(5)
        self._follow_up()
        case = self._collection()
        self.assertTrue(case.with_user(self.salesperson).has_access("write"))
        self.assertTrue(case.with_user(self.accountant).has_access("write"))
        self.assertFalse(case.with_user(self.other_salesperson).has_access("read"))
        self.assertFalse(case.with_user(self.foreign_manager).has_access("read"))
        self.assertFalse(case.with_user(self.demoted).has_access("read"))
        self.assertFalse(case.with_user(self.portal_user).has_access("read"))
        with self.assertRaises(AccessError):
            case.with_user(self.salesperson).unlink()
        case.with_user(self.salesperson).action_refresh()
