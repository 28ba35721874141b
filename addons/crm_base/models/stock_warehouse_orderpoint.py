from datetime import timedelta

from odoo import api, fields, models

HORIZON_WEEKS = 8


class StockWarehouseOrderpoint(models.Model):
    """A reordering rule that shows what open quotations may ask for."""

    _inherit = "stock.warehouse.orderpoint"

    crm_expected_demand = fields.Float(
        string="Expected from Quotations",
        digits="Product Unit",
        compute="_compute_crm_expected_demand",
        help="Weighted quantity of open quotations for the next eight weeks, "
        "in the product's unit. It is not part of the quantity to order.",
    )

    @api.depends("product_id", "warehouse_id")
    def _compute_crm_expected_demand(self):
        until = fields.Date.context_today(self) + timedelta(weeks=HORIZON_WEEKS)
        # Sums per product reveal no customer, so planners see those of all quotations.
        groups = (
            self.env["crm.demand.report"]
            .sudo()
            ._read_group(
                [
                    ("product_id", "in", self.product_id.ids),
                    ("warehouse_id", "in", self.warehouse_id.ids),
                    ("expected_date", "<=", until),
                ],
                ["product_id", "warehouse_id"],
                ["weighted_quantity:sum"],
            )
        )
        demand = {(product, house): quantity for product, house, quantity in groups}
        for rule in self:
            rule.crm_expected_demand = demand.get(
                (rule.product_id, rule.warehouse_id), 0
            )
