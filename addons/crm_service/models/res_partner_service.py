from odoo import models
from odoo.exceptions import UserError


class ResPartner(models.Model):
    """A customer is chosen from the possible ones of a ticket."""

    _inherit = "res.partner"

    def action_service_pick(self):
        """Choose this contact as the customer of the ticket whose form shows it.

        The context names the ticket in ``service_ticket_id``.

        :raise AccessError: the user may not change the ticket or read the contact
        :raise UserError: there is no such ticket or contact
        """
        self.ensure_one()
        ticket_id = self.env.context.get("service_ticket_id")
        if type(ticket_id) is not int:
            raise UserError(self.env._("Choose a customer in the form of a ticket."))
        return (
            self.env["service.ticket"].browse(ticket_id).action_pick_customer(self.id)
        )
