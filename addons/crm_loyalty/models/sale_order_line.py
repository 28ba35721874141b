from odoo import api, models

from ..tools.posting import current, posting


class SaleOrderLine(models.Model):
    """A reward line of a confirmed order says why it changes balances."""

    _inherit = "sale.order.line"

    # How often a card or a program was used; whether a card may be deleted.
    _loyalty_coupon = models.Index("(coupon_id) WHERE coupon_id IS NOT NULL")
    _loyalty_reward = models.Index("(reward_id) WHERE reward_id IS NOT NULL")

    @api.model_create_multi
    def create(self, vals_list):
        if current() or not any(vals.get("points_cost") for vals in vals_list):
            return super().create(vals_list)
        ids = {vals["order_id"] for vals in vals_list if vals.get("order_id")}
        orders = self.env["sale.order"].browse(ids)
        with posting("restore", "redeem", source=orders._get_posting_source()):
            return super().create(vals_list)

    def write(self, vals):
        if current() or "points_cost" not in vals:
            return super().write(vals)
        with posting("restore", "redeem", source=self.order_id._get_posting_source()):
            return super().write(vals)

    def unlink(self):
        if current() or not self.coupon_id:
            return super().unlink()
        with posting("restore", "redeem", source=self.order_id._get_posting_source()):
            return super().unlink()
