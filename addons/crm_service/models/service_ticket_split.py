from odoo import models
from odoo.exceptions import UserError

from ..tools.guard import TICKET

#: What people wrote; the rest is the history of the ticket itself.
WRITTEN = ("email", "comment")


class ServiceTicket(models.Model):
    """Messages about something else become a ticket of their own."""

    _inherit = "service.ticket"

    def _get_written_messages(self):
        """Give the messages that can be split off, oldest first."""
        self.ensure_one()
        return self.env["mail.message"].search(
            [
                ("model", "=", self._name),
                ("res_id", "=", self.id),
                ("message_type", "in", WRITTEN),
            ],
            order="date, id",
        )

    def _split(self, messages, name):
        """Make a new ticket of some messages of this one.

        :param messages: what people wrote on this ticket, with attachments
        :param str name: subject of the new ticket
        :return: the new ticket, for the same customer, team and agent
        :raise AccessError: the user may not change the ticket
        :raise UserError: no message, or one that is not of this ticket
        """
        self.check_access("write")
        if not messages or messages - self._get_written_messages():
            raise UserError(
                self.env._(
                    "Choose messages of ticket %(ticket)s that a person wrote. Those "
                    "become the new ticket.",
                    ticket=self.number,
                )
            )
        first = messages.sorted("date")[0]
        with TICKET.open():
            ticket = self.create({**self._prepare_split_vals(), "name": name})
        ticket.description = first.body
        ticket.message_subscribe(self.message_partner_ids.ids)
        belongings = {
            "mail.message": messages.ids,
            "ir.attachment": messages.attachment_ids.ids,
        }
        self._move_belongings(ticket, belongings)
        ticket._message_log(
            body=self.env._("Split off from %(ticket)s.", ticket=self._link())
        )
        self._message_log(
            body=self.env._("%(ticket)s was split off.", ticket=ticket._link())
        )
        return ticket

    def _prepare_split_vals(self):
        return {
            "previous_id": self.id,
            "company_id": self.company_id.id,
            "partner_id": self.partner_id.id,
            "email": self.email,
            "phone": self.phone,
            "channel": self.channel,
            "kind": self.kind,
            "category_id": self.category_id.id,
            "team_id": self.team_id.id,
            "user_id": self.user_id.id,
            "mail_alias_id": self.mail_alias_id.id,
        }
