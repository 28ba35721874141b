from odoo import api, fields, models


class CtiTask(models.Model):
    """What the callers said, beside the task to call them back."""

    _inherit = "cti.task"

    sound_ids = fields.Many2many(
        "cti.sound", string="Messages", compute="_compute_sound_ids"
    )

    @api.depends("call_ids.sound_ids")
    @api.depends_context("uid")
    def _compute_sound_ids(self):
        groups = self.env["cti.sound"].search([("call_id.task_id", "in", self.ids)])
        sounds = groups.grouped("task_id")
        for task in self:
            task.sound_ids = sounds.get(task._origin)
