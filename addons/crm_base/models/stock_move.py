from odoo import models


class StockMove(models.Model):
    """A stock move whose events move the stage of the order that it serves."""

    _inherit = "stock.move"

    def _action_confirm(self, merge=True, merge_into=False, create_proc=True):
        moves = super()._action_confirm(
            merge=merge, merge_into=merge_into, create_proc=create_proc
        )
        self.env["sale.order"]._tracking_touch(moves)
        return moves

    def _action_cancel(self):
        result = super()._action_cancel()
        self.env["sale.order"]._tracking_touch(self)
        return result

    def _action_done(self, cancel_backorder=False):
        moves = super()._action_done(cancel_backorder=cancel_backorder)
        self.env["sale.order"]._tracking_touch(self | moves)
        return moves
