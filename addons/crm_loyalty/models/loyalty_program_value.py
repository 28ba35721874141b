from odoo import fields, models

from .loyalty_program import STORED_VALUE


class LoyaltyProgram(models.Model):
    """How members pay in and what they get for it."""

    _inherit = "loyalty.program"

    loyalty_deposit_rule_ids = fields.One2many(
        "loyalty.deposit.rule", "program_id", "Deposit Bonuses", copy=True
    )
    loyalty_bonus_policy = fields.Selection(
        [
            ("price", "Price reduction when it is spent"),
            ("marketing", "Marketing expense when it is given"),
        ],
        "Bonus Counts as",
        required=True,
        default="price",
    )

    def _is_stored_value(self):
        """Tell whether the balance of the program's cards is money."""
        return self.program_type in STORED_VALUE
