from odoo.tests import HttpCase, tagged

from .test_remedy import RemedyCase


# takes 20 seconds
@tagged("post_install", "-at_install", "cap_v07", "cap_v10")
class TestComplaintTour(RemedyCase, HttpCase):
    """What a customer does on the phone."""

    browser_size = "360x740"
    touch_enabled = True

    def test_on_the_phone(self):
        self._approved("refund", quantity=1)
        self.complaint.action_submit()
        self.env.flush_all()
        self.start_tour(
            "/my/complaints", "crm_service_complaint_portal", login="crm_portal"
        )
        self.complaint.invalidate_recordset()
        self.assertEqual(self.complaint.state, "proposal")
        self.assertEqual(self.complaint.counter, "Two of them")
