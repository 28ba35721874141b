from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .test_remedy import RemedyCase


@tagged("post_install", "-at_install", "cap_v07")
class TestGuarantee(RemedyCase):
    """The complaint says what the customer may choose by law, and why."""

    def setUp(self):
        super().setUp()
        self.today = fields.Date.context_today(self.complaint)
        self.lamp.categ_id = self.env["product.category"].create(
            {
                "name": "Lamps",
                "parent_id": self.env["product.category"]
                .create({"name": "Electric", "guarantee": True})
                .id,
            }
        )
        self.complaint.invalidate_recordset()

    def test_the_first_days(self):
        self.assertEqual(self.complaint.date_delivered, self.today)
        lines = self.complaint.guarantee_text.split("\n")
        self.assertEqual(len(lines), 3)
        self.assertTrue(lines[0].startswith("Refund, until"))
        self.assertIn("first days", lines[0])
        self.assertIn("in its warranty", lines[2])

    def test_failed_repairs(self):
        self.complaint.date_delivered = self.today - timedelta(days=100)
        self.assertEqual(len(self.complaint.guarantee_text.split("\n")), 1)
        for _time in range(2):
            repair = self._executed("repair").repair_id
            repair = repair.with_user(self.warehouse_user)
            repair._action_repair_confirm()
            repair.action_repair_start()
            repair.action_repair_end()
        self.complaint.date_delivered -= timedelta(days=1)
        self.assertEqual(self.complaint.failed_repairs, 2)
        self.assertIn("2 repairs", self.complaint.guarantee_text)
        self.assertEqual(len(self.complaint.guarantee_text.split("\n")), 3)

    def test_when_nothing_is_given(self):
        self.complaint.date_delivered = self.today - timedelta(days=500)
        self.assertIn("warranty is over", self.complaint.guarantee_text)
        self.lamp.categ_id.parent_id.guarantee = False
        self.complaint.invalidate_recordset()
        self.assertIn("has no rules", self.complaint.guarantee_text)
        self.assertIn("Choose the product", self._complaint().guarantee_text)
