from odoo import fields, models

from .cti_task import TASK


class CtiCall(models.Model):
    """What a caller who reached nobody was told, and what he or she said."""

    _inherit = "cti.call"

    led = fields.Selection(
        [
            ("voicemail", "Leave a message"),
            ("callback", "We will call back"),
            ("goodbye", "We are closed"),
        ],
        "Was Told",
        readonly=True,
    )
    sound_ids = fields.One2many("cti.sound", "call_id", "Messages", readonly=True)

    def _on_messages(self, messages):
        super()._on_messages(messages)
        # Facts come without a user; whoever owns the task may listen.
        if not self.env["cti.sound"].sudo()._note(self.sudo(), messages):
            return
        if not self.task_id:
            self._ensure_task()
        if self.task_id.state == "open" and self.task_id.kind != "voicemail":
            with TASK.open():
                self.task_id.kind = "voicemail"
