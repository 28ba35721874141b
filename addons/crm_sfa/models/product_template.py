from odoo import fields, models


class ProductTemplate(models.Model):
    _inherit = "product.template"

    sfa_cost_checked = fields.Boolean(
        "Check Cost on Quotations",
        help="Services have no cost to check, unless this is set.",
    )
    sfa_cost_date = fields.Date(
        "Cost as of", related="product_variant_ids.sfa_cost_date", readonly=True
    )

    def action_sfa_confirm_cost(self):
        """Say that the costs of these products are those of today."""
        return self.product_variant_ids.action_sfa_confirm_cost()
