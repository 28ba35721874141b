from odoo import fields, models
from odoo.exceptions import UserError


class LoyaltyPinSet(models.TransientModel):
    """A member types a PIN at the desk, twice."""

    _name = "loyalty.pin.set"
    _description = "Set PIN"
    _transient_max_hours = 0.1

    card_id = fields.Many2one("loyalty.card", required=True, readonly=True)
    pin = fields.Char("PIN")
    again = fields.Char("PIN Again")
    reason = fields.Char(
        "Identified by", help="How the member was identified, if the PIN is replaced."
    )

    message = fields.Char("What Is Wrong", readonly=True)

    def action_set(self):
        """Keep the PIN; what was typed is not.

        What goes wrong is said in the dialog: an error would leave the PIN that was
        typed in the table.
        """
        self.ensure_one()
        try:
            with self.env.cr.savepoint():
                self._set()
        except UserError as error:
            self.write({"pin": False, "again": False, "message": str(error)})
            return self._get_records_action(target="new")
        self.unlink()
        return {"type": "ir.actions.act_window_close"}

    def _set(self):
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
