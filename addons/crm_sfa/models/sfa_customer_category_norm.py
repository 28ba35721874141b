from odoo import api, models
from odoo.exceptions import ValidationError


class SfaCustomerCategory(models.Model):
    _inherit = "sfa.customer.category"

    @api.constrains("plan_id")
    def _check_plan_id(self):
        for category in self:
            if category.plan_id and category.plan_id.res_model != "res.partner":
                raise ValidationError(
                    self.env._(
                        "The plan “%(plan)s” is not for contacts, so customers of the "
                        "category “%(category)s” cannot get it. Choose a plan that "
                        "applies to contacts.",
                        plan=category.plan_id.name,
                        category=category.name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        categories = super().create(vals_list)
        if any(vals.get("plan_id") for vals in vals_list):
            self.env.registry.clear_cache()
        return categories

    def write(self, vals):
        result = super().write(vals)
        if not {"plan_id", "parent_id", "active"}.isdisjoint(vals):
            self.env.registry.clear_cache()
        return result
