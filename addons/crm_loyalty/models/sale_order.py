from odoo import models

from ..tools.posting import exact, posting


class SaleOrder(models.Model):
    """An order says why it changes balances."""

    _inherit = "sale.order"

    def action_confirm(self):
        with posting(
            "earn",
            "redeem",
            source=self._get_posting_source(),
            split=self._split_change,
        ):
            res = super().action_confirm()
        self.filtered("coupon_point_ids")._record_earned(first=True)
        return res

    def _action_cancel(self):
        known = self.filtered(lambda order: order.state == "sale")._undo_returns()
        with posting(
            "restore",
            "claw_back",
            source=self._get_posting_source(),
            split=self._split_cancel,
            may_owe=True,
        ):
            res = super()._action_cancel()
        known.exists().unlink()
        return res

    def _get_posting_source(self):
        return (self._name, self.id) if len(self) == 1 else (None, None)

    def _split_change(self, card_id, change):
        """Tell what the order gives to a card from what it takes."""
        given, taken = self._get_given_and_taken(card_id)
        if given - taken != change:
            return []
        return [row for row in (("earn", given), ("redeem", -taken)) if row[1]]

    def _split_cancel(self, card_id, change):
        given, taken = self._get_given_and_taken(card_id)
        if taken - given != change:
            return []
        return [row for row in (("restore", taken), ("claw_back", -given)) if row[1]]

    def _get_given_and_taken(self, card_id):
        given = self.coupon_point_ids.filtered(lambda p: p.coupon_id.id == card_id)
        taken = self.order_line.filtered(lambda line: line.coupon_id.id == card_id)
        return (
            exact(sum(given.mapped("points"))),
            exact(sum(taken.mapped("points_cost"))),
        )
