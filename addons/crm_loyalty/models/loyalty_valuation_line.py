from odoo import fields, models


class LoyaltyValuationLine(models.Model):
    """The points of one year of issue in a valuation."""

    _name = "loyalty.valuation.line"
    _description = "Points Valuation Line"
    _log_access = False
    _order = "year, id"
    _rec_name = "year"

    valuation_id = fields.Many2one(
        "loyalty.valuation", required=True, index=True, ondelete="cascade"
    )
    program_id = fields.Many2one(related="valuation_id.program_id")
    company_id = fields.Many2one(related="valuation_id.company_id")
    currency_id = fields.Many2one(related="valuation_id.currency_id")
    year = fields.Integer("Issued in", required=True, aggregator=None)

    # points, from the beginning to the day of the valuation
    issued = fields.Float(
        digits=(16, 4), help="Given in the year, less what returns took back."
    )
    redeemed = fields.Float(digits=(16, 4))
    expired = fields.Float(
        digits=(16, 4), help="Expired, or taken off by corrections and closed cards."
    )
    remaining = fields.Float(digits=(16, 4))
    expected = fields.Float("Expected to Be Redeemed", digits=(16, 4))

    # money, from the beginning to the day of the valuation
    allocated = fields.Monetary(help="Of the prices of sales, to these points.")
    recognised = fields.Monetary()
    carrying = fields.Monetary("Still Deferred")

    # money of this valuation
    defer_now = fields.Monetary()
    redeem_now = fields.Monetary("Revenue Now")
    breakage_now = fields.Monetary()
