from odoo.tests import tagged

from .portal_common import PortalCase
from .test_entitlement import EntitlementCase


# takes 20 seconds
@tagged("post_install", "-at_install", "cap_v06", "cap_v10")
class TestAssetPortal(EntitlementCase, PortalCase):
    """Customers see what they have from us, whether it is covered, and ask about it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.own = cls._asset(cls.contact)
        cls.foreign = cls._asset(cls.other_customer)

    @classmethod
    def _asset(cls, partner):
        asset = cls.env["service.asset"].create(
            {
                "product_id": cls.screws.id,
                "partner_id": partner.id,
                "company_id": cls.company.id,
                "quantity": 1,
                "date_delivered": "2026-01-15",
            }
        )
        cls.env["service.entitlement"].create(
            {
                "plan_id": cls.warranty.id,
                "asset_id": asset.id,
                "company_id": cls.company.id,
                "date_first": "2026-01-15",
                "date_last": "2999-01-14",
            }
        )
        return asset

    def _shown(self):
        page = self._get("/my/service/products").text
        return [one for one in (self.own, self.foreign) if f'asset="{one.id}"' in page]

    def test_own_products(self):
        self._as(self.portal_user)
        page = self._get("/my/service/products").text
        self.assertEqual(self._shown(), [self.own])
        self.assertIn("In warranty", page)
        self.assertIn("Two years until", page)
        self.own.entitlement_ids.date_last = "2026-01-20"
        page = self._get("/my/service/products").text
        self.assertIn("Out of warranty", page)
        self.own.state = "returned"
        page = self._get("/my/service/products").text
        self.assertIn("Returned", page)
        self.assertNotIn(f"new?asset={self.own.id}", page)

    def test_nobody_elses(self):
        people = (self.sibling, self.agent, self.demoted)
        for user in people:
            self._as(user)
            self.assertFalse(self._shown(), user.login)
        self._as(self.other_portal_user)
        self.assertEqual(self._shown(), [self.foreign])
        self._as(None)
        self.assertIn("/web/login", self._get("/my/service/products").url)
        self.company.service_portal_shared = True
        self._as(self.sibling)
        self.assertEqual(self._shown(), [self.own])

    def test_asking_about_it(self):
        self._as(self.portal_user)
        page = self._get(f"/my/service/new?asset={self.own.id}").text
        self.assertRegex(page, rf'value="{self.own.id}" selected')
        form = {"subject": "Rust", "text": "After a week"}
        for asset in (self.foreign.id, "x", "1" * 30, "-1"):
            page = self._send("/my/service/create", asset=asset, **form)
            self.assertIn("Choose one of your products", page.text)
        answer = self._send("/my/service/create", asset=self.own.id, **form)
        self.assertEqual(answer.status_code, 303)
        ticket = self.env["service.ticket"].search([("asset_id", "=", self.own.id)])
        self.assertEqual(ticket.product_id, self.screws)
        self.assertEqual(ticket.cover, "in")
        self.assertEqual(ticket.partner_id, self.contact)
