from odoo import fields, models

from .loyalty_ledger import FUNDS


class LoyaltyLot(models.Model):
    """Points that came together and expire together; the oldest are used first."""

    _name = "loyalty.lot"
    _description = "Points Lot"
    _log_access = False
    _order = "expires, id"

    card_id = fields.Many2one("loyalty.card", required=True, ondelete="cascade")
    fund = fields.Selection(FUNDS, required=True, default="points")
    issued = fields.Float(digits=(16, 4), required=True)
    remaining = fields.Float(digits=(16, 4), required=True)
    date = fields.Datetime(required=True)
    expires = fields.Date(help="The last day on which the points can be used.")
    ledger_id = fields.Many2one("loyalty.ledger", "Came with")

    _open = models.Index("(card_id, expires, id) WHERE remaining > 0")
    _card = models.Index("(card_id)")
    _row = models.Index("(ledger_id)")
    _due = models.Index("(expires, card_id) WHERE remaining > 0")
    _within = models.Constraint(
        "CHECK (remaining >= 0 AND remaining <= issued)",
        "A lot holds between nothing and what it was issued with.",
    )
