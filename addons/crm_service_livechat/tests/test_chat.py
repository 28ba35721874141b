from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.crm_service.tests.common import ServiceCase


@tagged("post_install", "-at_install", "cap_v01")
class TestChat(ServiceCase):
    """A conversation becomes a ticket, for who may read it and open tickets."""

    def _chat(self, customer, kind="livechat"):
        channel = self.env["discuss.channel"].create(
            {
                "name": "Chat",
                "channel_type": kind,
                "livechat_operator_id": self.agent.partner_id.id,
                "channel_member_ids": [
                    (0, 0, {"partner_id": partner.id})
                    for partner in self.agent.partner_id | customer
                ],
            }
        )
        channel.message_post(
            body="My desk does not rise <b>",
            author_id=customer[:1].id,
            message_type="comment",
        )
        return channel

    def _command(self, channel, body, user=None):
        channel.with_user(user or self.agent).execute_command_ticket(body=body)
        return self.env["service.ticket"].search([("channel", "=", "chat")])

    def test_a_ticket_of_what_was_said(self):
        ticket = self._command(self._chat(self.contact), "/ticket Desk is stuck")
        self.assertEqual((ticket.name, ticket.state), ("Desk is stuck", "new"))
        self.assertEqual(
            (ticket.partner_id, ticket.user_id), (self.contact, self.agent)
        )
        self.assertIn("My desk does not rise &lt;b&gt;", ticket.description)

    def test_a_visitor_is_nobody(self):
        public = self.env.ref("base.public_partner")
        self.assertFalse(self._command(self._chat(public), "/ticket x").partner_id)
        both = self.contact | self.other_customer
        tickets = self._command(self._chat(both), "/ticket y")
        self.assertFalse(tickets.partner_id)

    def test_without_a_subject(self):
        for body in ("/ticket", " /ticket  ", None, 7):
            channel = self._chat(self.contact)
            tickets = self._command(channel, body)
        self.assertEqual(tickets.mapped("name"), ["7"])

    def test_who_may(self):
        channel = self._chat(self.contact)
        for user in (self.demoted, self.portal_user, self.other_portal_user):
            with self.assertRaises(AccessError):
                self._command(channel, "/ticket x", user)
        private = self._chat(self.contact, "group")
        with self.assertRaises(UserError):
            self._command(private, "/ticket x")
        with self.assertRaises(AccessError):
            self._command(private, "/ticket x", self.other_agent)
