from odoo import models


class AccountPayment(models.Model):
    """A payment without an entry settles invoices by its state."""

    _inherit = "account.payment"

    def write(self, vals):
        res = super().write(vals)
        if "state" in vals:
            self.invoice_ids._book_topups()
        return res
