from datetime import datetime

from odoo.tests import tagged

from .complaint_common import ComplaintCase


@tagged("post_install", "-at_install", "cap_v07", "cap_v09", "cap_e06")
class TestComplaintPage(ComplaintCase):
    """Complaints stand on the customer's page and timeline, for those who may know."""

    def test_on_the_customers_page(self):
        complaint = self._complaint(date_received=datetime(2026, 1, 5, 8))
        self.env.flush_all()
        customer = self.customer.with_user(self.agent)
        parts = customer._customer_360_sections()[self.customer.id]
        part = next(part for part in parts if part["key"] == "complaint")
        self.assertEqual(part["metrics"][0]["value"], "1")
        self.assertTrue(part["rows"][0]["title"].startswith(complaint.number))
        self.assertTrue(part["alerts"], "a deadline has passed")
        parts = self.customer.with_user(self.clerk)._customer_360_sections()
        keys = {part["key"] for part in parts[self.customer.id]}
        self.assertNotIn("complaint", keys)

    def test_on_the_timeline(self):
        complaint = self._bring(self._complaint(), "closed")
        self.env.flush_all()
        page = self.customer.with_user(self.agent).get_customer_timeline()
        kinds = {
            item["kind"] for item in page["items"] if complaint.number in item["title"]
        }
        self.assertEqual(kinds, {"complaint", "complaint_closed", "mail"})
        page = self.customer.with_user(self.clerk).get_customer_timeline()
        self.assertFalse(
            [item for item in page["items"] if complaint.number in item["title"]]
        )

    def test_no_query_more_for_many_customers(self):
        customers = self.customer | self.env["res.partner"].create(
            [{"name": f"Customer {number}"} for number in range(30)]
        )
        for customer in customers:
            self._complaint(partner_id=customer.id)
        self.env.flush_all()
        counts = []
        for some in (customers[:1], customers):
            some = some.with_user(self.agent)
            some._customer_360_sections()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            some._customer_360_sections()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0])
