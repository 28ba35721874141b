from datetime import datetime, time, timedelta
from decimal import Decimal

from pytz import UTC, timezone

from odoo import api, models
from odoo.tools import SQL

#: Kinds of rows by what they mean for the provision. A return, ``claw_back``, lowers
#: what was issued; a transfer or merge moves points and their year along.
RETURNS = ("claw_back", "give_again")
USES = ("redeem", "restore", "take_again", "debt_paid", "spend", "withdraw")
MOVES = ("transfer", "merge")

#: Rows up to the day, lots, and every change of every lot with the lot's year of issue.
FLOWS = """
row AS (
    SELECT l.id, l.program_id, l.card_id, l.kind, l.amount, l.debt_change,
           l.source_model, l.source_id,
           date_part('year', l.date AT TIME ZONE 'UTC' AT TIME ZONE %(tz)s)::int AS year
      FROM loyalty_ledger l
     WHERE l.program_id = ANY(%(programs)s) AND l.date < %(until)s
), lot AS (
    SELECT t.id, t.ledger_id, t.issued, o.source_model, o.source_id,
           date_part('year', t.date AT TIME ZONE 'UTC' AT TIME ZONE %(tz)s)::int AS year
      FROM loyalty_lot t JOIN loyalty_ledger o ON o.id = t.ledger_id
     WHERE o.program_id = ANY(%(programs)s) AND t.fund = 'points'
), flow AS (
    SELECT r.program_id, lot.year, r.kind, a.amount,
           r.card_id, r.source_model, r.source_id,
           (lot.source_model = r.source_model
            AND lot.source_id = r.source_id) IS TRUE AS own
      FROM loyalty_allocation a
      JOIN row r ON r.id = a.ledger_id
      JOIN lot ON lot.id = a.lot_id
     UNION ALL
    SELECT r.program_id, lot.year, r.kind, lot.issued,
           r.card_id, r.source_model, r.source_id, TRUE
      FROM lot JOIN row r ON r.id = lot.ledger_id
     UNION ALL -- the lots of a deleted card are gone, its rows are not
    SELECT r.program_id, min(r.year) OVER (PARTITION BY l.card_code), r.kind, r.amount,
           NULL, NULL, NULL, TRUE
      FROM row r JOIN loyalty_ledger l USING (id)
     WHERE r.card_id IS NULL
)
"""

#: What returns took back from documents that gave points, debts included.
CLAIMS = """
gone AS (
    SELECT program_id, card_id, source_model, source_id,
           sum(CASE WHEN kind = 'debt' THEN debt_change ELSE -amount END) AS points
      FROM row
     WHERE kind IN ('claw_back', 'give_again', 'debt')
       AND card_id IS NOT NULL AND source_id IS NOT NULL
     GROUP BY 1, 2, 3, 4
), claim AS (
    SELECT g.program_id, g.card_id, g.source_model, g.source_id, g.points,
           min(r.year) AS year, sum(r.amount) AS earned
      FROM gone g
      JOIN row r ON r.kind = 'earn' AND r.card_id = g.card_id
                AND r.source_model = g.source_model AND r.source_id = g.source_id
     GROUP BY 1, 2, 3, 4, 5
)
"""

#: A claim on points of its own document lowers what was issued. What it takes from
#: others stands for points of the document that were used: used there, no longer here.
POINTS = """
change AS (
    SELECT f.program_id, f.year, f.amount, f.own, c.year AS claim_year,
           c.card_id, c.source_model, c.source_id,
           CASE WHEN c.card_id IS NOT NULL AND f.own THEN 'issued'
                WHEN c.card_id IS NOT NULL THEN 'redeemed'
                WHEN f.kind IN %(uses)s THEN 'redeemed'
                WHEN f.kind IN %(moves)s THEN 'moved'
                WHEN f.amount > 0 THEN 'issued'
                ELSE 'expired' END AS place
      FROM flow f
      LEFT JOIN claim c ON f.kind IN %(returns)s AND c.card_id = f.card_id
           AND c.source_model = f.source_model AND c.source_id = f.source_id
), rest AS (
    SELECT c.program_id, c.year, c.points + coalesce(sum(f.amount), 0) AS points
      FROM claim c
      LEFT JOIN flow f ON f.kind IN %(returns)s AND f.own AND c.card_id = f.card_id
           AND c.source_model = f.source_model AND c.source_id = f.source_id
     GROUP BY c.program_id, c.year, c.card_id, c.source_model, c.source_id, c.points
)
"""

