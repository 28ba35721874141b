from markupsafe import Markup

from odoo import models
from odoo.exceptions import UserError

COMMAND = "/ticket"


class DiscussChannel(models.Model):
    """A conversation with a visitor becomes a ticket."""

    _inherit = "discuss.channel"

    def execute_command_ticket(self, **kwargs):
        """Open a ticket with the conversation; `/ticket` alone says how.

        :raise AccessError: the user may not read the conversation or open tickets
        :raise UserError: this is no live chat
        """
        self.ensure_one()
        self.check_access("read")
        self.env["service.ticket"].check_access("create")
        if self.channel_type != "livechat":
            raise UserError(
                self.env._("Tickets are opened out of live chats with visitors.")
            )
        body = str(kwargs.get("body") or "")
        subject = body.strip().removeprefix(COMMAND).strip()
        if subject:
            ticket = self._open_ticket(subject)
            said = self.env._("Opened %(ticket)s", ticket=ticket._link())
        else:
            said = self.env._(
                "Open a ticket with this conversation: %(command)s",
                command=Markup("<pre>%s %s</pre>")
                % (COMMAND, self.env._("what it is about")),
            )
        self.env.user._bus_send_transient_message(self, said)

    def _open_ticket(self, subject):
        customer = self._get_ticket_customer()
        return self.env["service.ticket"].create(
            {
                "name": subject,
                "channel": "chat",
                "description": self._get_channel_history(),
                "partner_id": customer.id,
                "user_id": self.env.uid,
            }
        )

    def _get_ticket_customer(self):
        """Give the one customer in the conversation; a visitor is nobody."""
        members = self.with_context(active_test=False).channel_partner_ids
        customers = members.filtered(
            lambda partner: partner.partner_share and not partner.is_public
        )
        return customers if len(customers) == 1 else customers.browse()
