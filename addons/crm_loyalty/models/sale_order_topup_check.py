from odoo import models
from odoo.exceptions import UserError

from ..tools.refusal import refused


class SaleOrder(models.Model):
    """A filling that is sold on an order stays within the rules as well."""

    _inherit = "sale.order"

    def _check_topups(self):
        res = super()._check_topups()
        for entry in self._get_topups():
            # Whoever sells may not read the rules.
            card = entry.sudo().coupon_id
            self._check_topup_currency(card)
            if rule := card.program_id.loyalty_value_rule_id:
                rule._check_expiry(card)
                rule._check_balance(card, entry.points)
        return res

    def _check_topup_currency(self, card):
        """Refuse what the platform would put on the card one for one.

        :raise UserError: the order counts in another currency than the card
        """
        if self.currency_id != card.currency_id:
            raise UserError(
                refused(
                    self,
                    self.env._(
                        "Order %(order)s is in %(foreign)s, and cards of %(program)s "
                        "count in %(own)s. Sell the filling in %(own)s.",
                        order=self.name,
                        foreign=self.currency_id.name,
                        program=card.program_id.name,
                        own=card.currency_id.name,
                    ),
                )
            )
