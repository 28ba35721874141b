from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    sfa_quote_gate = fields.Boolean(
        "Quotation Control",
        help="No quotation leaves while the cost of a line is missing or too old, or "
        "its margin or discount is out of bounds, without approval.",
    )
