from odoo import fields, models
from odoo.exceptions import UserError


class LoyaltyPinSet(models.TransientModel):
    """A member types a PIN at the desk, twice."""

    _name = "loyalty.pin.set"
    _description = "Set PIN"
    _transient_max_hours = 0.1

    card_id = fields.Many2one("loyalty.card", required=True, readonly=True)
    pin = fields.Char("PIN", required=True)
    again = fields.Char("PIN Again", required=True)
    reason = fields.Char(
        "Identified by", help="How the member was identified, if the PIN is replaced."
    )

    def action_set(self):
        """Keep the PIN; what was typed is not."""
        self.ensure_one()
        card = self.card_id
        card._check_operator("pin")
        if self.pin != self.again:
            raise UserError(
                self.env._(
                    "The two PINs of card %(card)s differ. Type them again.",
                    card=card.code,
                )
            )
        # The manager's look into PINs is not needed to know whether there is one.
        if card.sudo().loyalty_pin_ids and not self.reason:
            raise UserError(
                self.env._(
                    "Card %(card)s has a PIN already. Say how the member was "
                    "identified before you replace it.",
                    card=card.code,
                )
            )
        card._set_pin(self.pin, self.reason)
        self.unlink()
        return {"type": "ir.actions.act_window_close"}
