from odoo import api, fields, models
from odoo.tools import SQL


class MiningPair(models.Model):
    """Two products bought together more often than chance, and in which order."""

    _name = "mining.pair"
    _description = "Bought Together"
    _log_access = False
    _order = "lift_low desc, id"
    _rec_name = "other_id"

    run_id = fields.Many2one(
        "mining.run", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    kind = fields.Selection(
        [("together", "In One Basket"), ("after", "Later")], readonly=True
    )
    product_id = fields.Many2one(
        "product.product", readonly=True, required=True, index=True, ondelete="cascade"
    )
    other_id = fields.Many2one(
        "product.product", "Goes with", readonly=True, required=True, ondelete="cascade"
    )
    baskets = fields.Integer("Baskets with Both", readonly=True)
    support = fields.Float(
        readonly=True,
        digits=(16, 6),
        aggregator=None,
        help="Share of all baskets that hold both",
    )
    confidence = fields.Float(
        readonly=True,
        digits=(16, 6),
        aggregator=None,
        help="Share of the baskets with the first that hold the other, too",
    )
    lift = fields.Float(
        readonly=True,
        digits=(16, 4),
        aggregator=None,
        help="How many times as often as if the two had nothing to do with each other",
    )
    lift_low = fields.Float(
        "Lift at Least",
        readonly=True,
        digits=(16, 4),
        aggregator=None,
        help="Lower end of the 95 % interval; at 1 it may be chance",
    )

    @api.readonly
    def action_open_baskets(self):
        """List the lines of the two products in the baskets that were counted."""
        self.ensure_one()
        self.check_access("read")
        self.env["res.partner"]._flush_consent()
        is_together = self.kind == "together"
        rows = self.env.execute_query(
            self._get_together_sql() if is_together else self._get_after_sql()
        )
        return self.run_id._open_facts([("id", "in", [row[0] for row in rows])])

    def _get_together_sql(self):
        """Give the ids of the lines in baskets that hold both."""
        return SQL(
            """
            SELECT unnest(array_agg(id)) FROM (%s) line
             WHERE product_id IN (%s, %s)
             GROUP BY document_ref HAVING count(DISTINCT product_id) = 2
            """,
            self._get_lines_sql(),
            self.product_id.id,
            self.other_id.id,
        )

    def _get_after_sql(self):
        """Give the ids of the lines of visits with one and of the next with the other.

        As the job ``sequence``; only customers who bought the first are looked at.
        """
        return SQL(
            """
            WITH line AS (
                SELECT * FROM (%(lines)s) l WHERE customer_id IN (
                    SELECT customer_id FROM mining_fact WHERE product_id = %(product)s)
            ),
            step AS (
                SELECT customer_id, date, lead(date) OVER (
                           PARTITION BY customer_id ORDER BY date) AS next_date
                  FROM (SELECT DISTINCT customer_id, date FROM line) visit
            )
            SELECT DISTINCT unnest(ARRAY[one.id, two.id])
              FROM step
              JOIN line one ON one.customer_id = step.customer_id
               AND one.date = step.date AND one.product_id = %(product)s
              JOIN line two ON two.customer_id = step.customer_id
               AND two.date = step.next_date AND two.product_id = %(other)s
            """,
            lines=self._get_lines_sql(),
            product=self.product_id.id,
            other=self.other_id.id,
        )

    def _get_lines_sql(self):
        """Give the lines of the window that make baskets: goods that were paid for."""
        run = self.run_id
        return SQL(
            """
            SELECT f.id, f.customer_id, f.document_ref, f.product_id, f.date
              FROM mining_fact f
              JOIN product_product v ON v.id = f.product_id
              JOIN product_template t ON t.id = v.product_tmpl_id
             WHERE f.company_id = %s AND f.date > %s AND f.date <= %s
               AND t.type <> 'service' AND NOT f.is_return
               AND f.revenue >= 0.005 AND f.revenue < 1e15
               AND (f.customer_id IS NULL OR f.customer_id IN (%s))
            """,
            self.company_id.id,
            run.date_from,
            run.date_to,
            self.env["mining.engine"]._profiled(),
        )
