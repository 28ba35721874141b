from decimal import Decimal

from odoo import models

from ..tools.posting import exact, posting
from ..tools.returns import due

#: What a return does to a card, and what undoes it.
KINDS = ("claw_back", "give_again", "restore", "take_again")


class SaleOrder(models.Model):
    """Goods or money went back: the points follow, to the fraction."""

    _inherit = "sale.order"

    def _book_returns(self, note=""):
        """Bring the cards to what credit notes and returns ask for by now.

        The figures come from the documents and from what was booked before, so that
        nothing happens twice, whatever is posted, reset and posted again.

        :param note: words for people, such as the name of the credit note
        """
        # A return is booked by whoever posts it, without a right to cards.
        orders = self.sudo().filtered(lambda order: order.state == "sale")
        earned = self.env["loyalty.earn.line"].sudo()
        if not orders or not orders._has_points():
            return
        known = earned.search([("order_id", "in", orders.ids)])
        (orders - known.filtered(lambda one: one.points > 0).order_id)._record_earned()
        for order in orders:
            order._record_spent()
            lines = earned.search([("order_id", "=", order.id)])
            lines.card_id._lock_balances()
            lines.invalidate_recordset(["taken_back"])
            shares = order._get_gone_shares(lines)
            for card, of_card in lines.grouped("card_id").items():
                order._book_return(card, of_card, shares, note)

    def _has_points(self):
        """Tell whether one of the orders gave points or took some."""
        # Whoever sends goods back may not read what an order gave.
        entries = self.env["sale.order.coupon.points"].sudo()
        return bool(
            entries.search_count([("order_id", "in", self.ids)], limit=1)
            or self.order_line.filtered("coupon_id")
        )

    def _record_spent(self):
        """Write down what each reward took from a card that existed before."""
        lines = self.env["loyalty.earn.line"].sudo()
        known = lines.search([("order_id", "=", self.id), ("points", "<=", 0)])
        by_line = {line.order_line_id: line for line in known}
        rewards = self.order_line.filtered(
            lambda line: line.points_cost and line.coupon_id.order_id != self
        ).filtered("coupon_id")
        for spent in known:
            if spent.order_line_id not in rewards:
                spent.points = 0
        for reward in rewards:
            card = reward.coupon_id
            spent = by_line.get(reward) or lines.create(
                {
                    "order_id": self.id,
                    "order_line_id": reward.id,
                    "card_id": card.id,
                    "points": 0,
                    "taken_back": 0,
                    "quantity": reward.product_uom_qty,
                    "amount": reward.price_total,
                }
            )
            if exact(spent.points) != -exact(reward.points_cost):
                spent.points = -reward.points_cost

    def _get_gone_shares(self, lines):
        """Give the part that is gone of each order line that gave or took points."""
        gone = {}
        for line in lines:
            gone[line] = line._get_gone_share()
        goods = lines.filtered(lambda one: one.points > 0)
        if goods and all(gone[line] == 1 for line in goods):
            # Nothing is left of the sale: what it cost in points comes back too.
            gone.update(dict.fromkeys(lines - goods, gone[goods[0]]))
        return gone

    def _book_return(self, card, lines, shares, note):
        """Book what is missing between documents and card, in one change."""
        change = dict.fromkeys(KINDS, Decimal(0))
        for line in lines:
            if line.points > 0 and card.program_id.applies_on == "current":
                continue
            step = due(exact(line.points), shares[line]) - exact(line.taken_back)
            if not step:
                continue
            line.taken_back = float(exact(line.taken_back) + step)
            if line.points > 0:
                change["claw_back" if step > 0 else "give_again"] -= step
            else:
                change["restore" if step < 0 else "take_again"] -= step
        parts = [(kind, amount) for kind, amount in change.items() if amount]
        if not parts:
            return
        total = sum(amount for _kind, amount in parts)
        with posting(
            "restore",
            "claw_back",
            source=(self._name, self.id),
            note=note,
            key=self._get_return_key(card),
            asked=total,
            split=lambda _card_id, _change: parts,
            may_owe=True,
        ):
            card.points = float(exact(card.points) + total)

    def _get_return_key(self, card):
        """Name the next return of this order on a card; two of one name cannot be."""
        done = self.env["loyalty.ledger"].search_count(
            [
                ("source_model", "=", self._name),
                ("source_id", "=", self.id),
                ("key", "=like", f"return/{self.id}/{card.id}/%"),
            ]
        )
        return f"return/{self.id}/{card.id}/{done + 1}"

    def _undo_returns(self):
        """Put back what returns moved, before the whole order is undone.

        :return: the lines, which are no longer needed when the order is undone
        """
        # Whoever cancels may not write these lines.
        lines = self.env["loyalty.earn.line"].sudo()
        known = lines.search([("order_id", "in", self.ids)])
        known._undo_returns(self.env._("Cancelled"))
        for order, of_order in known.grouped("order_id").items():
            order._set_entries(of_order)
        return known

    def _set_entries(self, lines):
        """Let the platform take back what was given, not what lines say by now."""
        given = lines.filtered(lambda one: one.points > 0).grouped("card_id")
        entries = {entry.coupon_id: entry for entry in self.coupon_point_ids}
        for card, of_card in given.items():
            points = float(sum(exact(one.points) for one in of_card))
            entry = entries.get(card)
            if not entry:
                values = {"order_id": self.id, "coupon_id": card.id, "points": points}
                self.coupon_point_ids.create(values)
            elif exact(entry.points) != exact(points):
                entry.points = points
