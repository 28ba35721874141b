from odoo import api, models


class AccountPartialReconcile(models.Model):
    """What is settled, or no longer, decides about the stored value it paid for."""

    _inherit = "account.partial.reconcile"

    @api.model_create_multi
    def create(self, vals_list):
        partials = super().create(vals_list)
        (partials.debit_move_id | partials.credit_move_id).move_id._book_topups()
        return partials

    def unlink(self):
        moves = (self.debit_move_id | self.credit_move_id).move_id
        res = super().unlink()
        moves._book_topups()
        return res
