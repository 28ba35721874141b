from odoo import api, fields, models


class ServiceTicketSplitLine(models.TransientModel):
    """A message that could become another ticket's."""

    _name = "service.ticket.split.line"
    _description = "Message to Split off"

    split_id = fields.Many2one(
        "service.ticket.split", required=True, ondelete="cascade"
    )
    message_id = fields.Many2one(
        "mail.message", required=True, readonly=True, ondelete="cascade"
    )
    chosen = fields.Boolean("Take")
    date = fields.Datetime(compute="_compute_message")
    author = fields.Char(compute="_compute_message")
    preview = fields.Char("Text", compute="_compute_message")

    @api.depends("message_id", "split_id.ticket_id")
    def _compute_message(self):
        for split, lines in self.grouped("split_id").items():
            # A line can be made for any message; others than these stay unread.
            written = split.ticket_id and split.ticket_id._get_written_messages()
            for line in lines:
                message = line.message_id & (written or line.message_id.browse())
                line.date = message.date
                line.author = message.author_id.display_name or message.email_from
                line.preview = message.preview
