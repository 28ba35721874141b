from odoo import fields, models


class CtiTaskDrop(models.TransientModel):
    """Say why nobody has to call back."""

    _name = "cti.task.drop"
    _description = "Drop a Callback Task"

    task_id = fields.Many2one(
        "cti.task",
        required=True,
        default=lambda self: self.env.context.get("active_id"),
        ondelete="cascade",
    )
    reason = fields.Char(required=True)

    def action_drop(self):
        """Drop the task for the reason."""
        self.ensure_one()
        self.check_access("write")
        return self.task_id.action_drop(self.reason)
