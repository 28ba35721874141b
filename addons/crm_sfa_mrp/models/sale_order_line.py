from odoo import models

#: Bills nested deeper than this are cut: a guard against bills that contain themselves.
MAX_DEPTH = 10


class SaleOrderLine(models.Model):
    """A line whose product is made for it costs what its bill of material says."""

    _inherit = "sale.order.line"

    def _sfa_product_costs(self):
        costs = super()._sfa_product_costs()
        for company, lines in self.grouped("company_id").items():
            lines = lines.with_company(company)
            bills = lines.product_id._sfa_bills(company)
            made = lines.filtered(lambda line, bills=bills: line._sfa_is_made(bills))
            found = made.product_id._sfa_bill_costs(bills, company)
            # the keys are the lines of another company context: the ids are the same
            for line in made:
                costs[line] = found[line.product_id]
        return costs

    def _sfa_is_made(self, bills):
        """Say whether the product of the line is a kit, or made to order."""
        bill = bills.get(self.product_id)
        if not bill:
            return False
        routes = (
            self.route_ids
            or self.product_id.route_ids | self.product_id.categ_id.total_route_ids
        )
        return bill.type == "phantom" or any(
            rule.procure_method == "make_to_order" for rule in routes.rule_ids
        )
