from odoo import api, fields, models
from odoo.exceptions import UserError


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

    def _check_amount_and_confirm_order(self):
        confirmed = self.env["sale.order"]
        for transaction in self:
            confirmed |= transaction._confirm_or_ask()
        return confirmed

    def _confirm_or_ask(self):
        """Confirm the order; where a card refuses, record the money and ask somebody.

        :return: the orders that were confirmed
        """
        confirm = super()._check_amount_and_confirm_order
        # Whoever pays may not read the cards.
        cards = self.sudo().sale_order_ids.order_line.coupon_id
        if not cards:
            return confirm()
        # This may begin the transaction again; nothing after it does.
        cards._lock_afresh()
        try:
            with self.env.cr.savepoint():
                return confirm()
        except UserError as error:
            self._ask_seller(error.args[0])
            return self.env["sale.order"]

    def _ask_seller(self, why):
        """Ask who sells what is to become of orders that were paid and refused."""
        # Whoever pays plans nothing for others.
        for order in self.sudo().sale_order_ids:
            user = order.user_id or order.company_id.loyalty_alert_user_id
            order.message_post(body=why)
            if user:
                order.activity_schedule(
                    "mail.mail_activity_data_todo",
                    user_id=user.id,
                    summary=self.with_context(lang=user.lang).env._(
                        "Paid, not confirmed: %(order)s", order=order.name
                    ),
                    note=why,
                )

    def _create_payment(self, **extra_create_values):
        payment = super()._create_payment(**extra_create_values)
        # What is captured in parts arrives by transactions of their own.
        deposit = (
            self.loyalty_deposit_id or self.source_transaction_id.loyalty_deposit_id
        )
        if deposit and payment.payment_type == "inbound":
            deposit._receive(payment)
        return payment
