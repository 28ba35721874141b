from odoo import fields, models

#: Kinds of programs whose balance is money.
STORED_VALUE = ("ewallet", "gift_card")


class LoyaltyProgram(models.Model):
    """How long points and money of a program live, and which money goes first."""

    _inherit = "loyalty.program"

    loyalty_validity_days = fields.Integer(
        "Points Expire after",
        help="Days after the day on which they were earned; 0: never.",
    )

    loyalty_fund_order = fields.Selection(
        [
            ("principal_first", "Principal first, bonus last"),
            ("bonus_first", "Bonus first, principal last"),
            ("proportional", "Both in proportion"),
        ],
        "Spending Takes",
        required=True,
        default="principal_first",
        help="Principal is the money that a member paid, bonus what was added to it. "
        "Within each, what expires first is spent first.",
    )

    _loyalty_validity = models.Constraint(
        "CHECK (loyalty_validity_days >= 0)",
        "Points cannot expire before they are earned. "
        "Give a number of days, or 0 for never.",
    )
