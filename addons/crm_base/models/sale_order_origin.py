from odoo import models


class SaleOrder(models.Model):
    """An order that hands its opportunity on to the invoice."""

    _inherit = "sale.order"

    def _prepare_invoice(self):
        return {**super()._prepare_invoice(), "opportunity_id": self.opportunity_id.id}

    def _create_invoices(self, *args, **kwargs):
        moves = super()._create_invoices(*args, **kwargs)
        if len(self.opportunity_id) > 1:
            # The platform keeps the first order's values when it merges orders.
            for move in moves:
                orders = move.line_ids.sale_line_ids.order_id
                if len({order.opportunity_id for order in orders}) > 1:
                    move.opportunity_id = False
        return moves
