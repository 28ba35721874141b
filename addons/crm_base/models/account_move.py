from odoo import models


class AccountMove(models.Model):
    """A customer invoice whose events move the stage of the orders that it serves."""

    _inherit = "account.move"

    def write(self, vals):
        result = super().write(vals)
        if not {"state", "invoice_date_due", "invoice_payment_term_id"}.isdisjoint(
            vals
        ):
            self.env["sale.order"]._tracking_touch(
                self.filtered(lambda move: move.is_sale_document(include_receipts=True))
            )
        return result
