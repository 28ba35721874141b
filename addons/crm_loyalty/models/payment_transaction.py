from odoo import api, models


class PaymentTransaction(models.Model):
    """Whoever pays the rest of an order online keeps its stored value meanwhile."""

    _inherit = "payment.transaction"

    @api.model_create_multi
    def create(self, vals_list):
        transactions = super().create(vals_list)
        transactions.sale_order_ids._hold_rewards()
        return transactions
