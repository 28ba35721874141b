from odoo import fields, models


class SfaApprovalLine(models.Model):
    """The figures of one quotation line, as the approver saw them."""

    _name = "sfa.approval.line"
    _description = "Figures of an Approval"
    _order = "id"

    approval_id = fields.Many2one(
        "sfa.approval", required=True, index=True, ondelete="cascade"
    )
    currency_id = fields.Many2one(related="approval_id.currency_id")
    product_id = fields.Many2one("product.product")
    quantity = fields.Float(digits="Product Unit")
    uom_id = fields.Many2one("uom.uom", "Unit")
    price_unit = fields.Float("Unit Price", digits="Product Price")
    subtotal = fields.Monetary("Amount")
    discount = fields.Float("Discount (%)", aggregator=None)
    discount_limit = fields.Float("Limit (%)", aggregator=None)
    cost = fields.Float("Unit Cost", digits="Product Price", aggregator=None)
    cost_known = fields.Boolean()
    margin = fields.Float(
        "Margin (%)", aggregator=None, help="After discounts on the whole quotation."
    )
    floor = fields.Float("Floor (%)", aggregator=None)
    is_reason = fields.Boolean("Needs Approval")
