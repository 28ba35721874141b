from odoo import fields, models


class ProductTemplate(models.Model):
    """What comes with a product after its sale."""

    _inherit = "product.template"

    service_plan_ids = fields.Many2many(
        "service.plan",
        "service_plan_product_rel",
        string="Service Plans",
        copy=False,
        groups="crm_service.crm_service_group_user",
        help="Warranty, maintenance and the like that buyers get with it.",
    )

    def copy(self, default=None):
        copies = super().copy(default)
        # Whoever copies a product need not read what comes with it.
        for old, new in zip(self.sudo(), copies.sudo(), strict=True):
            if old.service_plan_ids and not new.service_plan_ids:
                new.service_plan_ids = old.service_plan_ids
        return copies
