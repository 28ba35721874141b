from odoo import fields, models


class ResCompany(models.Model):
    """What salespeople may read of each other's customers."""

    _inherit = "res.company"

    sfa_restrict_read = fields.Boolean(
        "Hide Customers of Other Territories",
        help="Salespeople read only customers of their own, of their territories or of "
        "their teams, as their role says. Vendors, colleagues and customers without a "
        "territory stay visible, and users of accounting and inventory see everybody.",
    )
