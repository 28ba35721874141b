from odoo import api, fields, models


class ServiceTicketSplit(models.TransientModel):
    """Choose the messages that become a ticket of their own."""

    _name = "service.ticket.split"
    _description = "Split Ticket"

    ticket_id = fields.Many2one("service.ticket", required=True, readonly=True)
    name = fields.Char("Subject", required=True)
    line_ids = fields.One2many("service.ticket.split.line", "split_id", "Messages")

    @api.model
    def default_get(self, fields_list):
        values = super().default_get(fields_list)
        ticket = self.env["service.ticket"].browse(values.get("ticket_id"))
        if ticket:
            ticket.check_access("write")
            values["line_ids"] = [
                (0, 0, {"message_id": message.id})
                for message in ticket._get_written_messages()
            ]
        return values

    def action_split(self):
        """Split, and show the new ticket."""
        self.ensure_one()
        chosen = self.line_ids.filtered("chosen").message_id
        return self.ticket_id._split(chosen, self.name)._get_records_action()
