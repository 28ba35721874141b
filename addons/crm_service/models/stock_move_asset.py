from odoo import models


class StockMove(models.Model):
    """What was delivered is in use from now on; what came back no longer is."""

    _inherit = "stock.move"

    def _action_done(self, cancel_backorder=False):
        moves = super()._action_done(cancel_backorder=cancel_backorder)
        self.env["service.asset"]._follow_moves(moves)
        return moves
