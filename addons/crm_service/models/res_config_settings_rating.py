from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    """Settings of satisfaction."""

    _inherit = "res.config.settings"

    service_rate_orders = fields.Boolean(
        related="company_id.service_rate_orders", readonly=False
    )
