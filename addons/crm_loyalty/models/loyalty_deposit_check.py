from odoo import models


class LoyaltyDeposit(models.Model):
    """A deposit within the rules of the program."""

    _inherit = "loyalty.deposit"

    def _check_card(self):
        res = super()._check_card()
        if rule := self.program_id.loyalty_value_rule_id:
            rule._check_expiry(self.card_id)
            rule._check_balance(self.card_id, self.amount)
            rule._check_payer(self)
        return res
