from decimal import Decimal

from odoo import models
from odoo.tools import SQL

#: Places of the steps; the first and the last are the two ends of the bridge.
STEPS = (
    "customers left_out rounding undelivered delivered earlier price currency "
    "unordered advance elsewhere periodic cost back bills entries rest ledger"
).split()
#: What a line of an order was sold for: a line that a delivery added was not ordered.
SOLD = SQL("coalesce(nullif(l.product_uom_qty, 0), l.qty_delivered)")
#: Steps that come from one statement, as revenue and cost.
READ = [step for step in STEPS if step not in ("customers", "rounding", "rest")]


class MiningRun(models.Model):
    """From what customers bring to the gross margin of the ledger, step by step."""

    _inherit = "mining.run"

    def _get_billing(self):
        """Give the relations on which profit and bridge are built, as a WITH list."""
        return SQL(", ").join(
            [
                self._get_sale_sql(),
                self._get_billed_sql(),
                self._get_bill_sql(),
                self._get_back_sql(),
            ]
        )

    def _get_sale_sql(self):
        """Give ``sale``: lines of orders, and whether they are of the window."""
        return SQL(
            """
            sale AS (
                SELECT f.line_ref AS line, f.customer_id AS customer,
                       f.document_ref AS document, f.is_return, f.revenue,
                       coalesce(f.discount, 0) AS discount, f.cost,
                       f.date > %(since)s AND f.date <= %(until)s AS in_window
                  FROM mining_fact f
                 WHERE f.company_id = %(company)s AND f.source = 'order'
            )
            """,
            company=self.company_id.id,
            since=self.date_from,
            until=self.date_to,
        )

    def _get_billed_sql(self):
        """Give ``billed``: lines of customer invoices that were posted in the window.

        With the first order line behind each, of which it is a credit if the sign of
        its quantity is the other one.
        """
        return SQL(
            """
            link AS (
                SELECT invoice_line_id, min(order_line_id) AS line
                  FROM sale_order_line_invoice_rel GROUP BY 1
            ),
            billed AS (
                SELECT b.*, CASE WHEN b.quantity * b.ordered <> 0
                                 THEN b.quantity * b.ordered < 0
                                 ELSE b.is_refund END AS is_credit
                  FROM (
                      SELECT a.id, -a.balance AS amount, t.account_type = 'income'
                                 AS is_income, m.move_type = 'out_refund' AS is_refund,
                             link.line, (a.quantity * coalesce(u.factor, 1)
                                 * CASE WHEN m.move_type = 'out_refund' THEN -1 ELSE 1
                                   END)::numeric AS quantity,
                             (%(sold)s * coalesce(lu.factor, 1))::numeric AS ordered,
                             CASE WHEN a.currency_id = s.currency_id
                                  THEN -a.amount_currency
                                      / coalesce(nullif(s.currency_rate, 0), 1)::numeric
                             END AS at_rate
                        FROM account_move_line a
                        JOIN account_move m ON m.id = a.move_id
                        JOIN account_account t ON t.id = a.account_id
                        LEFT JOIN uom_uom u ON u.id = a.product_uom_id
                        LEFT JOIN link ON link.invoice_line_id = a.id
                        LEFT JOIN sale_order_line l ON l.id = link.line
                        LEFT JOIN sale_order s ON s.id = l.order_id
                        LEFT JOIN uom_uom lu ON lu.id = l.product_uom_id
                       WHERE a.company_id = %(company)s AND a.parent_state = 'posted'
                         AND a.date > %(since)s AND a.date <= %(until)s
                         AND a.display_type = 'product'
                         AND m.move_type IN ('out_invoice', 'out_refund', 'out_receipt')
                  ) b
            )
            """,
            sold=SOLD,
            company=self.company_id.id,
            since=self.date_from,
            until=self.date_to,
        )

    def _get_bill_sql(self):
        """Give ``bill``: what was invoiced and credited of a line that was sold.

        What was invoiced beyond the order makes up for credit notes, as when an invoice
        is taken back and made anew.
        """
        return SQL(
            """
            bill AS (
                SELECT line, customer, in_window, revenue, cost, invoiced, at_rate,
                       quantity, raw, CASE WHEN ordered > 0 THEN least(0, raw
                           + CASE WHEN quantity > ordered
                                  THEN invoiced * (quantity - ordered) / quantity
                                  ELSE 0 END) ELSE raw END AS credit
                  FROM (
                      SELECT s.line, s.customer, s.in_window, s.revenue, s.cost,
                             max(b.ordered) AS ordered,
                             coalesce(sum(b.amount) FILTER (WHERE NOT is_credit), 0)
                                 AS invoiced,
                             coalesce(sum(coalesce(b.at_rate, b.amount))
                                 FILTER (WHERE NOT is_credit), 0) AS at_rate,
                             coalesce(sum(b.quantity) FILTER (WHERE NOT is_credit), 0)
                                 AS quantity,
                             coalesce(sum(b.amount) FILTER (WHERE is_credit), 0) AS raw
                        FROM billed b JOIN sale s ON s.line = b.line
                       GROUP BY s.line, s.customer, s.in_window, s.revenue, s.cost
                  ) b
            )
            """,
        )

    def _get_back_sql(self):
        """Give ``back``: what goods are worth that came back in the window.

        Less what went out beyond the order, in their place.
        """
        start, end = self._get_moments()
        return SQL(
            """
            back AS (
                SELECT customer, came_in - CASE WHEN out_quantity > ordered
                           THEN went_out * (out_quantity - ordered) / out_quantity
                           ELSE 0 END AS value
                  FROM (
                      SELECT s.customer, (%(sold)s * coalesce(u.factor, 1))::numeric
                                 AS ordered,
                             sum(v.value) FILTER (WHERE o.usage = 'customer')
                                 AS came_in,
                             sum(v.value) FILTER (WHERE d.usage = 'customer'
                                 AND v.product_id = l.product_id) AS went_out,
                             sum((v.quantity * vu.factor)::numeric)
                                 FILTER (WHERE d.usage = 'customer'
                                     AND v.product_id = l.product_id)
                                 AS out_quantity
                        FROM stock_move v
                        JOIN stock_location o ON o.id = v.location_id
                        JOIN stock_location d ON d.id = v.location_dest_id
                        JOIN sale s ON s.line = v.sale_line_id AND s.cost IS NOT NULL
                        JOIN sale_order_line l ON l.id = s.line
                        JOIN uom_uom vu ON vu.id = v.product_uom
                        LEFT JOIN uom_uom u ON u.id = l.product_uom_id
                       WHERE v.company_id = %(company)s AND v.state = 'done'
                         AND v.date < %(end)s AND (d.usage = 'customer'
                             OR o.usage = 'customer' AND v.date >= %(start)s)
                       GROUP BY s.customer, s.line, l.id, u.factor
                  ) b WHERE came_in IS NOT NULL
            )
            """,
            sold=SOLD,
            company=self.company_id.id,
            start=start,
            end=end,
        )

    def _add_bridge(self):
        """Write every step, and what is left between the last one and the ledger.

        The ledger is read by itself: income accounts and cost-of-revenue accounts, with
        the costs that invoices book on other expense accounts.
        """
        found = self._read_bridge()
        rows = {
            name: [round(amount, 2) for amount in amounts]
            for name, amounts in found.items()
            if name != "all"
        }
        rows["rounding"] = [self._get_rounding(place, found, rows) for place in (0, 1)]
        rows["rest"] = [
            rows["ledger"][place] - sum(rows[name][place] for name in STEPS[:-2])
            for place in (0, 1)
        ]
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO mining_profit_bridge
                    (run_id, company_id, sequence, key, revenue, cost, margin)
                SELECT %s, %s, place, key, revenue, cost, revenue - cost
                  FROM unnest(%s, %s::numeric[], %s::numeric[])
                  WITH ORDINALITY b (key, revenue, cost, place)
                """,
                self.id,
                self.company_id.id,
                list(STEPS),
                [rows[name][0] for name in STEPS],
                [rows[name][1] for name in STEPS],
            )
        )
        self.env["mining.profit.bridge"].invalidate_model(flush=False)
        self.measure = "bridge"
        self.quality = float(max(map(abs, rows["rest"])))

    def _get_rounding(self, place, found, rows):
        """Give what rounding by customer and by step leaves, in revenue or in cost.

        More than rounding can explain is not called so; it stays in the rest.
        """
        steps = [name for name in READ if name not in ("left_out", "ledger")]
        left = found["all"][place] - rows["customers"][place] - rows["left_out"][place]
        left += sum(found[name][place] - rows[name][place] for name in steps)
        most = 5 * self.env["mining.profit"].search_count([("run_id", "=", self.id)])
        return round(left, 2) if abs(left) * 100 <= most + len(STEPS) else Decimal(0)

    def _read_bridge(self):
        """Read revenue and cost of each step, in one statement.

        :return: ``{step: (revenue, cost)}``, with ``all`` for all customers, unrounded
        """
        names = ["all", "customers", *READ]
        row = self.env.execute_query(
            SQL(
                """
                WITH %(billing)s, %(booked)s, %(sold)s
                SELECT %(amounts)s
                  FROM %(totals)s
                """,
                billing=self._get_billing(),
                booked=self._get_booked(),
                sold=self._get_sold(),
                amounts=SQL(", ").join(
                    SQL("coalesce(%s, 0)::numeric", amount)
                    for name in names
                    for amount in self._get_amounts()[name]
                ),
                totals=self._get_totals(),
            )
        )[0]
        return {name: row[2 * at : 2 * at + 2] for at, name in enumerate(names)}

    def _get_booked(self):
        """Give ``book``: lines of the ledger in the window that are income or cost.

        ``cogs``: the cost that an invoice line booked, by that line. Where an invoice
        is taken back as a whole, its lines of cost are copied and name none; theirs is
        the line of the same product.
        """
        line = SQL(
            """
            (SELECT min(l.id) FROM account_move_line l
              WHERE l.move_id = a.move_id AND l.product_id = a.product_id
                AND l.display_type = 'product' AND a.display_type = 'cogs'
                AND m.move_type IN ('out_invoice', 'out_refund', 'out_receipt'))
            """
        )
        return SQL(
            """
            book AS (
                SELECT a.id, a.balance, m.move_type,
                       t.account_type = 'income' AS income,
                       coalesce(a.cogs_origin_id, %(line)s) AS origin,
                       a.display_type = 'cogs' AS is_cogs
                  FROM account_move_line a
                  JOIN account_move m ON m.id = a.move_id
                  JOIN account_account t ON t.id = a.account_id
                 WHERE a.company_id = %(company)s AND a.parent_state = 'posted'
                   AND a.date > %(since)s AND a.date <= %(until)s
                   AND (t.account_type IN ('income', 'expense_direct_cost')
                        OR a.display_type = 'cogs' AND t.account_type LIKE 'expense%%')
            ),
            cogs AS (
                SELECT origin, sum(balance) AS cost FROM book
                 WHERE is_cogs AND NOT income GROUP BY origin
            ),
            charged AS (
                SELECT b.*, s.line IS NOT NULL AS is_sale, s.in_window, g.cost AS cogs
                  FROM billed b
                  LEFT JOIN sale s ON s.line = b.line
                  LEFT JOIN cogs g ON g.origin = b.id
            )
            """,
            line=line,
            company=self.company_id.id,
            since=self.date_from,
            until=self.date_to,
        )

    def _get_sold(self):
        """Give ``sold``: lines ordered in the window, and how far they are invoiced."""
        return SQL(
            """
            sold AS (
                SELECT x.revenue, coalesce(x.cost, 0) AS cost, b.invoiced, b.at_rate,
                       g.cogs, x.share,
                       greatest(0, least(1, x.sent) - x.share) AS waiting
                  FROM (
                      SELECT s.line, s.revenue, s.cost,
                             coalesce(greatest(0, least(1, coalesce(b.quantity, 0)
                                 / nullif(%(sold)s * coalesce(u.factor, 1), 0)::numeric
                             )), 0) AS share,
                             coalesce((l.qty_delivered / nullif(%(sold)s, 0))::numeric,
                                 0) AS sent
                        FROM sale s
                        JOIN sale_order_line l ON l.id = s.line
                        LEFT JOIN uom_uom u ON u.id = l.product_uom_id
                        LEFT JOIN bill b ON b.line = s.line
                       WHERE s.in_window
                  ) x
                  LEFT JOIN bill b ON b.line = x.line
                  LEFT JOIN (
                      SELECT line, sum(cogs) AS cogs FROM charged
                       WHERE NOT is_credit AND cogs IS NOT NULL GROUP BY line
                  ) g ON g.line = x.line
            )
            """,
            sold=SOLD,
        )

    def _get_totals(self):
        """Give one row of sums of each relation, side by side."""
        return SQL(
            """
            (SELECT sum(revenue) AS revenue, sum(cost) AS cost,
                    sum(revenue * (1 - share - waiting)) AS undelivered,
                    sum(cost * (1 - share - waiting)) AS undelivered_cost,
                    sum(revenue * waiting) AS delivered,
                    sum(cost * waiting) AS delivered_cost,
                    sum(coalesce(at_rate, 0) - revenue * share) AS price,
                    sum(invoiced - at_rate) AS currency,
                    sum(cost * share) FILTER (WHERE cogs IS NULL) AS periodic,
                    sum(cogs - cost * share) AS cogs
               FROM sold) s,
            (SELECT sum(credit) AS credit, sum(raw - credit) AS made_up,
                    sum(invoiced) FILTER (WHERE NOT in_window) AS earlier
               FROM bill) b,
            (SELECT sum(value) AS back FROM back) k,
            (SELECT sum(cogs) FILTER (WHERE is_sale AND NOT is_credit
                        AND NOT in_window) AS earlier,
                    sum(cogs) FILTER (WHERE is_sale AND is_credit) AS back,
                    sum(amount) FILTER (WHERE line IS NULL AND is_income) AS unordered,
                    sum(cogs) FILTER (WHERE line IS NULL) AS unordered_cost,
                    sum(amount) FILTER (WHERE line IS NOT NULL AND NOT is_sale)
                        AS advance,
                    sum(cogs) FILTER (WHERE line IS NOT NULL AND NOT is_sale)
                        AS advance_cost,
                    sum(amount) FILTER (WHERE line IS NOT NULL AND NOT is_income)
                        AS elsewhere
               FROM charged) c,
            %(book)s,
            (SELECT sum(net_sales) AS revenue, sum(-goods) AS cost
               FROM mining_profit WHERE run_id = %(run)s) p,
            (SELECT sum(revenue) AS revenue, sum(cost) AS cost FROM (
                 SELECT customer, revenue, coalesce(cost, 0) AS cost FROM sale
                  WHERE in_window
                  UNION ALL SELECT customer, credit, 0 FROM bill
                  UNION ALL SELECT customer, 0, -value FROM back
             ) w WHERE customer NOT IN (%(profiled)s)) w
            """,
            book=self._get_book_totals(),
            run=self.id,
            profiled=self.env["mining.engine"]._profiled(),
        )

    def _get_book_totals(self):
        """Give one row of sums of the ledger, and of what no sale line is behind."""
        return SQL(
            """
            (SELECT sum(-balance) FILTER (WHERE income) AS revenue,
                    sum(balance) FILTER (WHERE NOT income) AS cost,
                    sum(-balance) FILTER (WHERE income AND is_bill AND is_other)
                        AS bills,
                    sum(balance) FILTER (WHERE NOT income AND is_bill AND is_other)
                        AS bills_cost,
                    sum(-balance) FILTER (WHERE income AND NOT is_bill AND is_other)
                        AS entries,
                    sum(balance) FILTER (WHERE NOT income AND NOT is_bill AND is_other)
                        AS entries_cost
               FROM (
                   SELECT book.*, billed.id IS NULL AS is_other,
                          move_type IN ('in_invoice', 'in_refund', 'in_receipt')
                              AS is_bill
                     FROM book
                     LEFT JOIN billed ON billed.id = CASE
                          WHEN is_cogs AND NOT income THEN book.origin
                          WHEN income THEN book.id END
               ) o) l
            """
        )

    def _get_amounts(self):
        """Give revenue and cost of each step over the rows of :meth:`_get_totals`."""
        none = SQL("0")
        return {
            "all": (
                SQL("coalesce(s.revenue, 0) + coalesce(b.credit, 0)"),
                SQL("coalesce(s.cost, 0) - coalesce(k.back, 0)"),
            ),
            "customers": (SQL("p.revenue"), SQL("p.cost")),
            "left_out": (SQL("w.revenue"), SQL("w.cost")),
            "undelivered": (SQL("-s.undelivered"), SQL("-s.undelivered_cost")),
            "delivered": (SQL("-s.delivered"), SQL("-s.delivered_cost")),
            "earlier": (SQL("b.earlier"), SQL("c.earlier")),
            "price": (
                SQL("coalesce(s.price, 0) + coalesce(b.made_up, 0)"),
                none,
            ),
            "currency": (SQL("s.currency"), none),
            "unordered": (SQL("c.unordered"), SQL("c.unordered_cost")),
            "advance": (SQL("c.advance"), SQL("c.advance_cost")),
            "elsewhere": (SQL("-c.elsewhere"), none),
            "periodic": (none, SQL("-s.periodic")),
            "cost": (none, SQL("s.cogs")),
            "back": (none, SQL("coalesce(c.back, 0) + coalesce(k.back, 0)")),
            "bills": (SQL("l.bills"), SQL("l.bills_cost")),
            "entries": (SQL("l.entries"), SQL("l.entries_cost")),
            "ledger": (SQL("l.revenue"), SQL("l.cost")),
        }
