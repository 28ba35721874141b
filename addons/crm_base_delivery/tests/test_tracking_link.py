from odoo import Command
from odoo.tests import tagged

from odoo.addons.crm_base.tests.test_tracking import TrackingCase


@tagged("post_install", "-at_install", "cap_e02")
class TestTrackingLink(TrackingCase):
    def test_customer_gets_the_link_of_the_parcel(self):
        fee = self.env["product.product"].create({"name": "Parcel", "type": "service"})
        carrier = self.env["delivery.carrier"].create(
            {
                "name": "Swift Parcel",
                "product_id": fee.id,
                "tracking_url": "https://parcel.example/<shipmenttrackingnumber>",
            }
        )
        order = self.make_order()
        order.action_confirm()
        picking = order.picking_ids
        picking.write({"carrier_id": carrier.id, "carrier_tracking_ref": "SF123"})
        self.assertFalse(self.link(order))
        self.deliver(order)
        self.assertEqual(self.link(order), "https://parcel.example/SF123")
        other = self.make_order(order_line=[Command.clear()])
        self.assertFalse(other._tracking_data()[other.id]["tracking_url"])

    def link(self, order):
        steps = order.with_user(self.portal_user)._tracking_steps(for_customer=True)
        return next(s["url"] for s in steps[order.id] if s["key"] == "shipped")
