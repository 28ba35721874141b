from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    """Accounts of the provision for points."""

    _inherit = "res.config.settings"

    loyalty_liability_account_id = fields.Many2one(
        related="company_id.loyalty_liability_account_id", readonly=False
    )
    loyalty_revenue_account_id = fields.Many2one(
        related="company_id.loyalty_revenue_account_id", readonly=False
    )
    loyalty_breakage_account_id = fields.Many2one(
        related="company_id.loyalty_breakage_account_id", readonly=False
    )
    loyalty_journal_id = fields.Many2one(
        related="company_id.loyalty_journal_id", readonly=False
    )
