from decimal import Decimal

from odoo import models

from ..tools.posting import exact
from ..tools.returns import net_refunded


class SaleOrderLine(models.Model):
    """A line on which stored value pays: the liability goes down, taxes stay."""

    _inherit = "sale.order.line"

    def _is_stored_value(self):
        """Tell whether stored value pays by this line."""
        self.ensure_one()
        # Whoever invoices may not read programs.
        return bool(
            self.coupon_id and self.reward_id.sudo().program_id._is_stored_value()
        )

    def _crm_is_payment(self):
        return super()._crm_is_payment() or self._is_stored_value()

    def _get_value_parts(self):
        """Give what the line pays out of each fund.

        :return: ``{fund: amount}``, Decimal in the currency of the order, above 0
        """
        self.ensure_one()
        # Whoever invoices may not read the ledger.
        taken = self.order_id.sudo()._get_taken_funds(self.coupon_id)
        paid = Decimal(str(-self.price_unit)) * Decimal(str(self.product_uom_qty))
        whole = sum(taken.values())
        parts, left = {}, paid
        # What rounding leaves belongs to the last one, as a rule the principal.
        for fund in [one for one in ("points", "bonus", "principal") if one in taken]:
            share = self.currency_id.round(float(paid * taken[fund] / whole))
            parts[fund] = Decimal(str(share))
            left -= parts[fund]
            last = fund
        if parts:
            parts[last] += left
        return {fund: amount for fund, amount in parts.items() if amount > 0}

    def _prepare_invoice_lines_vals_list(self, **optional_values):
        vals_list = super()._prepare_invoice_lines_vals_list(**optional_values)
        if self.display_type or not self._is_stored_value():
            return vals_list
        parts = self._get_value_parts()
        return [
            vals | self._prepare_value_vals(vals, fund, amount)
            for vals in vals_list
            for fund, amount in parts.items()
        ] or vals_list

    def _prepare_value_vals(self, vals, fund, amount):
        """Prepare what an invoice line says about one fund.

        Principal is a liability that goes down; so is a bonus that was an expense. A
        bonus that was not lowers the revenue now, on the account of the reward.

        :param amount: Decimal above 0
        """
        values = {
            "price_unit": float(-amount / Decimal(str(self.product_uom_qty))),
            "loyalty_fund": fund,
        }
        program = self.coupon_id.sudo().program_id
        if fund == "principal" or (
            fund == "bonus" and program.loyalty_bonus_policy == "marketing"
        ):
            values["account_id"] = self.company_id.sudo()._get_value_account().id
        if fund == "bonus":
            values["name"] = self.env._("%(line)s (bonus)", line=vals["name"])
        return values

    def _get_invoice_lines(self):
        lines = super()._get_invoice_lines()
        if not self.env.context.get("loyalty_once_a_move"):
            return lines
        seen, once = set(), lines.browse()
        for line in lines:
            if line.move_id not in seen:
                seen.add(line.move_id)
                once |= line
        return once

    def _prepare_qty_invoiced(self):
        # Two funds are two lines of an invoice for one line of the order.
        split = self.filtered(lambda line: line.coupon_id and line._is_stored_value())
        once = split.with_context(loyalty_once_a_move=True)
        quantities = super(SaleOrderLine, self - split)._prepare_qty_invoiced()
        if split:
            quantities.update(super(SaleOrderLine, once)._prepare_qty_invoiced())
        return quantities

    def _compute_qty_invoiced_posted(self):
        split = self.filtered(lambda line: line.coupon_id and line._is_stored_value())
        once = split.with_context(loyalty_once_a_move=True)
        super(SaleOrderLine, once)._compute_qty_invoiced_posted()
        return super(SaleOrderLine, self - split)._compute_qty_invoiced_posted()

    def _get_value_back(self, fund, amount):
        """Give what credit notes gave back to a fund and no invoice took again.

        :param amount: what the line paid out of the fund, Decimal
        :return: Decimal between 0 and ``amount``
        """
        invoiced = refunded = Decimal(0)
        for line in self.invoice_lines:
            if line.loyalty_fund != fund or line.parent_state != "posted":
                continue
            # Before the goods are delivered, what is spent can stand alone on a credit
            # note, with a quantity below 0: that takes, and gives nothing back.
            refund = line.move_id.move_type == "out_refund"
            paid = Decimal(str(line.price_total if refund else -line.price_total))
            if paid > 0:
                invoiced += paid
            else:
                refunded -= paid
        return min(exact(net_refunded(amount, invoiced, refunded)), amount)
