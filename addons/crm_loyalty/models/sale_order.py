from odoo import models

from ..tools.posting import exact, posting


class SaleOrder(models.Model):
    """An order says why it changes balances."""

    _inherit = "sale.order"

    def action_confirm(self):
        res = True
        if len(self) > 1:
            # Points that the confirmation itself would find have an order, too.
            for order in self.filtered(lambda one: not one._changes_balances()):
                order._update_programs_and_rewards()
        parts = self._by_source()
        for orders in parts:
            with posting(
                "earn",
                "redeem",
                source=orders._get_posting_source(),
                split=orders._split_change,
            ):
                res = super(SaleOrder, orders).action_confirm()
        self.filtered("coupon_point_ids")._record_earned(first=True)
        # What one of several orders has to say, the platform does not say either.
        return res if len(parts) == 1 else True

    def _action_cancel(self):
        known = self.filtered(lambda order: order.state == "sale")._undo_returns()
        res = True
        for orders in self._by_source():
            with posting(
                "restore",
                "claw_back",
                source=orders._get_posting_source(),
                split=orders._split_cancel,
                may_owe=True,
            ):
                res = super(SaleOrder, orders)._action_cancel()
        known.exists().unlink()
        return res

    def _by_source(self):
        """Give orders that change balances one by one: each is the source of its own.

        All others at once.
        """
        if len(self) < 2:
            return [self]
        bound = self.filtered(lambda order: order._changes_balances())
        return [part for part in (*bound, self - bound) if part]

    def _changes_balances(self):
        return bool(self.coupon_point_ids or self.order_line.coupon_id)

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
