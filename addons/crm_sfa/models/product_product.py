from odoo import api, fields, models


class ProductProduct(models.Model):
    """A product that knows of which day its cost is."""

    _inherit = "product.product"

    sfa_cost_date = fields.Date(
        "Cost as of",
        company_dependent=True,
        copy=False,
        groups="base.group_user",
        help="Day on which the cost was set or confirmed, for each company.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        today = fields.Date.to_string(fields.Date.context_today(self))
        for vals in vals_list:
            if vals.get("standard_price"):
                vals.setdefault("sfa_cost_date", today)
        return super().create(vals_list)

    def write(self, vals):
        if "standard_price" in vals and "sfa_cost_date" not in vals:
            vals = {**vals, "sfa_cost_date": fields.Date.context_today(self)}
        return super().write(vals)

    def action_sfa_confirm_cost(self):
        """Say that the costs of these products are those of today.

        :raise AccessError: the user may not change products
        """
        self.check_access("write")
        self.write({"sfa_cost_date": fields.Date.context_today(self)})
        return True
