from odoo.tests import tagged

from .test_portal import PortalCase


# takes 20 seconds
@tagged("post_install", "-at_install", "cap_l12")
class TestPortalTour(PortalCase):
    """What a member does on the phone."""

    browser_size = "360x740"
    touch_enabled = True

    def test_on_the_phone(self):
        self.company.loyalty_transfer_limit = 100
        self.env["loyalty.card"].create(
            {
                "program_id": self.program.id,
                "partner_id": self.env["res.partner"].create({"name": "Friend"}).id,
                "code": "TOUR-CARD",
            }
        )
        self.start_tour("/my/loyalty", "crm_loyalty_portal", login="crm_portal")
        self.assertEqual((self.mine.points, self.mine.loyalty_state), (460, "lost"))
