from odoo import fields, models
from odoo.exceptions import UserError

OPERATIONS = [
    ("loss", "Reported Lost"),
    ("found", "Found"),
    ("freeze", "Frozen"),
    ("unfreeze", "Unfrozen"),
    ("replace", "Replaced"),
    ("extend", "Extended"),
    ("close", "Closed"),
    ("pin", "PIN Set"),
]


class LoyaltyService(models.Model):
    """Something done with a card at the desk or in the portal; never changed."""

    _name = "loyalty.service"
    _description = "Card Operation"
    _order = "id desc"
    _rec_name = "operation"

    card_id = fields.Many2one(
        "loyalty.card", required=True, index=True, ondelete="cascade"
    )
    card_code = fields.Char("Card Number", required=True)
    company_id = fields.Many2one("res.company")
    operation = fields.Selection(OPERATIONS, required=True)
    date = fields.Datetime(required=True, default=fields.Datetime.now)
    user_id = fields.Many2one(
        "res.users", "By", required=True, default=lambda self: self.env.user
    )
    reason = fields.Char()
    days = fields.Integer("Days Added")
    new_code = fields.Char("New Number")

    def write(self, vals):
        raise UserError(
            self.env._(
                "What was done with card %(card)s stays as it was recorded.",
                card=self[:1].card_code,
            )
        )
