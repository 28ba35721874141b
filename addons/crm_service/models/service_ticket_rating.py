from odoo import fields, models


class ServiceTicket(models.Model):
    """What the customer said about a ticket when it was resolved."""

    _inherit = "service.ticket"

    satisfaction_ids = fields.One2many("service.rating", "ticket_id")

    _resolved = models.Index("(date_resolved) WHERE date_resolved IS NOT NULL")

    def _get_open_rating(self):
        """Give the rating that waits for the customer's answer, with all rights."""
        self.ensure_one()
        # Customers answer without a right to the model.
        asked = self.sudo().satisfaction_ids.filtered(lambda rating: rating._is_open())
        return asked[:1]
