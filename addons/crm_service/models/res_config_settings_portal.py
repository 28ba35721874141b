from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    """Settings of the service."""

    _inherit = "res.config.settings"

    service_portal_shared = fields.Boolean(
        related="company_id.service_portal_shared", readonly=False
    )