#: Rows without a pinned price, with what a valuation would allocate to each.
FRESH = """
new AS (
    SELECT r.id, r.program_id, r.kind, r.amount, r.source_model, r.source_id,
           r.card_id, s.point_value::numeric * s.expected_percent::numeric / 100
               AS price
      FROM row r
      JOIN loyalty_provision s ON s.program_id = r.program_id
     WHERE r.amount > 0
       AND r.kind NOT IN %(returns)s AND r.kind NOT IN %(uses)s
       AND r.kind NOT IN %(moves)s
       AND NOT EXISTS (SELECT FROM loyalty_deferral d WHERE d.ledger_id = r.id)
), sold AS (
    SELECT o.id,
           sum(part.amount / rate.rate) FILTER (
               WHERE p.id IS NULL
                  OR p.program_type NOT IN ('loyalty', 'ewallet', 'gift_card')
           ) AS price,
           sum(part.amount / rate.rate) FILTER (WHERE l.reward_id IS NULL) AS goods
      FROM sale_order o
      JOIN sale_order_line l ON l.order_id = o.id
      LEFT JOIN loyalty_reward w ON w.id = l.reward_id
      LEFT JOIN loyalty_program p ON p.id = w.program_id
     CROSS JOIN LATERAL (
         SELECT coalesce(nullif(o.currency_rate, 0), 1)::numeric AS rate
     ) rate
     CROSS JOIN LATERAL (
         -- A line that was lowered since gave its points for what it was then.
         SELECT coalesce(
             max(e.amount)::numeric * CASE WHEN l.price_total <> 0
                 THEN l.price_subtotal / l.price_total ELSE 1 END,
             l.price_subtotal, 0) AS amount
           FROM loyalty_earn_line e
          WHERE e.order_line_id = l.id AND e.points > 0
     ) part
     WHERE o.id IN (SELECT source_id FROM new
                     WHERE source_model = 'sale.order' AND kind = 'earn')
     GROUP BY o.id
), shared AS (
    SELECT card_id, source_id, sum(amount) AS points
      FROM row
     WHERE kind = 'earn' AND source_model = 'sale.order'
       AND source_id IN (SELECT id FROM sold)
     GROUP BY card_id, source_id
), fresh AS (
    SELECT n.id AS ledger_id, sold.price, sold.goods,
           n.amount * n.price AS points_price,
           CASE WHEN sold.id IS NULL THEN n.amount * n.price
                WHEN sold.price <= 0 OR n.amount * n.price <= 0 THEN 0
                ELSE sold.price * n.amount * n.price / (
                    greatest(sold.goods, 0) + coalesce(e.points, n.amount) * n.price
                )
           END AS allocated
      FROM new n
      LEFT JOIN sold ON n.kind = 'earn' AND n.source_model = 'sale.order'
                    AND sold.id = n.source_id
      LEFT JOIN shared e ON e.card_id = n.card_id AND e.source_id = sold.id
)
"""

#: What is allocated by now: a return lowers the part of its document.
MONEY = """
pin AS (
    SELECT d.ledger_id, d.allocated
      FROM loyalty_deferral d JOIN row r ON r.id = d.ledger_id
     UNION ALL
    SELECT ledger_id, allocated FROM fresh
), money AS (
    SELECT r.program_id, r.year,
           pin.allocated * coalesce(
               greatest(0, least(1, 1 - c.points / nullif(c.earned, 0))), 1
           ) AS amount
      FROM pin
      JOIN row r ON r.id = pin.ledger_id
      LEFT JOIN claim c ON r.kind = 'earn' AND c.card_id = r.card_id
           AND c.source_model = r.source_model AND c.source_id = r.source_id
)
"""

TOTALS = """
SELECT program_id, year, sum(issued)::text, sum(redeemed)::text, sum(expired)::text,
       sum(remaining)::text, sum(allocated)::text
  FROM (
        SELECT program_id, year,
               CASE WHEN place = 'issued' THEN amount ELSE 0 END AS issued,
               CASE WHEN place = 'redeemed' THEN -amount ELSE 0 END AS redeemed,
               CASE WHEN place = 'expired' THEN -amount ELSE 0 END AS expired,
               amount AS remaining, 0 AS allocated
          FROM change
         UNION ALL
        SELECT program_id, year, -points, -points, 0, 0, 0 FROM rest
         UNION ALL
        SELECT program_id, year, 0, 0, 0, 0, amount FROM money
  ) part
 GROUP BY program_id, year
 ORDER BY program_id, year
"""


class LoyaltyProvision(models.Model):
    """What happened to the points of programs, and what was allocated to them."""

    _inherit = "loyalty.provision"

    @api.model
    def _get_figures(self, company, program_ids, day):
        """Sum up the points of programs by year of issue, in one statement.

        Issued less redeemed less expired is what remains, in each year.

        :param company: `res.company` of the programs; its time zone makes days
        :param program_ids: list of ids
        :param day: last day that counts
        :return: ``{program_id: {year: (issued, redeemed, expired, remaining,
            allocated)}}``, Decimals; money in the currency of the company
        """
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                "WITH " + ", ".join((FLOWS, CLAIMS, POINTS, FRESH, MONEY)) + TOTALS,
                **self._get_figures_parameters(company, program_ids, day),
            )
        )
        figures = {}
        for program_id, year, *numbers in rows:
            figures.setdefault(program_id, {})[year] = tuple(map(Decimal, numbers))
        return figures

    def _pin(self, valuation):
        """Keep what the valuation allocates to rows that have no price so far."""
        parameters = self._get_figures_parameters(
            self.company_id, self.program_id.ids, valuation.date
        )
        self.env.execute_query(
            SQL(
                "WITH "
                + ", ".join((FLOWS, CLAIMS, FRESH))
                + """
                INSERT INTO loyalty_deferral (
                    ledger_id, valuation_id, price, goods, points_price, allocated
                )
                SELECT ledger_id, %(valuation)s, price, goods, points_price, allocated
                  FROM fresh ORDER BY ledger_id
                RETURNING id
                """,
                valuation=valuation.id,
                **parameters,
            )
        )
        self.env["loyalty.deferral"].invalidate_model()

    @api.model
    def _get_figures_parameters(self, company, program_ids, day):
        tz = company._get_loyalty_tz()
        return {
            "tz": tz,
            "until": self._get_end_of_day(day, tz),
            "programs": list(program_ids),
            "returns": RETURNS,
            "uses": USES,
            "moves": MOVES,
        }

    @api.model
    def _get_end_of_day(self, day, tz):
        """Give the first moment after a day, naive UTC."""
        start = datetime.combine(day + timedelta(days=1), time.min)
        return timezone(tz).localize(start).astimezone(UTC).replace(tzinfo=None)
