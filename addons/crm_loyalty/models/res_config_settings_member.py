from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    """Settings of what members do themselves."""

    _inherit = "res.config.settings"

    loyalty_transfer_limit = fields.Float(
        related="company_id.loyalty_transfer_limit", readonly=False
    )
