from odoo import models


class SaleOrder(models.Model):
    """An order has its cards to itself before it is confirmed.

    What they are to pay is still there then.
    """

    _inherit = "sale.order"

    def action_confirm(self):
        # A seller may not read the card of every member.
        order = self.sudo()
        cards = order.order_line.coupon_id | order.coupon_point_ids.coupon_id
        cards._lock_afresh()
        for one in order.filtered(lambda one: one.state in ("draft", "sent")):
            one._check_covered()
        return super().action_confirm()
