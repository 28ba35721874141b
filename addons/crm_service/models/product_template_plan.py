from odoo import fields, models


class ProductTemplate(models.Model):
    """What comes with a product after its sale."""

    _inherit = "product.template"

    service_plan_ids = fields.Many2many(
        "service.plan",
        "service_plan_product_rel",
        string="Service Plans",
        help="Warranty, maintenance and the like that buyers get with it.",
    )
