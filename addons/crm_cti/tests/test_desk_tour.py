from odoo.tests import HttpCase, tagged

from .desk_common import DeskCase


# takes 30 seconds
@tagged("post_install", "-at_install", "cap_c02", "cap_c06")
class TestDeskTour(DeskCase, HttpCase):
    """An agent works with a call from the first ring to the last note."""

    def test_pop(self):
        self._ready()
        self._ring()
        self.start_tour("/odoo", "cti_desk", login="cti_agent")
        self.assertEqual(self.agent.resume, "away")
        self.assertEqual(self.agent.state, "offered")

    def test_wrapup(self):
        self._ready()
        call = self._talked()
        self.start_tour("/odoo", "cti_wrapup", login="cti_agent")
        self.assertEqual(call.note, "The lamp is dark")
        self.assertEqual(call.state, "done")
        self.assertEqual(call.activity_id.summary, "Ask whether it shines")
        self.assertEqual(call.activity_id.user_id, self.agent_user)
        self.assertEqual(self.agent.state, "ready")
