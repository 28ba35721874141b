from odoo import fields, models


class ResCompany(models.Model):
    """How far one person may correct balances alone."""

    _inherit = "res.company"

    loyalty_adjustment_limit = fields.Float(
        "Adjust Alone up to",
        digits=(16, 4),
        default=1000,
        help="Points that one person may add to or take off a card within 24 hours; "
        "beyond that another loyalty manager approves. 0: always.",
    )

    _loyalty_adjustment_limit = models.Constraint(
        "CHECK (loyalty_adjustment_limit >= 0)",
        "The limit of adjustments is 0 or more points.",
    )
