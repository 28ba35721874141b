from odoo import fields, models

STEPS = [
    ("action_counter", "The customer counters"),
    ("action_reopen", "Reopen"),
    ("action_ask_withdrawn", "The customer withdraws"),
    ("action_ask_not_upheld", "Refuse the complaint"),
]


class ServiceComplaintStep(models.TransientModel):
    """A step of a complaint that needs words."""

    _name = "service.complaint.step"
    _description = "Step of a Complaint"

    complaint_id = fields.Many2one("service.complaint", required=True, readonly=True)
    step = fields.Selection(STEPS, required=True, readonly=True)
    words = fields.Text(required=True)

    def action_done(self):
        """Take the step; the words become part of the record."""
        self.ensure_one()
        getattr(self.complaint_id, self.step)(self.words)
        return {"type": "ir.actions.act_window_close"}
