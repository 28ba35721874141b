from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    """Settings of members and points."""

    _inherit = "res.config.settings"

    loyalty_adjustment_limit = fields.Float(
        related="company_id.loyalty_adjustment_limit", readonly=False
    )

    # stored value
    loyalty_value_account_id = fields.Many2one(
        related="company_id.loyalty_value_account_id", readonly=False
    )
    loyalty_marketing_account_id = fields.Many2one(
        related="company_id.loyalty_marketing_account_id", readonly=False
    )
    loyalty_refund_limit = fields.Float(
        related="company_id.loyalty_refund_limit", readonly=False
    )

    def action_set_up_stored_value(self):
        """Make the account of stored value, which switches it on."""
        self.check_access("write")
        self.company_id._set_up_stored_value()
