from odoo import models
from odoo.exceptions import UserError

from ..tools.refusal import refused


class AccountPayment(models.Model):
    """A payment without an entry settles invoices by its state.

    What filled a card goes back from the card.
    """

    _inherit = "account.payment"

    def write(self, vals):
        res = super().write(vals)
        if "state" in vals:
            self.invoice_ids._book_topups()
        return res

    def _compute_amount_available_for_refund(self):
        super()._compute_amount_available_for_refund()
        # An accountant may not read deposits.
        transactions = self.sudo().payment_transaction_id
        filling = transactions.filtered("loyalty_deposit_id").payment_id
        for payment in self & filling:
            payment.amount_available_for_refund = 0

    def action_draft(self):
        self._check_deposits()
        return super().action_draft()

    def action_cancel(self):
        self._check_deposits()
        return super().action_cancel()

    def _check_deposits(self):
        """Refuse to take back money that stands on a card.

        :raise UserError: with the deposit
        """
        deposits = self.env["loyalty.deposit"].sudo()  # as above
        known = deposits.search(
            [
                ("payment_id", "in", self.ids),
                ("state", "in", ("paid", "refunded")),
            ],
            limit=1,
        )
        if known:
            raise UserError(
                refused(
                    known.payment_id,
                    self.env._(
                        "Payment %(payment)s filled a card by %(deposit)s. Pay the "
                        "money back from the card: refund the deposit.",
                        payment=known.payment_id.name,
                        deposit=known.name,
                    ),
                )
            )
