from decimal import Decimal

from odoo import models


class SaleOrderLine(models.Model):
    """A line that fills cards is money received, not revenue."""

    _inherit = "sale.order.line"

    def _is_topup(self):
        """Tell whether the line fills a card that holds money."""
        self.ensure_one()
        # Whoever invoices may not read what an order gives.
        order = self.order_id.sudo()
        return self in order._get_topup_lines(order._get_topups().coupon_id.program_id)

    def _prepare_invoice_line(self, **optional_values):
        vals = super()._prepare_invoice_line(**optional_values)
        if not self.display_type and self._is_topup():
            account = self.company_id.sudo()._get_value_account()
            vals["account_id"] = account.id
        return vals

    def _get_paid_share(self, price):
        """Give the part of the price that came in and did not go back.

        :param price: of these lines in all, Decimal above 0
        :return: Decimal between 0 and 1
        """
        paid = 0
        for line in self.invoice_lines:
            move = line.move_id
            if move.state != "posted" or not move.is_sale_document():
                continue
            if move.move_type == "out_refund":
                # What was never paid was not counted.
                if move.reversed_entry_id.payment_state != "reversed":
                    paid -= line.price_total
            else:
                paid += line.price_total * move._get_money_share()
        share = Decimal(str(paid)) / price
        return min(max(share, Decimal(0)), Decimal(1))
