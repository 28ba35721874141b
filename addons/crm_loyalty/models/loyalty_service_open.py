from odoo import fields, models


class LoyaltyService(models.Model):
    """A card that was opened at the desk."""

    _inherit = "loyalty.service"

    operation = fields.Selection(
        selection_add=[("open", "Opened")], ondelete={"open": "cascade"}
    )
