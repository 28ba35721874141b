from odoo import fields, models


class LoyaltyToken(models.Model):
    """What a member shows: a plastic card, a code on the phone, a chip."""

    _name = "loyalty.token"
    _description = "Card Medium"
    _order = "id desc"
    _rec_name = "code"

    card_id = fields.Many2one(
        "loyalty.card", "Account", required=True, index=True, ondelete="cascade"
    )
    code = fields.Char("Number", required=True)
    kind = fields.Selection(
        [("card", "Card"), ("phone", "Phone"), ("chip", "Chip")],
        required=True,
        default="card",
    )
    state = fields.Selection(
        [("valid", "Valid"), ("blocked", "Blocked")], required=True, default="valid"
    )
    date_blocked = fields.Datetime("Blocked on")
    replaced_by_id = fields.Many2one("loyalty.token", "Replaced by")

    _code_unique = models.UniqueIndex("(code)", "This number belongs to another card.")
