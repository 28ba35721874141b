from odoo import api, models
from odoo.exceptions import ValidationError


class SfaCustomerCategory(models.Model):
    _name = "sfa.customer.category"
    _inherit = ["sfa.customer.category", "crm.remembered"]
    _remembered_fields = {"plan_id", "parent_id", "active"}

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
