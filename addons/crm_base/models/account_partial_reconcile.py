from odoo import api, models


class AccountPartialReconcile(models.Model):
    """A settlement that moves the stage of the orders behind the settled invoices."""

    _inherit = "account.partial.reconcile"

    @api.model_create_multi
    def create(self, vals_list):
        partials = super().create(vals_list)
        partials._tracking_touch_orders()
        return partials

    def unlink(self):
        self._tracking_touch_orders()
        return super().unlink()

    def _tracking_touch_orders(self):
        self.env["sale.order"]._tracking_touch(self.debit_move_id | self.credit_move_id)
