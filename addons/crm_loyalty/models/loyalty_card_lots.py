from odoo import models
from odoo.tools import SQL

#: A row of this kind goes back to the lots that rows of these kinds took from.
BACK = {
    "restore": ("redeem", "restore", "take_again"),
    "give_again": ("claw_back", "give_again"),
}


class LoyaltyCard(models.Model):
    """Where points come from and go to: lots, and what each row did to them."""

    _inherit = "loyalty.card"

    def _move_lots(self, ledger_ids):
        """Give every gain a lot and take every loss from the lots that expire first.

        What is given back returns to the lots it was taken from, with their expiry;
        what is taken back comes from the lots of the same document first.

        :param ledger_ids: rows in their order
        """
        flow = self.env.execute_query(
            SQL(
                "SELECT id, card_id, amount, kind FROM loyalty_ledger"
                " WHERE id = ANY(%s) AND amount <> 0 ORDER BY id",
                list(ledger_ids),
            )
        )
        gains = [row[0] for row in flow if row[2] > 0]
        if gains:
            for kind, kinds in BACK.items():
                self._return_to_lots([row[0] for row in flow if row[3] == kind], kinds)
            self._make_lots(gains)
        # One loss of a card at a time: the next one finds what the first one left.
        rounds = {}
        for ledger_id, card_id, amount, _kind in flow:
            if amount < 0:
                rounds.setdefault(card_id, []).append(ledger_id)
        while any(rounds.values()):
            self._take_from_lots([rest.pop(0) for rest in rounds.values() if rest])
        self.env["loyalty.lot"].invalidate_model(["remaining"])

    def _make_lots(self, ledger_ids):
        """Make a lot of each gain, less what returned to older lots."""
        self.env.execute_query(
            SQL(
                """
                WITH gain AS (
                    SELECT l.id, l.card_id, l.date, l.program_id, l.amount - (
                               SELECT coalesce(sum(a.amount), 0)
                                 FROM loyalty_allocation a WHERE a.ledger_id = l.id
                           ) AS amount
                      FROM loyalty_ledger l
                     WHERE l.id = ANY(%s) AND l.card_id IS NOT NULL
                )
                INSERT INTO loyalty_lot (
                    card_id, fund, issued, remaining, date, expires, ledger_id
                )
                SELECT g.card_id, 'points', g.amount, g.amount, g.date,
                       CASE WHEN p.loyalty_validity_days > 0
                            THEN g.date::date + p.loyalty_validity_days END,
                       g.id
                  FROM gain g LEFT JOIN loyalty_program p ON p.id = g.program_id
                 WHERE g.amount > 0
                 ORDER BY g.id
                RETURNING id
                """,
                ledger_ids,
            )
        )

    def _take_from_lots(self, ledger_ids):
        """Take losses of different cards, what expires first goes first."""
        self.env.execute_query(
            SQL(
                """
                WITH loss AS (
                    SELECT id, card_id, -amount AS need, kind, source_model, source_id
                      FROM loyalty_ledger WHERE id = ANY(%s)
                ), lot AS (
                    SELECT t.id, l.id AS ledger_id, l.need, t.remaining,
                           sum(t.remaining) OVER (
                               PARTITION BY t.card_id
                               ORDER BY (
                                   l.kind = 'claw_back'
                                   AND o.source_model = l.source_model
                                   AND o.source_id = l.source_id
                               ) IS TRUE DESC, t.expires, t.id
                           ) - t.remaining AS before
                      FROM loyalty_lot t
                      JOIN loss l USING (card_id)
                      LEFT JOIN loyalty_ledger o ON o.id = t.ledger_id
                     WHERE t.remaining > 0
                ), taken AS (
                    SELECT id, ledger_id, least(remaining, need - before) AS amount
                      FROM lot WHERE before < need
                ), changed AS (
                    UPDATE loyalty_lot t SET remaining = t.remaining - k.amount
                      FROM taken k WHERE k.id = t.id RETURNING t.id
                )
                INSERT INTO loyalty_allocation (ledger_id, lot_id, amount)
                SELECT ledger_id, id, -amount FROM taken RETURNING id
                """,
                ledger_ids,
            )
        )

    def _return_to_lots(self, ledger_ids, kinds):
        """Give back what the same document took, to the lots it was taken from.

        :param kinds: of rows whose lots are meant
        """
        if not ledger_ids:
            return
        self.env.execute_query(
            SQL(
                """
                WITH gain AS (
                    SELECT id, card_id, amount, source_model, source_id
                      FROM loyalty_ledger WHERE id = ANY(%s)
                ), lot AS (
                    SELECT g.id AS ledger_id, g.amount, a.lot_id, -sum(a.amount) AS gone
                      FROM gain g
                      JOIN loyalty_ledger l
                        ON l.card_id = g.card_id AND l.source_model = g.source_model
                       AND l.source_id = g.source_id
                      JOIN loyalty_allocation a ON a.ledger_id = l.id
                     WHERE l.kind IN %s
                     GROUP BY g.id, g.amount, a.lot_id
                    HAVING sum(a.amount) < 0
                ), counted AS (
                    SELECT ledger_id, lot_id, gone, amount,
                           sum(gone) OVER (
                               PARTITION BY ledger_id ORDER BY lot_id DESC
                           ) - gone AS before
                      FROM lot
                ), back AS (
                    SELECT ledger_id, lot_id, least(gone, amount - before) AS amount
                      FROM counted WHERE before < amount
                ), changed AS (
                    UPDATE loyalty_lot t SET remaining = t.remaining + b.amount
                      FROM back b WHERE b.lot_id = t.id RETURNING t.id
                )
                INSERT INTO loyalty_allocation (ledger_id, lot_id, amount)
                SELECT ledger_id, lot_id, amount FROM back RETURNING id
                """,
                ledger_ids,
                kinds,
            )
        )
