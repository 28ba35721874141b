from odoo import api, models
from odoo.exceptions import AccessError

from ..tools.refusal import at_work, refused


class SaleOrderCouponPoints(models.Model):
    """What an order will give: computed by its programs, written by nobody."""

    _inherit = "sale.order.coupon.points"

    # A card that is deleted or archived looks for the orders that name it.
    _loyalty_coupon = models.Index("(coupon_id)")

    @api.model_create_multi
    def create(self, vals_list):
        self._check_guard()
        return super().create(vals_list)

    def write(self, vals):
        self._check_guard()
        return super().write(vals)

    def unlink(self):
        self._check_guard()
        return super().unlink()

    def _check_guard(self):
        """Refuse everybody but the program itself.

        :raise AccessError: somebody writes what an order gives
        """
        if not at_work(self.env):
            raise AccessError(
                refused(
                    self,
                    self.env._(
                        "The points that order %(order)s gives follow its programs. "
                        "Change the order or the program.",
                        order=", ".join(self.order_id.mapped("name"))
                        or self.env._("new"),
                    ),
                )
            )
