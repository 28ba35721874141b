from odoo import models

from ..tools.returns import gone_share


class LoyaltyEarnLine(models.Model):
    """How much of a line is gone, and the way back."""

    _inherit = "loyalty.earn.line"

    def _undo_returns(self, note):
        """Put back what returns moved for these lines."""
        self.card_id._lock_balances()
        self.invalidate_recordset(["taken_back"])
        none = dict.fromkeys(self, gone_share(1))
        for order, of_order in self.grouped("order_id").items():
            for card, of_card in of_order.grouped("card_id").items():
                order._book_return(card, of_card, none, note)

    def _get_gone_share(self):
        """Give the part of the line that was refunded, sent back or taken off.

        The same goods on a credit note and on a return count once.

        :return: Fraction between 0 and 1
        """
        self.ensure_one()
        line = self.order_line_id
        return gone_share(
            self.quantity,
            line._get_quantity_refunded(self.quantity),
            line._get_quantity_sent_back(),
            self._get_quantity_taken_off(),
        )

    def _get_quantity_taken_off(self):
        """Give what was taken off the confirmed order, in quantity or in price."""
        line = self.order_line_id
        less = self.quantity - line.product_uom_qty
        if (
            self.points > 0
            and self.amount > 0
            and self.rule_id.reward_point_mode != "unit"
        ):
            kept = max(line.price_total, 0) / self.amount
            less = max(less, self.quantity * (1 - kept))
        # Below a ten-millionth it is the noise of two roundings.
        return less if less > 1e-7 else 0
