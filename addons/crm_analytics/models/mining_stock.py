from odoo import api, fields, models
from odoo.tools import SQL

#: Days over which turnover and days of stock are counted.
WINDOW = 90
#: Days without any use after which stock is dead.
DEAD = 180
#: Days of stock below which a product in use is about to run out.
COVER = 14
SHOWN = 10
STATES = [
    ("short", "Runs out soon"),
    ("moving", "Moves"),
    ("slow", "Slow: not used for 90 days"),
    ("dead", "Dead: not used for 180 days"),
]


class MiningStock(models.Model):
    """A product in stock: what it is worth, how fast it moves, how long it lasts.

    Used is what left to customers and into production.
    """

    _name = "mining.stock"
    _description = "Moving and Dead Stock"
    _auto = False
    _order = "value desc, id"
    _rec_name = "product_id"

    company_id = fields.Many2one("res.company", readonly=True)
    product_id = fields.Many2one("product.product", readonly=True)
    categ_id = fields.Many2one("product.category", "Product Category", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    quantity = fields.Float("On Hand", readonly=True, digits="Product Unit")
    value = fields.Monetary(readonly=True, help="At the cost of the product today")
    used = fields.Float(
        "Used in 90 Days", readonly=True, digits="Product Unit", aggregator="sum"
    )
    used_value = fields.Monetary(
        "Cost of Use", readonly=True, help="Of 90 days, as the transfers were valued"
    )
    last_date = fields.Date("Last Used", readonly=True)
    idle_days = fields.Integer(
        readonly=True, aggregator="max", help="Since last used; else since received"
    )
    days_left = fields.Float(
        "Days of Stock",
        readonly=True,
        aggregator=None,
        digits=(16, 1),
        help="At the pace of the last 90 days; empty without any use",
    )
    turnover = fields.Float(
        readonly=True,
        aggregator=None,
        digits=(16, 2),
        help="Cost of use of a year at the pace of 90 days, divided by the value",
    )
    state = fields.Selection(STATES, readonly=True)

    @property
    def _table_query(self):
        """Read quantities, and movements of the last years, in one statement."""
        return SQL(
            """
            SELECT s.*, CASE
                       WHEN used > 0 AND quantity < used * %(cover)s / %(window)s
                           THEN 'short'
                       WHEN used > 0 THEN 'moving'
                       WHEN idle_days >= %(dead)s THEN 'dead'
                       WHEN idle_days >= %(window)s THEN 'slow'
                       ELSE 'moving' END AS state,
                   CASE WHEN used > 0
                        THEN greatest(quantity, 0) * %(window)s / used END AS days_left,
                   CASE WHEN value > 0
                        THEN used_value * 365 / %(window)s / value END AS turnover
              FROM (
                  SELECT v.id::bigint * 10000 + c.id AS id, c.id AS company_id,
                         v.id AS product_id, t.categ_id, c.currency_id,
                         coalesce(q.quantity, 0)::numeric AS quantity,
                         round(coalesce(q.quantity, 0)::numeric * coalesce(
                             (v.standard_price ->> c.id::text)::numeric, 0), 2)
                             AS value,
                         coalesce(m.used, 0) AS used,
                         coalesce(m.used_value, 0) AS used_value,
                         m.last_out::date AS last_date,
                         current_date - coalesce(m.last_out, m.last_in, q.since)::date
                             AS idle_days
                    FROM product_product v
                    JOIN product_template t ON t.id = v.product_tmpl_id
                   CROSS JOIN res_company c
                    LEFT JOIN (%(quants)s) q
                      ON q.product_id = v.id AND q.company_id = c.id
                    LEFT JOIN (%(moves)s) m
                      ON m.product_id = v.id AND m.company_id = c.id
                   WHERE t.is_storable AND (q.quantity <> 0 OR m.used > 0)
              ) s
            """,
            cover=COVER,
            window=WINDOW,
            dead=DEAD,
            quants=self._get_quants_sql(),
            moves=self._get_moves_sql(),
        )

    def _get_quants_sql(self):
        """Give what lies in own places and belongs to the company."""
        return SQL(
            """
            SELECT q.product_id, q.company_id, sum(q.quantity) AS quantity,
                   min(q.in_date) AS since
              FROM stock_quant q
              JOIN stock_location l ON l.id = q.location_id
              JOIN res_company c ON c.id = q.company_id
             WHERE l.usage IN ('internal', 'transit')
               AND (q.owner_id IS NULL OR q.owner_id = c.partner_id)
             GROUP BY 1, 2
            """
        )

    def _get_moves_sql(self):
        """Give what was used and received, by product and company."""
        return SQL(
            """
            SELECT m.product_id, m.company_id,
                   max(m.date) FILTER (WHERE is_use) AS last_out,
                   max(m.date) FILTER (WHERE is_receipt) AS last_in,
                   sum(m.units) FILTER (WHERE is_use AND is_new) AS used,
                   sum(m.value) FILTER (WHERE is_use AND is_new) AS used_value
              FROM (
                  SELECT m.product_id, m.company_id, m.date, m.value,
                         (m.quantity * u.factor / tu.factor)::numeric AS units,
                         d.usage IN ('customer', 'production') AS is_use,
                         o.usage IN ('supplier', 'production') AS is_receipt,
                         m.date > now() AT TIME ZONE 'UTC' - %s * INTERVAL '1 day'
                             AS is_new
                    FROM stock_move m
                    JOIN stock_location d ON d.id = m.location_dest_id
                    JOIN stock_location o ON o.id = m.location_id
                    JOIN uom_uom u ON u.id = m.product_uom
                    JOIN product_product v ON v.id = m.product_id
                    JOIN product_template t ON t.id = v.product_tmpl_id
                    JOIN uom_uom tu ON tu.id = t.uom_id
                   WHERE m.state = 'done' AND (d.usage = 'internal') <> (
                       o.usage = 'internal')
              ) m GROUP BY 1, 2
            """,
            WINDOW,
        )

    @api.model
    @api.readonly
    def get_page(self):
        """Give what the page of the current company shows.

        :return: ``company_id``, ``currency_id``, ``value``, ``used_value`` (90 days),
            ``turnover`` and ``days`` (of the whole stock) or None, ``states``:
            ``[state, name, products, value]``, and ``lists``: for ``short``, ``slow``
            and ``dead`` the first products as ``[id, name, on hand, value, days of
            stock, idle days]``
        :raise AccessError: the user is no analyst
        """
        self.check_access("read")
        self.env.flush_all()
        company = self.env.company
        names = dict(self._fields["state"]._description_selection(self.env))
        rows = self._read_states([("company_id", "=", company.id)])
        groups = {state: sums for state, sums, _product in rows}
        value = sum(sums[1] for sums in groups.values())
        used_value = sum(sums[2] for sums in groups.values())
        return {
            "company_id": company.id,
            "currency_id": company.currency_id.id,
            "value": value,
            "used_value": used_value,
            "turnover": used_value * 365 / WINDOW / value if value > 0 else None,
            "days": value * WINDOW / used_value if used_value > 0 else None,
            "states": [
                [state, names[state], *groups.get(state, (0, 0.0))[:2]]
                for state, _label in STATES
            ],
            "lists": self._list_products(rows),
        }

    def _read_states(self, domain):
        """Give the first products of each state with the sums of all, in one statement.

        :return: list of ``(state, (products, value, used value), [id, product_id, on
            hand, value, days of stock, idle days])``
        """
        query = self._search(domain)
        rows = self.env.execute_query(
            SQL(
                """
                SELECT state, products, state_value::float, state_used::float,
                       id, product_id, quantity::float, value::float,
                       days_left::float, idle_days
                  FROM (
                      SELECT s.*, count(*) OVER one AS products,
                             sum(value) OVER one AS state_value,
                             sum(used_value) OVER one AS state_used,
                             row_number() OVER (PARTITION BY state ORDER BY
                                 CASE WHEN state = 'short' THEN days_left END,
                                 value DESC, id) AS place
                        FROM (%s) s WINDOW one AS (PARTITION BY state)
                  ) p WHERE place <= %s ORDER BY place
                """,
                query.select(SQL("%s.*", SQL.identifier(query.table))),
                SHOWN,
            )
        )
        return [(row[0], row[1:4], row[4:]) for row in rows]

    def _list_products(self, rows):
        """Give the first products of each state that asks for a look."""
        lists = {"short": [], "slow": [], "dead": []}
        shown = [row for row in rows if row[0] in lists]
        # A product is named beside its sums, and no more.
        ids = [product[1] for _state, _sums, product in shown]
        products = self.env["product.product"].sudo().browse(ids)
        names = {product.id: product.display_name for product in products}
        for state, _sums, (row_id, product_id, *figures) in shown:
            lists[state].append([row_id, names[product_id], *figures])
        return lists

    @api.readonly
    def action_open_moves(self):
        """List the transfers of the product, if the reader may."""
        self.ensure_one()
        self.check_access("read")
        self.env["stock.move"].check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.product_id.display_name,
            "res_model": "stock.move",
            "views": [(False, "list"), (False, "form")],
            "domain": [
                ("product_id", "=", self.product_id.id),
                ("company_id", "=", self.company_id.id),
                ("state", "=", "done"),
            ],
        }
