from odoo import fields, models


class LoyaltyEarnLine(models.Model):
    """What a line of a confirmed order gave to a card, or took from it as a reward.

    A return asks here what to take back; written by the program alone.
    """

    _name = "loyalty.earn.line"
    _description = "Points of an Order Line"
    _log_access = False
    _order = "id"
    _rec_name = "card_id"

    order_id = fields.Many2one(
        "sale.order", required=True, index=True, ondelete="cascade"
    )
    order_line_id = fields.Many2one(
        "sale.order.line", required=True, index=True, ondelete="cascade"
    )
    card_id = fields.Many2one(
        "loyalty.card", required=True, index=True, ondelete="cascade"
    )
    program_id = fields.Many2one(related="card_id.program_id")
    company_id = fields.Many2one(related="order_id.company_id")
    rule_id = fields.Many2one("loyalty.rule", ondelete="set null")
    points = fields.Float(
        digits=(16, 4), required=True, help="Given to the card; negative: taken."
    )
    taken_back = fields.Float(
        digits=(16, 4),
        required=True,
        default=0,
        help="By returns so far; negative: given back.",
    )

    # of the line when it was confirmed
    quantity = fields.Float("Quantity Sold", required=True)
    amount = fields.Float("Amount Sold", required=True)

    _once = models.UniqueIndex("(order_line_id, card_id, coalesce(rule_id, 0))")
