from odoo import fields, models


class CtiListening(models.Model):
    """Somebody listened to a sound of a call: who, when and what for."""

    _name = "cti.listening"
    _inherit = ["cti.log"]
    _description = "Listening"
    _order = "id desc"
    _rec_name = "sound_id"

    sound_id = fields.Many2one(
        "cti.sound", required=True, readonly=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(related="sound_id.company_id", store=True, index=True)
    user_id = fields.Many2one(
        "res.users", "Listener", required=True, readonly=True, ondelete="restrict"
    )
    purpose = fields.Selection(
        [("task", "Own Task"), ("supervision", "Supervision")],
        required=True,
        readonly=True,
    )
    call_id = fields.Many2one(related="sound_id.call_id")
