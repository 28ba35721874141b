from odoo import models
from odoo.tools import SQL


class LoyaltyLedger(models.Model):
    """What moves from card to card keeps its fund, age and expiry."""

    _inherit = "loyalty.ledger"

    def _keep_lots(self):
        """Cut the lots that these rows made into lots like those that they took from.

        :param self: gains and losses of the same sum in each program
        """
        self.env.execute_query(
            SQL(
                """
                WITH made AS (
                    DELETE FROM loyalty_lot t USING loyalty_ledger l
                     WHERE l.id = ANY(%(rows)s) AND t.ledger_id = l.id
                       AND t.remaining = t.issued
                    RETURNING t.card_id, t.ledger_id, l.program_id
                ), taken AS (
                    SELECT l.program_id, o.id, o.fund, o.date, o.expires,
                           -sum(a.amount) AS amount
                      FROM loyalty_ledger l
                      JOIN loyalty_allocation a ON a.ledger_id = l.id
                      JOIN loyalty_lot o ON o.id = a.lot_id
                     WHERE l.id = ANY(%(rows)s) AND a.amount < 0
                     GROUP BY l.program_id, o.id
                )
                INSERT INTO loyalty_lot (
                    card_id, fund, issued, remaining, date, expires, ledger_id
                )
                SELECT m.card_id, k.fund, k.amount, k.amount, k.date, k.expires,
                       m.ledger_id
                  FROM made m JOIN taken k USING (program_id)
                 ORDER BY k.expires, k.id
                RETURNING id
                """,
                rows=self.ids,
            )
        )
        self.env.invalidate_all()
