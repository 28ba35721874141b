from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    """Settings of the authority over customers."""

    _inherit = "res.config.settings"

    sfa_restrict_read = fields.Boolean(
        related="company_id.sfa_restrict_read", readonly=False
    )
