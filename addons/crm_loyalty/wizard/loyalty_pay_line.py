from odoo import api, fields, models


class LoyaltyPayLine(models.TransientModel):
    """One card that can pay."""

    _name = "loyalty.pay.line"
    _description = "Paying Card"

    wizard_id = fields.Many2one("loyalty.pay", required=True, ondelete="cascade")
    card_id = fields.Many2one("loyalty.card", required=True)
    reward_id = fields.Many2one("loyalty.reward", required=True)
    program_id = fields.Many2one(related="card_id.program_id")
    is_money = fields.Boolean(compute="_compute_available")
    available = fields.Float(compute="_compute_available", digits=(16, 4))
    amount = fields.Float("Pay", digits=(16, 2))
    use = fields.Boolean()

    @api.depends("card_id", "wizard_id.order_id")
    def _compute_available(self):
        for line in self:
            card = line.card_id
            line.is_money = card.program_id._is_stored_value()
            line.available = card.points - card._get_held_for_others(
                line.wizard_id.order_id
            )
