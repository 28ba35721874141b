from odoo import models
from odoo.tools import SQL

from ..tools.posting import current
from .loyalty_card_ledger import CORE
from .loyalty_program import STORED_VALUE

#: A row of this kind goes back to the lots that rows of these kinds took from.
BACK = {
    "restore": ("redeem", "restore", "take_again"),
    "give_again": ("claw_back", "give_again"),
}
#: Bonus is last, or first when the order is turned round.
FUND_PLACE = SQL("CASE t.fund WHEN 'bonus' THEN 2 WHEN 'principal' THEN 1 ELSE 0 END")


class LoyaltyCard(models.Model):
    """Where points come from and go to: lots, and what each row did to them."""

    _inherit = "loyalty.card"

    def _move_lots(self, written):
        """Give every gain a lot and take every loss from the lots that expire first.

        What is given back returns to the lots it was taken from, with their expiry;
        what is taken back comes from the lots of the same document first.

        :param written: rows in their order, ``[(id, card_id, amount, kind)]``
        """
        flow = [row for row in written if row[2]]
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
        """Make a lot of each gain, less what returned to older lots.

        On stored value the lot is principal only where it was paid for; a gain that
        says nothing was given, and value that came with a card is of unknown origin.
        """
        self.env.execute_query(
            SQL(
                """
                WITH gain AS (
                    SELECT l.id, l.card_id, l.date, l.program_id, l.fund, l.kind,
                           l.company_id, l.amount - (
                               SELECT coalesce(sum(a.amount), 0)
                                 FROM loyalty_allocation a WHERE a.ledger_id = l.id
                           ) AS amount
                      FROM loyalty_ledger l
                     WHERE l.id = ANY(%(rows)s) AND l.card_id IS NOT NULL
                )
                INSERT INTO loyalty_lot (
                    card_id, fund, issued, remaining, date, expires, ledger_id
                )
                SELECT g.card_id,
                       CASE WHEN (p.program_type IN %(stored)s) IS NOT TRUE
                            THEN 'points'
                            WHEN g.fund IS NOT NULL THEN g.fund
                            WHEN g.kind = 'deposit' THEN 'principal'
                            WHEN g.kind IN ('open', 'core', 'merge') THEN 'points'
                            WHEN g.kind = 'earn' AND c.loyalty_value_account_id IS NULL
                            THEN 'points'
                            ELSE 'bonus' END,
                       g.amount, g.amount, g.date,
                       coalesce(%(expires)s::date,
                                CASE WHEN p.loyalty_validity_days > 0
                                     THEN (g.date AT TIME ZONE 'UTC'
                                           AT TIME ZONE coalesce(home.tz, 'UTC'))::date
                                          + p.loyalty_validity_days END),
                       g.id
                  FROM gain g LEFT JOIN loyalty_program p ON p.id = g.program_id
                  LEFT JOIN res_company c ON c.id = g.company_id
                  LEFT JOIN res_partner home ON home.id = c.partner_id
                 WHERE g.amount > 0
                 ORDER BY g.id
                RETURNING id
                """,
                rows=ledger_ids,
                stored=STORED_VALUE,
                expires=(current() or CORE).expires,
            )
        )

    def _take_from_lots(self, ledger_ids):
        """Take losses of different cards, what expires first goes first.

        On stored value the program says which fund comes first, or that each gives its
        share; a share is rounded to the places of the currency, and the shares add up.
        """
        self.env.execute_query(
            SQL(
                """
                WITH loss AS (
                    SELECT l.id, l.card_id, -l.amount AS need, l.kind, l.fund,
                           l.source_model, l.source_id, p.loyalty_fund_order AS policy,
                           c.decimal_places AS places
                      FROM loyalty_ledger l
                      LEFT JOIN loyalty_program p ON p.id = l.program_id
                      LEFT JOIN res_currency c ON c.id = p.currency_id
                     WHERE l.id = ANY(%s)
                ), lot AS (
                    SELECT t.id, l.id AS ledger_id, l.need, t.remaining, t.expires,
                           CASE WHEN l.policy = 'proportional' AND l.fund IS NULL
                                THEN %s ELSE 0 END AS pool,
                           (l.kind IN ('claw_back', 'withdraw')
                            AND o.source_model = l.source_model
                            AND o.source_id = l.source_id) IS TRUE AS own,
                           CASE WHEN l.policy = 'bonus_first' THEN -%s ELSE %s END
                               AS rank,
                           greatest(
                               l.places, min_scale(l.need),
                               max(min_scale(t.remaining)) OVER (PARTITION BY l.id)
                           ) AS places
                      FROM loyalty_lot t
                      JOIN loss l USING (card_id)
                      LEFT JOIN loyalty_ledger o ON o.id = t.ledger_id
                     WHERE t.remaining > 0 AND (l.fund IS NULL OR t.fund = l.fund)
                ), pool AS (
                    SELECT ledger_id, pool, max(need) AS need, max(places) AS places,
                           sum(sum(remaining)) OVER upto AS upto,
                           sum(remaining) AS kept,
                           sum(sum(remaining)) OVER (PARTITION BY ledger_id) AS whole
                      FROM lot GROUP BY ledger_id, pool
                    WINDOW upto AS (PARTITION BY ledger_id ORDER BY pool)
                ), share AS (
                    SELECT ledger_id, pool,
                           round(need * upto / whole, places)
                           - round(need * (upto - kept) / whole, places) AS need
                      FROM pool
                ), counted AS (
                    SELECT lot.id, lot.ledger_id, share.need, lot.remaining,
                           sum(lot.remaining) OVER (
                               PARTITION BY lot.ledger_id, lot.pool
                               ORDER BY own DESC, rank, expires, lot.id
                           ) - lot.remaining AS before
                      FROM lot JOIN share USING (ledger_id, pool)
                ), taken AS (
                    SELECT id, ledger_id, least(remaining, need - before) AS amount
                      FROM counted WHERE before < need
                ), changed AS (
                    UPDATE loyalty_lot t SET remaining = t.remaining - k.amount
                      FROM taken k WHERE k.id = t.id RETURNING t.id
                )
                INSERT INTO loyalty_allocation (ledger_id, lot_id, amount)
                SELECT ledger_id, id, -amount FROM taken RETURNING id
                """,
                ledger_ids,
                FUND_PLACE,
                FUND_PLACE,
                FUND_PLACE,
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
                    SELECT id, card_id, amount, fund, source_model, source_id
                      FROM loyalty_ledger WHERE id = ANY(%s)
                ), lot AS (
                    SELECT g.id AS ledger_id, g.amount, a.lot_id, -sum(a.amount) AS gone
                      FROM gain g
                      JOIN loyalty_ledger l
                        ON l.card_id = g.card_id AND l.source_model = g.source_model
                       AND l.source_id = g.source_id
                      JOIN loyalty_allocation a ON a.ledger_id = l.id
                      JOIN loyalty_lot t ON t.id = a.lot_id
                     WHERE l.kind IN %s AND (g.fund IS NULL OR t.fund = g.fund)
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
