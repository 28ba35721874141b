from odoo import fields, models


class ResCompany(models.Model):
    """Whether customers are asked about their orders."""

    _inherit = "res.company"

    service_rate_orders = fields.Boolean(
        "Ask after Delivery",
        help="When all of an order came, its customer is asked by mail whether all "
        "went well, at most once in two weeks.",
    )
