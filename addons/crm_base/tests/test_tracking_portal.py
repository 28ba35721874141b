from odoo.tests import HttpCase, tagged

from .test_tracking import TrackingCase


@tagged("post_install", "-at_install", "cap_e02")
class TestTrackingPortal(TrackingCase, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order = cls.make_order()
        cls.order.action_confirm()
        cls.env.cr.flush()

    def test_own_order(self):
        self.portal_user.lang = "en_US"
        self.authenticate("crm_portal", "crm_portal")
        page = self.url_open("/my/orders")
        self.assertIn("Confirmed", page.text)
        page = self.url_open(f"/my/orders/{self.order.id}")
        self.assertEqual(page.status_code, 200)
        self.assertIn("o_order_tracking", page.text)
        timeline = page.text.split('id="order_tracking"')[1].split("</section>")[0]
        self.assertIn('data-step="shipped"', timeline)
        self.assertNotIn(self.order.picking_ids.name, page.text)

    def test_own_order_in_chinese(self):
        self.portal_user.lang = "zh_CN"
        self.authenticate("crm_portal", "crm_portal")
        page = self.url_open(f"/my/orders/{self.order.id}")
        self.assertEqual(page.status_code, 200)
        self.assertIn("o_order_tracking", page.text)
        self.assertEqual(self.url_open("/my/orders").status_code, 200)

    def test_order_of_somebody_else(self):
        self.authenticate("crm_portal_2", "crm_portal_2")
        page = self.url_open(f"/my/orders/{self.order.id}")
        self.assertNotIn("o_order_tracking", page.text)
        self.assertNotIn(self.order.name, self.url_open("/my/orders").text)
