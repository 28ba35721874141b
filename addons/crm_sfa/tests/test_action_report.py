from datetime import timedelta

from freezegun import freeze_time

from odoo import Command, fields
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .norm_common import NormCase


@tagged("post_install", "-at_install", "cap_s07")
class TestActionReport(NormCase):
    """What was planned, done, late and skipped, with rights of its own."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.reports = cls.env["sfa.action.report"]
        cls.today = fields.Date.context_today(cls.customer)
        cls.customer.sfa_category_id = cls.category
        cls.contact.sfa_category_id = cls.category
        cls.lead = cls._lead(partner_id=cls.contact.id)

    def _activity(self, days, user=None, **values):
        return (
            self.env["mail.activity"]
            .create(
                {
                    "res_model_id": self.env["ir.model"]._get_id("crm.lead"),
                    "res_id": self.lead.id,
                    "activity_type_id": self.todo.id,
                    "user_id": (user or self.seller).id,
                    "date_deadline": self.today + timedelta(days=days),
                    "sfa_duration": 2,
                    **values,
                }
            )
            .with_user(user or self.seller)
        )

    def _sums(self, user, *groups):
        return self.reports.with_user(user)._read_group(
            [("partner_id", "=", self.customer.id)],
            groups,
            [
                "planned:sum",
                "done:sum",
                "on_time:sum",
                "late:sum",
                "skipped:sum",
                "overdue:sum",
                "hours:sum",
            ],
        )

    def test_counts(self):
        self._activity(3)
        self._activity(-3)
        self._activity(3).action_done()
        self._activity(-3).action_done()
        self._activity(3)._sfa_skip("Not needed")
        self.assertEqual(
            self._sums(self.seller, "user_id", "category_id", "lead_id"),
            [(self.seller, self.category, self.lead, 5, 2, 1, 1, 1, 1, 4.0)],
            "the customer is the company, though the lead names a contact",
        )

    def test_real_hours(self):
        activity = self._activity(0)
        now = fields.Datetime.now()
        with freeze_time(now):
            activity.action_sfa_start()
        with freeze_time(now + timedelta(minutes=45)):
            activity.action_done()
            self.env.flush_all()
        self.assertEqual(self._sums(self.seller)[0][-1], 0.75)

    def test_compliance(self):
        self._plan({}, {}, sfa_trigger="stage", sfa_stage_id=self.stages[1].id)
        leads = self._lead() | self._lead(user_id=self.other_seller.id)
        leads.write({"stage_id": self.stages[1].id})
        self._commit()
        mine = self._of(leads[0]).with_user(self.seller)
        mine[0].action_done()
        self.env.flush_all()
        with freeze_time(fields.Datetime.now() + timedelta(days=10)):
            rows = self.reports.with_user(self.sfa_manager)._read_group(
                [("norm_id", "!=", False), ("status", "!=", "open")],
                ["user_id"],
                ["planned:sum", "compliance:avg"],
                order="user_id",
            )
            self.assertEqual(
                {user: values for user, *values in rows},
                {self.seller: [2, 50.0], self.other_seller: [2, 0.0]},
            )

    def test_rights(self):
        self._activity(1)
        self._activity(1, user=self.other_seller)
        self.assertEqual(self._sums(self.seller, "user_id")[0][:2], (self.seller, 1))
        self.assertEqual(self._sums(self.sfa_manager)[0][0], 2)
        self.env["crm.team"].create(
            {
                "name": "East",
                "user_id": self.other_seller.id,
                "member_ids": [Command.set(self.seller.ids)],
            }
        )
        self.assertEqual(self._sums(self.other_seller)[0][0], 2, "a leader the team")
        with self.assertRaises(AccessError):
            self.reports.with_user(self.demoted).search([])
        report = self.reports.with_user(self.sfa_manager).search([], limit=1)
        with self.assertRaises(AccessError):
            report.write({"name": "x"})

    def test_companies(self):
        self._activity(1)
        foreign = self._new_user("sfa_foreign", "crm_sfa.crm_sfa_group_manager")
        foreign.write(
            {
                "company_ids": [Command.set(self.other_company.ids)],
                "company_id": self.other_company.id,
            }
        )
        self.assertFalse(
            self.reports.with_user(foreign)
            .with_company(self.other_company)
            .search([("user_id", "=", self.seller.id)])
        )

    def test_other_activities_are_not_in_it(self):
        product = self.env["product.product"].create({"name": "Lamp"})
        activity = product.activity_schedule(user_id=self.seller.id)
        self.assertFalse(self.reports.search([("id", "=", activity.id)]))

    def test_open_the_document(self):
        activity = self._activity(1)
        report = self.reports.with_user(self.seller).browse(activity.id)
        self.assertEqual(report.action_open_document()["res_id"], self.lead.id)


@tagged("post_install", "-at_install", "cap_s07")
class TestEffort(NormCase):
    """Does the effort go where the revenue comes from?"""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        product = cls.env["product.product"].create(
            {"name": "Lamp", "type": "consu", "taxes_id": False}
        )
        cls.buyers = cls.env["res.partner"].create(
            [{"name": f"Buyer {number}", "is_company": True} for number in range(5)]
        )
        cls.env["sale.order"].search([]).action_cancel()
        cls.env["crm.history.order"].search([]).unlink()
        for buyer, price in zip(cls.buyers, (800, 100, 60, 40, 0), strict=True):
            if price:
                cls.env["sale.order"].create(
                    {
                        "partner_id": buyer.id,
                        "order_line": [
                            Command.create(
                                {"product_id": product.id, "price_unit": price}
                            )
                        ],
                    }
                ).action_confirm()
        for buyer, hours in ((cls.buyers[0], 1), (cls.buyers[4], 3)):
            activity = buyer.activity_schedule(
                activity_type_id=cls.visit.id,
                user_id=cls.seller.id,
                sfa_duration=hours,
            )
            activity.action_done()

    def test_classes(self):
        rows = (
            self.env["sfa.effort.report"]
            .with_user(self.sfa_manager)
            .search([("partner_id", "in", self.buyers.ids)], order="partner_id")
        )
        self.assertEqual(rows.mapped("class_abc"), ["a", "b", "b", "c", "d"])
        self.assertEqual(rows.mapped("revenue"), [800, 100, 60, 40, 0])
        self.assertEqual(rows.mapped("hours"), [1, 0, 0, 0, 3])
        self.assertEqual(rows[0].revenue_share, 80)
        self.assertEqual(rows[0].action_share, 50)

    def test_picture(self):
        rows = self.env["sfa.effort.share"].with_user(self.sfa_manager).search([])
        shares = {(row.class_abc, row.measure): row.share for row in rows}
        self.assertEqual(shares["a", "2_revenue"], 80)
        self.assertEqual(shares["a", "4_hours"], 25)
        self.assertEqual(shares["d", "4_hours"], 75)
        self.assertEqual(shares["a", "1_customers"], 20)

    def test_rights(self):
        for model in ("sfa.effort.report", "sfa.effort.share"):
            with self.assertRaises(AccessError):
                self.env[model].with_user(self.seller).search([])
