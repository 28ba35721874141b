from odoo.tests import HttpCase, tagged

from .mail_common import MailCase


# takes 20 seconds
@tagged("post_install", "-at_install", "cap_v01", "cap_v03")
class TestChannelTour(MailCase, HttpCase):
    """An agent with a mail of somebody who could be two."""

    def test_a_mail_of_a_twin(self):
        twin, _other = self.env["res.partner"].create(
            [
                {"name": name, "email": "twin@tour.example"}
                for name in ("Tour Twin", "Tour Other")
            ]
        )
        self.env["service.macro"].create(
            {
                "name": "Tour macro",
                "body": "<p>The carrier was asked.</p>",
                "next_state": "waiting_customer",
            }
        )
        target = self._ticket(partner_id=twin.id, name="Tour target")
        ticket = self._receive(From="twin@tour.example")
        self.start_tour(
            f"/odoo/tickets/{ticket.id}", "crm_service_channel", login="service_agent"
        )
        self.assertEqual((ticket.state, ticket.merged_into_id), ("merged", target))
