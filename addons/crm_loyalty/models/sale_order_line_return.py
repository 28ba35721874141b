from odoo import models

from ..tools.returns import net_refunded

#: A confirmed line that is lowered in one of these earned too much.
WORTH = {"product_uom_qty", "price_unit", "discount"}


class SaleOrderLine(models.Model):
    """How much of a line went back."""

    _inherit = "sale.order.line"

    def write(self, vals):
        res = super().write(vals)
        if WORTH & set(vals):
            confirmed = self.filtered(
                lambda line: line.state == "sale" and not line.reward_id
            )
            confirmed.order_id._book_returns(self.env._("Order changed"))
        return res

    def unlink(self):
        # Whoever takes a reward off an order may not write what it had taken.
        lines = self.env["loyalty.earn.line"].sudo()
        rewards = self.filtered(lambda line: line.coupon_id and line.state == "sale")
        if rewards:
            known = lines.search([("order_line_id", "in", rewards.ids)])
            known._undo_returns(self.env._("Reward removed"))
        return super().unlink()

    def _get_quantity_refunded(self, ordered):
        """Give the quantity on posted credit notes that was not invoiced again.

        A credit note at a lower price counts in proportion.

        :param ordered: quantity that earned
        """
        self.ensure_one()
        invoiced = refunded = 0
        for line in self.invoice_lines:
            move = line.move_id
            if line.parent_state != "posted" or not move.is_sale_document():
                continue
            quantity = line.product_uom_id._compute_quantity(
                line.quantity, self.product_uom_id, round=False
            )
            if move.move_type == "out_refund":
                quantity = -quantity
            if quantity > 0:
                invoiced += quantity
            else:
                refunded -= quantity * self._get_price_ratio(line)
        return net_refunded(max(ordered, self.product_uom_qty), invoiced, refunded)

    def _get_price_ratio(self, invoice_line):
        """Give the price on a credit note as a part of the price of the order."""
        price = self.price_unit * (1 - (self.discount or 0) / 100)
        same_unit = invoice_line.product_uom_id == self.product_uom_id
        if not price or not same_unit or invoice_line.currency_id != self.currency_id:
            return 1
        back = invoice_line.price_unit * (1 - (invoice_line.discount or 0) / 100)
        return min(max(back / price, 0), 1)

    def _get_quantity_sent_back(self):
        """Give the quantity that came back to stock and was not sent again."""
        self.ensure_one()
        sent, back = self._get_outgoing_incoming_moves()
        again = sent.filtered("origin_returned_move_id")
        return max(0, self._sum_moves(back) - self._sum_moves(again))

    def _sum_moves(self, moves):
        return sum(
            move.product_uom._compute_quantity(
                move.quantity, self.product_uom_id, round=False
            )
            for move in moves
            if move.state == "done"
        )
