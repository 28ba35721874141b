from odoo import fields, models
from odoo.tools import float_is_zero

from ..tools import margin
from .product_pricelist import RULES, KnownRules


class SaleOrderLine(models.Model):
    """A line that knows what it costs, for the control of quotations."""

    _inherit = "sale.order.line"

    def _sfa_is_checked(self):
        """Say whether the line has a cost to check."""
        self.ensure_one()
        product = self.product_id
        return bool(
            product
            and not self.display_type
            and not self.is_downpayment
            and product.type != "combo"
            and (product.type != "service" or product.sfa_cost_checked)
        )

    def _sfa_is_payment(self):
        """Say whether the line pays (a gift card), rather than lowers a price."""
        return self._crm_is_payment()

    def _sfa_product_costs(self):
        """Give the calculated cost of each line's product, and its day.

        An addon that calculates costs in another way overrides this.

        :return: ``{line: (cost, day, has_end)}``: cost in the company's currency for
            one unit of the product, 0 when it is not calculated; the day is that of
            the cost or None; ``has_end`` says whether costs of that day can expire
        """
        costs = {}
        for line in self:
            product = line.product_id.with_company(line.company_id)
            costs[line] = (product.standard_price, product.sfa_cost_date, True)
        return costs

    def _sfa_gate_lines(self):
        """Give the figures of lines for the rules of `tools.margin`.

        A cost typed on the line counts when it is higher than the calculated one; a
        lower one does not, and it cannot stand for a cost that is missing.

        :return: ``{line: tools.margin.Line}``, without sections and notes
        """
        priced = self.filtered(
            lambda line: (
                not line.display_type
                and not line.is_downpayment
                and not line._sfa_is_payment()
            )
        )
        checked = priced.filtered(lambda line: line._sfa_is_checked())
        costs = checked._sfa_product_costs()
        # One search for the rules of a pricelist, whatever the number of lines.
        rules = KnownRules(checked.product_id.ids)
        priced = priced.with_context(**{RULES: rules})
        today = fields.Date.context_today(self)
        # asked for anew: what was known until now need not be what the rules say
        priced.invalidate_recordset(["pricelist_item_id"], flush=False)
        return {
            line: line._prepare_sfa_gate_line(costs[line], today)
            if line in costs
            else margin.Line(
                line.id, line.price_subtotal, line.product_uom_qty, checked=False
            )
            for line in priced
        }

    def _prepare_sfa_gate_line(self, cost, today):
        amount, day, has_end = cost
        customer = self.order_id.partner_id.commercial_partner_id.sfa_category_id
        category = self.product_id.categ_id
        limit = customer.effective_discount_limit
        return margin.Line(
            key=self.id,
            subtotal=self.price_subtotal,
            quantity=self.product_uom_qty,
            cost=self._sfa_unit_cost(amount),
            expired=has_end
            and margin.is_expired(day or None, category.sfa_effective_cost_days, today),
            floor=max(
                category.sfa_effective_margin_floor, customer.effective_margin_floor
            ),
            limit=limit,
            listed=self._sfa_listed_price() if limit else None,
            sold=self.price_unit * (1 - self.discount / 100),
        )

    def _sfa_unit_cost(self, amount):
        """Turn the cost of a product into that of a unit of the line.

        :return: in the order's currency; None when there is no cost
        """
        if float_is_zero(amount, precision_digits=6) or amount < 0:
            return None
        cost = self._convert_to_sol_currency(
            self.product_id.uom_id._compute_price(amount, self.product_uom_id),
            self.product_id.with_company(self.company_id).cost_currency_id,
        )
        return max(cost, self.purchase_price)

    def _sfa_listed_price(self):
        """Give the pricelist's price of a unit, with the taxes of ``price_unit``."""
        line = self.with_company(self.company_id)
        return line.product_id._get_tax_included_unit_price_from_price(
            line._get_pricelist_price(),
            product_taxes=line.product_id.taxes_id._filter_taxes_by_company(
                line.company_id
            ),
            fiscal_position=line.order_id.fiscal_position_id,
        )
