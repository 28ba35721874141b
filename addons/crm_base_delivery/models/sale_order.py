from odoo import models
from odoo.tools import SQL


class SaleOrder(models.Model):
    """An order that knows where its parcel is."""

    _inherit = "sale.order"

    def _tracking_flush(self):
        super()._tracking_flush()
        # The link belongs to an order that the reader may read.
        self.env["stock.picking"].sudo().flush_model()
        self.env["delivery.carrier"].sudo().flush_model(["tracking_url"])

    def _tracking_ctes(self, order_ids, light=False):
        ctes = super()._tracking_ctes(order_ids, light)
        if not light:
            ctes["parcel"] = self._tracking_cte_parcel()
        return ctes

    def _tracking_joins(self, light=False):
        joins = super()._tracking_joins(light)
        return joins if light else [*joins, "parcel"]

    def _tracking_columns(self, light=False):
        columns = super()._tracking_columns(light)
        if not light:
            columns["tracking_url"] = SQL("parcel.url")
        return columns

    def _tracking_cte_parcel(self):
        """The link of the last parcel sent, as the carrier's template makes it."""
        return SQL(
            """
            SELECT DISTINCT ON (l.order_id) l.order_id,
                   REPLACE(c.tracking_url, '<shipmenttrackingnumber>',
                           p.carrier_tracking_ref) AS url
              FROM line l
              JOIN stock_move m ON m.sale_line_id = l.id
              JOIN stock_picking p ON p.id = m.picking_id
              JOIN delivery_carrier c ON c.id = p.carrier_id
             WHERE p.state = 'done'
               AND p.carrier_tracking_ref <> ''
               AND c.tracking_url ~ '^https?://'
             ORDER BY l.order_id, p.date_done DESC, p.id DESC
            """
        )
