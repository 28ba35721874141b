from decimal import Decimal

from odoo import fields, models

from ..tools.deposit import Step


class LoyaltyDepositRule(models.Model):
    """A step of a ladder: who pays in so much gets so much beside it."""

    _name = "loyalty.deposit.rule"
    _description = "Deposit Bonus"
    _order = "program_id, amount_from"
    _rec_name = "amount_from"

    program_id = fields.Many2one(
        "loyalty.program", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="program_id.company_id", store=True)
    currency_id = fields.Many2one(related="program_id.currency_id")
    amount_from = fields.Monetary("Deposit of at Least", required=True)
    bonus_amount = fields.Monetary("Bonus", help="A fixed amount.")
    bonus_percent = fields.Float("Bonus (%)", help="Percent of the deposit.")
    bonus_days = fields.Integer(
        "Bonus Expires after", help="Days after the deposit; 0: never."
    )
    date_from = fields.Date("From")
    date_to = fields.Date("Until")

    _amounts = models.Constraint(
        "CHECK (amount_from > 0 AND bonus_amount >= 0 AND bonus_percent >= 0"
        " AND bonus_percent <= 1000 AND bonus_days >= 0)",
        "A step of the bonus starts above 0; bonus and days are 0 or more, "
        "the percentage is 1000 at most.",
    )
    _dates = models.Constraint(
        "CHECK (date_from IS NULL OR date_to IS NULL OR date_from <= date_to)",
        "A step of the bonus begins before it ends.",
    )

    def _describe_bonus(self):
        """Say what the step brings, as in ``+10.00 +5 %``."""
        fixed = self.bonus_amount and self.currency_id.format(self.bonus_amount)
        percent = self.bonus_percent and f"{self.bonus_percent:g} %"
        return " ".join(f"+{part}" for part in (fixed, percent) if part)

    def _get_steps(self):
        """Give the steps as `tools.deposit` counts them."""
        return [
            Step(
                Decimal(str(rule.amount_from)),
                Decimal(str(rule.bonus_amount)),
                Decimal(str(rule.bonus_percent)),
                rule.date_from or None,
                rule.date_to or None,
                rule.bonus_days,
            )
            for rule in self
        ]
