from odoo import models


class AccountMove(models.Model):
    """A credit note that is posted or undone moves the points of its order."""

    _inherit = "account.move"

    def write(self, vals):
        res = super().write(vals)
        if "state" in vals:
            self._book_returns()
        return res

    def _book_returns(self):
        documents = self.filtered(
            lambda move: move.move_type in ("out_invoice", "out_refund")
        )
        # An accountant may post without a right to orders.
        orders = documents.sudo().invoice_line_ids.sale_line_ids.order_id
        if orders:
            orders._book_returns(
                ", ".join(filter(None, documents.mapped("name")))[:200]
            )
