from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools.posting import exact
from ..tools.refusal import defaults_of
from .loyalty_card_life import SPENDING


class LoyaltyCard(models.Model):
    """A balance of which some is kept for orders that are not confirmed yet."""

    _inherit = "loyalty.card"

    loyalty_held = fields.Float(
        "Held",
        digits=(16, 4),
        readonly=True,
        copy=False,
        help="Kept for quotations that were sent or are being paid.",
    )
    loyalty_available = fields.Float(
        "Available", digits=(16, 4), compute="_compute_loyalty_available"
    )

    @api.depends("points", "loyalty_held")
    def _compute_loyalty_available(self):
        for card in self:
            left = exact(card.points) - exact(card.loyalty_held)
            card.loyalty_available = float(left)

    @api.model_create_multi
    def create(self, vals_list):
        if defaults_of(self.env, ("loyalty_held",)):
            raise self._prepare_guard_error(["loyalty_held"])
        cards = super().create(vals_list)
        if not self.env.su and any(cards.mapped("loyalty_held")):
            raise cards._prepare_guard_error(["loyalty_held"])
        return cards

    def write(self, vals):
        if "loyalty_held" in vals and not self.env.su:
            raise self._prepare_guard_error(["loyalty_held"])
        return super().write(vals)

    def _prepare_ledger_rows(self, wanted):
        rows = super()._prepare_ledger_rows(wanted)
        if self.loyalty_held and any(kind in SPENDING for kind, *_rest in rows):
            self._end_due_holds()
            if wanted < exact(self.loyalty_held):
                raise self._prepare_held_error(exact(self.points) - wanted)
        return rows

    def _prepare_held_error(self, need, own=0):
        held = exact(self.loyalty_held) - exact(own)
        return UserError(
            self.env._(
                "Card %(card)s has %(have)s, of which %(held)s are held for other "
                "orders; %(need)s are needed. Take less, or cancel the other order.",
                card=self.code,
                have=self._format_points(self.points),
                held=self._format_points(float(held)),
                need=self._format_points(float(need)),
            )
        )

    def _get_holds(self, order=None):
        """Give the holds of the card that still keep something."""
        domain = [("card_id", "in", self.ids), ("state", "=", "held")]
        if order:
            domain += [("order_id", "=", order.id), ("expires", ">=", "now")]
        # Who pays may not read what is held for others.
        return self.env["loyalty.hold"].sudo().search(domain)

    def _get_held_for_others(self, order):
        """Give what other orders than this keep; what is due keeps nothing."""
        if not self.loyalty_held:
            return 0
        now = fields.Datetime.now()
        others = self._get_holds().filtered(
            lambda hold: hold.order_id != order and hold.expires >= now
        )
        return sum(others.mapped("amount"))

    def _get_chosen(self, order, states=("held", "expired")):
        """Give the hold whose amount was chosen for an order, also when time is up."""
        # Who pays may not read what is held for others.
        holds = order.sudo().loyalty_hold_ids.filtered(
            lambda hold: hold.card_id == self and hold.state in states
        )
        # What was created in this transaction stands last in the order's holds.
        return holds.sorted("id", reverse=True)[:1].filtered("chosen")

    def _end_due_holds(self):
        now = fields.Datetime.now()
        self._get_holds().filtered(lambda hold: hold.expires < now)._end("expired")

    def _sum_holds(self):
        """Write down what is held; the cards are locked by the caller."""
        for card in self:
            held = sum(exact(hold.amount) for hold in card._get_holds())
            # Who pays may not write cards.
            card.sudo().loyalty_held = float(held)

    def _hold(self, order, amount, with_pin=False, chosen=False):
        """Keep an amount for an order, instead of what was kept for it before.

        Two orders that want the same money meet on the card's row: the later one is
        tried again and finds less.

        :param amount: above 0, in the points of the card
        :param with_pin: the member gave the PIN for this amount
        :param chosen: no more than this is to be paid
        :raise UserError: less is available
        """
        self.ensure_one()
        self._lock_balances()
        self.invalidate_recordset(["points", "loyalty_held", "loyalty_state"])
        self._end_due_holds()
        if message := self._get_blocked_message():
            raise UserError(message)
        own = self._get_holds(order)
        free = exact(self.points) - exact(self.loyalty_held) + exact(own.amount)
        if exact(amount) > free:
            raise self._prepare_held_error(exact(amount), own.amount)
        kept = own.with_pin and exact(amount) <= exact(own.amount)
        hours = self.sudo().program_id.loyalty_hold_hours
        values = {
            "amount": amount,
            "with_pin": with_pin or kept,
            "chosen": chosen or own.chosen,
            "expires": fields.Datetime.now() + timedelta(hours=hours),
        }
        if own:
            own.write(values)
        else:
            own.create({"card_id": self.id, "order_id": order.id, **values})
        self._sum_holds()
