from odoo import fields, models


class LoyaltyProgram(models.Model):
    _inherit = "loyalty.program"

    loyalty_validity_days = fields.Integer(
        "Points Expire after",
        help="Days after the day on which they were earned; 0: never.",
    )

    _loyalty_validity = models.Constraint(
        "CHECK (loyalty_validity_days >= 0)",
        "Points cannot expire before they are earned. "
        "Give a number of days, or 0 for never.",
    )
