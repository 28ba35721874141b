from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    sfa_quote_gate = fields.Boolean(related="company_id.sfa_quote_gate", readonly=False)
