from odoo.tests import HttpCase, tagged

from .common import ServiceCase


# takes 20 seconds
@tagged("post_install", "-at_install", "cap_v09")
class TestDeskTour(ServiceCase, HttpCase):
    """An agent works through the queue without leaving the screen."""

    def test_tour(self):
        self.env["service.ticket"].search([]).write({"user_id": self.other_agent.id})
        macros = self.env["service.macro"]
        macros.search([]).active = False
        macros.create({"name": "We look into it", "body": "<p>We are on it.</p>"})
        first = self._ticket(name="Lamp is dark", priority="3")
        second = self._ticket(name="Chair squeaks")
        self.start_tour("/odoo/service-desk", "crm_service_desk", login="service_agent")
        self.assertEqual(first.user_id, self.agent)
        self.assertEqual(first.name, "Lamp is dark at night")
        said = first.message_ids.filtered(lambda one: "We are on it" in one.body)
        self.assertEqual(said.author_id, self.agent.partner_id)
        self.assertFalse(second.user_id)
