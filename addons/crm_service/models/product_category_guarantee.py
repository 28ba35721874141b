from odoo import fields, models

from ..tools.guarantee import Rules


class ProductCategory(models.Model):
    """What the law gives customers for faulty goods of a category."""

    _inherit = "product.category"

    guarantee = fields.Boolean(
        "Repair, Exchange, Refund by Law",
        help="The parameters hold for this category and those below it that have none "
        "of their own.",
    )
    guarantee_refund_days = fields.Integer("Refund Within Days", default=7)
    guarantee_exchange_days = fields.Integer("Exchange Within Days", default=15)
    guarantee_months = fields.Integer("Warranty in Months", default=12)
    guarantee_failed_repairs = fields.Integer(
        "Failed Repairs",
        default=2,
        help="So many failed repairs in the warranty give an exchange or a refund.",
    )

    _guarantee_positive = models.Constraint(
        "CHECK (guarantee_refund_days >= 0 AND guarantee_exchange_days >= 0 "
        "AND guarantee_months >= 0 AND guarantee_failed_repairs >= 0)",
        "Days, months and repairs of a guarantee cannot be negative.",
    )

    def _get_guarantee(self):
        """Give the rules of the nearest category that has some, or none."""
        category = self
        while category and not category.guarantee:
            category = category.parent_id
        if not category:
            return None
        return Rules(
            refund_days=category.guarantee_refund_days,
            exchange_days=category.guarantee_exchange_days,
            warranty_months=category.guarantee_months,
            failed_repairs=category.guarantee_failed_repairs,
        )
