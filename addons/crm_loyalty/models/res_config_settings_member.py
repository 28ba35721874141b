from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    """Settings of what members do themselves."""

    _inherit = "res.config.settings"

    loyalty_transfer_limit = fields.Float(
        related="company_id.loyalty_transfer_limit", readonly=False
    )
    loyalty_alert_user_id = fields.Many2one(
        related="company_id.loyalty_alert_user_id", readonly=False
    )
