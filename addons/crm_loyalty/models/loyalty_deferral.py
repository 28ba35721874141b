from odoo import fields, models


class LoyaltyDeferral(models.Model):
    """What of a sale was allocated to the points of one row, once and for all.

    Later estimates do not change it (IFRS 15 paragraph 88).
    """

    _name = "loyalty.deferral"
    _description = "Deferred Price of Points"
    _log_access = False
    _order = "id"
    _rec_name = "ledger_id"

    ledger_id = fields.Many2one("loyalty.ledger", required=True, ondelete="cascade")
    valuation_id = fields.Many2one(
        "loyalty.valuation", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="valuation_id.company_id")
    currency_id = fields.Many2one(related="valuation_id.currency_id")
    points = fields.Float(related="ledger_id.amount")
    price = fields.Monetary(help="Of the sale, without tax; nothing: no sale is known.")
    goods = fields.Monetary("Stand-alone Price", help="Of what was sold, without tax.")
    points_price = fields.Float("Stand-alone Price of the Points", digits=(16, 6))
    allocated = fields.Float(digits=(16, 6), required=True)

    _ledger_once = models.UniqueIndex("(ledger_id)")
