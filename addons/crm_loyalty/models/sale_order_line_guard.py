from odoo import api, models
from odoo.exceptions import AccessError

from ..tools.refusal import at_work, defaults_of, refused, rewarding

GUARDED = ("points_cost", "coupon_id", "reward_id", "reward_identifier_code")

#: What a line is worth.
PRICED = {"price_unit", "product_uom_qty", "discount", "tax_ids", "product_id"}


class SaleOrderLine(models.Model):
    """What a reward costs is nobody's to type."""

    _inherit = "sale.order.line"

    @api.model_create_multi
    def create(self, vals_list):
        typed = any(vals.get(name) for vals in vals_list for name in GUARDED)
        if defaults_of(self.env, GUARDED) or (typed and not at_work(self.env)):
            raise self._prepare_guard_error()
        lines = super().create(vals_list)
        # A default that the user keeps for himself does not show in the values.
        if not at_work(self.env) and lines.filtered("coupon_id"):
            raise lines._prepare_guard_error()
        return lines

    def write(self, vals):
        if not at_work(self.env) and self._is_guarded(vals):
            raise self._prepare_guard_error()
        return super().write(vals)

    def _is_guarded(self, vals):
        if set(GUARDED) & set(vals):
            return True
        # What stored value pays was agreed, and is off the card.
        paying = self.filtered(
            lambda line: line.state == "sale" and line._is_stored_value()
        )
        if PRICED & set(vals) and paying:
            return True
        # A line that earned or cost points stays on its order, in its state.
        moved = {"order_id", "state"} & set(vals)
        return bool(moved) and self.order_id._has_points()

    def unlink(self):
        with rewarding():
            return super().unlink()

    def _reset_loyalty(self, complete=False):
        with rewarding():
            return super()._reset_loyalty(complete)

    def _prepare_guard_error(self):
        return AccessError(
            refused(
                self,
                self.env._(
                    "What a reward costs on order %(order)s follows its program. "
                    "Remove the reward and add it again.",
                    order=", ".join(self.order_id.mapped("name")) or self.env._("new"),
                ),
            )
        )
