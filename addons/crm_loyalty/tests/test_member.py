from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import LoyaltyCase


@tagged("post_install", "-at_install", "cap_l10", "cap_e06")
class TestMember(LoyaltyCase):
    def setUp(self):
        super().setUp()
        self.card.book("earn", 120, "till 1", note="First visit")

    def test_found_by_the_card(self):
        for user in (self.shop_clerk, self.salesperson, self.loyalty_manager):
            partners = self.env["res.partner"].with_user(user)
            kind, found = partners._lookup(self.card.code, 8)
            self.assertEqual((kind, found), ("card", self.customer))
        kind, found = (
            self.env["res.partner"].with_user(self.clerk)._lookup(self.card.code, 8)
        )
        self.assertFalse(found, "who may not read cards finds nobody by them")

    def test_on_the_customers_page(self):
        customer = self.customer.with_user(self.shop_clerk)
        parts = customer._customer_360_sections()[self.customer.id]
        part = next(part for part in parts if part["key"] == "member")
        self.assertEqual(part["metrics"][0]["label"], "Points")
        self.assertIn("120", part["metrics"][0]["value"])
        self.assertEqual(part["rows"][0]["title"], self.card.code)
        keys = {
            part["key"]
            for part in self.customer.with_user(self.clerk)._customer_360_sections()[
                self.customer.id
            ]
        }
        self.assertNotIn("member", keys)

    def test_on_the_timeline(self):
        page = self.customer.with_user(self.shop_clerk).get_customer_timeline()
        event = next(e for e in page["items"] if e["kind"] == "points")
        self.assertIn("First visit", event["title"])
        self.assertIn("+120", event["title"])

    def test_who_may_read_the_ledger(self):
        rows = self.env["loyalty.ledger"]
        for user in (
            self.shop_clerk,
            self.salesperson,
            self.loyalty_manager,
            self.accountant,
        ):
            self.assertTrue(
                rows.with_user(user).search([("card_id", "=", self.card.id)])
            )
        for user in (self.demoted, self.warehouse_user, self.portal_user):
            with self.assertRaises(AccessError):
                rows.with_user(user).search([])
        self.program.company_id = self.company
        self.card.book("earn", 1, "till 2")
        foreign = rows.with_user(self.foreign_manager)
        of_company = [("company_id", "=", self.company.id)]
        self.assertFalse(foreign.search(of_company))
        self.assertTrue(rows.with_user(self.salesperson).search(of_company))

    def test_one_query_more_for_many_customers(self):
        customers = self.customer | self.env["res.partner"].create(
            [{"name": f"Member {number}"} for number in range(30)]
        )
        self.env["loyalty.card"].create(
            [
                {"program_id": self.program.id, "partner_id": partner.id}
                for partner in customers[1:]
            ]
        )
        self.env.flush_all()
        counts = []
        for some in (customers[:1], customers):
            some = some.with_user(self.shop_clerk)
            some._customer_360_sections()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            some._customer_360_sections()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0])
