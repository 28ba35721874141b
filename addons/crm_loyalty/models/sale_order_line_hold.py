from odoo import models


class SaleOrderLine(models.Model):
    """A payment that is taken off a quotation keeps no money."""

    _inherit = "sale.order.line"

    def unlink(self):
        cards = self.coupon_id
        orders = self.order_id
        res = super().unlink()
        if cards:
            for order in orders.exists():
                paying = order._get_paying_cards()
                order._get_holds().filtered(
                    lambda hold, paying=paying: (
                        hold.card_id in cards and hold.card_id not in paying
                    )
                )._end("released")
        return res
