from odoo import api, models
from odoo.tools import SQL

FLUSHED = {
    "mrp.production": None,
    "mrp.production.group": None,
    "mrp.bom": None,
    "mrp.bom.line": None,
    "stock.reference": None,
}
#: Phantom bills nested deeper than this are cut: a guard against cyclic bills.
MAX_KIT_DEPTH = 10


class SaleOrder(models.Model):
    """An order that knows its production, and what its kits are made of."""

    _inherit = "sale.order"

    def _tracking_flush(self):
        super()._tracking_flush()
        for model, names in FLUSHED.items():
            # Progress of production is part of an order that the reader may read.
            self.env[model].sudo().flush_model(names)

    @api.model
    def _tracking_touch_sources(self):
        sources = super()._tracking_touch_sources()
        # A finished product's move speaks for the production behind it.
        sources["stock.move"] = """
            WITH touched AS (
                SELECT sale_line_id, production_id FROM stock_move WHERE id = ANY(%s)
            )
            SELECT l.order_id
              FROM touched m
              JOIN sale_order_line l ON l.id = m.sale_line_id
             UNION
            SELECT s.sale_id
              FROM touched m
              JOIN stock_reference_production_rel p
                ON p.production_id = m.production_id
              JOIN stock_reference_sale_rel s ON s.reference_id = p.reference_id
        """
        sources["mrp.production"] = """
            SELECT s.sale_id
              FROM stock_reference_production_rel p
              JOIN stock_reference_sale_rel s ON s.reference_id = p.reference_id
             WHERE p.production_id = ANY(%s)
        """
        return sources

    def _tracking_ctes(self, order_ids, light=False):
        ctes = super()._tracking_ctes(order_ids, light)
        if light:
            return {**ctes, "making": self._tracking_cte_making_light()}
        return {
            **ctes,
            "production": self._tracking_cte_productions(),
            "production_share": self._tracking_cte_production_shares(),
            "making": self._tracking_cte_making(),
            "kit_move": self._tracking_cte_kit_moves(),
            "kit": self._tracking_cte_kits(),
            "kit_path": self._tracking_cte_kit_paths(),
            "kit_stock": self._tracking_cte_kit_stock(),
        }

    def _tracking_joins(self, light=False):
        joins = [*super()._tracking_joins(light), "making"]
        return joins if light else [*joins, "kit_stock"]

    def _tracking_columns(self, light=False):
        columns = super()._tracking_columns(light)
        columns.update(
            qty_to_produce=SQL("COALESCE(making.to_produce, 0)::float8"),
            productions_open=SQL("COALESCE(making.open, 0)"),
        )
        if not light:
            columns.update(
                qty_reserved=SQL(
                    "%s + COALESCE(kit_stock.reserved, 0)::float8",
                    columns["qty_reserved"],
                ),
                qty_produced=SQL("COALESCE(making.produced, 0)::float8"),
                next_production=self._tracking_day(SQL("making.next_at")),
            )
        return columns

    # ---------------------------------------------------------------- production
    def _tracking_cte_productions(self):
        """Productions of the first level: those that no other production asked for.

        The link is the stock reference that order and production share; a cancelled
        production makes nothing and does not count.
        """
        return SQL(
            """
            SELECT p.id, p.product_id, p.state, p.date_finished,
                   p.product_qty * pu.factor / tu.factor AS qty, tu.factor AS unit
              FROM mrp_production p
              JOIN uom_uom pu ON pu.id = p.product_uom_id
              JOIN product_product pp ON pp.id = p.product_id
              JOIN product_template t ON t.id = pp.product_tmpl_id
              JOIN uom_uom tu ON tu.id = t.uom_id
             WHERE p.state NOT IN ('draft', 'cancel')
               AND p.id IN (
                    SELECT rp.production_id
                      FROM tracked o
                      JOIN stock_reference_sale_rel rs ON rs.sale_id = o.id
                      JOIN stock_reference_production_rel rp
                        ON rp.reference_id = rs.reference_id)
               AND NOT EXISTS (
                    SELECT FROM mrp_production_group_rel g
                     WHERE g.child_group_id = p.production_group_id)
            """
        )

    def _tracking_cte_production_shares(self):
        """What part of a production belongs to each order that it serves.

        Merged productions serve several orders: each by its demand for the product.
        """
        return SQL(
            """
            SELECT production_id, order_id,
                   COALESCE(
                       demand
                           / NULLIF(SUM(demand) OVER (PARTITION BY production_id), 0),
                       1.0 / COUNT(*) OVER (PARTITION BY production_id)
                   ) AS part
              FROM (
                SELECT s.production_id, s.order_id, (
                    SELECT SUM(m.product_qty)
                      FROM sale_order_line l
                      JOIN stock_move m ON m.sale_line_id = l.id
                      JOIN stock_location src ON src.id = m.location_id
                     WHERE s.orders > 1
                       AND l.order_id = s.order_id
                       AND m.product_id = s.product_id
                       AND m.state <> 'cancel'
                       AND src.usage IN ('internal', 'transit')
                   ) AS demand
                  FROM (
                    SELECT p.id AS production_id, p.product_id, rs.sale_id AS order_id,
                           COUNT(*) OVER (PARTITION BY p.id) AS orders
                      FROM production p
                      JOIN stock_reference_production_rel rp
                        ON rp.production_id = p.id
                      JOIN stock_reference_sale_rel rs
                        ON rs.reference_id = rp.reference_id
                     GROUP BY p.id, p.product_id, rs.sale_id
                  ) AS s
              ) AS demanded
            """
        )

    def _tracking_cte_making(self):
        """Quantities in the products' units; a closed production owes nothing more."""
        return SQL(
            """
            SELECT s.order_id,
                   SUM(s.part * CASE WHEN p.state = 'done' THEN COALESCE(f.qty, 0)
                                     ELSE p.qty END) AS to_produce,
                   SUM(s.part * COALESCE(f.qty, 0)) AS produced,
                   COUNT(*) FILTER (WHERE p.state <> 'done') AS open,
                   MIN(p.date_finished) FILTER (WHERE p.state <> 'done') AS next_at
              FROM production_share s
              JOIN tracked o ON o.id = s.order_id
              JOIN production p ON p.id = s.production_id
              LEFT JOIN LATERAL (
                SELECT SUM(m.quantity * mu.factor) / p.unit AS qty
                  FROM stock_move m
                  JOIN uom_uom mu ON mu.id = m.product_uom
                 WHERE m.production_id = p.id
                   AND m.product_id = p.product_id
                   AND m.picked
                   AND m.state <> 'cancel'
              ) AS f ON TRUE
             GROUP BY s.order_id
            """
        )

    def _tracking_cte_making_light(self):
        """Whether something is made, and still to be made: all that a stage needs."""
        return SQL(
            """
            SELECT order_id, SUM(qty) AS to_produce,
                   COUNT(*) FILTER (WHERE state <> 'done') AS open
              FROM (
                SELECT DISTINCT rs.sale_id AS order_id, p.id, p.state,
                       p.product_qty AS qty
                  FROM stock_reference_sale_rel rs
                  JOIN stock_reference_production_rel rp
                    ON rp.reference_id = rs.reference_id
                  JOIN mrp_production p ON p.id = rp.production_id
                 WHERE rs.sale_id IN (SELECT id FROM tracked)
                   AND p.state NOT IN ('draft', 'cancel')
                   AND NOT EXISTS (
                        SELECT FROM mrp_production_group_rel g
                         WHERE g.child_group_id = p.production_group_id)
              ) AS made
             GROUP BY order_id
            """
        )

    # ---------------------------------------------------------------------- kits
    def _tracking_cte_kit_moves(self):
        """Components of kits: what is delivered or lies ready, by bill line."""
        return SQL(
            """
            SELECT k.line_id, m.bom_line_id, k.order_id,
                   SUM(CASE
                       WHEN k.is_open AND k.src <> 'supplier' THEN k.quantity
                       WHEN k.state <> 'done' THEN 0
                       WHEN k.dst = 'customer'
                            AND (NOT k.is_return OR k.to_refund) THEN k.quantity
                       WHEN k.src = 'customer' AND k.to_refund THEN -k.quantity
                       ELSE 0 END) AS quantity
              FROM move k
              JOIN stock_move m ON m.id = k.id
             WHERE NOT k.direct AND m.bom_line_id IS NOT NULL
             GROUP BY k.line_id, m.bom_line_id, k.order_id
            """
        )

    def _tracking_bom_of(self, product, template, company, line):
        """Choose the phantom bill of a product: the one used, else the first one."""
        return SQL(
            """
            SELECT b.id, b.product_qty * u.factor AS quantity
              FROM mrp_bom b
              JOIN uom_uom u ON u.id = b.product_uom_id
             WHERE b.type = 'phantom'
               AND b.product_tmpl_id = %(template)s
               AND (b.product_id IS NULL OR b.product_id = %(product)s)
               AND (b.company_id IS NULL OR b.company_id = %(company)s)
             ORDER BY EXISTS (
                        SELECT FROM kit_move k
                          JOIN mrp_bom_line bl ON bl.id = k.bom_line_id
                         WHERE bl.bom_id = b.id AND k.line_id = %(line)s) DESC,
                      b.active DESC, b.product_id, b.sequence, b.id
             LIMIT 1
            """,
            product=product,
            template=template,
            company=company,
            line=line,
        )

    def _tracking_cte_kits(self):
        return SQL(
            """
            SELECT l.id AS line_id, l.company_id, l.delivered, l.unit,
                   tu.factor AS product_unit, b.id AS bom_id, b.quantity
              FROM line l
              JOIN product_template t ON t.id = l.product_tmpl_id
              JOIN uom_uom tu ON tu.id = t.uom_id
              JOIN LATERAL (%s) AS b ON TRUE
             WHERE l.id IN (SELECT line_id FROM kit_move)
            """,
            self._tracking_bom_of(
                SQL("l.product_id"),
                SQL("l.product_tmpl_id"),
                SQL("l.company_id"),
                SQL("l.id"),
            ),
        )

    def _tracking_cte_kit_paths(self):
        """Walk down the phantom bills: how much of a bill line one kit needs.

        ``need`` is in absolute units for one absolute unit of the kit.
        """
        return SQL(
            """
            SELECT k.line_id, k.company_id, bl.id AS bom_line_id, bl.product_id,
                   bl.product_tmpl_id,
                   bl.product_qty * bu.factor / k.quantity AS need, 1 AS depth
              FROM kit k
              JOIN mrp_bom_line bl ON bl.bom_id = k.bom_id
              JOIN uom_uom bu ON bu.id = bl.product_uom_id
             UNION ALL
            SELECT up.line_id, up.company_id, bl.id, bl.product_id, bl.product_tmpl_id,
                   up.need * bl.product_qty * bu.factor / b.quantity, up.depth + 1
              FROM kit_path up
              JOIN LATERAL (%(bom)s) AS b ON TRUE
              JOIN mrp_bom_line bl ON bl.bom_id = b.id
              JOIN uom_uom bu ON bu.id = bl.product_uom_id
             WHERE up.depth < %(depth)s
            """,
            bom=self._tracking_bom_of(
                SQL("up.product_id"),
                SQL("up.product_tmpl_id"),
                SQL("up.company_id"),
                SQL("up.line_id"),
            ),
            depth=MAX_KIT_DEPTH,
        )

    def _tracking_cte_kit_stock(self):
        """Whole kits that could leave: what the scarcest component allows."""
        return SQL(
            """
            SELECT order_id, SUM(reserved) AS reserved
              FROM (
                SELECT m.order_id, k.line_id,
                       GREATEST(
                           FLOOR(ROUND(MIN(m.quantity / n.need) / k.product_unit, 6))
                               * k.product_unit / k.unit - k.delivered, 0
                       ) AS reserved
                  FROM kit k
                  JOIN (
                    SELECT line_id, bom_line_id, SUM(need) AS need
                      FROM kit_path
                     GROUP BY line_id, bom_line_id
                    HAVING SUM(need) > 0
                  ) AS n ON n.line_id = k.line_id
                  JOIN kit_move m
                    ON m.line_id = n.line_id AND m.bom_line_id = n.bom_line_id
                 GROUP BY m.order_id, k.line_id, k.product_unit, k.unit, k.delivered
              ) AS kits
             GROUP BY order_id
            """
        )
