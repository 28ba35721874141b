from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL

STATES = [
    ("active", "In Use"),
    ("returned", "Returned"),
]


#: What follows from transfers; only the owner is said by people.
FOLLOWS = {
    "product_id",
    "lot_id",
    "quantity",
    "company_id",
    "state",
    "move_line_id",
    "order_id",
    "date_delivered",
    "date_ended",
}


class ServiceAsset(models.Model):
    """A thing that a customer has from us: one serial number, or so many pieces.

    Made of deliveries that were done, and ended by returns; nobody makes one by hand.
    """

    _name = "service.asset"
    _description = "Product in Use"
    _inherit = ["mail.thread"]
    _order = "date_delivered desc, id desc"
    _rec_names_search = ["product_id", "lot_id"]

    product_id = fields.Many2one(
        "product.product", required=True, index=True, ondelete="restrict", readonly=True
    )
    lot_id = fields.Many2one(
        "stock.lot", "Serial Number", index="btree_not_null", readonly=True
    )
    quantity = fields.Float(digits="Product Unit", readonly=True)
    partner_id = fields.Many2one(
        "res.partner", "Owner", required=True, index=True, tracking=True
    )
    commercial_partner_id = fields.Many2one(
        related="partner_id.commercial_partner_id", store=True, index=True
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    state = fields.Selection(
        STATES, required=True, default="active", readonly=True, tracking=True
    )
    move_line_id = fields.Many2one(
        "stock.move.line", "Delivered by", readonly=True, ondelete="restrict"
    )
    order_id = fields.Many2one("sale.order", readonly=True, index="btree_not_null")
    date_delivered = fields.Date("Delivered on", readonly=True)
    date_ended = fields.Date("Until", readonly=True)
    entitlement_ids = fields.One2many("service.entitlement", "asset_id")
    is_covered = fields.Boolean("Warranty", compute="_compute_is_covered")

    _delivered_once = models.UniqueIndex("(move_line_id)")

    @api.depends("product_id", "lot_id", "quantity")
    def _compute_display_name(self):
        for asset in self:
            name = asset.product_id.display_name or ""
            if asset.lot_id:
                name = f"{name} ({asset.lot_id.name})"
            elif asset.quantity != 1:
                name = f"{name} × {asset.quantity:g}"
            asset.display_name = name

    @api.depends("entitlement_ids.state")
    def _compute_is_covered(self):
        for asset in self:
            asset.is_covered = bool(asset._get_cover("warranty")["entitlement"])

    def write(self, vals):
        if FOLLOWS & set(vals) and not self.env.su:
            raise AccessError(
                self.env._(
                    "What the customer has of %(asset)s follows from deliveries and "
                    "returns. Only the owner can be changed.",
                    asset=", ".join(self.mapped("display_name")),
                )
            )
        return super().write(vals)

    # -------------------------------------------------------------------- from and back

    @api.model
    def _follow_moves(self, moves):
        """Keep what customers have in step with transfers that are done.

        :param moves: `stock.move`
        """
        if not moves or not self._has_plans(moves.product_id):
            return
        self.env.flush_all()
        # Whoever does a transfer need not know what customers have.
        assets = self.sudo()
        assets._end_returned(SQL("m.id = ANY(%s)", moves.ids))
        assets._insert(SQL("m.id = ANY(%s)", moves.ids))

    @api.model
    def _has_plans(self, products):
        plans = self.env["service.plan"].sudo()  # as above
        return bool(
            plans.search_count(
                [("product_ids", "in", products.product_tmpl_id.ids)], limit=1
            )
        )

    @api.model
    def _insert(self, which):
        """Make what was delivered to customers by moves and is not known yet.

        :param which: `SQL`, a condition on stock_move ``m``
        :return: the assets, with what their plans promise
        """
        self.env["stock.move.line"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                INSERT INTO service_asset (
                    product_id, lot_id, quantity, partner_id, commercial_partner_id,
                    company_id, state, move_line_id, order_id, date_delivered,
                    create_uid, write_uid, create_date, write_date
                )
                SELECT l.product_id, l.lot_id, l.quantity_product_uom, owner.id,
                       owner.commercial_partner_id, m.company_id, 'active', l.id, o.id,
                       (l.date AT TIME ZONE 'UTC' AT TIME ZONE h.tz)::date,
                       %(user)s, %(user)s, %(now)s, %(now)s
                  FROM stock_move m
                  JOIN stock_move_line l ON l.move_id = m.id
                  JOIN stock_location f ON f.id = l.location_id
                  JOIN stock_location t ON t.id = l.location_dest_id
                  JOIN product_product p ON p.id = l.product_id
                  JOIN (%(zones)s) h ON h.company_id = m.company_id
             LEFT JOIN stock_picking k ON k.id = l.picking_id
             LEFT JOIN sale_order_line s ON s.id = m.sale_line_id
             LEFT JOIN sale_order o ON o.id = s.order_id
                  JOIN res_partner owner
                    ON owner.id = coalesce(o.partner_id, k.partner_id, m.partner_id)
                 WHERE m.state = 'done' AND t.usage = 'customer'
                   AND f.usage <> 'customer' AND l.quantity_product_uom > 0
                   AND EXISTS (SELECT FROM service_plan_product_rel r
                                WHERE r.product_template_id = p.product_tmpl_id)
                   AND %(which)s
                 ORDER BY l.id
                    ON CONFLICT (move_line_id) DO NOTHING
             RETURNING id
                """,
                user=self.env.uid,
                now=fields.Datetime.now(),
                zones=self._select_zones(),
                which=which,
            )
        )
        made = self.browse(id_ for (id_,) in rows)
        self.env["service.entitlement"]._insert(SQL("a.id = ANY(%s)", made.ids))
        return made

    @api.model
    def _select_zones(self):
        """Select by which time zone a company tells the day."""
        return SQL(
            """
            SELECT c.id AS company_id, coalesce(h.tz, 'UTC') AS tz
              FROM res_company c
         LEFT JOIN resource_calendar h ON h.id = c.resource_calendar_id
            """
        )

    @api.model
    def _end_returned(self, which):
        """End what came back: serial numbers, and pieces of a delivery.

        Many customers may have pieces of one lot, so these follow their delivery.
        Counts all returns of a delivery, so that it can be done again.

        :param which: `SQL`, a condition on stock_move ``m`` of the way back
        """
        self.env.cr.execute(
            SQL(
                """
                WITH back AS MATERIALIZED (
                    SELECT l.product_id, l.lot_id, l.id, e.tracking,
                           (l.date AT TIME ZONE 'UTC' AT TIME ZONE h.tz)::date AS day,
                           m.origin_returned_move_id AS move_id
                      FROM stock_move m
                      JOIN stock_move_line l ON l.move_id = m.id
                      JOIN product_product p ON p.id = l.product_id
                      JOIN product_template e ON e.id = p.product_tmpl_id
                      JOIN stock_location f ON f.id = l.location_id
                      JOIN stock_location t ON t.id = l.location_dest_id
                      JOIN (%(zones)s) h ON h.company_id = m.company_id
                     WHERE m.state = 'done' AND f.usage = 'customer'
                       AND t.usage <> 'customer' AND %(which)s
                ), serial AS (
                    UPDATE service_asset a
                       SET state = 'returned', date_ended = b.day
                      FROM back b, stock_move_line d
                     WHERE b.tracking = 'serial'
                       AND b.lot_id = a.lot_id AND b.product_id = a.product_id
                       AND d.id = a.move_line_id AND b.id > d.id
                       AND a.state = 'active'
                ), pieces AS (
                    SELECT m.origin_returned_move_id AS move_id, l.product_id,
                           l.lot_id, sum(l.quantity_product_uom) AS quantity,
                           max((l.date AT TIME ZONE 'UTC'
                                AT TIME ZONE h.tz)::date) AS day
                      FROM stock_move m
                      JOIN stock_move_line l ON l.move_id = m.id
                      JOIN product_product p ON p.id = l.product_id
                      JOIN product_template e ON e.id = p.product_tmpl_id
                      JOIN (%(zones)s) h ON h.company_id = m.company_id
                     WHERE m.state = 'done'
                       AND (l.lot_id IS NULL OR e.tracking <> 'serial')
                       AND m.origin_returned_move_id IN (SELECT move_id FROM back)
                     GROUP BY 1, 2, 3
                ), kept AS (
                    SELECT d.id, p.day, d.quantity_product_uom - least(
                               d.quantity_product_uom,
                               greatest(p.quantity - (sum(d.quantity_product_uom) OVER (
                                   PARTITION BY d.move_id, d.product_id, d.lot_id
                                   ORDER BY d.id
                               ) - d.quantity_product_uom), 0)
                           ) AS quantity
                      FROM stock_move_line d
                      JOIN pieces p
                        ON p.move_id = d.move_id AND p.product_id = d.product_id
                       AND p.lot_id IS NOT DISTINCT FROM d.lot_id
                )
                UPDATE service_asset a
                   SET quantity = CASE WHEN k.quantity > 0
                                       THEN k.quantity ELSE a.quantity END,
                       state = CASE WHEN k.quantity > 0
                                    THEN 'active' ELSE 'returned' END,
                       date_ended = CASE WHEN k.quantity > 0 THEN NULL ELSE k.day END
                  FROM kept k
                 WHERE k.id = a.move_line_id
                """,
                zones=self._select_zones(),
                which=which,
            )
        )
        self.invalidate_model(["quantity", "state", "date_ended"], flush=False)

    @api.model
    def action_backfill(self):
        """Make what customers have of earlier deliveries; service managers.

        :raise AccessError: the user is no manager
        """
        self.env["service.plan"].check_access("write")
        # A manager of service need not be one of the stock.
        assets = self.sudo()
        assets.env.flush_all()
        ours = SQL("m.company_id = ANY(%s)", self.env.companies.ids)
        made = assets._insert(ours)
        assets._end_returned(ours)
        # Plans that products got since then hold for what was delivered before.
        active = SQL(
            "a.state = 'active' AND a.company_id = ANY(%s)", self.env.companies.ids
        )
        assets.env["service.entitlement"]._insert(active)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._(
                    "%(count)s products in use were found.", count=len(made)
                ),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    # ------------------------------------------------------------------ is it covered

    def _get_cover(self, kind, day=None):
        """Tell whether the asset is covered, and why.

        :param kind: of plans, as ``warranty``
        :param day: today by default
        :return: ``{"entitlement": service.entitlement, "reason": str}``; no
            entitlement when it is not covered
        """
        self.ensure_one()
        day = day or fields.Date.context_today(self)
        of_kind = self.entitlement_ids.filtered(lambda one: one.kind == kind)
        if self.state != "active" and (not self.date_ended or day > self.date_ended):
            reason = self.env._("The customer gave it back.")
            return {"entitlement": of_kind.browse(), "reason": reason}
        return of_kind._choose(day)
