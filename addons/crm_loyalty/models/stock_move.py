from odoo import models


class StockMove(models.Model):
    """Goods that come back take the points of their order along."""

    _inherit = "stock.move"

    def _action_done(self, cancel_backorder=False):
        moves = super()._action_done(cancel_backorder=cancel_backorder)
        # A warehouse worker has no right to orders.
        returned = moves.sudo().filtered(
            lambda move: move.sale_line_id and move.origin_returned_move_id
        )
        orders = returned.sale_line_id.order_id
        if orders:
            orders._book_returns(
                ", ".join(filter(None, returned.picking_id.mapped("name")))
            )
        return moves
