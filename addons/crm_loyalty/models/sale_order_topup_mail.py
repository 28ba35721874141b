from odoo import models


class SaleOrder(models.Model):
    """A gift card goes to whom it is for when there is money on it.

    The platform sends it when the order is confirmed, paid or not.
    """

    _inherit = "sale.order"

    def _get_reward_coupons(self):
        return super()._get_reward_coupons() - self._get_topups().coupon_id

    def _book_topup(self, entry, price, share):
        card = entry.coupon_id
        was_filled = bool(self._get_topup_rows(card))
        super()._book_topup(entry, price, share)
        if card.order_id == self and not was_filled and card.points > 0:
            card._send_creation_communication()
