from odoo import fields, models


class SfaActivitySkip(models.TransientModel):
    """Why activities are skipped."""

    _name = "sfa.activity.skip"
    _description = "Skip Activities"

    activity_ids = fields.Many2many("mail.activity", string="Activities", required=True)
    reason = fields.Text(required=True)

    def action_skip(self):
        """Close the activities with the reason."""
        self.ensure_one()
        self.activity_ids._sfa_skip(self.reason)
        return {"type": "ir.actions.act_window_close"}
