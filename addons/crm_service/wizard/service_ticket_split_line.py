from odoo import fields, models


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
    # as the user: a line can be made for any message
    date = fields.Datetime(related="message_id.date", related_sudo=False)
    author = fields.Char(related="message_id.email_from", related_sudo=False)
    preview = fields.Char("Message", related="message_id.preview", related_sudo=False)
