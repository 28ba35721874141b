from odoo import api, fields, models

LIMITS = ("sfa_margin_floor", "sfa_cost_days")


class ProductCategory(models.Model):
    """Products with a floor under their margin and a cost that grows old."""

    _inherit = "product.category"

    sfa_margin_floor = fields.Float(
        "Margin Floor (%)",
        help="Lowest margin of a quotation line without approval; 0: that of the "
        "parent category.",
    )
    sfa_cost_days = fields.Integer(
        "Cost Valid for (Days)",
        help="After so many days a cost has to be confirmed again; 0: as in the parent "
        "category, else without end.",
    )
    sfa_effective_margin_floor = fields.Float(
        "Margin Floor in Force",
        compute="_compute_sfa_effective",
        store=True,
        recursive=True,
    )
    sfa_effective_cost_days = fields.Integer(
        "Cost Validity in Force",
        compute="_compute_sfa_effective",
        store=True,
        recursive=True,
    )

    _sfa_floor_percent = models.Constraint(
        "CHECK (sfa_margin_floor >= 0 AND sfa_margin_floor < 100)",
        "The margin floor is a percentage from 0 to below 100.",
    )
    _sfa_cost_days_positive = models.Constraint(
        "CHECK (sfa_cost_days >= 0)",
        "The days that a cost is valid cannot be negative.",
    )

    @api.depends(
        *LIMITS,
        "parent_id",
        "parent_id.sfa_effective_margin_floor",
        "parent_id.sfa_effective_cost_days",
    )
    def _compute_sfa_effective(self):
        for category in self:
            above = category.parent_id
            category.sfa_effective_margin_floor = (
                category.sfa_margin_floor or above.sfa_effective_margin_floor
            )
            category.sfa_effective_cost_days = (
                category.sfa_cost_days or above.sfa_effective_cost_days
            )
