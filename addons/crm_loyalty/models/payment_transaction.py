from odoo import api, fields, models


class PaymentTransaction(models.Model):
    """Whoever pays the rest of an order online keeps its stored value meanwhile.

    Whoever fills a card online finds the money on it when it has arrived.
    """

    _inherit = "payment.transaction"

    loyalty_deposit_id = fields.Many2one(
        "loyalty.deposit",
        "Deposit",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )

    @api.model_create_multi
    def create(self, vals_list):
        transactions = super().create(vals_list)
        transactions.sale_order_ids._hold_rewards()
        return transactions

    @api.model
    def _compute_reference_prefix(self, separator, **values):
        deposit = self.env["loyalty.deposit"].browse(values.get("loyalty_deposit_id"))
        return deposit.name or super()._compute_reference_prefix(separator, **values)

    def _create_payment(self, **extra_create_values):
        payment = super()._create_payment(**extra_create_values)
        # What is captured in parts arrives by transactions of their own.
        deposit = (
            self.loyalty_deposit_id or self.source_transaction_id.loyalty_deposit_id
        )
        if deposit and payment.payment_type == "inbound":
            deposit._receive(payment)
        return payment
