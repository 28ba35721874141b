from odoo import models


class ResPartner(models.Model):
    """A customer is chosen from the possible ones of a ticket."""

    _inherit = "res.partner"

    def action_service_pick(self):
        """Choose this contact as the customer of the ticket whose form shows it."""
        self.ensure_one()
        ticket = self.env["service.ticket"].browse(
            self.env.context.get("service_ticket_id")
        )
        return ticket.action_pick_customer(self.id)
