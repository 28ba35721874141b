from odoo import fields, models


class LoyaltyAllocation(models.Model):
    """How much of a lot a row of the ledger took, or gave back to it."""

    _name = "loyalty.allocation"
    _description = "Points Allocation"
    _log_access = False
    _rec_name = "lot_id"

    ledger_id = fields.Many2one("loyalty.ledger", required=True, index=True)
    lot_id = fields.Many2one(
        "loyalty.lot", required=True, index=True, ondelete="cascade"
    )
    amount = fields.Float(
        digits=(16, 4), required=True, help="Negative: taken; positive: given back."
    )
