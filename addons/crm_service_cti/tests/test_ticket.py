from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.crm_cti.tests.desk_common import DeskCase


@tagged("post_install", "-at_install", "cap_v01", "cap_c06")
class TestTicketOfCall(DeskCase):
    """A caller says once what is wrong."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        service = cls.env.ref("crm_service.crm_service_group_user")
        cls.agent_user.group_ids |= service
        cls._ready(cls.agent, cls.other_agent)

    def _kinds(self, user):
        desk = self._as(user).get_desk()
        return [one["key"] for one in desk["call"]["wrapup"]["documents"]]

    def test_a_ticket(self):
        call = self._ring()
        self._answer()
        self.assertIn("ticket", self._kinds(self.agent_user))
        mine = call.with_user(self.agent_user)
        mine.save_wrapup({"note": "The <b>chair</b> wobbles"}, False)
        action = mine.action_create_document("ticket")
        ticket = self.env["service.ticket"].browse(action["res_id"])
        self.assertEqual(ticket.partner_id, self.customer)
        self.assertEqual((ticket.channel, ticket.phone), ("phone", call.number))
        self.assertEqual(ticket.user_id, self.agent_user)
        self.assertIn("&lt;b&gt;chair", ticket.description)
        again = mine.action_create_document("ticket")
        self.assertEqual(again["res_id"], ticket.id, "one call, one ticket")

    def test_who_may_not(self):
        call = self._ring(extension="1002")
        self._answer(extension="1002")
        self.assertNotIn("ticket", self._kinds(self.other_agent_user))
        self.assertFalse(call.res_id)

    def test_nobody_known(self):
        call = self._ring(number="13911112222")
        with self.assertRaises(UserError):
            call.with_user(self.agent_user).action_create_document("ticket")
