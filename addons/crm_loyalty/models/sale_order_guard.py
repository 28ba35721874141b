from odoo import api, models
from odoo.exceptions import AccessError, UserError

from ..tools.refusal import at_work, refused, rewarding

#: What an order gives and takes; set by rewards and codes alone.
GUARDED = {"coupon_point_ids", "applied_coupon_ids", "code_enabled_rule_ids"}


class SaleOrder(models.Model):
    """Rewards come onto an order by its rules, never by hand."""

    _inherit = "sale.order"

    @api.model_create_multi
    def create(self, vals_list):
        if not at_work(self.env) and any(
            vals.get(name) for vals in vals_list for name in GUARDED
        ):
            raise self._prepare_guard_error()
        return super().create(vals_list)

    def write(self, vals):
        if not at_work(self.env):
            if GUARDED & set(vals):
                raise self._prepare_guard_error()
            if "state" in vals:
                self._check_state_by_hand(vals["state"])
        return super().write(vals)

    def _check_state_by_hand(self, state):
        """Points follow Confirm and Cancel; a state set beside them would not."""
        for order in self:
            crossing = (order.state == "sale") != (state == "sale")
            if crossing and (order.coupon_point_ids or order.order_line.coupon_id):
                raise AccessError(
                    refused(
                        order,
                        self.env._(
                            "Order %(order)s gives or takes points. "
                            "Use Confirm or Cancel.",
                            order=order.name,
                        ),
                    )
                )

    def _prepare_guard_error(self):
        return AccessError(
            refused(
                self,
                self.env._(
                    "Points and rewards of order %(order)s follow its programs. "
                    "Use Reward or Coupon Code on the order.",
                    order=", ".join(self.mapped("name")) or self.env._("new"),
                ),
            )
        )

    def action_confirm(self):
        self._check_owners()
        with rewarding():
            return super().action_confirm()

    def _check_owners(self):
        """Points of a member pay for this member's orders."""
        for line in self.order_line.filtered("coupon_id"):
            # A seller may not read every card of the company.
            owner = line.coupon_id.sudo().partner_id
            named = line.coupon_id.sudo().program_id.is_nominative
            buyer = line.order_id.partner_id
            if (
                named
                and owner
                and owner.commercial_partner_id != buyer.commercial_partner_id
            ):
                raise UserError(
                    refused(
                        line.order_id,
                        self.env._(
                            "Card %(card)s on order %(order)s belongs to another "
                            "customer. Remove the reward.",
                            card=line.coupon_id.sudo().code,
                            order=line.order_id.name,
                        ),
                    )
                )

    def _action_cancel(self):
        with rewarding():
            return super()._action_cancel()

    def copy(self, default=None):
        if default and {"order_line", "state"} & set(default):
            return super().copy(default)
        with rewarding():
            return super().copy(default)

    def _update_programs_and_rewards(self):
        with rewarding():
            return super()._update_programs_and_rewards()

    def _apply_program_reward(self, reward, coupon, **kwargs):
        with rewarding():
            return super()._apply_program_reward(reward, coupon, **kwargs)

    def _try_apply_program(self, program, coupon=None):
        with rewarding():
            return super()._try_apply_program(program, coupon)

    def _try_apply_code(self, code):
        with rewarding():
            return super()._try_apply_code(code)

    def _add_points_for_coupon(self, coupon_points):
        with rewarding():
            return super()._add_points_for_coupon(coupon_points)
