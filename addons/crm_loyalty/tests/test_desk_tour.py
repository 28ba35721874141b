from odoo.tests import HttpCase, tagged

from .common import LoyaltyCase


# takes 20 seconds
@tagged("post_install", "-at_install", "cap_l01")
class TestDeskTour(LoyaltyCase, HttpCase):
    """A clerk with a queue and a scanner."""

    def test_a_queue(self):
        self.start_tour("/odoo/loyalty-desk", "crm_loyalty_desk", login="loyalty_clerk")
        card = self.env["loyalty.card"].search([("code", "=", "TOUR-0001")])
        self.assertEqual(card.partner_id.name, "Tour Newcomer")
        self.assertEqual(card.loyalty_state, "lost")
        member = card.partner_id
        self.assertTrue(member._may_contact("sms", "marketing")[member.id])
