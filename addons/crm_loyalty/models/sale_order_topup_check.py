from odoo import models


class SaleOrder(models.Model):
    """A filling that is sold on an order stays within the rules as well."""

    _inherit = "sale.order"

    def _check_topups(self):
        res = super()._check_topups()
        for entry in self._get_topups():
            # Whoever sells may not read the rules.
            card = entry.sudo().coupon_id
            if rule := card.program_id.loyalty_value_rule_id:
                rule._check_expiry(card)
                rule._check_balance(card, entry.points)
        return res
