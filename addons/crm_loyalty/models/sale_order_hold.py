from contextvars import ContextVar

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools.refusal import refused

#: What cards pay on a confirmed order while its rewards are computed anew.
_AGREED = ContextVar("loyalty_agreed", default=None)


class SaleOrder(models.Model):
    """An order keeps the stored value that it will take, and asks for the PIN."""

    _inherit = "sale.order"

    # Whoever sells may not read holds.
    loyalty_hold_ids = fields.One2many(
        "loyalty.hold", "order_id", groups=fields.NO_ACCESS
    )

    def _get_paying_cards(self):
        """Give what each card of stored value pays on the order.

        :return: ``{card: points}``
        """
        lines = self.order_line.filtered(
            lambda line: line.coupon_id and line._is_stored_value()
        )
        return {
            card: sum(of_card.mapped("points_cost"))
            for card, of_card in lines.grouped("coupon_id").items()
        }

    def _get_real_points_for_coupon(self, coupon, post_confirm=False):
        points = super()._get_real_points_for_coupon(coupon, post_confirm=post_confirm)
        if not coupon.program_id._is_stored_value():
            return points
        paying = self._get_paying_cards()
        if self.state == "sale":
            most = self._get_most_after_confirmation(coupon, points)
            return coupon.currency_id.round(max(most - paying.get(coupon, 0), 0))
        if not coupon.loyalty_held and coupon not in paying:
            return points
        points -= coupon._get_held_for_others(self)
        if chosen := coupon._get_chosen(self):
            points = min(points, chosen.amount - paying.get(coupon, 0))
        return coupon.currency_id.round(max(points, 0))

    def _get_most_after_confirmation(self, coupon, points):
        """Give what a card may pay in all on an order that was confirmed.

        What was agreed is paid again when rewards are computed anew, and no more than
        the member chose. Another reward pays what the card still has.
        """
        agreed = (_AGREED.get() or {}).get((self.id, coupon.id))
        limits = [points + self._get_paying_cards().get(coupon, 0)]
        if agreed is not None:
            limits.append(agreed)
        if chosen := coupon._get_chosen(self, ("captured",)):
            limits.append(chosen.amount)
        return min(limits)

    def _update_programs_and_rewards(self):
        agreed = {}
        if self.state == "sale":
            agreed = {
                (self.id, card.id): points
                for card, points in self._get_paying_cards().items()
            }
        token = _AGREED.set(agreed)
        try:
            return super()._update_programs_and_rewards()
        finally:
            _AGREED.reset(token)

    def write(self, vals):
        res = super().write(vals)
        if vals.get("state") == "sent":
            self._hold_rewards()
        return res

    def _hold_rewards(self):
        """Keep the stored value of orders that are not confirmed."""
        for order in self.filtered(lambda one: one.state in ("draft", "sent")):
            for card, points in order._get_paying_cards().items():
                if points > 0:
                    card._hold(order, card._get_chosen(order).amount or points)

    def _check_covered(self):
        """Refuse stored value that was spent meanwhile: another price was agreed.

        :raise UserError: names the first card that holds less
        """
        for card, points in self._get_paying_cards().items():
            left = card.points - card._get_held_for_others(self)
            if card.currency_id.compare_amounts(points, left) > 0:
                raise UserError(
                    refused(
                        self,
                        self.env._(
                            "Card %(card)s is to pay %(wanted)s on order %(order)s and "
                            "holds %(left)s. Take the reward off or pay less with it.",
                            card=card.code,
                            wanted=card._format_points(points),
                            order=self.name,
                            left=card._format_points(max(left, 0)),
                        ),
                    )
                )

    def _get_holds(self):
        """Give the holds of the order that still keep something."""
        # Whoever sells may not read holds.
        return self.sudo().loyalty_hold_ids.filtered(lambda hold: hold.state == "held")

    def _check_pins(self):
        """Have each card of stored value asked for its PIN where the program says so.

        :raise UserError: no PIN was given for the amount
        """
        for card, points in self._get_paying_cards().items():
            if card._needs_pin(points):
                hold = card._get_holds(self)
                if not hold.with_pin or hold.amount < points:
                    raise UserError(self._prepare_pin_message(card))

    def _prepare_pin_message(self, card):
        return refused(
            self,
            self.env._(
                "Card %(card)s asks for its PIN before it pays on order %(order)s. "
                "Use Pay with Member Card.",
                card=card.code,
                order=self.name,
            ),
        )

    def _add_loyalty_history_lines(self):
        # Rewards are computed by now, balances change next.
        if self.order_line.coupon_id:
            self._check_pins()
            self._get_holds()._end("captured")
        return super()._add_loyalty_history_lines()

    def _apply_program_reward(self, reward, coupon, **kwargs):
        limited = self.state == "sale" and reward.program_id._is_stored_value()
        if limited and coupon._needs_pin(self._get_real_points_for_coupon(coupon)):
            return {"error": self._prepare_pin_message(coupon)}
        return super()._apply_program_reward(reward, coupon, **kwargs)

    def _action_cancel(self):
        self._get_holds()._end("released")
        return super()._action_cancel()

    @api.ondelete(at_uninstall=False)
    def _unlink_release_holds(self):
        self._get_holds()._end("released")
