from odoo import api, models

from .sale_order_gate import FROM_PAYMENT


class PaymentTransaction(models.Model):
    """Money that arrives is always recorded; what is held back waits for a person."""

    _inherit = "payment.transaction"

    @api.model_create_multi
    def create(self, vals_list):
        transactions = super().create(vals_list)
        # Nobody pays for what may not leave; a payment made by staff is their own act.
        if not self.env.user._is_internal():
            transactions.sale_order_ids._sfa_check_gate()
        return transactions

    def _post_process(self):
        return super(
            PaymentTransaction, self.with_context(sfa_from_payment=FROM_PAYMENT)
        )._post_process()

    def _check_amount_and_confirm_order(self):
        blocked = self.sale_order_ids._sfa_gate_blocked()
        held = self.filtered(lambda tx: any(o in blocked for o in tx.sale_order_ids))
        held.sale_order_ids._sfa_note_paid()
        return super(PaymentTransaction, self - held)._check_amount_and_confirm_order()
