from odoo import api, models

#: What a person may change on a line of a confirmed order, and tracking depends on.
TRACKED = {"product_uom_qty", "product_uom_id", "product_id", "qty_delivered"} | {
    "customer_lead",
    "price_unit",
    "discount",
    "tax_ids",
}


class SaleOrderLine(models.Model):
    """A line whose changes on a confirmed order move the order's stage."""

    _inherit = "sale.order.line"

    def _crm_is_payment(self):
        """Say whether the line pays, rather than sells or lowers a price.

        An addon whose lines pay, as stored value does, overrides this.
        """
        self.ensure_one()
        return False

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        self.env["sale.order"]._tracking_touch(
            lines.filtered(lambda line: line.state == "sale")
        )
        return lines

    def write(self, vals):
        result = super().write(vals)
        if not TRACKED.isdisjoint(vals):
            self.env["sale.order"]._tracking_touch(
                self.filtered(lambda line: line.state == "sale")
            )
        return result
