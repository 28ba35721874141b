from odoo import fields, models


class ServiceEventErase(models.TransientModel):
    """Erase the personal data of an event, and say why."""

    _name = "service.event.erase"
    _description = "Erase Personal Data"

    event_id = fields.Many2one("service.event", required=True, readonly=True)
    reason = fields.Text(required=True)

    def action_erase(self):
        """Erase the details of the event for good."""
        self.ensure_one()
        self.event_id.action_erase(self.reason)
        return {"type": "ir.actions.act_window_close"}
