from odoo import models

from .sale_order_line import MAX_DEPTH


class ProductProduct(models.Model):
    """A product that adds up what its parts and operations cost."""

    _inherit = "product.product"

    def _sfa_bills(self, company):
        """Give ``{product: bill}`` of those that have one, with all their components.

        One search a level of the bills, whatever the number of products.
        """
        bills, frontier, seen = {}, self, self.browse()
        for _level in range(MAX_DEPTH):
            found = self.env["mrp.bom"]._bom_find(frontier, company_id=company.id)
            new = {product: found[product] for product in frontier if found[product]}
            bills.update(new)
            parts = self.union(*(bill.bom_line_ids.product_id for bill in new.values()))
            seen |= frontier
            frontier = parts - seen
            if not frontier:
                break
        return bills

    def _sfa_bill_costs(self, bills, company):
        """Give what one unit of each product costs by its bill.

        A component that has a bill and no cost of its own is added up in turn. Parts
        and operations are counted as the platform does for its own cost from a bill.

        :param bills: ``{product: bill}`` with those of components
        :return: ``{product: (cost, day, True)}``; the cost is 0 when a component's is
            missing, the day is that of the oldest cost
        """
        known = {}
        return {
            product: (*product._sfa_bill_cost(bills, known, ()), True)
            for product in self.with_company(company)
        }

    def _sfa_bill_cost(self, bills, known, path):
        if self in known:
            return known[self]
        bill = bills.get(self)
        if not bill or self in path or len(path) >= MAX_DEPTH:
            return self.standard_price, self.sfa_cost_date or None
        total = sum(
            step.cost
            for step in bill.operation_ids
            if not step._skip_operation_line(self)
        )
        days, complete = [], True
        for line in bill.bom_line_ids:
            if line._skip_bom_line(self):
                continue
            part = line.product_id.with_company(self.env.company)
            if part in bills and (
                bills[part].type == "phantom" or not part.standard_price
            ):
                cost, day = part._sfa_bill_cost(bills, known, (*path, self))
            else:
                cost, day = part.standard_price, part.sfa_cost_date or None
            complete = complete and (cost > 0 or part.type == "service")
            days.append(day)
            total += part.uom_id._compute_price(cost, line.product_uom_id) * (
                line.product_qty
            )
        byproducts = sum(bill.byproduct_ids.mapped("cost_share"))
        total *= 1 - byproducts / 100
        cost = (
            bill.product_uom_id._compute_price(total / bill.product_qty, self.uom_id)
            if bill.product_qty
            else 0.0
        )
        oldest = None if None in days or not days else min(days)
        known[self] = (cost if complete else 0.0, oldest)
        return known[self]
