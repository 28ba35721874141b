from decimal import Decimal
from fractions import Fraction

from odoo import models
from odoo.tools import SQL

from ..tools.posting import exact, posting
from ..tools.returns import due


class SaleOrder(models.Model):
    """What an order took from stored value, by fund, and what went back."""

    _inherit = "sale.order"

    def _get_taken_funds(self, card):
        """Give what the order took from each fund of a card; returns do not count.

        :return: ``{fund: points}``, Decimal above 0
        """
        self.ensure_one()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT t.fund, -sum(a.amount)
                  FROM loyalty_ledger l
                  JOIN loyalty_allocation a ON a.ledger_id = l.id
                  JOIN loyalty_lot t ON t.id = a.lot_id
                 WHERE l.source_model = %s AND l.source_id = %s AND l.card_id = %s
                   AND l.kind IN ('redeem', 'restore')
                   AND coalesce(l.key, '') NOT LIKE 'return/%%'
                 GROUP BY t.fund HAVING sum(a.amount) < 0
                """,
                self._name,
                self.id,
                card.id,
            )
        )
        return {fund: exact(taken) for fund, taken in rows}

    def _get_gone_shares(self, lines):
        shares = super()._get_gone_shares(lines)
        # Money goes back by a credit note alone, never because goods came back.
        shares.update(
            dict.fromkeys(
                lines.filtered(lambda one: one.card_id.program_id._is_stored_value()),
                Fraction(1),
            )
        )
        return shares

    def _book_return(self, card, lines, shares, note):
        if not card.program_id._is_stored_value():
            return super()._book_return(card, lines, shares, note)
        undone = not any(shares[line] for line in lines)
        taken = self._get_taken_funds(card)
        wanted = dict.fromkeys(taken, Decimal(0))
        for line in lines.order_line_id if not undone else ():
            for fund, amount in line._get_value_parts().items():
                back = line._get_value_back(fund, amount) / amount
                cost = taken[fund] * exact(line.points_cost) / sum(taken.values())
                wanted[fund] += due(cost, Fraction(back))
        for fund, points in wanted.items():
            self._book_value_return(card, fund, points, note)
        # What all lines of the card got back is kept on the first.
        for line in lines:
            line.taken_back = -float(sum(wanted.values())) if line == lines[0] else 0

    def _book_value_return(self, card, fund, wanted, note):
        """Book what is missing between credit notes and one fund of a card."""
        rows = self.env["loyalty.ledger"].search(
            [("key", "=like", f"return/{self.id}/{card.id}/%")]
        )
        of_fund = rows.filtered(lambda row: row.key.endswith(f"/{fund}"))
        step = wanted - sum((exact(row.asked) for row in of_fund), Decimal(0))
        if not step:
            return
        kept = exact(card._get_funds().get((card, fund), 0))
        with posting(
            "restore",
            "take_again",
            source=(self._name, self.id),
            note=note,
            key=f"return/{self.id}/{card.id}/{len(rows) + 1}/{fund}",
            asked=step,
            # What was spent elsewhere meanwhile is taken from whatever is there.
            fund=fund if step > 0 or kept >= -step else None,
            may_owe=True,
        ):
            card.points = float(exact(card.points) + step)
